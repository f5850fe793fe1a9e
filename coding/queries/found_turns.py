"""The turns of a revision that hold certain words: looked for in its own text alone, not in what anybody said of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

#: Of how many turns the words around the place are given, and how many characters before and after it.
SHOWN, AROUND = 60, 40

# One read of the revision: a sequence of ten thousand turns is searched in some milliseconds, and needs no index.
FOUND = """
    SELECT position, CASE WHEN row_number() OVER (ORDER BY position) <= %(shown)s THEN ARRAY[
               substr(text, greatest(1, at - %(around)s), least(at - 1, %(around)s)),
               substr(text, at, length(%(words)s)),
               substr(text, at + length(%(words)s), %(around)s)] END
    FROM (SELECT position, text, strpos(lower(text), lower(%(words)s)) AS at
          FROM transcripts_segment WHERE revision_id = %(revision)s) one
    WHERE at > 0 ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class FoundWords:
    """Where the words stand in a turn: what comes before, the words as they were said, what comes after."""

    position: int
    said: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FoundTurns:
    """All turns that hold the words, by number; of the first ones the place."""

    positions: list[int]
    said: list[FoundWords]


def found_turns(revision_id: int, words: str) -> FoundTurns:
    """Find the turns of a revision that hold these words, whatever their case."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"shown": SHOWN, "around": AROUND, "words": words, "revision": revision_id})
        rows = cursor.fetchall()
    said = [FoundWords(position, tuple(around)) for position, around in rows if around is not None]
    return FoundTurns([position for position, _ in rows], said)
