"""One hour of a round to read: every turn with what stands on it in a layer, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coding.queries.enactments import Enactments
from coding.queries.hours import Hour
from transcripts.models import Segment


@dataclass(frozen=True, slots=True)
class CodeOnTurn:
    """One code on one turn: whether the layer has it, and how many of those with a value gave it."""

    key: str
    name: str
    slot: str
    in_layer: bool
    is_tie: bool
    gave: int
    judged: int
    rating: float | None
    is_weak: bool


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn of the hour."""

    segment: Segment
    codes: tuple[CodeOnTurn, ...]
    is_gap: bool


def read_hour(found: Enactments, hour: Hour) -> list[ReadTurn]:
    """Give the turns of an hour, in one statement."""
    segments = Segment.objects.filter(revision=hour.revision).select_related("speaker__role").order_by("position")
    keys, layer = list(found.codes), found.layer
    column = {found.codes[key].id: place for place, key in enumerate(keys)}
    units = hour.units.tolist()
    place_of = {unit: place for place, unit in enumerate(units)}
    inside = np.isin(found.rows.given[1], hour.units)
    gave: dict[tuple[int, int], int] = {}
    for unit, code in found.rows.given[1:3, inside].T.tolist():
        if code in column:
            gave[place_of[unit], column[code]] = gave.get((place_of[unit], column[code]), 0) + 1
    weak = {named.group.codes[0] for named in found.each_code if named.standing.is_below}
    ties = set(layer.ties)
    judged = (found.rows.judged[:, hour.units] == 1).sum(axis=0)
    turns = []
    for place, segment in enumerate(segments):
        unit = units[place]
        codes = []
        for code, key in enumerate(keys):
            if (place, code) not in gave and layer.values[unit, code] != 1:
                continue
            rating = float(layer.intensity[unit, code])
            codes.append(
                CodeOnTurn(
                    key=key,
                    name=found.codes[key].name,
                    slot=found.codes[key].slot,
                    in_layer=bool(layer.values[unit, code] == 1),
                    is_tie=(unit, code) in ties,
                    gave=gave.get((place, code), 0),
                    judged=int(judged[place]),
                    rating=None if np.isnan(rating) else rating,
                    is_weak=key in weak,
                )
            )
        turns.append(ReadTurn(segment, tuple(codes), not bool(layer.judged[unit])))
    return turns
