"""
What becomes of a naming: which responses come within 1, 3, 5 turns, in which order, and which pull it took up.

A response that was linked to a naming answers the namings that it is linked to and no other; a response without such a
link answers every naming before it (*adjacency*), however many came between. Responses stand after the naming's turn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .episodes import How
from .figures import Figure, undefined
from .intervals import of_share
from .material import GIVEN, NO_VALUE, Bytes, Floats, Ints, Material, Roles, Session
from .stack import Stack

WITHIN = (1, 3, 5)
NEITHER = "none of them"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer to a naming: which, how many turns later, and what says that it answers this naming."""

    name: str
    turns: int
    how: How


@dataclass(frozen=True, slots=True)
class Naming:
    """
    One turn with a naming.

    `responses` holds the first response of each kind, in the order in which they came. `pull_at` is the pull that was
    named: the linked one (the earliest, if several), else the last one before; None if none came before.
    `followed_for` counts the turns after it that are known.
    """

    session: int
    transcript: str
    turn: int
    pull_at: int | None
    pull_how: How
    responses: tuple[Response, ...]
    followed_for: int

    def within(self, turns: int) -> tuple[Response, ...]:
        """Return the responses within so many turns, in order."""
        return tuple(response for response in self.responses if response.turns <= turns)

    def first_within(self, turns: int) -> str:
        """Name the first response within so many turns, or "none of them"; of two in one turn, the earlier role."""
        found = self.within(turns)
        return found[0].name if found else NEITHER


def namings(material: Material, roles: Roles) -> tuple[Naming, ...]:
    """Find every turn with a naming, what it took up and what followed."""
    stack = Stack.of(material)
    pull, naming = stack.given(roles.pull), stack.given(roles.naming)
    responses = [(group.name, group.codes, stack.given(group)) for group in roles.responses if group.codes]
    out: list[Naming] = []
    for s, session in enumerate(material.sessions):
        at = stack.within(s)
        rows = [(name, codes, given[at]) for name, codes, given in responses]
        answers_at = [
            (name, np.flatnonzero(given == GIVEN).tolist(), _bound(session, codes, roles))
            for name, codes, given in rows
        ]
        turns = np.flatnonzero(naming[at] == GIVEN).tolist() if roles.naming.codes else []
        pulls = np.flatnonzero(pull[at] == GIVEN).tolist() if roles.pull.codes else []
        unknown, linked = [*_unknown(rows, session.length), session.length], _linked(session, roles)
        for turn in turns:
            pull_at, how = _pull_of(turn, pulls, linked)
            until = unknown[bisect_right(unknown, turn)] - 1
            answers = _responses(turn, until, answers_at)
            out.append(Naming(s, session.transcript, turn, pull_at, how, answers, until - turn))
    return tuple(out)


def shares(found: Sequence[Naming], roles: Roles, within: Sequence[int] = WITHIN) -> dict[str, dict[int, Figure]]:
    """
    Return for each response, and for "none of them", the share of namings that it follows within so many turns.

    Namings that are not followed for so long are left out, answered or not; `n` says how many are in. Shares may add up
    to more than 1: a naming may be recognised and turned away from.
    """
    names = [group.name for group in roles.responses if group.codes]
    sessions = np.array([naming.session for naming in found])
    followed = np.array([naming.followed_for for naming in found])
    after = {name: np.full(len(found), np.inf) for name in names}
    for place, naming in enumerate(found):
        for response in naming.responses:
            after[response.name][place] = response.turns
    after[NEITHER] = np.minimum.reduce(list(after.values())) if after else np.full(len(found), np.inf)
    return {
        name: {turns: _share(came, followed, sessions, turns, name != NEITHER) for turns in within}
        for name, came in after.items()
    }


def _share(came: Floats, followed: Ints, sessions: Ints, turns: int, wanted: bool) -> Figure:
    """Return the share of namings after which it came, or did not, within so many turns."""
    if not len(came):
        return undefined("not defined: naming never occurs in this layer")
    known = followed >= turns
    if not known.any():
        return undefined(f"not defined: no naming is followed by {turns} turns")
    return of_share(((came[known] <= turns) == wanted).astype(np.float64), sessions[known])


def _unknown(rows: Sequence[tuple[str, tuple[str, ...], Bytes]], length: int) -> list[int]:
    """Return the turns at which some response has no value."""
    gone = np.zeros(length, dtype=bool)
    for _, _, given in rows:
        gone |= given == NO_VALUE
    return np.flatnonzero(gone).tolist()


def _linked(session: Session, roles: Roles) -> dict[int, int]:
    """Give for each turn whose naming was linked to pulls the earliest of them."""
    out: dict[int, int] = {}
    for link in session.links:
        if link.code in roles.naming.codes and link.to_code in roles.pull.codes:
            out[link.segment] = min(link.to_segment, out.get(link.segment, link.to_segment))
    return out


def _pull_of(turn: int, pulls: list[int], linked: dict[int, int]) -> tuple[int | None, How]:
    if turn in linked:
        return linked[turn], How.LINK
    before = bisect_left(pulls, turn)
    return (pulls[before - 1], How.ADJACENCY) if before else (None, How.NONE)


def _bound(session: Session, codes: tuple[str, ...], roles: Roles) -> dict[int, set[int]]:
    """Give for each turn whose response was linked to namings the turns of these namings."""
    out: dict[int, set[int]] = {}
    for link in session.links:
        if link.code in codes and link.to_code in roles.naming.codes:
            out.setdefault(link.segment, set()).add(link.to_segment)
    return out


def _responses(
    turn: int, until: int, answers_at: Sequence[tuple[str, list[int], dict[int, set[int]]]]
) -> tuple[Response, ...]:
    out = []
    for name, places, bound in answers_at:
        for at in range(bisect_right(places, turn), len(places)):
            if (place := places[at]) > until:
                break
            if place not in bound or turn in bound[place]:
                out.append(Response(name, place - turn, How.LINK if place in bound else How.ADJACENCY))
                break
    return tuple(sorted(out, key=lambda response: response.turns))
