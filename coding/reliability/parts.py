"""
A measurement taken apart: pairs of raters, single transcripts, groups of units, one left out; and two rounds compared.

Each function comes for one variable and for many of one layout (`..._many`), which are counted and computed together.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import catalogue
from .filling import fill
from .intervals import LEVEL, Interval, jackknife, on_scale
from .measuring import by_layout, evaluate, measure_many
from .pairing import every_pair
from .results import Result, number
from .sums import Combine, each_alone, leaving_one_out
from .variables import Variable

OF_A_PAIR = ("percent_agreement", "cohen_kappa")
Values = dict[object, float | None]


def pairs(
    variable: Variable, coefficients: Sequence[str] = OF_A_PAIR, *, interval: str = "none"
) -> dict[tuple[int, int], dict[str, Result]]:
    """
    Measure every two raters by themselves: {(i, j): {name: Result}}, i before j.

    A pair is measured on the units that both of them rated, and on the transcripts that have such a unit: margins and
    shares of categories come from there too.
    """
    return pairs_many([variable], coefficients, interval=interval)[0]


def pairs_many(
    variables: Sequence[Variable], coefficients: Sequence[str] = OF_A_PAIR, *, interval: str = "none"
) -> list[dict[tuple[int, int], dict[str, Result]]]:
    """Do the same for many variables, all of it from one count."""
    for places in by_layout(variables):
        group = [variables[i] for i in places]
        if group[0].has_joint and group[0].n and group[0].m > 1:
            fill(group, "joint")
    made = [every_pair(variable) for variable in variables]
    tables = iter(measure_many([pair for two in made for pair in two.values()], coefficients, interval=interval))
    return [{key: next(tables) for key in two} for two in made]


def per_cluster(variable: Variable, name: str) -> Values:
    """Return the coefficient within each transcript, None where it is undefined there."""
    return per_cluster_many([variable], name)[0]


def per_cluster_many(variables: Sequence[Variable], name: str) -> list[Values]:
    """Do the same for many variables."""
    return _by_transcript(variables, name, lambda _: each_alone)


def leave_one_cluster_out(variable: Variable, name: str) -> Values:
    """Return the coefficient without each transcript in turn, None where it is undefined."""
    return leave_one_cluster_out_many([variable], name)[0]


def leave_one_cluster_out_many(variables: Sequence[Variable], name: str) -> list[Values]:
    """Do the same for many variables."""
    return _by_transcript(variables, name, lambda variable: leaving_one_out(variable.sizes))


def _by_transcript(variables: Sequence[Variable], name: str, combine: Any) -> list[Values]:
    coefficient = catalogue.known(name)
    found: list[Values] = [dict.fromkeys(variable.cluster_ids) for variable in variables]
    for places in by_layout(variables):
        if variables[places[0]].n:
            fill([variables[i] for i in places], "counts")
        free = [i for i in places if not catalogue.obstacle(coefficient, variables[i])]
        if not free:
            continue
        how: Combine = combine(variables[free[0]])
        values = evaluate(coefficient, [variables[i] for i in free], how)[:, -variables[free[0]].n_clusters :]
        for i, row in zip(free, values, strict=True):
            found[i] = dict(zip(variables[i].cluster_ids, map(number, row), strict=True))
    return found


def leave_one_rater_out(variable: Variable, name: str) -> list[float | None]:
    """Return the coefficient without each rater in turn, None where it is undefined."""
    return [table[name].value for table in leave_one_rater_out_many([variable], [name])[0]]


def leave_one_rater_out_many(
    variables: Sequence[Variable], coefficients: Sequence[str], *, interval: str = "none"
) -> list[list[dict[str, Result]]]:
    """
    Measure many variables without each rater in turn: for each variable a list in the order of the raters left out.

    With few categories the others are counted from the same bits; no rating is copied.
    """
    rest = [variable.without_rater(rater) for variable in variables for rater in range(variable.m)]
    tables = iter(measure_many(rest, coefficients, interval=interval))
    return [[next(tables) for _ in range(variable.m)] for variable in variables]


def per_group(
    variables: Sequence[Variable],
    groups: npt.ArrayLike,
    coefficients: Sequence[str],
    *,
    interval: str = "none",
) -> list[dict[Any, dict[str, Result]]]:
    """
    Measure many variables of the same units within each group of units: [{group: {name: Result}}].

    groups (n,): a label for every unit, in the order of the ratings that were handed in, such as the speaker's role.
    A group has the units with its label and the transcripts that have one.
    Raises ValueError when their number is not that of the units.
    """
    labels = np.asarray(groups)
    for variable in variables:
        if labels.shape != (variable.n,):
            raise ValueError(f"There are {variable.n} units but {labels.size} group labels; give one per unit.")
    found: list[dict[Any, dict[str, Result]]] = [{} for _ in variables]
    for group in np.unique(labels):
        mine = labels == group
        some = [variable.among(mine if variable.order is None else mine[variable.order]) for variable in variables]
        for row, table in zip(found, measure_many(some, coefficients, interval=interval), strict=True):
            row[group.item()] = table
    return found


def difference(first: Variable, second: Variable, name: str, *, level: float = LEVEL) -> tuple[float | None, Interval]:
    """
    Return first minus second for two rounds, with an interval.

    A transcript that is in both rounds (same cluster label) is left out of both at once, so that what the rounds share
    cancels; otherwise their variances add up. t with (smaller number of transcripts) - 1 degrees of freedom. Where one
    of the two has no interval of its own (at the end of its scale, say) the difference has none either: the error of
    the other would pass for that of both.
    """
    coefficient = catalogue.known(name)
    values: list[float] = []
    influence: list[Mapping[object, float]] = []
    numbers: list[int] = []
    why = ""
    for variable in (first, second):
        catalogue.check_level(coefficient, variable)
        if stop := catalogue.obstacle(coefficient, variable):
            return None, Interval(why=stop)
        row = evaluate(coefficient, [variable], leaving_one_out(variable.sizes))[0]
        if np.isnan(row[0]):
            return None, Interval(why=catalogue.why_undefined(coefficient, variable))
        values.append(float(row[0]))
        # As for one round: a transcript without a unit that two raters rated says nothing about their agreement.
        telling = variable.block("counts")[:, 1] > 0
        left_out = row[1:][telling]
        c = len(left_out)
        numbers.append(c)
        why = why or jackknife(values[-1], left_out, coefficient.scale, what=variable.sampled, level=level).why
        away = (left_out - left_out.mean()) * np.sqrt((c - 1) / c)
        kept = (cluster for cluster, told in zip(variable.cluster_ids, telling, strict=True) if told)
        influence.append(dict(zip(kept, away.tolist(), strict=True)))
    apart = values[0] - values[1]
    if why:
        return apart, Interval(why=why)
    fewest = min(numbers)
    shifts = [influence[0].get(c, 0.0) - influence[1].get(c, 0.0) for c in {**influence[0], **influence[1]}]
    se = float(np.sqrt(sum(shift**2 for shift in shifts)))
    if se == 0:
        return apart, Interval(why="the transcripts do not differ at all", se=se, df=fewest - 1)
    low, high = on_scale(apart, se, fewest - 1, "plain", level)
    return apart, Interval(max(low, -2.0), min(high, 2.0), se=se, df=fewest - 1)
