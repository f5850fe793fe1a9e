"""How long a pull waits to be noticed or named, by condition: curves, medians, tests, in turns or in seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .episodes import Episode, How, episodes, firsts, how_named, seconds_between, seconds_until_end
from .figures import Figure, undefined
from .hazards import Contrast, compare
from .material import Material, Roles
from .permuting import SEED, SHUFFLES
from .survival import Curve, Waits, kaplan_meier, log_rank

ALL = "all sessions"
UNTIL = ("naming", "noticing")
UNITS = ("turns", "seconds")
OF = ("first pull", "every pull")
LOG_RANK, SHUFFLING = "log-rank", "shuffling"


@dataclass(frozen=True, slots=True)
class Latencies:
    """
    Waits from pulls, a curve for each condition.

    `unit` is turns or seconds, `of` whether the first pull of each session waits or every pull. `contrasts` compares
    every two conditions; `p` is that of `test`: of the log-rank test where one pull a session waits, else of shuffling
    whole sessions. `left_out` says what is in no curve, and why. `how` counts what says that named pulls were named.
    """

    until: str
    unit: str
    of: str
    curves: dict[str, Curve]
    contrasts: tuple[Contrast, ...]
    p: Figure
    test: str
    left_out: tuple[str, ...]
    how: dict[How, int]


def latencies(
    material: Material, roles: Roles, by: str = "", *, until: str = "naming", unit: str = "turns",
    of: str = "first pull", shuffles: int = SHUFFLES, seed: int = SEED, every: Sequence[Episode] | None = None,
) -> Latencies:  # fmt: skip
    """
    Return how long pulls wait; `by` names the attribute of sessions that parts them, "" for all together.

    `every` are the episodes of the material, where they have been found already.
    """
    for given, known in ((until, UNTIL), (unit, UNITS), (of, OF)):
        if given not in known:
            raise ValueError(f"{given!r} is none of: {', '.join(known)}.")
    found = tuple(episodes(material, roles) if every is None else every)
    if of == "first pull":
        found = firsts(found)
    condition = [session.attributes.get(by, "") if by else ALL for session in material.sessions]
    left_out = _without(material, found, condition, by)
    parts: dict[str, Waits] = {}
    for name in sorted({name for name in condition if name}):
        parts[name], reasons = waits(material, [e for e in found if condition[e.session] == name], until, unit)
        left_out += reasons
    curves = {name: kaplan_meier(part, until) for name, part in parts.items()}
    contrasts = tuple(
        compare((one, parts[one]), (two, parts[two]), until, shuffles=shuffles, seed=seed)
        for one, two in combinations(parts, 2)
    )
    clustered = any(part.is_clustered for part in parts.values())
    p, test = (_clustered(contrasts), SHUFFLING) if clustered else (log_rank(parts), LOG_RANK)
    return Latencies(until, unit, of, curves, contrasts, p, test, tuple(left_out), how_named(found))


def waits(
    material: Material, found: Sequence[Episode], until: str = "naming", unit: str = "turns"
) -> tuple[Waits, list[str]]:
    """Return the waits of these pulls, and the reasons why some have none, each with their number."""
    times: list[float] = []
    happened: list[bool] = []
    sessions: list[int] = []
    reasons: Counter[str] = Counter()
    for episode in found:
        place = episode.named_at if until == "naming" else episode.noticed_at
        passed = _passed(material, episode, place, until, unit)
        if passed.value is None:
            reasons[passed.why.removeprefix("not defined: ")] += 1
            continue
        times.append(passed.value)
        happened.append(place is not None)
        sessions.append(episode.session)
    left_out = [f"{count} pull{'s' if count > 1 else ''}: {why}" for why, count in reasons.items()]
    return Waits(np.array(times, float), np.array(happened, bool), np.array(sessions, np.int64)), left_out


def _passed(material: Material, episode: Episode, place: int | None, until: str, unit: str) -> Figure:
    last = episode.followed_until if until == "naming" else episode.watched_until
    if unit == "turns":
        return Figure(float((last if place is None else place) - episode.start), 1)
    session = material.sessions[episode.session]
    if place is None:
        return seconds_until_end(session, episode.start, last)
    return seconds_between(session, episode.start, place)


def _without(material: Material, found: Sequence[Episode], condition: Sequence[str], by: str) -> list[str]:
    out = []
    nameless = sum(not name for name in condition)
    if nameless:
        out.append(f"{nameless} session{'s' if nameless > 1 else ''}: no {by} is known")
    no_pull = len(material.sessions) - len({episode.session for episode in found})
    if no_pull:
        out.append(f"{no_pull} session{'s' if no_pull > 1 else ''}: no pull in this layer")
    return out


def _clustered(contrasts: Sequence[Contrast]) -> Figure:
    if len(contrasts) == 1:
        return contrasts[0].p
    return undefined("not defined: pulls of one session are not independent; see the comparison of each two conditions")
