"""The command `sequences`: the tables of `events` and `lags` as JSON or as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .events import Stream, Transitions, transitions
from .figures import number
from .lags import lagged
from .material import CodeOf, Group, Material, Session
from .reading import Event
from .stack import Stack

Events = Mapping[str, Sequence[Event]]
MATRICES = ("frequencies", "expected", "probabilities", "adjusted_residuals", "p", "yules_q")


def by_event(events: Events, lags: Sequence[int], *, repeats: bool) -> dict[str, Any]:
    """Return the square tables: codes in alphabetical order, given in rows, an undefined cell None."""
    codes = sorted({event.code for stream in events.values() for event in stream})
    place = {code: index for index, code in enumerate(codes)}
    streams = [Stream(name, tuple(place[event.code] for event in stream)) for name, stream in events.items()]
    found = {str(lag): transitions(streams, codes, lag, repeats=repeats) for lag in lags}
    return {"codes": codes, "lags": {lag: _matrices(table) for lag, table in found.items()}}


def _matrices(table: Transitions) -> dict[str, Any]:
    out: dict[str, Any] = {name: [[_plain(cell) for cell in row] for row in getattr(table, name)] for name in MATRICES}
    out["n"] = int(table.frequencies.sum())
    out["left_out"] = table.left_out
    out["why"] = table.why
    return out


def _plain(cell: Any) -> float | int | None:
    return int(cell) if isinstance(cell, np.integer) else number(cell)


def by_segment(
    events: Events, lengths: Mapping[str, int], given: Sequence[str], target: Sequence[str], lags: Sequence[int]
) -> dict[str, Any]:
    """Return the 2 x 2 tables of each transcript: a given and target, b given only, c target only, d neither."""
    material = as_material(events, lengths, (*given, *target))
    one, two = Group(",".join(given), tuple(given)), Group(",".join(target), tuple(target))
    tables = lagged(Stack.of(material), [one], [two], lags)
    pairs = []
    for transcript in tables.transcripts:
        for lag in lags:
            found = tables.of(one.name, two.name, lag, transcript)
            row = {"transcript": transcript, "given": one.name, "target": two.name, "lag": lag}
            row |= {"table": list(found.table), "adjusted_residual": found.adjusted_residual.value}
            row |= {"yules_q": found.yules_q.value, "textbook_residual": found.textbook_residual.value}
            pairs.append({**row, "why": found.adjusted_residual.why})
    return {"pairs": pairs}


def as_material(events: Events, lengths: Mapping[str, int], codes: Sequence[str] = ()) -> Material:
    """
    Make a material of events, in which every segment was judged for every code of the events and of `codes`.

    Raises ValueError as `within_lengths` does.
    """
    keys = sorted({event.code for stream in events.values() for event in stream} | set(codes))
    place = {key: column for column, key in enumerate(keys)}
    within_lengths(events, lengths)
    sessions = []
    for name, length in lengths.items():
        values = np.zeros((length, len(keys)), dtype=np.int8)
        for event in events.get(name, ()):
            values[event.segment - 1, place[event.code]] = 1
        sessions.append(Session(name, values, np.ones(length, dtype=bool), ("",) * length))
    return Material(tuple(CodeOf(key) for key in keys), tuple(sessions), "the file")


def within_lengths(events: Events, lengths: Mapping[str, int]) -> None:
    """Raise ValueError where the length of a transcript is missing or too small."""
    for name, stream in events.items():
        if name not in lengths:
            raise ValueError(f"The second file does not say how many segments transcript {name!r} has.")
        if beyond := next((event.segment for event in stream if event.segment > lengths[name]), None):
            raise ValueError(f"Transcript {name!r} has {lengths[name]} segments, but an event stands at {beyond}.")


def never(events: Events, codes: Sequence[str]) -> list[str]:
    """Return those of the codes that no event has."""
    seen = {event.code for stream in events.values() for event in stream}
    return [code for code in codes if code not in seen]


def as_text(found: Mapping[str, Any]) -> str:
    """Lay out what `by_event` or `by_segment` found, for reading."""
    return _pairs_as_text(found) if "pairs" in found else _matrices_as_text(found)


def _pairs_as_text(found: Mapping[str, Any]) -> str:
    lines = ["transcript\tgiven\ttarget\tlag\ta\tb\tc\td\tadjusted residual\tYule's Q"]
    for row in found["pairs"]:
        numbers = [_shown(row["adjusted_residual"]), _shown(row["yules_q"])]
        if row["adjusted_residual"] is None:
            numbers[0] = row["why"]
        cells = [row["transcript"], row["given"], row["target"], row["lag"], *row["table"], *numbers]
        lines.append("\t".join(str(cell) for cell in cells))
    return "\n".join(lines)


def _matrices_as_text(found: Mapping[str, Any]) -> str:
    lines = []
    for lag, matrices in found["lags"].items():
        for name in MATRICES:
            lines += [f"Lag {lag}: {name.replace('_', ' ')} (given in rows)", "\t".join(["", *found["codes"]])]
            for code, row in zip(found["codes"], matrices[name], strict=True):
                lines.append("\t".join([code, *(_shown(cell) for cell in row)]))
            lines.append("")
        if matrices["why"]:
            lines += [f"{matrices['why'].capitalize()}.", ""]
        if matrices["left_out"]:
            lines += [f"Left out: {matrices['left_out']} pairs in which a code follows itself.", ""]
    return "\n".join(lines).rstrip()


def _shown(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.4f}"
