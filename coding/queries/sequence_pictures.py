"""Sequences laid out for their pictures, and said in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coding.analysis.lags import lagged
from coding.analysis.stack import Stack
from coding.formats.pictures.lag_plot import LagLine, LagPoint, lag_plot
from coding.formats.pictures.states import Arrow, State, state_diagram
from coding.formats.pictures.svg import Picture
from coding.queries.enactment_sequences import NOTABLE, PairCell, Sequences, Square, groups_asked, pair_asked
from coding.queries.enactments import Enactments, Named
from coding.queries.enactments_asked import LAGS, Asked

#: More sessions than these are not drawn one by one beside their sum.
FEW_SESSIONS, FEW_GROUPS = 5, 10


def cell_words(cell: PairCell, lag: int, unit: str = "turn") -> str:
    """Say a cell of the square in a line."""
    if cell.residual is None:
        return f"{cell.given.title}, then {cell.target.title}: {cell.why}"
    p = "" if cell.p_chance is None else f", p by shuffling {cell.p_chance:.3f}"
    return (
        f"{cell.given.title}, then {cell.target.title} {_later(lag, unit)}: {cell.observed} seen, "
        f"{cell.expected or 0:.1f} expected, residual {_signed(cell.residual)}{p}"
    )


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{abs(value):.1f}"


def _later(lag: int, unit: str = "turn") -> str:
    return f"one {unit} later" if lag == 1 else f"{lag} {unit}s later"


def step_of(asked: Asked) -> str:
    """Say what one step of a sequence is."""
    return "turn" if asked.unit == "segment" else "code"


def draw_states(
    found: Enactments, square: Square, asked: Asked, href: Callable[[PairCell], str] | None = None,
    read: Callable[[Named], str] | None = None, *, is_small: bool = False,
) -> Picture:  # fmt: skip
    """Draw the square as a diagram of states; `href` leads to the places of a pair, `read` to the turns of a group."""
    material = found.material
    occurring = {}
    for place, named in enumerate(square.groups):
        columns = [material.keys.index(key) for key in named.group.codes]
        turns = sum(int((session.values[:, columns] == 1).any(axis=1).sum()) for session in material.sessions)
        if turns:
            occurring[place] = State(
                named.title, named.slot, turns, named.standing.is_below, read(named) if read else ""
            )
    spot = {place: number for number, place in enumerate(occurring)}
    arrows = [
        Arrow(
            spot[i],
            spot[j],
            cell.probability or 0.0,
            {"plus": 1, "minus": -1}.get(cell.sign, 0),
            cell_words(cell, asked.lag, step_of(asked)),
            href(cell) if href else "",
        )
        for i, (_, row) in enumerate(square.rows)
        for j, cell in enumerate(row)
        if i in spot and j in spot and cell.observed
    ]
    return state_diagram(
        list(occurring.values()),
        arrows,
        f"What follows what {_later(asked.lag, step_of(asked))}, {square.title.lower()}",
        "states-small" if is_small else "states",
        is_small=is_small,
    )


def draw_lags(found: Enactments, asked: Asked, href: Callable[[int, str], str] | None = None) -> Picture | None:
    """
    Draw the pair that is asked for over the lags: all sessions, and each of them where they are few.

    `href` leads to the places of the pair at a lag, in one session or ("") in all of them.
    """
    pair = pair_asked(groups := groups_asked(found, asked), asked)
    if pair is None or not found.material.sessions:
        return None
    counted, (given, target), plainly = Sequences(found, groups), pair, found.plainly(asked)
    names = counted.lagged.transcripts
    wanted = ["", *names] if 1 < len(names) <= FEW_SESSIONS else [""]
    lines = []
    for transcript in wanted:
        made = [(lag, counted.association(given, target, lag, transcript)) for lag in LAGS]
        points = tuple(
            LagPoint(
                lag,
                one.read_residual.value,
                plainly(one.read_residual.why)
                or f"{transcript or 'All sessions'}, {_later(lag)}: residual "
                f"{_signed(one.read_residual.value or 0)}, {one.table[0]} seen",
                href(lag, transcript) if href and one.table[0] else "",
            )
            for lag, one in made
        )
        lines.append(LagLine(transcript or "All sessions", points))
    return lag_plot(lines, f"{given.title}, then {target.title}")


def draw_lags_by_rater(found: Enactments, asked: Asked) -> list[tuple[str, Picture]]:
    """Draw the same pair in the layer of each rater."""
    pair = pair_asked(groups_asked(found, asked), asked)
    if pair is None:
        return []
    return [(label, _of_rater(label, other, asked, *pair)) for label, other in found.beside]


def draw_states_by_rater(found: Enactments, asked: Asked, groups: Sequence[Named]) -> list[tuple[str, Picture]]:
    """Draw the diagram of states in each rater's own codes."""
    return [
        (label, draw_states(other, Sequences(other, groups, tests=False).square(asked), asked, is_small=True))
        for label, other in found.beside
    ]


def _of_rater(label: str, found: Enactments, asked: Asked, given: Named, target: Named) -> Picture:
    plainly, counted = found.plainly(asked), lagged(Stack.of(found.material), [given.group], [target.group], LAGS)
    made = [(lag, counted.of(given.group.name, target.group.name, lag)) for lag in LAGS]
    points = tuple(
        LagPoint(
            lag,
            one.read_residual.value,
            plainly(one.read_residual.why)
            or f"{label}, {_later(lag)}: residual {_signed(one.read_residual.value or 0)}",
        )
        for lag, one in made
    )
    return lag_plot(
        [LagLine(label, points)], f"{given.title}, then {target.title}, {label}", "lags-small", is_small=True
    )


def sequence_sentence(square: Square, asked: Asked) -> str:
    """Say what stands out most in the square."""
    if not square.groups:
        return "There are no groups of codes to follow."
    if not square.pairs and asked.unit != "segment":
        return f"In no session of this layer do two codes stand {asked.lag} apart."
    if not square.pairs:
        return "No two turns of these sessions can be followed."
    more = [cell for cell in square.cells if cell.sign == "plus" and (cell.p_chance is None or cell.p_chance < 0.05)]
    if not more:
        return (
            f"Nothing follows anything else {_later(asked.lag, step_of(asked))} clearly more often than chance has it."
        )
    most = max(more, key=lambda cell: cell.residual or 0)
    others = len(more) - 1
    also = "" if not others else " So does one more pair." if others == 1 else f" So do {others} more pairs."
    return (
        f"{most.target.title} follows {most.given.title.lower()} {_later(asked.lag, step_of(asked))} more often than "
        f"chance has it: {most.observed} times, {most.expected or 0:.1f} expected.{also}"
    )


def wants_sessions(found: Enactments, groups: int) -> Sequence[str]:
    """Give the sessions that are shown one by one beside their sum: where they are few, and so are the groups."""
    if groups > FEW_GROUPS:
        return []
    names = [session.transcript for session in found.material.sessions]
    return names if 1 < len(names) <= FEW_SESSIONS else []


__all__ = ["NOTABLE", "cell_words", "draw_lags", "draw_lags_by_rater", "draw_states", "sequence_sentence"]
