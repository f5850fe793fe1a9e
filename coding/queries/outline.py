"""
What the desk knows of every turn without its words: who speaks, and how long.

Segments are never edited, so that each process keeps the outline of a revision after the first reading. It holds no
word of the text: an erased text leaves nothing here.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import NamedTuple

from django.db import connection

from coding.models import Assignment
from coding.queries.palette import Palette
from transcripts.models import Segment

#: Bars of the strip above which it shows a bar for many turns, and how many it then shows.
MOST_BARS, BINS = 200, 100

# Neither looks at the segments: where each stands, the outline knows.
FINISHED = """
    SELECT string_agg(segment_id::text, ',') FILTER (WHERE NOT flag),
           string_agg(segment_id::text, ',') FILTER (WHERE flag)
    FROM coding_judgement WHERE assignment_id = %s AND finished_at IS NOT NULL
"""
CODES_ALONG = """
    SELECT c.code_id, string_agg(j.segment_id::text, ',')
    FROM coding_judgement j JOIN coding_coding c ON c.judgement_id = j.id
    WHERE j.assignment_id = %s GROUP BY c.code_id
"""
#: One letter a turn; ASIDE is one that the assignment does not ask for.
OPEN, JUDGED, FLAGGED, ASIDE = "o", "j", "f", "-"
#: Lengths in one letter each, a fifth more characters from one to the next: 0 is none, a is some thousand.
SIZES = string.digits + string.ascii_uppercase + string.ascii_lowercase


class Bar(NamedTuple):
    """A bar of the strip: how many turns it stands for, their characters, and how many turns each speaker has there."""

    turns: int
    letters: int
    speakers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """How long each turn is, in one letter a turn; the bars of the strip; where each segment stands, the first at 0."""

    sizes: str
    bars: tuple[Bar, ...]
    last_start: int | None
    places: Mapping[int, int] | range

    @property
    def total(self) -> int:
        return len(self.sizes)

    def places_of(self, segments: str | None) -> list[int]:
        """Read ids of segments, joined by commas, as places of the hour, the first being 0."""
        ids = map(int, segments.split(",")) if segments else ()
        if isinstance(self.places, range):
            first = self.places.start
            return [segment - first for segment in ids]
        return [self.places[segment] for segment in ids]


@lru_cache(maxsize=64)
def outline(revision_id: int) -> Outline:
    """Give the outline of a revision."""
    rows = list(
        Segment.objects.filter(revision=revision_id)
        .order_by("position")
        .values_list("speaker_id", "char_start", "char_end", "start_ms", "pk")
    )
    ids = [row[4] for row in rows]
    in_a_row = range(ids[0], ids[0] + len(ids)) if ids else range(0)
    letters = [row[2] - row[1] for row in rows]
    size = bin_size(len(rows))
    return Outline(
        sizes="".join(SIZES[min(round(4 * log2(1 + length / 16)), len(SIZES) - 1)] for length in letters),
        bars=tuple(
            _bar([row[0] for row in rows[at : at + size]], letters[at : at + size]) for at in range(0, len(rows), size)
        ),
        last_start=rows[-1][3] if rows else None,
        places=in_a_row if ids == list(in_a_row) else {segment: place for place, segment in enumerate(ids)},
    )


def _bar(speakers: Sequence[int], letters: Sequence[int]) -> Bar:
    return Bar(len(speakers), sum(letters), tuple(Counter(speakers).items()))


def bin_size(total: int) -> int:
    """Say how many turns one bar of the strip stands for."""
    return 1 if total <= MOST_BARS else -(-total // BINS)


def finished_turns(assignment: Assignment, hour: Outline) -> str:
    """Write one letter a turn: open, judged, or judged and flagged."""
    letters = bytearray(OPEN.encode() * hour.total)
    with connection.cursor() as cursor:
        cursor.execute(FINISHED, [assignment.pk])
        judged, flagged = cursor.fetchone()
    for letter, segments in ((ord(JUDGED), judged), (ord(FLAGGED), flagged)):
        for place in hour.places_of(segments):
            letters[place] = letter
    return letters.decode()


def set_aside(marks: str, asked: Collection[int]) -> str:
    """Write over the turns that are not asked for; none asked for means that all are."""
    if not asked:
        return marks
    return "".join(mark if number in asked else ASIDE for number, mark in enumerate(marks, start=1))


def codes_along(assignment: Assignment, book: Palette, hour: Outline) -> dict[int, list[str]]:
    """Name the codes given along the hour, by bar of the strip, in the order of the codebook."""
    with connection.cursor() as cursor:
        cursor.execute(CODES_ALONG, [assignment.pk])
        found = [(book.by_id[code], segments) for code, segments in cursor.fetchall()]
    along: dict[int, list[str]] = {}
    size = bin_size(hour.total)
    for code, segments in sorted(found, key=lambda row: row[0].order):
        for bar in {place // size for place in hour.places_of(segments)}:
            along.setdefault(bar, []).append(code.key)
    return along
