"""Layers as the analyses take them: sessions with a value for every turn and code, their links and details."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection

from coding.analysis.material import GIVEN, CodeOf, Detail, Link, Material, Session
from coding.queries.hours import Hour, SessionFacts
from coding.queries.judged_rows import CODABLE, JudgedRows, counted_assignments
from coding.queries.kept import KeptRound
from coding.queries.layers import RATER, Layer, given_codes
from transcripts.models import SpeakerRole


def material_of(
    codes: tuple[CodeOf, ...],
    layer: Layer,
    hours: Sequence[Hour],
    facts: Mapping[int, SessionFacts],
    links: Mapping[int, Sequence[Link]] | None = None,
    details: Mapping[int, Sequence[Detail]] | None = None,
) -> Material:
    """Arrange one layer by sessions; links and details by the place of the session where they are wanted."""
    sessions = []
    for place, hour in enumerate(hours):
        known = facts[hour.transcript_id]
        sessions.append(
            Session(
                transcript=hour.transcript,
                values=layer.values[hour.units],
                judged=layer.judged[hour.units],
                speakers=hour.speakers,
                starts=None if np.isnan(hour.starts).all() else hour.starts,
                ends=None if np.isnan(hour.ends).all() else hour.ends,
                attributes=known.attributes,
                dyad=known.dyad,
                number=known.number,
                links=tuple((links or {}).get(place, ())),
                details=tuple((details or {}).get(place, ())),
            )
        )
    return Material(codes, tuple(sessions), layer.whose)


def codes_of(rows: JudgedRows) -> tuple[CodeOf, ...]:
    """Give the codes of the columns with their families and the names of the speaker roles they may be given to."""
    codes = given_codes(rows)
    wanted = {role for code in codes for role in code.roles}
    names = dict(SpeakerRole.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    return tuple(CodeOf(code.key, code.family, frozenset(names[role] for role in code.roles)) for code in codes)


class Sayings:
    """
    Links and details of a round's codings, read each time: a target person is what somebody wrote, and is never kept.

    In the majority layer a value counts where more than half of those who gave the code said it, a link where more than
    half of those who judged its later segment made it and the layer has both of its codes (docs/methods.md).
    """

    def __init__(self, kept: KeptRound, hours: Sequence[Hour], layer: Layer) -> None:
        """Say whose codings are wanted."""
        self.kept, self.rows, self.layer, self.hours = kept, kept.rows(), layer, hours
        self.key = {code.id: code.key for code in given_codes(self.rows)}
        self.column = {code.key: column for column, code in enumerate(given_codes(self.rows))}

    @cached_property
    def assignments(self) -> dict[Any, str]:
        """Give the rater of each assignment that counts; only where something is read."""
        return dict(counted_assignments(self.kept.round, self.kept.transcripts).values_list("pk", "rater__label"))

    @cached_property
    def unit(self) -> dict[int, int]:
        """Give the place of each segment; only where anything was said of one."""
        return {pk: unit for unit, pk in enumerate(self.rows.units.ids.tolist())}

    @cached_property
    def session(self) -> dict[int, tuple[int, int]]:
        """Give the session and the turn of each segment's place."""
        return {
            unit: (place, turn)
            for place, hour in enumerate(self.hours)
            for turn, unit in enumerate(hour.units.tolist())
        }

    def details(self) -> dict[int, list[Detail]]:
        """Give what was said about codings (direction, arena, target person), by the place of the session."""
        attributes = {attribute.id: attribute.key for attribute in self.rows.book.attributes}
        read = self._read(_DETAILS)
        said = [(rater, unit, code, (attributes[attribute], value)) for rater, unit, code, attribute, value in read]
        found: dict[int, list[Detail]] = {}
        gave = Counter(zip(self.rows.given[1].tolist(), self.rows.given[2].tolist(), strict=True))
        ids = {key: pk for pk, key in self.key.items()}
        for unit, code, (attribute, value) in self._kept(said, lambda unit, code: gave[unit, ids[code]]):
            place, turn = self.session[unit]
            found.setdefault(place, []).append(Detail(turn, code, attribute, value))
        return found

    def links(self) -> dict[int, list[Link]]:
        """
        Give which coding was linked with which earlier one, by the place of the session.

        Links of submitted assignments are final and hold no words, so they are kept.
        """
        return self.kept.kept(f"links-{hashlib.sha256(self.layer.name.encode()).hexdigest()[:16]}", self._links)

    def _links(self) -> dict[int, list[Link]]:
        said = []
        for rater, unit, code, segment, other in self._read(_LINKS):
            if segment in self.unit and other in self.key:
                said.append((rater, unit, code, (self.unit[segment], self.key[other])))
        found: dict[int, list[Link]] = {}
        judged = (self.rows.judged == CODABLE).sum(axis=0)
        for unit, code, (target, other) in self._kept(said, lambda unit, code: int(judged[unit])):
            if self.layer.values[target, self.column[other]] != GIVEN:
                continue
            place, turn = self.session[unit]
            found.setdefault(place, []).append(Link(turn, code, self.session[target][1], other))
        return found

    def _read(self, statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(self.assignments)])
            rows = cursor.fetchall()
        return [
            (self.assignments[assignment], self.unit[segment], self.key[code], *rest)
            for assignment, segment, code, *rest in rows
            if code in self.key
        ]

    def _kept(
        self, said: Iterable[tuple[str, int, str, Any]], asked: Callable[[int, str], int]
    ) -> list[tuple[int, str, Any]]:
        """Keep what the layer's rater said, or more than half of those `asked`, in the order of the text."""
        if self.layer.key.startswith(RATER):
            label = self.layer.key.removeprefix(RATER)
            mine = {(unit, code, what) for rater, unit, code, what in said if rater == label}
            return sorted(mine, key=lambda one: (one[0], self.column[one[1]], str(one[2])))
        # A rater says a thing of a coding once: the set counts people, not rows.
        votes = Counter((unit, code, what) for _, unit, code, what in set(said))
        kept = [
            (unit, code, what)
            for (unit, code, what), number in votes.items()
            if 2 * number > asked(unit, code) and self.layer.values[unit, self.column[code]] == GIVEN
        ]
        return sorted(kept, key=lambda one: (one[0], self.column[one[1]], str(one[2])))


_DETAILS = """
    SELECT j.assignment_id, j.segment_id, c.code_id, a.attribute_id, a.value
    FROM coding_judgement j JOIN coding_coding c ON c.judgement_id = j.id
    JOIN coding_codingattribute a ON a.coding_id = c.id
    WHERE j.assignment_id = ANY(%s::uuid[]) AND j.finished_at IS NOT NULL
"""
_LINKS = """
    SELECT j.assignment_id, j.segment_id, c.code_id, t.segment_id, o.code_id
    FROM coding_judgement j JOIN coding_coding c ON c.judgement_id = j.id
    JOIN coding_codinglink l ON l.from_coding_id = c.id
    JOIN coding_coding o ON o.id = l.to_coding_id JOIN coding_judgement t ON t.id = l.to_judgement_id
    WHERE j.assignment_id = ANY(%s::uuid[]) AND j.finished_at IS NOT NULL AND t.finished_at IS NOT NULL
"""
