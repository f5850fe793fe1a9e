"""Intervals that take sessions, not turns or pulls, as independent."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, stdtrit

from .figures import Figure, undefined
from .material import Floats

LEAST_SESSIONS = 5


def of_share(happened: Floats, clusters: npt.NDArray[Any]) -> Figure:
    """
    Return the mean of yes-or-no values with a delete-one-cluster jackknife interval on the logit scale.

    t with C - 1 degrees of freedom; as the percentages of `coding.reliability`.
    """
    n = len(happened)
    if not n:
        return undefined("not defined: there is nothing to take a share of")
    value = float(happened.mean())
    _, place = np.unique(clusters, return_inverse=True)
    weights: Floats = np.bincount(place).astype(np.float64)
    return _with_interval(value, n, np.bincount(place, happened), weights)


def of_ratio(above: Floats, below: Floats, what: str) -> Figure:
    """
    Return sum(above) / sum(below), a rate over sessions, with a delete-one-session jackknife interval on the log scale.

    `n` is the number of sessions with something below the line. `what` says what is missing when there is none.
    """
    used = below > 0
    above, below = above[used], below[used]
    sessions = len(below)
    if not sessions:
        return undefined(f"not defined: {what}")
    total, of = float(above.sum()), float(below.sum())
    value = total / of
    why = _why_none(sessions)
    if not why and total == 0:
        why = "no interval: it never occurs"
    if why:
        return Figure(value, sessions, why_no_interval=why)
    left = (total - above) / (of - below)
    if (left <= 0).any():
        return Figure(value, sessions, why_no_interval="no interval: all of it is in one session")
    half = half_width(np.log(left))
    low, high = value * float(np.exp(-half)), value * float(np.exp(half))
    return Figure(value, sessions, low=low, high=high, kind="jackknife over sessions")


def half_width(left_out: Floats) -> float:
    """Return half the width of a jackknife interval from the leave-one-out values: t times the standard error."""
    c = len(left_out)
    error = float(np.sqrt((c - 1) / c * ((left_out - left_out.mean()) ** 2).sum()))
    return float(stdtrit(c - 1, 0.975)) * error


def _with_interval(value: float, n: int, above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Figure:
    sessions = len(below)
    why = _why_none(sessions)
    if not why and value in (0.0, 1.0):
        why = f"no interval: the share is {int(value)}"
    if why:
        return Figure(value, n, why_no_interval=why)
    left = (above.sum() - above) / (below.sum() - below)
    if ((left <= 0) | (left >= 1)).any():
        return Figure(value, n, why_no_interval="no interval: without one session the share is 0 or 1")
    half, middle = half_width(logit(left)), float(logit(value))
    low, high = float(expit(middle - half)), float(expit(middle + half))
    return Figure(value, n, low=low, high=high, kind="jackknife over sessions")


def _why_none(sessions: int) -> str:
    if sessions < LEAST_SESSIONS:
        return f"no interval: {sessions} session{'' if sessions == 1 else 's'}, fewer than {LEAST_SESSIONS}"
    return ""
