"""What pulls a number: each rater left out, each transcript alone and left out, each speaker role alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries import ratings
from coding.queries.confusions import Label
from coding.queries.judged_rows import Ints, JudgedRows
from coding.queries.ratings import LabelSets, Mask, Matrix, Ratings
from coding.queries.variables import variable_of
from coding.reliability import (
    Sets,
    Variable,
    estimate,
    leave_one_cluster_out,
    leave_one_cluster_out_many,
    leave_one_rater_out,
    leave_one_rater_out_many,
    measure_many,
    per_cluster,
    per_cluster_many,
)
from transcripts.models import SpeakerRole

WHOLE = "krippendorff_alpha_masi"
OF_CODE = "krippendorff_alpha"
MOST_CHANGED = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A code whose coefficient moves when something is left out."""

    code: Label
    value: float
    without: float


@dataclass(frozen=True, slots=True)
class Part:
    """
    A rater, a transcript or a speaker role; values are None where undefined, or where the question has no meaning.

    `alone` is the coefficient within the part, `without` that of all the rest; `mean_alone` and `mean_without` are
    means over the codes for which there is one, `codes_alone` and `codes_without` how many these are. `most` names the
    codes that change most when the part is left out.
    """

    name: str
    segments: int
    alone: float | None = None
    without: float | None = None
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
        transcripts=tuple(_transcripts(rows, whole, codes)),
        roles=tuple(_roles(rows, sets, of_codes)),
    )


def breakdown_of(rows: JudgedRows, found: Ratings, name: str) -> Breakdown:
    """Break down one variable by a coefficient."""
    variable = variable_of(found)
    rated = found.values >= 0
    pairable = rated.sum(axis=0) >= 2
    without = leave_one_rater_out(variable, name) if len(rows.raters) > 2 else [None] * len(rows.raters)
    alone, left = per_cluster(variable, name), leave_one_cluster_out(variable, name)
    places = {int(str(place)): place for place in alone}
    roles = rows.units.role[found.units]
    return Breakdown(
        raters=tuple(
            Part(label, int((row & pairable).sum()), without=value)
            for label, row, value in zip(rows.raters, rated, without, strict=True)
        ),
        transcripts=tuple(
            Part(
                rows.transcripts[number],
                int((pairable & (found.transcripts == number)).sum()),
                alone=alone[place],
                without=left[place] if len(places) > 1 else None,
            )
            for number, place in places.items()
        ),
        roles=tuple(
            Part(role, int((pairable & here).sum()), alone=estimate(variable_of(found, here), name).value)
            for role, here in _by_role(roles)
        ),
    )


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
    judged = (whole.ratings >= 0).sum(axis=1).tolist() if whole.n else [0] * len(raters)
    if len(raters) < 3:
        return [Part(label, number) for label, number in zip(raters, judged, strict=True)]
    without = leave_one_rater_out(whole, WHOLE)
    variables = [variable for _, variable in codes]
    all_of_them = _estimates(variables)
    left_out = leave_one_rater_out_many(variables, [OF_CODE])
    tables = [
        (label, value, [table[OF_CODE].value for table in left])
        for (label, _), value, left in zip(codes, all_of_them, left_out, strict=True)
    ]
    return [
        _left_out(name, judged[place], without[place], [(label, value, left[place]) for label, value, left in tables])
        for place, name in enumerate(raters)
    ]


def _left_out(
    name: str, segments: int, without: float | None, codes: Sequence[tuple[Label, float | None, float | None]]
) -> Part:
    changes = [Change(label, value, left) for label, value, left in codes if value is not None and left is not None]
    changes.sort(key=lambda change: (-abs(change.without - change.value), change.code.key))
    mean, number = _mean([left for _, _, left in codes])
    most = tuple(change for change in changes[:MOST_CHANGED] if change.without != change.value)
    return Part(name, segments, without=without, mean_without=mean, codes_without=number, most=most)


def _transcripts(rows: JudgedRows, whole: Variable, codes: Codes) -> list[Part]:
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
        out.append(
            Part(
                rows.transcripts[int(str(place))],
                int(pairable[place]),
                alone=alone[place],
                without=left[place] if several else None,
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
        out.append(Part(role, pairable, alone=estimate(variable, WHOLE).value, mean_alone=mean, codes_alone=number))
    return out


def _by_role(roles: Ints) -> list[tuple[str, Mask]]:
    """Name the roles that occur, each with where it speaks."""
    names = dict(SpeakerRole.objects.filter(pk__in=np.unique(roles).tolist()).values_list("pk", "name"))
    found = sorted((name, number) for number, name in names.items())
    return [(name, np.asarray(roles == number)) for name, number in found]
