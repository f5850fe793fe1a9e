"""Every place where one group follows another: from a number of the square, the diagram or the lags to the turns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from coding.analysis.material import Group, Session
from coding.queries import sheets
from coding.queries.enactment_sequences import Sequences, groups_asked, pair_asked
from coding.queries.enactments import Enactments, Named
from coding.queries.enactments_asked import Asked
from coding.queries.sheets import Sheet, Told, TurnAt, sheet

TITLE = "Every place of one pair"
COLUMNS = (
    sheets.text("transcript", "Transcript"),
    sheets.text("condition", "Condition"),
    sheets.turn("given", "Turn"),
    sheets.text("given_codes", "Given"),
    sheets.turn("target", "Turn"),
    sheets.text("target_codes", "Then"),
)


def places_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List the turns of the pair that is asked for, at the lag and in the unit that are asked for."""
    groups = groups_asked(found, asked)
    pair = pair_asked(groups, asked)
    if pair is None or not found.material.sessions:
        return sheet("places", TITLE, COLUMNS, [], why="There are no two groups to follow.")
    counted, by = Sequences(found, groups, tests=False), found.by(asked)
    rows = []
    for hour, session in zip(found.hours, found.material.sessions, strict=True):
        if asked.session and session.transcript != asked.session:
            continue
        for turns in _places(counted, session, pair, asked):
            cells = [
                cell
                for turn, named in zip(turns, pair, strict=True)
                for cell in (
                    TurnAt(hour.revision, found.position(hour, turn)),
                    _codes(found, session, turn, named.group),
                )
            ]
            rows.append((session.transcript, session.attributes.get(by, ""), *cells))
    given, target = (named.title for named in pair)
    why = f"{target} never follows {given} {_apart(asked)} in {asked.session or 'this layer'}."
    return sheet("places", TITLE, COLUMNS, rows, why=why)


def _apart(asked: Asked) -> str:
    step = "turn" if asked.unit == "segment" else "code"
    return f"one {step} later" if asked.lag == 1 else f"{asked.lag} {step}s later"


def _places(counted: Sequences, session: Session, pair: tuple[Named, Named], asked: Asked) -> Iterator[tuple[int, int]]:
    """Give the turns of each given and target, counted from 0."""
    lag = asked.lag
    if asked.unit == "segment":
        given, target = (_given(counted.found, session, named.group) for named in pair)
        for turn in np.flatnonzero(given[:-lag] & target[lag:]).tolist():
            yield turn, turn + lag
        return
    turns, events = counted.events(session, repeats=asked.unit == "event")
    one, other = (counted.groups.index(named) for named in pair)
    for place in np.flatnonzero((events[:-lag] == one) & (events[lag:] == other)).tolist():
        yield int(turns[place]), int(turns[place + lag])


def _given(found: Enactments, session: Session, group: Group) -> np.ndarray:
    columns = [found.material.keys.index(key) for key in group.codes]
    given: np.ndarray = (session.values[:, columns] == 1).any(axis=1)
    return given


def _codes(found: Enactments, session: Session, turn: int, group: Group) -> Told:
    keys = found.material.keys
    return found.told_codes(key for key in group.codes if session.values[turn, keys.index(key)] == 1)
