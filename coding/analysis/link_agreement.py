"""
Do raters link the same turns? Reliability of links, by `coding.reliability`.

A unit is a segment where at least two raters gave a code of the group that links lead from (a naming, a response). A
rater's value is the segment that the link leads to, or "no link"; a rater who did not give the group there has no
value. Each target segment of each transcript is a category of its own. Where a rater linked one segment to several,
the value is the set of them, so that only equal sets agree.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coding.reliability import Nominal, Result, measure

from .material import GIVEN, Group, Material, Session
from .stack import columns

COEFFICIENTS = ("percent_agreement", "krippendorff_alpha")
NO_LINK: tuple[int, ...] = ()


def link_agreement(raters: Sequence[Material], group: Group, *, to: Group | None = None) -> dict[str, Result]:
    """
    Return percent agreement and Krippendorff's alpha of the links from a group, to a group or to anything.

    Intervals leave out one transcript at a time. Raises ValueError for raters whose codes differ.
    """
    if any(other.codes != raters[0].codes for other in raters[1:]):
        raise ValueError("The raters' materials do not have the same codes in the same order.")
    sessions: dict[str, list[Session | None]] = {}
    for place, material in enumerate(raters):
        for session in material.sessions:
            sessions.setdefault(session.transcript, [None] * len(raters))[place] = session
    rows: list[list[int]] = []
    transcripts: list[int] = []
    categories: dict[tuple[int, tuple[int, ...]], int] = {(-1, NO_LINK): 0}
    for t, versions in enumerate(sessions.values()):
        for row in _of_transcript(raters, versions, group, to):
            rows.append([_category(categories, t, value) for value in row])
            transcripts.append(t)
    ratings = np.array(rows, dtype=np.int64).reshape(-1, len(raters)).T
    variable = Nominal.from_ratings(ratings, len(categories), np.array(transcripts, dtype=np.int64))
    return measure(variable, COEFFICIENTS)


def _of_transcript(
    raters: Sequence[Material], versions: Sequence[Session | None], group: Group, to: Group | None
) -> list[list[tuple[int, ...] | None]]:
    """Return for each unit each rater's targets, None where the rater has no value."""
    chosen = [columns(material, group) for material in raters]
    length = max(session.length for session in versions if session is not None)
    given = np.zeros((len(raters), length), dtype=bool)
    for k, session in enumerate(versions):
        if session is not None and len(chosen[k]):
            given[k, : session.length] = (session.values[:, chosen[k]] == GIVEN).any(axis=1)
    targets = [_targets(session, group, to) for session in versions]
    return [
        [targets[k].get(segment, NO_LINK) if given[k, segment] else None for k in range(len(raters))]
        for segment in np.flatnonzero(given.sum(axis=0) >= 2).tolist()
    ]


def _targets(session: Session | None, group: Group, to: Group | None) -> dict[int, tuple[int, ...]]:
    out: dict[int, set[int]] = {}
    for link in session.links if session is not None else ():
        if link.code in group.codes and (to is None or link.to_code in to.codes):
            out.setdefault(link.segment, set()).add(link.to_segment)
    return {segment: tuple(sorted(found)) for segment, found in out.items()}


def _category(categories: dict[tuple[int, tuple[int, ...]], int], t: int, value: tuple[int, ...] | None) -> int:
    if value is None:
        return -1
    key = (-1, NO_LINK) if value == NO_LINK else (t, value)
    return categories.setdefault(key, len(categories))
