"""What a computation hands back: a value or the reason why there is none, with the counts it rests on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a variable consists of: units with a rating, with two or more, ratings, raters, transcripts, categories."""

    units: int
    pairable: int
    ratings: int
    raters: int
    clusters: int
    categories: int


@dataclass(frozen=True, slots=True)
class Result:
    """
    One coefficient.

    `value` is None exactly when `why` says why; `low` and `high` are None exactly when `why_no_interval` says why and
    `kind` is not "optimistic". `n` is the number of units that the coefficient used. `kind` names how the interval was
    made: "jackknife", "percentile", "bca", "analytic", "F", "optimistic" (segments treated as independent although
    they are nested in transcripts; `why_no_interval` then still says why there is no honest one), or "".
    """

    coefficient: str
    value: float | None
    why: str
    n: int
    counts: Counts
    low: float | None = None
    high: float | None = None
    kind: str = ""
    why_no_interval: str = ""
    se: float | None = None
    df: int | None = None
    scale: str = "z"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Pickle as a call of the class, which is read back four times as fast as the state of a frozen dataclass."""
        return Result, tuple(getattr(self, name) for name in self.__slots__)

    @property
    def is_defined(self) -> bool:
        """Say whether there is a value."""
        return self.value is not None


def number(value: Any) -> float | None:
    """Turn an internal number into a plain float, and what is not finite into None."""
    plain = float(value)
    return plain if np.isfinite(plain) else None
