"""How often: turns with a code, per 100 turns and per minute, in how many sessions; by speaker, phase, condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .figures import Figure, undefined
from .intervals import of_ratio, of_share
from .material import GIVEN, NO_VALUE, Bytes, Floats, Group, Ints, Mask, Material
from .stack import Stack

ALL, SESSION, SPEAKER, PHASE = "all", "session", "speaker", "phase"
THIRDS = ("first third", "middle third", "last third")


@dataclass(frozen=True, slots=True)
class Count:
    """
    One group in one part of the material.

    turns         turns with any of its codes
    known         turns that have a value: judged, and of a speaker role that one of its codes applies to
    per_100       turns per 100 known ones; per_minute turns per minute of the judged turns of the part, of the sessions
                  whose times are known and run forwards. Intervals leave out one session at a time.
    sessions      the share of the sessions with a known turn that have at least one
    """

    part: str
    group: str
    turns: int
    known: int
    per_100: Figure
    per_minute: Figure
    sessions: Figure


def counts(material: Material, groups: Sequence[Group], by: str = ALL) -> tuple[Count, ...]:
    """
    Count each group in each part of the material.

    `by` is "all", "session", "speaker", "phase" (thirds of the turns of each session), or the name of an attribute of
    sessions; sessions without it are in no part.
    """
    stack = Stack.of(material)
    given = stack.groups(groups)
    could = np.array([stack.could_be(group) if group.codes else stack.judged & False for group in groups], dtype=bool)
    parts, place = _parts(stack, by)
    minutes = _minutes(stack)
    out = []
    for index, part in enumerate(parts):
        inside = place == index
        for row, can, group in zip(given, could.reshape(len(groups), -1), groups, strict=True):
            out.append(_count(stack, part, group, row, can & inside, inside, minutes))
    return tuple(out)


def _count(stack: Stack, part: str, group: Group, row: Bytes, can: Mask, inside: Mask, minutes: Floats) -> Count:
    size, session = len(stack.lengths), stack.session_of
    known = can & (row != NO_VALUE)
    turns = np.bincount(session[known & (row == GIVEN)], minlength=size).astype(np.float64)
    of = np.bincount(session[known], minlength=size).astype(np.float64)
    judged = inside & stack.judged
    time = np.bincount(session[judged], minutes[judged], size)
    where = "" if part == ALL else f" in {part}"
    if not group.codes:
        nothing = undefined(f"not defined: no code stands in the role {group.name}")
        return Count(part, group.name, 0, 0, nothing, nothing, nothing)
    per_100 = of_ratio(100 * turns, of, f"no turn{where} was judged for {group.name}")
    timed = (of > 0) & np.isfinite(time) & (time > 0)
    why = f"no session{where} has times that run forwards"
    per_minute = of_ratio(np.where(timed, turns, 0), np.where(timed, time, 0), why)
    sessions = of_share((turns > 0)[of > 0].astype(np.float64), np.flatnonzero(of > 0))
    if sessions.value is None:
        sessions = undefined(per_100.why)
    return Count(part, group.name, int(turns.sum()), int(of.sum()), per_100, per_minute, sessions)


def _parts(stack: Stack, by: str) -> tuple[tuple[str, ...], Ints]:
    """Return the names of the parts and for each place the index of its part, -1 where it is in none."""
    sessions = stack.material.sessions
    if by == ALL:
        return (ALL,), np.zeros(len(stack.judged), dtype=np.int64)
    if by == SESSION:
        return tuple(session.transcript for session in sessions), stack.session_of
    if by == PHASE:
        return THIRDS, np.concatenate(
            [np.empty(0, np.int64), *(3 * np.arange(n) // max(int(n), 1) for n in stack.lengths)]
        )
    if by == SPEAKER:
        labels = [role for session in sessions for role in session.speakers]
    else:
        labels = [label for s in sessions for label in [s.attributes.get(by, "")] * s.length]
    names = tuple(sorted({label for label in labels if label}))
    index = {name: place for place, name in enumerate(names)}
    return names, np.array([index.get(label, -1) for label in labels], dtype=np.int64)


def _minutes(stack: Stack) -> Floats:
    """Return how long each turn lasts, NaN throughout a session whose times are missing or run backwards."""
    out = [np.empty(0)]
    for session in stack.material.sessions:
        lasts = np.full(session.length, np.nan)
        if session.starts is not None and session.length and not np.isnan(session.starts).any():
            end = session.starts[-1]
            if session.ends is not None and not np.isnan(session.ends[-1]):
                end = session.ends[-1]
            lasts = np.diff(np.append(session.starts, end)) / 60
            if (lasts < 0).any():
                lasts = np.full(session.length, np.nan)
        out.append(lasts)
    return np.concatenate(out)
