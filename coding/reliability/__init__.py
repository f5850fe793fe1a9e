"""
Inter-rater reliability: pure numpy, quantiles from scipy.special, no Django.

A *variable* is what several raters judged on the same units, in transcripts (clusters). Say its level of measurement
by the class that makes it, then measure it:

    variable = Nominal.from_ratings(ratings, n_categories=2, clusters=transcript)   # (raters, units), -1 missing
    table = measure(variable, ["krippendorff_alpha", "gwet_ac1"])                   # {name: Result}
    table["krippendorff_alpha"].value, .low, .high, .why, .why_no_interval, .n, .counts

    Scale.from_ratings(indices, values=[0, 1, 2, 3], clusters=...)      # ordered numbers on a declared scale
    Scale.from_numbers(numbers, values=[0, 1, 2, 3], clusters=...)      # the numbers themselves, NaN missing
    Sets.from_sets(rows, clusters), Sets.from_indicators(given, judged, clusters)   # whole label sets
    Spans.of([[Span(start, end, code), ...], ...], length)              # free spans: unitizing.alpha_u(spans), ...

`measure_many` measures many variables of one layout (the codes of a codebook) in one go. `pairs`, `per_cluster`,
`per_group`, `leave_one_cluster_out`, `leave_one_rater_out` and `difference` (of two rounds) say where a number comes
from; with `_many` they take many variables. `chance(result, .667)` says how well the data support a threshold.
`agreement` is the plain entry for one nominal variable. `find_coefficient(name)` knows every name.

Every estimate, leave-one-out value and resample is a function of weighted sums of per-transcript rows, so all of them
are exact and come from one matrix product. Nothing is ever NaN: a value is None exactly when `why` says why. Bad input
raises ValueError with a sentence. Formulas and sources are in docs/methods.md.

Without the site: `python -m coding.reliability rate FILE --level ordinal`.
"""

from .benchmarks import BANDS, CLOSE, TENTATIVE, THRESHOLDS, band, memberships
from .catalogue import find as find_coefficient
from .intervals import Interval, chance, chance_of_reaching
from .levels import Nominal, Scale
from .measuring import estimate, measure, measure_many, resample
from .parts import (
    difference,
    leave_one_cluster_out,
    leave_one_cluster_out_many,
    leave_one_rater_out,
    leave_one_rater_out_many,
    pairs,
    pairs_many,
    per_cluster,
    per_cluster_many,
    per_group,
)
from .plain import (
    agreement,
    brennan_prediger,
    cohen_kappa,
    cohen_kappa_pairs,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from .results import Counts, Result
from .sets import Sets
from .unitizing import Span, Spans
from .variables import Variable

__all__ = [
    "BANDS",
    "CLOSE",
    "TENTATIVE",
    "THRESHOLDS",
    "Counts",
    "Interval",
    "Nominal",
    "Result",
    "Scale",
    "Sets",
    "Span",
    "Spans",
    "Variable",
    "agreement",
    "band",
    "brennan_prediger",
    "chance",
    "chance_of_reaching",
    "cohen_kappa",
    "cohen_kappa_pairs",
    "conger_kappa",
    "difference",
    "estimate",
    "find_coefficient",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "leave_one_cluster_out",
    "leave_one_cluster_out_many",
    "leave_one_rater_out",
    "leave_one_rater_out_many",
    "measure",
    "measure_many",
    "memberships",
    "pairs",
    "pairs_many",
    "per_cluster",
    "per_cluster_many",
    "per_group",
    "percent_agreement",
    "resample",
]
