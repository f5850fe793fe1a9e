"""Who pulls whom, which pulls told of elsewhere come again in the room, and the course over the hours of a dyad."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .figures import Figure, undefined
from .material import GIVEN, Bytes, Detail, Group, Material, Roles, Session
from .stack import Stack

UNSAID = "not said"


@dataclass(frozen=True, slots=True)
class Direction:
    """How many pulls of one speaker role have one value of the attribute; "not said" where none was given."""

    speaker: str
    value: str
    count: int


def directions(material: Material, pulls: Group, attribute: str = "direction") -> tuple[Direction, ...]:
    """Count who pulls whom, in all sessions of the material together."""
    counts: Counter[tuple[str, str]] = Counter()
    for session in material.sessions:
        said = {(d.segment, d.code): d.value for d in session.details if d.attribute == attribute}
        for segment, code in _given(material, session, pulls):
            counts[session.speakers[segment], said.get((segment, code), UNSAID)] += 1
    return tuple(Direction(*key, count) for key, count in sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class Place:
    """A turn of a transcript, counted from 0."""

    transcript: str
    segment: int


@dataclass(frozen=True, slots=True)
class Recurrence:
    """
    A pull told of as lived elsewhere, and where the same pull was lived in the room afterwards.

    `person` is whom it was told of, "" if that was not said. `same_hour` is the first such turn later in the hour;
    `later_hours` the first of each later hour of the dyad, in order. `later_known` counts those hours.
    """

    told: Place
    code: str
    person: str
    dyad: str
    same_hour: Place | None
    later_hours: tuple[Place, ...]
    later_known: int


def recurrences(
    material: Material, pulls: Group, *, arena: str = "arena", here: str = "here", there: str = "there",
    person: str = "target_person",
) -> tuple[Recurrence, ...]:  # fmt: skip
    """
    Follow every pull that was told of as lived elsewhere.

    A coding without the attribute `arena` counts as lived here, which is the attribute's default. Later hours are those
    of the same dyad with a higher number; without dyad or number there are none.
    """
    lived = [_lived(material, session, pulls, arena, here) for session in material.sessions]
    out = []
    for s, session in enumerate(material.sessions):
        persons = {(d.segment, d.code): d.value for d in session.details if d.attribute == person}
        given = set(_given(material, session, pulls))
        for detail in sorted(session.details, key=lambda d: (d.segment, d.code)):
            if not _is(detail, arena, there) or (detail.segment, detail.code) not in given:
                continue
            later = _later_hours(material.sessions, s)
            again = [place for place in lived[s] if place[1] == detail.code and place[0] > detail.segment]
            come = [(o, next((p for p in lived[o] if p[1] == detail.code), None)) for o in later]
            out.append(
                Recurrence(
                    Place(session.transcript, detail.segment),
                    detail.code,
                    persons.get((detail.segment, detail.code), ""),
                    session.dyad,
                    Place(session.transcript, again[0][0]) if again else None,
                    tuple(Place(material.sessions[o].transcript, p[0]) for o, p in come if p),
                    len(later),
                )
            )
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Hour:
    """One session of a dyad: turns with a code of each group per 100 judged turns, by the group's name."""

    transcript: str
    number: float | None
    rates: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Course:
    """The hours of one dyad in order; `why` says what stands in the way of reading them as a course."""

    dyad: str
    hours: tuple[Hour, ...]
    why: str = ""


def course(material: Material, groups: Sequence[Group]) -> tuple[Course, ...]:
    """Return the course of each dyad, such as of pull, naming and reworking."""
    stack = Stack.of(material)
    given = stack.groups(groups)
    by_dyad: dict[str, list[int]] = {}
    for s, session in enumerate(material.sessions):
        by_dyad.setdefault(session.dyad, []).append(s)
    out = []
    for dyad, places in sorted(by_dyad.items()):
        numbers = [material.sessions[s].number for s in places]
        why = ""
        if not dyad:
            why = "not a course: it is not known who met in these sessions"
        elif len(places) < 2:
            why = "not a course: this dyad has one session"
        elif None in numbers:
            why = "not a course: the number of a session is not known"
        elif len(set(numbers)) < len(numbers):
            why = "not a course: two sessions have the same number"
        ordered = sorted(places, key=lambda s: (material.sessions[s].number is None, material.sessions[s].number or 0))
        hours = tuple(_hour(material.sessions[s], groups, given[:, stack.within(s)]) for s in ordered)
        out.append(Course(dyad, hours, why))
    return tuple(out)


def reworked(roles: Roles) -> tuple[Group, ...]:
    """Return the groups that a course is told with: pull, naming, reworking, turning away."""
    return roles.pull, roles.naming, roles.reworked, roles.turned_away


def _hour(session: Session, groups: Sequence[Group], given: Bytes) -> Hour:
    rates = {}
    for group, row in zip(groups, given, strict=True):
        known = int((row >= 0).sum())
        if not group.codes:
            rates[group.name] = undefined(f"not defined: no code stands in the role {group.name}")
        elif not known:
            rates[group.name] = undefined(f"not defined: no turn of {session.transcript} was judged for {group.name}")
        else:
            rates[group.name] = Figure(100 * float((row == GIVEN).sum()) / known, known)
    return Hour(session.transcript, session.number, rates)


def _given(material: Material, session: Session, group: Group) -> list[tuple[int, str]]:
    keys = material.keys
    chosen = [keys.index(code) for code in group.codes]
    rows, cols = np.nonzero(session.values[:, chosen] == GIVEN)
    return [(int(row), keys[chosen[col]]) for row, col in zip(rows, cols, strict=True)]


def _lived(material: Material, session: Session, pulls: Group, arena: str, here: str) -> list[tuple[int, str]]:
    said = {(d.segment, d.code): d.value for d in session.details if d.attribute == arena}
    return [place for place in _given(material, session, pulls) if said.get(place, here) == here]


def _later_hours(sessions: Sequence[Session], s: int) -> list[int]:
    mine = sessions[s]
    if not mine.dyad or mine.number is None:
        return []
    later = [(o.number, k) for k, o in enumerate(sessions) if o.dyad == mine.dyad and o.number is not None]
    return [k for number, k in sorted(later) if number > mine.number]


def _is(detail: Detail, attribute: str, value: str) -> bool:
    return detail.attribute == attribute and detail.value == value
