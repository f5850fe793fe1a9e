"""
Episodes: a pull, until it is named, turned away from, or the hour ends.

A pull is a *stretch*: turns with a pull code, each the turn after the one before. What answers it stands after its
first turn. A naming that was linked to a pull names the pulls that it is linked to and no other; a naming without such
a link names every pull before it that is not named yet (*adjacency*). Every episode says which of the two named it.

A turn without a value (law 1) ends what is known: a pull that was not named before the first such turn is censored
there, not at the end of the hour.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .figures import Figure, undefined
from .intervals import of_share
from .material import GIVEN, NO_VALUE, Bytes, Floats, Group, Material, Roles, Session
from .stack import Stack


class Outcome(StrEnum):
    """What ended an episode first."""

    NAMED = "named"
    TURNED_AWAY = "turned away"
    HOUR_ENDED = "hour ended"
    CODING_ENDED = "coding ended"


class How(StrEnum):
    """What says that a naming names a pull."""

    LINK = "link"
    ADJACENCY = "adjacency"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """
    One pull and what became of it; places are segment indices from 0, None where it did not happen.

    start, end        the first and last turn of the stretch
    noticed_at, named_at, turned_away_at   the first turn of each after `start`, within what is known
    followed_until    the last turn known for naming: the end of the hour, or the turn before the first without a value
    watched_until     the same for noticing
    how               what says that `named_at` names this pull
    """

    session: int
    transcript: str
    start: int
    end: int
    noticed_at: int | None
    named_at: int | None
    turned_away_at: int | None
    followed_until: int
    watched_until: int
    whole_hour: bool
    how: How

    @property
    def outcome(self) -> Outcome:
        """Say what came first: naming, turning away, or the end."""
        named, away = self.named_at, self.turned_away_at
        if named is not None and (away is None or named <= away):
            return Outcome.NAMED
        if away is not None:
            return Outcome.TURNED_AWAY
        return Outcome.HOUR_ENDED if self.whole_hour else Outcome.CODING_ENDED

    @property
    def turns_followed(self) -> int:
        """Return how many turns after its first the pull could have been named in."""
        return self.followed_until - self.start

    def turns_to(self, place: int | None) -> int | None:
        """Return the number of turns from the first turn of the pull."""
        return None if place is None else place - self.start


def episodes(material: Material, roles: Roles) -> tuple[Episode, ...]:
    """Find every pull of every session, in order, and what became of it."""
    stack = Stack.of(material)
    pull, naming, noticing, away = (
        stack.given(group) for group in (roles.pull, roles.naming, roles.noticing, roles.turned_away)
    )
    has_pull = bool(roles.pull.codes)
    out: list[Episode] = []
    for s, session in enumerate(material.sessions):
        at = stack.within(s)
        if has_pull:
            rows = pull[at], naming[at], noticing[at], away[at]
            out += _of_session(s, session, roles, *rows)
    return tuple(out)


def stretches(pull: Bytes) -> list[tuple[int, int]]:
    """Return the first and last turn of every run of consecutive turns with a pull."""
    edges = np.diff(np.concatenate([[0], (pull == GIVEN).astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True))


def _of_session(
    s: int, session: Session, roles: Roles, pull: Bytes, naming: Bytes, noticing: Bytes, away: Bytes
) -> list[Episode]:
    linked = _links(session, roles)
    free = naming.copy()
    free[[place for place in linked if naming[place] == GIVEN]] = 0
    last, out = len(pull) - 1, []
    names, notices, turns_away = _At.of(free, naming), _At.of(noticing, noticing), _At.of(away, naming)
    for start, end in stretches(pull):
        until, watched = names.known_until(start), notices.known_until(start)
        by_link = [p for p, pulls in linked.items() if start < p <= until and any(start <= to <= end for to in pulls)]
        by_turn = names.first(start, until)
        named, how = _earlier(min(by_link, default=None), by_turn)
        out.append(
            Episode(
                s, session.transcript, start, end,
                noticed_at=notices.first(start, watched) if roles.noticing.codes else None,
                named_at=named,
                turned_away_at=turns_away.first(start, until) if roles.turned_away.codes else None,
                followed_until=until, watched_until=watched, whole_hour=until == last, how=how,
            )
        )  # fmt: skip
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _At:
    """Where something was given in a session, and where it has no value: both in order, looked up by halving."""

    given: list[int]
    unknown: list[int]
    last: int

    @classmethod
    def of(cls, given: Bytes, known: Bytes) -> _At:
        return cls(np.flatnonzero(given == GIVEN).tolist(), np.flatnonzero(known == NO_VALUE).tolist(), len(given) - 1)

    def known_until(self, start: int) -> int:
        """Return the last turn before the first one after `start` that has no value."""
        place = bisect_right(self.unknown, start)
        return self.unknown[place] - 1 if place < len(self.unknown) else self.last

    def first(self, start: int, until: int) -> int | None:
        """Return the first turn after `start`, but not after `until`, with it."""
        place = bisect_right(self.given, start)
        found = self.given[place] if place < len(self.given) else until + 1
        return found if found <= until else None


def _links(session: Session, roles: Roles) -> dict[int, set[int]]:
    """Return for each turn whose naming was linked to pulls the turns of these pulls."""
    out: dict[int, set[int]] = {}
    for link in session.links:
        if link.code in roles.naming.codes and link.to_code in roles.pull.codes:
            out.setdefault(link.segment, set()).add(link.to_segment)
    return out


def _earlier(link: int | None, turn: int | None) -> tuple[int | None, How]:
    if link is not None and (turn is None or link <= turn):
        return link, How.LINK
    return turn, How.NONE if turn is None else How.ADJACENCY


def firsts(found: Sequence[Episode]) -> tuple[Episode, ...]:
    """Keep the first pull of each session."""
    seen: dict[int, Episode] = {}
    for episode in found:
        seen.setdefault(episode.session, episode)
    return tuple(seen.values())


def named_within(found: Sequence[Episode], turns: int) -> Figure:
    """
    Return the share of pulls named within so many turns, of those that were followed for that long.

    A pull in the last turns of an hour cannot show whether it would have been named in time: it is left out, named or
    not, and `n` says how many are in. Sessions, not pulls, are taken as independent.
    """
    if not found:
        return undefined("not defined: there is no pull in this layer")
    known = [episode for episode in found if episode.turns_followed >= turns]
    if not known:
        return undefined(f"not defined: no pull is followed by {turns} turns")
    named = np.array([e.named_at is not None and e.named_at - e.start <= turns for e in known], dtype=np.float64)
    return of_share(named, np.array([episode.session for episode in known]))


def outcomes(found: Sequence[Episode]) -> dict[Outcome, int]:
    """Count what ended the episodes."""
    return {outcome: sum(e.outcome == outcome for e in found) for outcome in Outcome}


def how_named(found: Sequence[Episode]) -> dict[How, int]:
    """Count what says that the named pulls were named: links, or adjacency."""
    return {how: sum(e.how == how for e in found) for how in (How.LINK, How.ADJACENCY)}


def first_of(material: Material, group: Group) -> list[int | None]:
    """Return for each session the first turn with a code of the group, None where there is none."""
    stack = Stack.of(material)
    given = stack.given(group)
    out: list[int | None] = []
    for s in range(len(material.sessions)):
        found = np.flatnonzero(given[stack.within(s)] == GIVEN)
        out.append(int(found[0]) if len(found) and group.codes else None)
    return out


def seconds_between(session: Session, earlier: int, later: int) -> Figure:
    """Return the seconds from the beginning of one turn to that of another, or why they are not known."""
    return _between(session.starts, session.transcript, earlier, later)


def seconds_until_end(session: Session, earlier: int, last: int) -> Figure:
    """Return the seconds from the beginning of a turn to the end of the last known one, else to its beginning."""
    ends = session.ends
    if session.starts is None or ends is None or np.isnan(ends[last]):
        return _between(session.starts, session.transcript, earlier, last)
    times = np.append(session.starts[: last + 1], ends[last])
    return _between(times, session.transcript, earlier, last + 1)


def _between(times: Floats | None, transcript: str, earlier: int, later: int) -> Figure:
    if times is None or np.isnan(times).all():
        return undefined(f"not defined: {transcript} has no times")
    if np.isnan(times[[earlier, later]]).any():
        return undefined(f"not defined: a turn of {transcript} has no time")
    passed = float(times[later] - times[earlier])
    known = times[earlier : later + 1]
    if (np.diff(known[~np.isnan(known)]) < 0).any():
        return undefined(f"not defined: the times of {transcript} run backwards")
    return Figure(passed, 1)
