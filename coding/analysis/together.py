"""
Which codes go together: in one turn, or within a window of turns.

A window is so many consecutive turns of one session; every turn that has enough turns after it begins one. A window has
a group if any of its turns has it, lacks it if all of its turns are known to lack it, and is left out else. In a window
of one turn only turns count whose speaker may be given both groups. Windows overlap and turns hang together, so
intervals leave out one session at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .association import Tables, associate, jaccard, phi
from .figures import Figure, number, undefined
from .lags import tables_of
from .material import GIVEN, NO_VALUE, Bytes, Group, Material
from .stack import Stack


@dataclass(frozen=True, slots=True)
class Together:
    """
    Two groups: windows with both, with the one only, with the other only, with neither.

    `jaccard` is the share with both among those with either, `phi` their correlation.
    """

    one: str
    other: str
    window: int
    table: tuple[int, int, int, int]
    jaccard: Figure
    phi: Figure
    log_odds_ratio: Figure


def together(material: Material, groups: Sequence[Group], window: int = 1) -> tuple[Together, ...]:
    """Hold every two groups against each other."""
    if window < 1:
        raise ValueError("A window is one turn or more.")
    stack = Stack.of(material)
    given = stack.groups(groups)
    occurring = (given == GIVEN).any(axis=1)
    if window == 1:
        for row, group in zip(given, groups, strict=True):
            row[~stack.could_be(group) if group.codes else np.ones(len(row), dtype=bool)] = NO_VALUE
    rows, sessions = _windows(stack, given, window)
    tables = tables_of(rows, rows, sessions, (0,))[0]
    out = []
    for i, j in combinations(range(len(groups)), 2):
        out.append(_of(groups[i], groups[j], window, tables[:, i, j], (bool(occurring[i]), bool(occurring[j]))))
    return tuple(out)


def _windows(stack: Stack, given: Bytes, window: int) -> tuple[Bytes, list[slice]]:
    """Return for each window whether it has each group, and which windows are of which session."""
    rows: list[Bytes] = [np.empty((len(given), 0), dtype=np.int8)]
    sessions, begin = [], 0
    for s in range(len(stack.lengths)):
        part = given[:, stack.within(s)]
        count = max(part.shape[1] - window + 1, 0)
        shifted = [part[:, k : k + count] for k in range(window)] if count else []
        if count:
            found = np.minimum.reduce(shifted)
            found[np.maximum.reduce(shifted) == GIVEN] = GIVEN
            rows.append(found)
        sessions.append(slice(begin, begin + count))
        begin += count
    return np.concatenate(rows, axis=1), sessions


def _of(one: Group, other: Group, window: int, tables: Tables, occurring: tuple[bool, bool]) -> Together:
    unit = "turn" if window == 1 else f"window of {window} turns"
    known = "turn that may be given both" if window == 1 else f"{unit} in which both are known"
    first, second = (
        f"{group.name} is in no {known}" if occurs else ""
        for group, occurs in zip((one, other), occurring, strict=True)
    )
    found = associate(tables, one.name, other.name, unit, " in this layer", unpaired=(first, second))
    n, total = found.n, np.array(found.table)
    if not n and window == 1:
        why = f"not defined: no judged turn may be given both {one.name} and {other.name}"
        nothing = undefined(why)
        return Together(one.name, other.name, window, found.table, nothing, nothing, nothing)
    share = number(jaccard(total))
    either = Figure(share, n) if share is not None else undefined(f"not defined: neither occurs in any {unit}", n)
    link = number(phi(total))
    correlation = Figure(link, n) if link is not None else undefined(found.log_odds_ratio.why, n)
    return Together(one.name, other.name, window, found.table, either, correlation, found.log_odds_ratio)
