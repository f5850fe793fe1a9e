"""
Which codings a figure rests on: one rater's, or what the majority of them gave.

A code is kept where more than half of those who judged the segment gave it. Where exactly half did, nobody knows: the
tie is listed, and the segment has no value for the code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .material import GIVEN, NO_VALUE, NOT_GIVEN, Bytes, Detail, Ints, Link, Mask, Material, Session


@dataclass(frozen=True, slots=True)
class Tie:
    """A code that exactly half of those who judged a segment gave."""

    transcript: str
    segment: int
    code: str
    gave: int
    judged: int


@dataclass(frozen=True, slots=True, eq=False)
class Majority:
    """The majority layer, and what it leaves out."""

    material: Material
    ties: tuple[Tie, ...]


def more_than_half(gave: Ints, judged: Ints) -> tuple[Bytes, Mask]:
    """
    Give what the majority says, and where it is tied, from how many gave a code and how many have a value for it.

    Both arrays have one shape, and so have the answers: 1 given, 0 not given, -1 tied or nobody has a value.
    """
    values = np.where(2 * gave > judged, GIVEN, NOT_GIVEN).astype(np.int8)
    tied = (2 * gave == judged) & (judged > 0)
    values[tied | (judged == 0)] = NO_VALUE
    return values, tied


def majority(raters: Sequence[Material]) -> Majority:
    """
    Keep what more than half of those who judged gave.

    Links and attributes too: a link that more than half of those who judged its later segment made between codes that
    are kept; an attribute's value that more than half of those who gave the code gave it. A transcript may lack some
    of the raters. Raises ValueError for no raters, or raters whose codes or segments differ.
    """
    if not raters:
        raise ValueError("A majority needs at least one rater.")
    codes = raters[0].codes
    if any(other.codes != codes for other in raters):
        raise ValueError("The raters' materials do not have the same codes in the same order.")
    by_name: dict[str, list[Session]] = {}
    for material in raters:
        for session in material.sessions:
            by_name.setdefault(session.transcript, []).append(session)
    keys, ties, sessions = raters[0].keys, [], []
    for versions in by_name.values():
        session, tied = _of_session(versions, keys)
        sessions.append(session)
        ties += tied
    names = ", ".join(material.layer for material in raters if material.layer)
    layer = f"majority of {names}" if names else "majority"
    return Majority(Material(codes, tuple(sessions), layer), tuple(ties))


def _of_session(versions: Sequence[Session], keys: tuple[str, ...]) -> tuple[Session, list[Tie]]:
    first = versions[0]
    for other in versions[1:]:
        if other.length != first.length:
            raise ValueError(
                f"{first.transcript} has {first.length} segments for one rater and {other.length} for another."
            )
    stacked = np.stack([version.values for version in versions])
    gave, judged = (stacked == GIVEN).sum(axis=0), (stacked != NO_VALUE).sum(axis=0)
    values, tied = more_than_half(gave, judged)
    anybody = np.logical_or.reduce([version.judged for version in versions])
    ties = [Tie(first.transcript, int(s), keys[c], int(gave[s, c]), int(judged[s, c])) for s, c in np.argwhere(tied)]
    kept = {(int(s), keys[c]) for s, c in np.argwhere(values == GIVEN)}
    links, details = _links(versions, kept), _details(versions, kept, gave, keys)
    return replace(first, values=values, judged=anybody, links=links, details=details), ties


def _links(versions: Sequence[Session], kept: set[tuple[int, str]]) -> tuple[Link, ...]:
    votes = Counter(link for version in versions for link in set(version.links))
    out = []
    for link, count in votes.items():
        looked = sum(bool(version.judged[link.segment]) for version in versions)
        if 2 * count > looked and (link.segment, link.code) in kept and (link.to_segment, link.to_code) in kept:
            out.append(link)
    return tuple(sorted(out, key=lambda link: (link.segment, link.to_segment, link.code, link.to_code, link.kind)))


def _details(
    versions: Sequence[Session], kept: set[tuple[int, str]], gave: Ints, keys: tuple[str, ...]
) -> tuple[Detail, ...]:
    votes = Counter(detail for version in versions for detail in set(version.details))
    place = {key: column for column, key in enumerate(keys)}
    out = [
        detail
        for detail, count in votes.items()
        if (detail.segment, detail.code) in kept and 2 * count > gave[detail.segment, place[detail.code]]
    ]
    return tuple(sorted(out, key=lambda detail: (detail.segment, detail.code, detail.attribute, detail.value)))
