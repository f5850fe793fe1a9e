"""All sessions of a layer end to end, so that one array operation reads them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from .material import GIVEN, NO_VALUE, NOT_GIVEN, Bytes, Floats, Group, Ints, Mask, Material


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """
    The segments of every session in a row: session s holds the places offsets[s] to offsets[s + 1].

    values  int8 (codes, places): as in `Session`, but 0 where a judged segment is of a speaker role that the code does
            not apply to: a turn of the patient's is a turn without the therapist's naming. -1 is what is not known.
    """

    material: Material
    values: Bytes
    judged: Mask
    offsets: Ints
    applies: Mask

    @classmethod
    def of(cls, material: Material) -> Stack:
        """Lay the sessions end to end."""
        sessions = material.sessions
        offsets = np.concatenate([[0], np.cumsum([s.length for s in sessions], dtype=np.int64)]).astype(np.int64)
        places = int(offsets[-1])
        values = np.empty((len(material.codes), places), dtype=np.int8)
        for session, begin, end in zip(sessions, offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
            values[:, begin:end] = session.values.T
        judged = np.concatenate([np.empty(0, dtype=bool), *(s.judged for s in sessions)]).astype(bool)
        applies = _applies(material, places)
        for row, can in zip(values, applies, strict=True):
            # From no value (-1) to not given (0) where the role alone was in the way.
            row += (row == NO_VALUE) & judged & ~can
        return cls(material, values, judged, offsets, applies)

    @property
    def lengths(self) -> Ints:
        """Return the number of segments of each session."""
        return np.diff(self.offsets)

    @property
    def session_of(self) -> Ints:
        """Return for each place the index of its session."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def within(self, session: int) -> slice:
        """Return the places of one session."""
        return slice(int(self.offsets[session]), int(self.offsets[session + 1]))

    def given(self, group: Group) -> Bytes:
        """
        Say for each place whether any code of the group was given: 1, 0, or -1 where that is not known.

        One code given is enough for 1. For 0 every code of the group must be known not to be given.
        """
        values = self.values[columns(self.material, group)]
        if not len(values):
            return np.where(self.judged, NOT_GIVEN, NO_VALUE).astype(np.int8)
        out: Bytes = values.min(axis=0)
        out[(values == GIVEN).any(axis=0)] = GIVEN
        return out

    def groups(self, groups: Sequence[Group]) -> Bytes:
        """Return `given` of several groups, (groups, places)."""
        if not groups:
            return np.empty((0, len(self.judged)), dtype=np.int8)
        return np.stack([self.given(group) for group in groups])

    def could_be(self, group: Group) -> Mask:
        """Say for each place whether its speaker role may be given a code of the group."""
        could: Mask = np.logical_or.reduce(self.applies[columns(self.material, group)], axis=0)
        return could


def columns(material: Material, group: Group) -> Ints:
    """Return the columns of a group's codes; raises ValueError for a code that the material does not have."""
    place = {key: column for column, key in enumerate(material.keys)}
    unknown = [key for key in group.codes if key not in place]
    if unknown:
        raise ValueError(f"The group {group.name!r} has the code {unknown[0]!r}, which is not among these codings.")
    return np.array([place[key] for key in group.codes], dtype=np.int64)


def _applies(material: Material, places: int) -> Mask:
    """Say for each code and place whether the code may be given to the speaker role there."""
    lookup = {role: k for k, role in enumerate(set(chain.from_iterable(s.speakers for s in material.sessions)))}
    speakers = chain.from_iterable(session.speakers for session in material.sessions)
    roles: Ints = np.fromiter(map(lookup.__getitem__, speakers), dtype=np.int64, count=places)
    table = np.array([[code.applies_to(role) for role in lookup] for code in material.codes], dtype=bool)
    return (
        table.reshape(len(material.codes), len(lookup))[:, roles]
        if places
        else np.empty((len(material.codes), 0), dtype=bool)
    )


def seconds(material: Material) -> Floats:
    """Return the start of every place in seconds, NaN where there is none."""
    parts = [np.full(s.length, np.nan) if s.starts is None else s.starts for s in material.sessions]
    return np.concatenate([np.empty(0), *parts])
