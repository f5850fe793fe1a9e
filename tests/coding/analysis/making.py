"""Small materials for tests: a session is a string of turns parted by spaces, a turn the letters of its codes."""

from __future__ import annotations

from typing import Any

import numpy as np

from coding.analysis.material import CodeOf, Group, Link, Material, Roles, Session

# P pull, N naming, S noticing, R recognised, U understood, W new response, T turned away
LETTERS = "PSNRUWT"
ROLES = Roles(
    pull=Group("pull", ("P",)),
    noticing=Group("noticing", ("S",)),
    naming=Group("naming", ("N",)),
    recognised=Group("recognised", ("R",)),
    understood=Group("understood", ("U",)),
    new=Group("new response", ("W",)),
    turned_away=Group("turned away", ("T",)),
)


def session(turns: str, name: str = "T", *, codes: str = LETTERS, speakers: str = "", **more: Any) -> Session:
    """`.` is a turn judged without codes, `?` one that was not judged; `N?` gives N no value and leaves the rest."""
    words = turns.split()
    values = np.zeros((len(words), len(codes)), dtype=np.int8)
    judged = np.array([word != "?" for word in words], dtype=bool)
    for place, word in enumerate(words):
        if word == "?":
            values[place] = -1
            continue
        for at, letter in enumerate(word):
            if letter in codes:
                values[place, codes.index(letter)] = -1 if word[at + 1 : at + 2] == "?" else 1
    roles = tuple(speakers.split()) if speakers else ("",) * len(words)
    return Session(name, values, judged, roles, **more)


def material(*sessions: Session | str, codes: str = LETTERS, **roles: frozenset[str]) -> Material:
    made = tuple(session(one, f"T{k}", codes=codes) if isinstance(one, str) else one for k, one in enumerate(sessions))
    return Material(tuple(CodeOf(letter, "", roles.get(letter, frozenset())) for letter in codes), made, "test")


def group(letters: str, name: str = "") -> Group:
    return Group(name or letters, tuple(letters))


def link(segment: int, code: str, to_segment: int, to_code: str) -> Link:
    return Link(segment, code, to_segment, to_code)
