"""Distribution functions, loaded when first needed: a script that wants no interval should not wait for scipy."""

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _special() -> Any:
    import scipy.special

    return scipy.special


def t_quantile(df: float, p: float) -> float:
    """Return the quantile p of Student's t."""
    return float(_special().stdtrit(df, p))


def t_probability(df: float, x: float) -> float:
    """Return P(T <= x) for Student's t."""
    return float(_special().stdtr(df, x))


def f_quantile(df_over: float, df_under: float, p: float) -> float:
    """Return the quantile p of F."""
    return float(_special().fdtri(df_over, df_under, p))


def normal_quantile(p: float) -> float:
    """Return the quantile p of the standard normal distribution."""
    return float(_special().ndtri(p))


def normal_probability(x: float) -> float:
    """Return P(Z <= x) for a standard normal Z."""
    return float(_special().ndtr(x))


def chi_square_quantile(df: float, p: float) -> float:
    """Return the quantile p of chi-square."""
    return float(_special().chdtri(df, 1 - p))
