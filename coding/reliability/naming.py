"""
The names that a file of cases, or a script, may ask for: a coefficient with an ending that says what of it.

NAME, NAME_se, NAME_se0, NAME_ci, NAME_boot_ci, NAME_boot_sd, NAME_cluster_jackknife_se, _cluster_jackknife_ci_t,
_cluster_jackknife_ci_fisher_z, _cluster_bootstrap_ci, _per_cluster, _leave_one_cluster_out, _leave_one_rater_out;
fleiss_category:X, cohen_category:X (or any coefficient with _category:X), cohen_pair:i,j, cohen_pair_W:i,j,
lin_ccc_pair:i,j. alpha and ac1 are short for krippendorff_alpha and gwet_ac1.
"""

from collections.abc import Callable

import numpy as np

from . import catalogue, gwet, icc, kappa
from .catalogue import Coefficient
from .intervals import jackknife_se, on_scale
from .measuring import estimate, evaluate, resample
from .parts import leave_one_cluster_out, leave_one_rater_out, per_cluster
from .results import Floats
from .sums import leaving_one_out
from .variables import Variable

Value = float | list[float | None] | None
Answer = tuple[Value, str]
SHORT = {
    "alpha": "krippendorff_alpha",
    "ac1": "gwet_ac1",
    "fleiss": "fleiss_kappa",
    "cohen": "cohen_kappa",
    "conger": "conger_kappa",
    "light": "light_kappa",
}


def answer(variable: Variable, name: str) -> Answer:
    """Return the value that a name asks for, or None and the reason."""
    try:
        return _answer(variable, name)
    except ValueError as error:
        return None, str(error)


def _answer(variable: Variable, name: str) -> Answer:
    head, colon, rest = name.partition(":")
    if colon:
        return _part(variable, head, rest, name)
    if coefficient := _find(name):
        result = estimate(variable, coefficient.name)
        return result.value, result.why
    for ending, function in ENDINGS:
        if name.endswith(ending) and (coefficient := _find(name.removesuffix(ending))):
            if "cluster" in ending and variable.sampled == "unit":
                return None, "no clusters are given"
            return function(variable, coefficient)
    return None, f"unknown coefficient {name!r}"


def _find(name: str) -> Coefficient | None:
    """Find a coefficient by its name or a short one: alpha_ordinal, ac1, fleiss_linear."""
    if found := catalogue.find(name):
        return found
    for short, full in SHORT.items():
        if name == short or name.startswith(f"{short}_"):
            return catalogue.find(full + name[len(short) :])
    return None


def _part(variable: Variable, head: str, rest: str, name: str) -> Answer:
    """Answer NAME:X, of one category or of one pair of raters."""
    for mark in ("_category", "_pair"):
        stem, found, ending = head.rpartition(mark)
        coefficient = _find(stem) if found else None
        if coefficient is None:
            continue
        if mark == "_category":
            return _answer(variable.collapse(_category(variable, rest)), coefficient.name + ending)
        return _answer(variable.only(_two(variable, rest)), coefficient.name + ending)
    return None, f"unknown coefficient {name!r}"


def _category(variable: Variable, text: str) -> int:
    for place, label in enumerate(variable.labels):
        if text in (str(label), plain(label)):
            return place
    raise ValueError(f"there is no category {text!r}")


def plain(label: object) -> str:
    """Write a label as text the way JSON and people do: true, 1 instead of 1.0."""
    if isinstance(label, bool):
        return "true" if label else "false"
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label)


def _two(variable: Variable, text: str) -> list[int]:
    parts = text.split(",")
    if len(parts) != 2 or not all(part.strip().isdigit() for part in parts):
        raise ValueError(f"a pair of raters is written i,j and counted from 0, not {text!r}")
    raters = [int(part) for part in parts]
    if raters[0] == raters[1]:
        raise ValueError("a pair needs two different raters")
    return raters


def _se(variable: Variable, coefficient: Coefficient) -> Answer:
    stop = catalogue.obstacle(coefficient, variable)
    if stop:
        return None, stop
    if coefficient.base == "cohen_kappa":
        return _number(kappa.cohen_se(variable, coefficient.weighting))
    return _number(gwet.standard_error(coefficient, variable))


def _se0(variable: Variable, coefficient: Coefficient) -> Answer:
    if coefficient.base != "cohen_kappa":
        return None, f"a standard error under kappa = 0 is known for Cohen's kappa only, not for {coefficient.name}"
    if stop := catalogue.obstacle(coefficient, variable):
        return None, stop
    return _number(kappa.cohen_se(variable, coefficient.weighting, under_zero=True))


def _number(found: float | str) -> Answer:
    if isinstance(found, str):
        return None, found
    return (found, "") if np.isfinite(found) else (None, "the variance formula divides by 0 here")


def _ends(low: float, high: float) -> Answer:
    if np.isfinite(low) and np.isfinite(high):
        return [low, high], ""
    return None, "the interval formula divides by 0 here"


def _ci(variable: Variable, coefficient: Coefficient) -> Answer:
    result = estimate(variable, coefficient.name)
    if result.value is None:
        return None, result.why
    if coefficient.is_icc:
        ends = icc.f_interval(variable, int(coefficient.name[4]), coefficient.name.endswith("k"))
        return (None, ends) if isinstance(ends, str) else _ends(*ends)
    se, why = _se(variable, coefficient)
    units = variable.counts.units
    if not isinstance(se, float):
        return None, why
    if units < 2:
        return None, "fewer than two units"
    return _ends(*gwet.t_interval(result.value, se, units))


def _resampled(variable: Variable, coefficient: Coefficient) -> tuple[Floats, str]:
    values = resample(variable, coefficient.name)
    kept = values[np.isfinite(values)]
    return kept, "" if len(kept) > 1 else "no resample is defined"


def _boot_ci(variable: Variable, coefficient: Coefficient) -> Answer:
    result = estimate(variable, coefficient.name)
    if result.value is None:
        return None, result.why
    kept, why = _resampled(variable.units_alone(), coefficient)
    return (None, why) if why else _ends(*(float(x) for x in np.quantile(kept, [0.025, 0.975])))


def _boot_sd(variable: Variable, coefficient: Coefficient) -> Answer:
    result = estimate(variable, coefficient.name)
    if result.value is None:
        return None, result.why
    kept, why = _resampled(variable.units_alone(), coefficient)
    return (None, why) if why else (float(kept.std(ddof=1)), "")


def _cluster_boot_ci(variable: Variable, coefficient: Coefficient) -> Answer:
    if variable.n_clusters < 2:
        return None, "fewer than two clusters"
    result = estimate(variable, coefficient.name)
    if result.value is None:
        return None, result.why
    kept, why = _resampled(variable, coefficient)
    return (None, why) if why else _ends(*(float(x) for x in np.quantile(kept, [0.025, 0.975])))


def _cluster_boot_sd(variable: Variable, coefficient: Coefficient) -> Answer:
    result = estimate(variable, coefficient.name)
    if result.value is None:
        return None, result.why
    kept, why = _resampled(variable, coefficient)
    return (None, why) if why else (float(kept.std(ddof=1)), "")


def _jackknifed(variable: Variable, coefficient: Coefficient) -> tuple[float, float, str]:
    """Return estimate, delete-one-cluster error and, when there is none, the reason."""
    result = estimate(variable, coefficient.name)
    if result.value is None:
        return 0.0, 0.0, result.why
    if variable.n_clusters < 2:
        return 0.0, 0.0, "fewer than two clusters"
    left_out = evaluate(coefficient, [variable], leaving_one_out(variable.sizes))[0, 1:]
    if np.isnan(left_out).any():
        return 0.0, 0.0, "undefined when one cluster is left out"
    return result.value, jackknife_se(left_out), ""


def _jackknife_se(variable: Variable, coefficient: Coefficient) -> Answer:
    _, se, why = _jackknifed(variable, coefficient)
    return (None, why) if why else (se, "")


def _jackknife_ci(scale: str) -> Callable[[Variable, Coefficient], Answer]:
    def ends(variable: Variable, coefficient: Coefficient) -> Answer:
        value, se, why = _jackknifed(variable, coefficient)
        if why:
            return None, why
        if scale == "z" and abs(value) >= 1:
            return None, "the estimate is 1 or -1: Fisher's z does not exist"
        if scale == "logit" and not 0 < value < 1:
            return None, "the estimate is 0 or 1: its logit does not exist"
        return _ends(*on_scale(value, se, variable.n_clusters - 1, scale))

    return ends


def _listed(values: list[float | None], stop: str) -> Answer:
    if stop:
        return None, stop
    return list(values), ""


def _per_cluster(variable: Variable, coefficient: Coefficient) -> Answer:
    return _listed(list(per_cluster(variable, coefficient.name).values()), catalogue.obstacle(coefficient, variable))


def _without_cluster(variable: Variable, coefficient: Coefficient) -> Answer:
    values = leave_one_cluster_out(variable, coefficient.name)
    return _listed(list(values.values()), catalogue.obstacle(coefficient, variable))


def _without_rater(variable: Variable, coefficient: Coefficient) -> Answer:
    if variable.m < 2:
        return None, "fewer than two raters"
    return _listed(leave_one_rater_out(variable, coefficient.name), "")


ENDINGS: tuple[tuple[str, Callable[[Variable, Coefficient], Answer]], ...] = (
    ("_cluster_jackknife_se", _jackknife_se),
    ("_cluster_jackknife_ci_t", _jackknife_ci("plain")),
    ("_cluster_jackknife_ci_fisher_z", _jackknife_ci("z")),
    ("_cluster_jackknife_ci_logit", _jackknife_ci("logit")),
    ("_cluster_bootstrap_ci", _cluster_boot_ci),
    ("_cluster_bootstrap_sd", _cluster_boot_sd),
    ("_boot_ci", _boot_ci),
    ("_boot_sd", _boot_sd),
    ("_se0", _se0),
    ("_se", _se),
    ("_ci", _ci),
    ("_per_cluster", _per_cluster),
    ("_leave_one_cluster_out", _without_cluster),
    ("_leave_one_rater_out", _without_rater),
)
