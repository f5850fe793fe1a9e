"""What an analysis hands back: a number, or the reason why there is none, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One number.

    `value` is None exactly when `why` says why. `low` and `high` are a 95 % interval, None exactly when
    `why_no_interval` says why (it is empty where none was asked for). `n` is the number of units (turns, pairs, pulls,
    sessions) that it rests on; `kind` names how value or interval were made where there is more than one way.
    """

    value: float | None
    n: int = 0
    why: str = ""
    low: float | None = None
    high: float | None = None
    why_no_interval: str = ""
    kind: str = ""

    @property
    def is_defined(self) -> bool:
        """Say whether there is a value."""
        return self.value is not None


def undefined(why: str, n: int = 0) -> Figure:
    """Return a figure without a value."""
    return Figure(None, n, why, why_no_interval=why)


def number(value: Any) -> float | None:
    """Turn an internal number into a plain float, and what is not finite into None."""
    plain = float(value)
    return plain if np.isfinite(plain) else None
