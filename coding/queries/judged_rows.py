"""Fetch a round's codebook, segments, judgements and codings as arrays: few statements, no model instances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

from coding.formats.drafts import EVERY_CODE
from coding.models import Assignment, Attribute, AttributeValue, Code, CodebookVersion, CodeRole, Family, Round
from transcripts.models import Membership

Ints = npt.NDArray[np.int64]
NOT_JUDGED, CODABLE, UNCODABLE = 0, 1, 2
NO_RATING = -1


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code of the round's version; no roles means every role."""

    id: int
    key: str
    name: str
    family: str
    slot: str
    rated: bool
    outcome: str
    roles: frozenset[int]


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One family with its codes, in the order of the codebook."""

    key: str
    name: str
    slot: str
    exclusive: bool
    codes: tuple[CodeRow, ...]


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute; no values means free text, no `applies_to` every code."""

    id: int
    key: str
    type: str
    values: tuple[str, ...]
    names: tuple[str, ...]
    applies_to: frozenset[str]

    def asked_of(self, code: CodeRow) -> bool:
        """Say whether the attribute is asked when this code is given."""
        return not self.applies_to or bool({EVERY_CODE, code.key, code.family} & self.applies_to)


@dataclass(frozen=True, slots=True)
class Book:
    """The round's codebook version as far as numbers need it."""

    version: str
    families: tuple[FamilyRow, ...]
    codes: tuple[CodeRow, ...]
    attributes: tuple[AttributeRow, ...]
    rating_minimum: int
    rating_maximum: int
    max_codes: int | None


@dataclass(frozen=True, slots=True)
class Units:
    """The segments of the round's transcripts in the order of the transcripts' names, one entry each."""

    ids: Ints
    transcript: Ints
    position: Ints
    role: Ints
    char_start: Ints
    length: Ints

    def place_of(self, segment: int) -> int | None:
        """Find a segment among these."""
        return place_among(self.ids, segment)


def place_among(ids: Ints, segment: int) -> int | None:
    """Find a segment among ids of segments."""
    places = np.flatnonzero(ids == segment)
    return int(places[0]) if len(places) else None


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """
    What raters said in a round, as arrays.

    `judged` (raters, units) holds NOT_JUDGED, CODABLE or UNCODABLE. `given` has one column per coding (rater, unit,
    code id, rating or NO_RATING), `attributes` (rater, unit, attribute id, place of the value in `attribute_words`),
    `evidence` (rater, unit, code id, start, end). Only finished judgements of first, blind, submitted assignments.
    """

    book: Book
    raters: tuple[str, ...]
    transcripts: tuple[str, ...]
    units: Units
    judged: npt.NDArray[np.int8]
    assigned: npt.NDArray[np.bool_]
    given: Ints
    attributes: Ints
    attribute_words: tuple[str, ...]
    evidence: Ints


def fetch_book(version: CodebookVersion) -> Book:
    """Fetch a codebook version as far as numbers need it."""
    roles: dict[int, set[int]] = {}
    for code, role in CodeRole.objects.filter(version=version).values_list("code", "role"):
        roles.setdefault(code, set()).add(role)
    columns = ("id", "key", "name", "family__key", "family__slot", "rated", "outcome")
    codes = tuple(
        CodeRow(pk, key, name, family, slot, rated, outcome, frozenset(roles.get(pk, ())))
        for pk, key, name, family, slot, rated, outcome in Code.objects.filter(version=version)
        .order_by("position")
        .values_list(*columns)
    )
    families = tuple(
        FamilyRow(*row, codes=tuple(code for code in codes if code.family == row[0]))
        for row in Family.objects.filter(version=version)
        .order_by("position")
        .values_list("key", "name", "slot", "exclusive")
    )
    return Book(
        version=version.name,
        families=families,
        codes=codes,
        attributes=_fetch_attributes(version),
        rating_minimum=version.rating_minimum,
        rating_maximum=version.rating_maximum,
        max_codes=version.max_codes_per_turn,
    )


def _fetch_attributes(version: CodebookVersion) -> tuple[AttributeRow, ...]:
    values: dict[int, list[tuple[str, str]]] = {}
    listed = AttributeValue.objects.filter(version=version).order_by("position")
    for attribute, key, name in listed.values_list("attribute", "key", "name"):
        values.setdefault(attribute, []).append((key, name or key))
    rows = Attribute.objects.filter(version=version).order_by("position")
    out = []
    columns = ("id", "key", "type", "minimum", "maximum", "applies_to")
    for pk, key, kind, low, high, applies_to in rows.values_list(*columns):
        numbers = range(low, high + 1) if low is not None and high is not None else ()
        taken = values.get(pk) or [(str(number), str(number)) for number in numbers]
        keys, names = tuple(one for one, _ in taken), tuple(name for _, name in taken)
        out.append(AttributeRow(pk, key, kind, keys, names, frozenset(applies_to)))
    return tuple(out)


def counted_assignments(round_: Round, transcripts: Iterable[int] | None = None) -> QuerySet[Assignment]:
    """
    Give the assignments that make reliability, in a fixed order.

    Law 3 is this filter: first, blind, submitted assignments of people (with an account or imported), no machines.
    `transcripts` (ids) keeps only those; None means all.
    """
    found = counted_assignments_of([round_])
    return found if transcripts is None else found.filter(transcript__in=list(transcripts))


def counted_assignments_of(rounds: Iterable[Round]) -> QuerySet[Assignment]:
    """Give the same for several rounds at once."""
    return (
        Assignment.objects.filter(round__in=list(rounds))
        .blind()
        .submitted()
        .exclude(rater__kind=Membership.Kind.MACHINE)
        .order_by("transcript__name", "rater__label")
    )


def fetch_rows(round_: Round, transcripts: Iterable[int] | None = None) -> JudgedRows:
    """Fetch everything that reliability rests on, in eleven statements whatever the size of the round."""
    return rows_of(counted_assignments(round_, transcripts), round_.version)


def rows_of(found: QuerySet[Assignment], version: CodebookVersion) -> JudgedRows:
    """Fetch what these assignments say, all of them under one version, in the order in which they are given."""
    rows = list(found.values_list("id", "rater__label", "transcript__name", "revision"))
    raters = tuple(sorted({label for _, label, _, _ in rows}))
    names = tuple(dict.fromkeys(name for _, _, name, _ in rows))
    revisions = {revision: names.index(name) for _, _, name, revision in rows}
    units, unit_revision = _fetch_units(revisions)
    assignments = [assignment for assignment, *_ in rows]
    rater_of = np.array([raters.index(label) for _, label, _, _ in rows], dtype=np.int64)
    assigned = np.zeros((len(raters), len(units.ids)), dtype=bool)
    for rater, (_, _, _, revision) in zip(rater_of, rows, strict=True):
        assigned[rater] |= unit_revision == revision
    place = _Places(units.ids, rater_of)
    judged = np.zeros(assigned.shape, dtype=np.int8)
    said = place.of(_fetch(_JUDGED, assignments, 3))
    judged[said[0], said[1]] = np.where(said[2] > 0, UNCODABLE, CODABLE)
    book = fetch_book(version)
    # Free text is never compared, and what is computed from here is kept: nothing of it may be what people wrote.
    listed = {attribute.id for attribute in book.attributes if attribute.values}
    said_of = fetch_lists(_ATTRIBUTES.statement, assignments)
    attributes, words = _with_words([row for row in said_of if row[2] in listed])
    return JudgedRows(
        book=book,
        raters=raters,
        transcripts=names,
        units=units,
        judged=judged,
        assigned=assigned,
        given=place.of(_fetch(_GIVEN, assignments, 4)),
        attributes=place.of(attributes),
        attribute_words=words,
        evidence=place.of(_fetch(_EVIDENCE, assignments, 5)),
    )


class _Places:
    """Turn ordinals of assignments and ids of segments into places in the arrays."""

    def __init__(self, ids: Ints, rater_of: Ints) -> None:
        self.order = np.argsort(ids, kind="stable")
        self.sorted, self.rater_of = ids[self.order], rater_of

    def of(self, columns: Ints) -> Ints:
        """Replace the first two columns, in an order that depends on nothing but what was said."""
        placed = columns.copy()
        placed[0] = self.rater_of[columns[0]]
        placed[1] = self.order[np.searchsorted(self.sorted, columns[1])]
        return placed[:, np.lexsort(placed[::-1])]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to fetch beside the place of the assignment and the id of the segment."""

    columns: str
    joins: str = ""

    @property
    def statement(self) -> str:
        # `n` is the assignment's place in the list that was asked for, counted from 1.
        return f"""
            SELECT n - 1, j.segment_id, {self.columns}
            FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked(id, n)
            JOIN coding_judgement j ON j.assignment_id = asked.id {self.joins}
            WHERE j.finished_at IS NOT NULL
        """  # noqa: S608 - both parts are written in this module


_OF_CODING = "JOIN coding_coding c ON c.judgement_id = j.id"
_JUDGED = _Asked("(COALESCE(j.outcome, '') = 'uncodable')::int")
_GIVEN = _Asked(f"c.code_id, COALESCE(c.rating, {NO_RATING})", _OF_CODING)
_ATTRIBUTES = _Asked("a.attribute_id, a.value", f"{_OF_CODING} JOIN coding_codingattribute a ON a.coding_id = c.id")
_EVIDENCE = _Asked('c.code_id, e.start, e."end"', f"{_OF_CODING} JOIN coding_evidence e ON e.coding_id = c.id")
_SEGMENTS = """
    SELECT s.id, s.revision_id, s.position, p.role_id, s.char_start, s.char_end - s.char_start
    FROM transcripts_segment s JOIN transcripts_speaker p ON p.id = s.speaker_id
    WHERE s.revision_id = ANY(%s)
"""


def fetch_lists(statement: str, *asked: Any) -> list[tuple[Any, ...]]:
    """Ask the database for rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def _fetch(asked: _Asked, assignments: list[UUID], width: int) -> Ints:
    rows = fetch_lists(asked.statement, assignments)
    return np.array(rows, dtype=np.int64).reshape(-1, width).T


def _with_words(rows: list[tuple[Any, ...]]) -> tuple[Ints, tuple[str, ...]]:
    """Number the texts of the last column."""
    words = tuple(sorted({row[-1] for row in rows}))
    number = {word: place for place, word in enumerate(words)}
    table = [(*row[:-1], number[row[-1]]) for row in rows]
    return np.array(table, dtype=np.int64).reshape(-1, 4).T, words


def _fetch_units(revisions: dict[int, int]) -> tuple[Units, Ints]:
    """Fetch the segments of some revisions; `revisions` says which transcript each belongs to."""
    table = np.array(fetch_lists(_SEGMENTS, list(revisions)), dtype=np.int64).reshape(-1, 6).T
    transcript = np.array([revisions[revision] for revision in table[1].tolist()], dtype=np.int64)
    order = np.lexsort((table[2], table[1], transcript))
    ids, revision, position, role, start, length = table[:, order]
    return Units(ids, transcript[order], position, role, start, length), revision
