"""One nominal variable, one call: the plain entry for scripts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from . import catalogue, kernels
from .levels import Nominal
from .measuring import measure
from .results import number
from .sums import Sums, in_total

PLAIN = ("percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa", "brennan_prediger", "conger_kappa")


def agreement(
    ratings: npt.ArrayLike, n_categories: int, *, coefficients: Sequence[str] = PLAIN
) -> dict[str, float | list[float | None] | None]:
    """
    Compute coefficients of one nominal variable: {name: value, or None where it is undefined}.

    ratings (raters, units): category 0 to n_categories - 1, -1 for missing, best as int8. Names as in docs/methods.md;
    "cohen_kappa_pairs" gives a list of Cohen's kappas in pair order (0,1), (0,2), ... (1,2), ....
    Raises ValueError for an unknown name, a rating outside the categories, or ratings that are no table.
    """
    table = np.asarray(ratings)
    units = table.shape[1] if table.ndim == 2 else 0
    variable = Nominal.from_ratings(table, n_categories, np.zeros(units, dtype=np.int8))
    single = [name for name in coefficients if name != "cohen_kappa_pairs"]
    results = measure(variable, single, interval="none")
    out: dict[str, float | list[float | None] | None] = {}
    for name in coefficients:
        out[name] = _cohen_pairs(variable) if name == "cohen_kappa_pairs" else results[name].value
    return out


def _cohen_pairs(variable: Nominal) -> list[float | None]:
    if not variable.n:
        return [None] * (variable.m * (variable.m - 1) // 2)
    sums = Sums([variable], in_total(variable.sizes))
    keys = [f"{i},{j}" for i in range(variable.m) for j in range(i + 1, variable.m)]
    return [number(kernels.cohen_kappa(sums, "", pair)[0, 0]) for pair in keys]


def cohen_kappa_pairs(ratings: npt.ArrayLike, n_categories: int) -> list[float | None]:
    """Return Cohen's kappa of every two raters, in pair order (0,1), (0,2), ... (1,2), ...."""
    found = agreement(ratings, n_categories, coefficients=["cohen_kappa_pairs"])["cohen_kappa_pairs"]
    return found if isinstance(found, list) else []


def _one(name: str, ratings: npt.ArrayLike, n_categories: int) -> float | None:
    catalogue.known(name)
    found = agreement(ratings, n_categories, coefficients=[name])[name]
    return found if isinstance(found, float) else None


def percent_agreement(ratings: npt.ArrayLike, n_categories: int) -> float | None:
    """Return the mean share of agreeing rater pairs, or None; ratings as in `agreement`."""
    return _one("percent_agreement", ratings, n_categories)


def krippendorff_alpha(ratings: npt.ArrayLike, n_categories: int) -> float | None:
    """Return Krippendorff's nominal alpha, or None; ratings as in `agreement`."""
    return _one("krippendorff_alpha", ratings, n_categories)


def fleiss_kappa(ratings: npt.ArrayLike, n_categories: int) -> float | None:
    """Return Fleiss' kappa, or None; ratings as in `agreement`."""
    return _one("fleiss_kappa", ratings, n_categories)


def conger_kappa(ratings: npt.ArrayLike, n_categories: int) -> float | None:
    """Return Conger's kappa, or None; ratings as in `agreement`."""
    return _one("conger_kappa", ratings, n_categories)


def gwet_ac1(ratings: npt.ArrayLike, n_categories: int) -> float | None:
    """Return Gwet's AC1, or None; ratings as in `agreement`."""
    return _one("gwet_ac1", ratings, n_categories)


def brennan_prediger(ratings: npt.ArrayLike, n_categories: int) -> float | None:
    """Return the coefficient of Brennan and Prediger, or None; ratings as in `agreement`."""
    return _one("brennan_prediger", ratings, n_categories)


def cohen_kappa(ratings: npt.ArrayLike, n_categories: int) -> float | None:
    """Return Cohen's kappa of two raters, or None; ratings as in `agreement`."""
    return _one("cohen_kappa", ratings, n_categories)
