"""The hours of a layer turn by turn: what a timeline draws and its table says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries import sheets
from coding.queries.enactments import Enactments, Named
from coding.queries.hours import Hour
from coding.queries.layers import Layer
from coding.queries.sheets import Sheet, TurnAt, sheet

#: The side below the line; everybody else speaks above it.
BELOW = "therapist"


@dataclass(frozen=True, slots=True)
class TurnCodes:
    """One turn on which something was given in this layer, or where the raters are tied; positions count from 1."""

    position: int
    speaker: str
    codes: tuple[str, ...]
    intensity: tuple[float | None, ...]
    ties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HourCodes:
    """One session of a layer."""

    hour: Hour
    turns: tuple[TurnCodes, ...]
    gaps: tuple[int, ...]

    @property
    def length(self) -> int:
        """Count the turns of the session."""
        return len(self.hour.units)


def hour_codes(found: Enactments, layer: Layer, hours: Sequence[Hour]) -> list[HourCodes]:
    """Say turn by turn what stands in a layer of these sessions."""
    keys = list(found.codes)
    tied: dict[int, list[str]] = {}
    for unit, code in layer.ties:
        tied.setdefault(unit, []).append(keys[code])
    out = []
    for hour in hours:
        values, judged = layer.values[hour.units], layer.judged[hour.units]
        turns = []
        for place in np.flatnonzero((values == 1).any(axis=1) | [unit in tied for unit in hour.units.tolist()]):
            unit = int(hour.units[place])
            columns = np.flatnonzero(values[place] == 1).tolist()
            ratings = layer.intensity[unit, columns].tolist()
            turns.append(
                TurnCodes(
                    position=int(found.rows.units.position[unit]),
                    speaker=hour.speakers[place],
                    codes=tuple(keys[column] for column in columns),
                    intensity=tuple(None if np.isnan(rating) else rating for rating in ratings),
                    ties=tuple(tied.get(unit, ())),
                )
            )
        out.append(HourCodes(hour, tuple(turns), tuple((np.flatnonzero(~judged) + 1).tolist())))
    return out


HOUR_COLUMNS = (
    sheets.turn("turn"),
    sheets.text("speaker", "Speaker"),
    sheets.text("codes", "Codes"),
    sheets.text("ties", "Ties, left out"),
)


def hour_sheet(found: Enactments, codes: HourCodes) -> Sheet:
    """List the turns of one session with their codes, as the table beside its picture."""
    rows = [
        (
            TurnAt(codes.hour.revision, turn.position),
            turn.speaker,
            found.told_codes(turn.codes),
            found.told_codes(turn.ties),
        )
        for turn in codes.turns
    ]
    why = "No code was given in this session, in this layer."
    return sheet("hour", f"Codes of {codes.hour.transcript}", HOUR_COLUMNS, rows, why=why)


def shade(rating: float | None, highest: int) -> int:
    """Give the shade of a rating, 1 (faint) to 3 (marked); 0 where nothing was rated."""
    if rating is None or highest < 1:
        return 0
    return 1 + int(rating > highest / 2.4) + int(rating > highest / 1.25)


def family_of(families: Sequence[Named]) -> dict[str, int]:
    """Give the row of each code."""
    return {key: row for row, named in enumerate(families) for key in named.group.codes}
