"""What pulls a number: each rater left out, each transcript alone and left out, each speaker role alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from coding.queries import ratings
from coding.queries.confusions import Label
from coding.queries.judged_rows import Ints, JudgedRows
from coding.queries.ratings import LabelSets, Mask, Matrix, Ratings
from coding.queries.variables import variable_of
from coding.reliability import (
    Result,
    Sets,
    Variable,
    estimate,
    leave_one_cluster_out,
    leave_one_cluster_out_many,
    leave_one_rater_out_many,
    measure_many,
    per_cluster,
    per_cluster_many,
)
from transcripts.models import SpeakerRole

WHOLE = "krippendorff_alpha_masi"
OF_CODE = "krippendorff_alpha"
MOST_CHANGED = 3
TWO_RATERS = "of two raters none can be left out"
ONE_TRANSCRIPT = "there is no other transcript"


@dataclass(frozen=True, slots=True)
class Change:
    """A code whose coefficient moves when something is left out."""

    code: Label
    value: float
    without: float


@dataclass(frozen=True, slots=True)
class Part:
    """
    A rater, a transcript or a speaker role; a value that there is not has its reason.

    `segments` are those of the part with two values or more. `alone` is the coefficient within the part, `without` that
    of all the rest; `mean_alone` and `mean_without` are means over the codes for which there is one, `codes_alone` and
    `codes_without` how many these are. `most` names the codes that change most when the part is left out.
    """

    name: str
    segments: int
    alone: float | None = None
    why_alone: str = ""
    without: float | None = None
    why_without: str = ""
    mean_alone: float | None = None
    codes_alone: int = 0
    mean_without: float | None = None
    codes_without: int = 0
    most: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The parts of a round, or of one variable."""

    raters: tuple[Part, ...]
    transcripts: tuple[Part, ...]
    roles: tuple[Part, ...]


def breakdown(rows: JudgedRows, matrices: Mapping[str, Matrix]) -> Breakdown:
    """Break down a round: alpha over whole label sets (MASI), and the mean of the codes' nominal alphas."""
    sets = ratings.label_sets(rows, matrices)
    whole = _sets(sets)
    of_codes = [found for found in ratings.code_ratings(rows, matrices) if found.key in set(sets.codes)]
    codes = [(Label(found.key, found.name, found.slot), variable_of(found)) for found in of_codes]
    return Breakdown(
        raters=tuple(_raters(rows.raters, whole, codes)),
        transcripts=tuple(_transcripts(rows, sets, whole, codes)),
        roles=tuple(_roles(rows, sets, of_codes)),
    )


def breakdown_of(rows: JudgedRows, found: Ratings, name: str) -> Breakdown:
    """Break down one variable by a coefficient."""
    variable = variable_of(found)
    rated = found.values >= 0
    pairable = rated.sum(axis=0) >= 2
    several = len(rows.raters) > 2
    without = leave_one_rater_out_many([variable], [name])[0] if several else [None] * len(rows.raters)
    alone, left = per_cluster(variable, name), leave_one_cluster_out(variable, name)
    places = {int(str(place)): place for place in alone}
    transcripts = []
    for number, place in places.items():
        here = found.transcripts == number
        within, rest = alone[place], left[place] if len(places) > 1 else None
        transcripts.append(
            Part(
                rows.transcripts[number],
                int((pairable & here).sum()),
                alone=within,
                why_alone="" if within is not None else _why(variable_of(found, here), name),
                without=rest,
                why_without=_why_nothing(rest, partial(variable_of, found, ~here), name, len(places)),
            )
        )
    roles = []
    for role, here in _by_role(rows.units.role[found.units]):
        result = estimate(variable_of(found, here), name)
        roles.append(Part(role, int((pairable & here).sum()), alone=result.value, why_alone=result.why))
    raters = tuple(
        _without_rater(label, int((row & pairable).sum()), None if table is None else table[name])
        for label, row, table in zip(rows.raters, rated, without, strict=True)
    )
    return Breakdown(raters=raters, transcripts=tuple(transcripts), roles=tuple(roles))


def _why(variable: Variable, name: str) -> str:
    return estimate(variable, name).why


def _why_nothing(value: float | None, rest: Callable[[], Variable], name: str, transcripts: int) -> str:
    """Say why there is no value without a transcript."""
    if value is not None:
        return ""
    return _why(rest(), name) if transcripts > 1 else ONE_TRANSCRIPT


def _without_rater(label: str, segments: int, result: Result | None) -> Part:
    if result is None:
        return Part(label, segments, why_without=TWO_RATERS)
    return Part(label, segments, without=result.value, why_without=result.why)


def _sets(sets: LabelSets, kept: Mask | None = None) -> Variable:
    if kept is not None:
        return Sets.from_indicators(sets.given[:, :, kept], sets.judged[:, kept], sets.transcripts[kept])
    if not sets.judged.size:
        return Sets.from_sets([()] * len(sets.judged))
    return Sets.from_indicators(sets.given, sets.judged, sets.transcripts)


Codes = Sequence[tuple[Label, Variable]]


def _mean(values: Sequence[float | None]) -> tuple[float | None, int]:
    known = [value for value in values if value is not None]
    return (sum(known) / len(known) if known else None), len(known)


def _estimates(variables: Sequence[Variable]) -> list[float | None]:
    return [table[OF_CODE].value for table in measure_many(variables, [OF_CODE], interval="none")]


def _raters(raters: Sequence[str], whole: Variable, codes: Codes) -> list[Part]:
    """Leave each rater out; of two raters nothing would be left."""
    there = whole.ratings >= 0
    judged = (there & (there.sum(axis=0) >= 2)).sum(axis=1).tolist() if whole.n else [0] * len(raters)
    if len(raters) < 3:
        return [_without_rater(label, number, None) for label, number in zip(raters, judged, strict=True)]
    without = [table[WHOLE] for table in leave_one_rater_out_many([whole], [WHOLE])[0]]
    variables = [variable for _, variable in codes]
    all_of_them = _estimates(variables)
    left_out = leave_one_rater_out_many(variables, [OF_CODE])
    tables = [
        (label, value, [table[OF_CODE].value for table in left])
        for (label, _), value, left in zip(codes, all_of_them, left_out, strict=True)
    ]
    return [
        _left_out(
            _without_rater(name, judged[place], without[place]),
            [(label, value, left[place]) for label, value, left in tables],
        )
        for place, name in enumerate(raters)
    ]


def _left_out(part: Part, codes: Sequence[tuple[Label, float | None, float | None]]) -> Part:
    """Say how the codes change without a rater."""
    changes = [Change(label, value, left) for label, value, left in codes if value is not None and left is not None]
    changes.sort(key=lambda change: (-abs(change.without - change.value), change.code.key))
    mean, number = _mean([left for _, _, left in codes])
    most = tuple(change for change in changes[:MOST_CHANGED] if change.without != change.value)
    return replace(part, mean_without=mean, codes_without=number, most=most)


def _transcripts(rows: JudgedRows, sets: LabelSets, whole: Variable, codes: Codes) -> list[Part]:
    alone, left = per_cluster(whole, WHOLE), leave_one_cluster_out(whole, WHOLE)
    variables = [variable for _, variable in codes]
    ways = (per_cluster_many(variables, OF_CODE), leave_one_cluster_out_many(variables, OF_CODE))
    tables = list(zip(*ways, strict=True))
    pairable = dict(zip(whole.cluster_ids, whole.block("counts")[:, 1].tolist(), strict=True)) if whole.n else {}
    several = len(pairable) > 1
    out = []
    for place in pairable:
        mean_alone, codes_alone = _mean([table[0].get(place) for table in tables])
        mean_without, codes_without = _mean([table[1].get(place) for table in tables])
        here = sets.transcripts == int(str(place))
        within, rest = alone[place], left[place] if several else None
        out.append(
            Part(
                rows.transcripts[int(str(place))],
                int(pairable[place]),
                alone=within,
                why_alone="" if within is not None else _why(_sets(sets, here), WHOLE),
                without=rest,
                why_without=_why_nothing(rest, partial(_sets, sets, ~here), WHOLE, len(pairable)),
                mean_alone=mean_alone,
                codes_alone=codes_alone,
                mean_without=mean_without if several else None,
                codes_without=codes_without if several else 0,
            )
        )
    return out


def _roles(rows: JudgedRows, sets: LabelSets, codes: Sequence[Ratings]) -> list[Part]:
    out = []
    for role, here in _by_role(rows.units.role[sets.units]):
        variable = _sets(sets, here)
        found = _estimates([variable_of(code, np.isin(code.units, sets.units[here])) for code in codes])
        mean, number = _mean(found)
        pairable = int((sets.judged[:, here].sum(axis=0) >= 2).sum())
        result = estimate(variable, WHOLE)
        out.append(Part(role, pairable, result.value, result.why, mean_alone=mean, codes_alone=number))
    return out


def _by_role(roles: Ints) -> list[tuple[str, Mask]]:
    """Name the roles that occur, each with where it speaks."""
    names = dict(SpeakerRole.objects.filter(pk__in=np.unique(roles).tolist()).values_list("pk", "name"))
    found = sorted((name, number) for number, name in names.items())
    return [(name, np.asarray(roles == number)) for name, number in found]
