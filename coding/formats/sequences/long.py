"""The long table for mixed models: one row a segment and layer, with session, dyad, codes, groups, seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from coding.analysis.material import NO_VALUE, Bytes, Floats, Group, Material, Session
from coding.analysis.stack import Stack
from coding.formats.sequences.tables import Cell, cell_text
from coding.formats.table import write_table
from transcripts.formats.guard import guard


def long_table(layers: Sequence[Material], groups: Sequence[Group]) -> Iterator[str]:
    """Write the layers one after the other. Raises ValueError for layers whose codes differ."""
    keys = layers[0].keys if layers else ()
    if any(layer.keys != keys for layer in layers):
        raise ValueError("The layers do not have the same codes in the same order.")
    names = sorted({name for layer in layers for session in layer.sessions for name in session.attributes})
    return write_table([guard(name) for name in columns(keys, groups, names)], _rows(layers, groups, names))


def columns(keys: Sequence[str], groups: Sequence[Group], attributes: Sequence[str]) -> list[str]:
    """Name the columns; a code that is called like another column is written as code.KEY."""
    fixed = ["layer", "transcript", "dyad", "session_number", *(f"session.{name}" for name in attributes)]
    fixed += ["segment", "role", "start", "end", "judged"]
    own = [f"group.{group.name}" for group in groups]
    taken = {*fixed, *own}
    return [*fixed, *(f"code.{key}" if key in taken else key for key in keys), *own]


def _rows(layers: Sequence[Material], groups: Sequence[Group], names: Sequence[str]) -> Iterator[list[str | int]]:
    for layer in layers:
        stack = Stack.of(layer)
        given = stack.groups(groups)
        for s, session in enumerate(layer.sessions):
            begin: list[Cell] = [layer.layer, session.transcript, session.dyad, session.number]
            begin += [session.attributes.get(name) for name in names]
            for row in _session(session, given[:, stack.within(s)]):
                yield [cell_text(cell) for cell in (*begin, *row)]


def _session(session: Session, given: Bytes) -> Iterator[list[Cell]]:
    for place in range(session.length):
        codes = [_value(int(value)) for value in session.values[place]]
        own = [_value(int(value)) for value in given[:, place]]
        times = [_seconds(session.starts, place), _seconds(session.ends, place)]
        yield [place + 1, session.speakers[place], *times, int(session.judged[place]), *codes, *own]


def _value(value: int) -> int | None:
    return None if value == NO_VALUE else value


def _seconds(times: Floats | None, place: int) -> float | None:
    return None if times is None or np.isnan(times[place]) else float(times[place])
