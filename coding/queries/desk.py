"""Everything the desk shows of one assignment, in the same few statements for ten turns or ten thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Left

from coding.models import Assignment, Coding
from coding.queries.asked import asked_positions
from coding.queries.outline import (
    ASIDE,
    FLAGGED,
    JUDGED,
    OPEN,
    Outline,
    bin_size,
    codes_along,
    finished_turns,
    outline,
    set_aside,
)
from coding.queries.palette import Palette, palette
from coding.queries.turn import Given, Link, TurnState, json_rows

#: Roles on whose turns the page is read from the left edge; everybody else's are set in.
LEADING_ROLES = frozenset({"therapist", "counsellor", "counselor", "clinician", "analyst", "interviewer"})

#: Of earlier codings to link to, the nearest are listed, each with the first characters of its turn.
MOST_EARLIER, WORDS_SHOWN = 500, 90
#: Hours up to this many turns stand on the page whole; of longer ones it shows a window, a few turns before the place.
WHOLE, BEFORE, WINDOW = 600, 60, 200

#: A turn as it comes from the database: its number, its speaker, when it starts, its text. Ten thousand of them are
#: read for one page, so that they stay tuples.
TurnRow = tuple[int, int, int | None, str]


@dataclass(frozen=True, slots=True)
class DeskSpeaker:
    """Who speaks: the name on the page, the role, and the side of the page."""

    name: str
    role_id: int
    role: str
    side: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """
    One assignment as its rater sees it: the whole hour, or the turns of a window.

    `states` holds those of its turns about which something was said, by number; `marks` has one letter for every turn
    of the hour, `codes` the codes given along it, by bar of the strip. `asked` are the turns that are asked for; none
    means all of them.
    """

    palette: Palette
    speakers: Mapping[int, DeskSpeaker]
    outline: Outline
    turns: Sequence[TurnRow]
    states: Mapping[int, TurnState] = field(default_factory=dict)
    marks: str = ""
    codes: Mapping[int, Sequence[str]] = field(default_factory=dict)
    asked: frozenset[int] = frozenset()

    @property
    def total(self) -> int:
        return self.outline.total

    @property
    def to_judge(self) -> int:
        """Count the turns that are asked for."""
        return len(self.asked) or self.total

    def is_aside(self, position: int) -> bool:
        """Tell whether a turn is there to be read alone."""
        return bool(self.asked) and position not in self.asked

    @property
    def is_window(self) -> bool:
        return self.total > WHOLE

    @property
    def first(self) -> int:
        """Give the first turn on the page."""
        return self.turns[0][0] if self.turns else 0

    @property
    def last(self) -> int:
        """Give the last turn on the page."""
        return self.turns[-1][0] if self.turns else 0

    @property
    def judged(self) -> int:
        return self.to_judge - self.left

    @property
    def left(self) -> int:
        return self.marks.count(OPEN)

    @property
    def minutes(self) -> int | None:
        """Say how long the hour is, where the transcript has times."""
        last = self.outline.last_start
        return None if last is None else round(last / 60_000)

    @property
    def first_open(self) -> int:
        """Give the first turn that is not judged, or the first of all."""
        return first_open(self.marks)


def first_open(marks: str) -> int:
    """Give the first turn that is not judged, or the first that is asked for; 0 where there is none."""
    return (marks.find(OPEN) + 1) or next((place for place, mark in enumerate(marks, start=1) if mark != ASIDE), 0)


def desk_page(assignment: Assignment, at: int | None = None) -> DeskPage:
    """
    Read the desk of an assignment, of a long hour the turns around `at`, or around the first open one.

    Whether the person may is decided before.
    """
    book = palette(assignment.version_id, published=assignment.version.is_published)
    hour, asked = outline(assignment.revision_id), asked_positions(assignment)
    if hour.total <= WHOLE:
        states = turn_states(assignment, book)
        marks = set_aside("".join(_mark(states.get(number)) for number in range(1, hour.total + 1)), asked)
        codes, speakers = _codes_along(states, hour.total), speakers_of(assignment.revision_id)
        return DeskPage(book, speakers, hour, turn_rows(assignment), states, marks, codes, asked)
    marks = set_aside(finished_turns(assignment, hour), asked)
    first, last = window(hour.total, at or first_open(marks))
    return replace(desk_turns(assignment, first, last), marks=marks, codes=codes_along(assignment, book, hour))


def desk_turns(assignment: Assignment, first: int, last: int) -> DeskPage:
    """Read some turns of an hour alone, without what the page says about the whole of it."""
    book = palette(assignment.version_id, published=assignment.version.is_published)
    return DeskPage(
        palette=book,
        speakers=speakers_of(assignment.revision_id),
        outline=outline(assignment.revision_id),
        turns=turn_rows(assignment, first, last),
        states=turn_states(assignment, book, range(first, last + 1)),
        asked=asked_positions(assignment),
    )


def window(total: int, at: int) -> tuple[int, int]:
    """Say which turns of a long hour stand on the page when one asks for the turn `at`."""
    first = max(1, min(at - BEFORE, total - WINDOW + 1))
    return first, min(total, first + WINDOW - 1)


TURNS = """
    SELECT position, speaker_id, start_ms, text FROM transcripts_segment
    WHERE revision_id = %s AND position BETWEEN %s AND %s ORDER BY position
"""
#: A number above that of every turn.
LAST = 2**31 - 1


def turn_rows(assignment: Assignment, first: int = 1, last: int = LAST) -> list[TurnRow]:
    """Read turns with their text, all of them or some."""
    with connection.cursor() as cursor:
        cursor.execute(TURNS, [assignment.revision_id, first, last])
        return list(cursor.fetchall())


def _mark(state: TurnState | None) -> str:
    if state is None or not state.finished:
        return OPEN
    return FLAGGED if state.flag else JUDGED


def _codes_along(states: Mapping[int, TurnState], total: int) -> dict[int, list[str]]:
    size = bin_size(total)
    along: dict[int, list[str]] = {}
    for position, state in sorted(states.items()):
        along.setdefault((position - 1) // size, []).extend(state.codings)
    return along


def side_of(role: str) -> str:
    """Say on which side of the page a role speaks."""
    if role.lower() in LEADING_ROLES:
        return "therapist"
    return "other" if role.lower() == "other" else "patient"


def speaker_name(label: str, role: str) -> str:
    """Say who speaks: by label, which is often the role in capitals."""
    return role.capitalize() if label.lower() == role.lower() else label


SPEAKERS = """
    SELECT p.id, p.label, p.role_id, r.name
    FROM transcripts_speaker p JOIN transcripts_speakerrole r ON r.id = p.role_id WHERE p.revision_id = %s
"""


def speakers_of(revision_id: int) -> dict[int, DeskSpeaker]:
    """Read who speaks in a revision."""
    with connection.cursor() as cursor:
        cursor.execute(SPEAKERS, [revision_id])
        rows = cursor.fetchall()
    return {
        pk: DeskSpeaker(speaker_name(label, role), role_id, role, side_of(role)) for pk, label, role_id, role in rows
    }


JUDGEMENTS = """
    SELECT j.id, s.position, coalesce(j.outcome, ''), j.reason, j.memo, j.flag, j.finished_at IS NOT NULL
    FROM coding_judgement j JOIN transcripts_segment s ON s.id = j.segment_id
    WHERE j.assignment_id = %s
"""
SOME = " AND s.position = ANY(%s)"


def turn_states(assignment: Assignment, book: Palette, positions: Iterable[int] | None = None) -> dict[int, TurnState]:
    """Read what was said about the turns of an assignment, by number; all of them, or those asked for."""
    with connection.cursor() as cursor:
        if positions is None:
            cursor.execute(JUDGEMENTS, [assignment.pk])
        else:
            cursor.execute(JUDGEMENTS + SOME, [assignment.pk, list(positions)])
        judgements = cursor.fetchall()
    given = _codings([row[0] for row in judgements], book) if judgements else {}
    ends = _links(assignment, book) if given else {}
    nothing: tuple[frozenset[Link], frozenset[Link]] = (frozenset(), frozenset())
    return {
        position: TurnState(outcome, reason, memo, flag, finished, given.get(str(pk), {}), *ends.get(position, nothing))
        for pk, position, outcome, reason, memo, flag, finished in judgements
    }


LINKS = """
    SELECT f.position, c.code_id, t.position, o.code_id, l.kind
    FROM coding_codinglink l
    JOIN coding_coding c ON c.id = l.from_coding_id JOIN coding_judgement g ON g.id = l.from_judgement_id
    JOIN transcripts_segment f ON f.id = g.segment_id
    JOIN coding_coding o ON o.id = l.to_coding_id JOIN coding_judgement h ON h.id = l.to_judgement_id
    JOIN transcripts_segment t ON t.id = h.segment_id
    WHERE l.assignment_id = %s
"""


def _links(assignment: Assignment, book: Palette) -> dict[int, tuple[frozenset[Link], frozenset[Link]]]:
    """Read the links of an assignment, by turn: those that lead back from it, and those that lead to it."""
    found: dict[int, tuple[set[Link], set[Link]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LINKS, [assignment.pk])
        for position, code, far, other, kind in cursor.fetchall():
            here, there = book.by_id[code].key, book.by_id[other].key
            found.setdefault(position, (set(), set()))[0].add(Link(here, far, there, kind))
            found.setdefault(far, (set(), set()))[1].add(Link(there, position, here, kind))
    return {position: (frozenset(back), frozenset(to)) for position, (back, to) in found.items()}


# By ids and along the indexes: the planner, which knows nothing of a session that was coded this minute, otherwise
# walks through everybody's codings.
CODINGS = """
    SELECT json_agg(json_build_array(c.judgement_id, c.code_id, c.rating, c.memo,
               (SELECT json_agg(json_build_array(e.start, e."end") ORDER BY e.start, e."end")
                FROM coding_evidence e WHERE e.coding_id = c.id),
               (SELECT json_agg(json_build_array(t.attribute_id, t.value))
                FROM coding_codingattribute t WHERE t.coding_id = c.id)) ORDER BY c.coded_at, c.id)
    FROM coding_coding c WHERE c.judgement_id = ANY(%s)
"""


def _codings(judgements: list[UUID], book: Palette) -> dict[str, dict[str, Given]]:
    """Read the codings of judgements, by the judgement's id as text."""
    with connection.cursor() as cursor:
        cursor.execute(CODINGS, [judgements])
        rows = json_rows(cursor.fetchone()[0])
    found: dict[str, dict[str, Given]] = {}
    for judgement, code, rating, memo, spans, attributes in rows:
        found.setdefault(judgement, {})[book.by_id[code].key] = Given(
            rating,
            memo,
            tuple((start, end) for start, end in spans or ()),
            {book.attribute_keys[attribute]: value for attribute, value in attributes or ()},
        )
    return found


def codings_before(assignment: Assignment, position: int) -> list[dict[str, Any]]:
    """List the codings of the turns before one, the nearest first, each with the first words of its turn."""
    rows = Coding.objects.filter(judgement__assignment=assignment.pk, judgement__segment__position__lt=position)
    found = rows.order_by("-judgement__segment__position", "code__position").values_list(
        "judgement__segment__position", "code__key", Left("judgement__segment__text", WORDS_SHOWN)
    )
    return [{"position": at, "code": code, "words": words} for at, code, words in found[:MOST_EARLIER]]
