"""
Every coefficient by name: its formula, what it needs, the scale of its interval, and the reason when it is undefined.

Names are those of docs/methods.md; a suffix _linear, _quadratic, _ordinal or _custom weights the agreement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from . import kernels
from .results import Counts, Floats
from .variables import SET_DISTANCES, Variable
from .weights import AGREEMENT_WEIGHTS

Kernel = Callable[..., Floats]
WEIGHTED = (
    "percent_agreement", "cohen_kappa", "conger_kappa", "fleiss_kappa", "brennan_prediger", "light_kappa", "scott_pi",
)  # fmt: skip
METRICS = ("ordinal", "interval", "ratio", "custom", *SET_DISTANCES)
AGAINST_POSITIVE = ("pabak", "prevalence_index", "bias_index", "positive_agreement", "negative_agreement")
TWO_RATERS = ("cohen_kappa", "scott_pi", "kappa_max", "pabak", "prevalence_index", "bias_index", "lin_ccc")
BASES: dict[str, Kernel] = {
    "percent_agreement": kernels.percent_agreement,
    "positive_agreement": kernels.positive_agreement,
    "negative_agreement": kernels.negative_agreement,
    "cohen_kappa": kernels.cohen_kappa,
    "conger_kappa": kernels.conger_kappa,
    "light_kappa": kernels.light_kappa,
    "fleiss_kappa": kernels.fleiss_kappa,
    "scott_pi": kernels.scott_pi,
    "brennan_prediger": kernels.brennan_prediger,
    "pabak": kernels.pabak,
    "prevalence_index": kernels.prevalence_index,
    "bias_index": kernels.bias_index,
    "kappa_max": kernels.kappa_max,
    "gwet_ac1": kernels.gwet,
    "krippendorff_alpha": kernels.krippendorff_alpha,
    "lin_ccc": kernels.lin_ccc,
}


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient: `scale` is "logit" for shares and "z" for coefficients, `base` the name without weighting."""

    name: str
    base: str
    weighting: str
    kernel: Kernel
    scale: str = "z"

    @property
    def is_icc(self) -> bool:
        """Say whether it is an intraclass correlation."""
        return self.base.startswith("icc_")


@lru_cache(maxsize=512)
def find(name: str) -> Coefficient | None:
    """Return the coefficient of that name, or None."""
    if name in BASES:
        scale = "logit" if name.endswith("_agreement") else "z"
        return Coefficient(name, name, "", BASES[name], scale)
    if name.startswith("icc_") and len(name) == 7 and name[4] in "123" and name[5:] in ("_1", "_k"):
        return Coefficient(name, name, "", partial(kernels.icc, model=int(name[4]), average=name[6] == "k"))
    stem, _, suffix = name.rpartition("_")
    if name.endswith("_nominal_sets"):
        stem, suffix = name.removesuffix("_nominal_sets"), "nominal_sets"
    if stem == "krippendorff_alpha" and suffix in (*METRICS, "nominal"):
        return Coefficient(name, stem, suffix, partial(kernels.krippendorff_alpha, metric=suffix))
    if suffix in AGREEMENT_WEIGHTS and stem in WEIGHTED:
        scale = "logit" if stem == "percent_agreement" else "z"
        return Coefficient(name, stem, suffix, partial(BASES[stem], weighting=suffix), scale)
    if suffix in AGREEMENT_WEIGHTS and stem == "gwet_ac2":
        return Coefficient(name, stem, suffix, partial(kernels.gwet, weighting=suffix))
    return None


def known(name: str) -> Coefficient:
    """Return the coefficient of that name; raises ValueError when there is none."""
    found = find(name)
    if found is None:
        raise ValueError(f"unknown coefficient {name!r}")
    return found


def check_level(coefficient: Coefficient, variable: Variable) -> None:
    """Raise ValueError when the coefficient belongs to another level of measurement than the variable."""
    level, weighting = variable.level, coefficient.weighting
    if level == "any":
        return
    ordered = weighting in ("linear", "quadratic", "ordinal", "interval", "ratio")
    if level != "scale" and (ordered or coefficient.is_icc or coefficient.base == "lin_ccc"):
        raise ValueError(f"{coefficient.name} needs numbers on a declared scale; make the variable with Scale.")
    if level != "set" and weighting in SET_DISTANCES:
        raise ValueError(f"{coefficient.name} compares label sets; make the variable with Sets.")
    if level == "set" and not (weighting in SET_DISTANCES or coefficient.base == "percent_agreement"):
        raise ValueError(f"{coefficient.name} is not for label sets; use krippendorff_alpha_masi or another distance.")
    if weighting == "custom" and variable.custom is None:
        raise ValueError(f"{coefficient.name} needs a table of disagreement weights.")


def units_used(coefficient: Coefficient, variable: Variable) -> int:
    """Return the number of units that the coefficient used."""
    return units_used_by(coefficient, [variable], [variable.counts])[0]


def units_used_by(coefficient: Coefficient, variables: Sequence[Variable], counts: Sequence[Counts]) -> list[int]:
    """Return the same for variables of one layout with these counts."""
    first = variables[0] if variables else None
    if first is None or not first.n or not first.m or (coefficient.base in TWO_RATERS and first.m != 2):
        return [0] * len(variables)
    if coefficient.is_icc:
        return [int(variable.sizes @ variable.block("moments")[:, 0]) for variable in variables]
    if coefficient.base in ("fleiss_kappa", "conger_kappa", "gwet_ac1", "gwet_ac2"):
        return [count.units for count in counts]
    return [count.pairable for count in counts]


def obstacle(coefficient: Coefficient, variable: Variable) -> str:
    """Return why the coefficient cannot be computed at all on this variable, or an empty string."""
    return obstacle_of_layout(coefficient, variable) or obstacle_of_data(variable)


def obstacle_of_layout(coefficient: Coefficient, variable: Variable) -> str:
    """Return what stands against the coefficient in every variable of this layout, or an empty string."""
    if variable.m < 2:
        return "fewer than two raters"
    if not variable.n:
        return "no units"
    if coefficient.base in TWO_RATERS and variable.m > 2:
        return f"{coefficient.base} compares two raters and there are {variable.m}: see the pairs"
    if coefficient.base in AGAINST_POSITIVE and variable.positive is None:
        return "no positive category is declared"
    if (coefficient.is_icc or coefficient.base == "lin_ccc") and variable.values is None:
        return "the categories are no numbers"
    return ""


def obstacle_of_data(variable: Variable) -> str:
    """Return what stands against every coefficient of this variable, or an empty string."""
    return "" if variable.counts.pairable else "no unit has two ratings"


def why_undefined(coefficient: Coefficient, variable: Variable) -> str:
    """Return the reason for a zero denominator."""
    base, q = coefficient.base, variable.q
    if coefficient.is_icc:
        complete = units_used(coefficient, variable)
        if complete < 2:
            return f"fewer than two complete units ({complete}): units with a missing rating are dropped"
        return "no variation in the ratings: 0/0"
    if base in TWO_RATERS and not units_used(coefficient, variable):
        return "no unit was rated by both"
    if q == 1 and base in ("brennan_prediger", "gwet_ac1", "gwet_ac2"):
        return "only one category is declared: chance agreement is 1 (0/0)"
    if base in ("brennan_prediger", "gwet_ac1", "gwet_ac2"):
        return "chance agreement is 1 with these weights (0/0)"
    if base == "positive_agreement":
        return "nobody gave the positive category: 0/0"
    if base == "negative_agreement":
        return "nobody gave anything but the positive category: 0/0"
    if base == "light_kappa":
        return "Cohen's kappa is undefined for at least one pair (a pair without common units, or without variation)"
    if base == "lin_ccc":
        return "no variation in the ratings: 0/0"
    if base == "conger_kappa":
        return "no variation: every rater always gave the same category (0/0)"
    if coefficient.weighting == "ratio":
        return "no variation in the data, or values that add up to 0, for which a ratio difference does not exist"
    return "no variation in the data: expected disagreement is 0, 0/0"
