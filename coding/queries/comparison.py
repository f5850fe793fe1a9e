"""
Two closed rounds side by side: every coefficient in both, the difference with its interval, and both together.

A code whose definition changed between the rounds' codebook versions is never pooled; its difference comes with the
mark that says so. One that was only reworded, as the coordinator decided when the version was published, is pooled with
a line that says so. Which changes count is decided in `definition_changes`; the engine makes every number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.models import Round
from coding.queries import pooling, ratings
from coding.queries.codebooks import draft_of
from coding.queries.compared import (
    CHANGED_MEANWHILE,
    DIFFER,
    DOWN,
    LEARNING,
    PRESENT,
    REWORDED_ONLY,
    SAME_MATERIAL,
    SCALED,
    SETS,
    UP,
    WHOLE,
    WORDS_DIFFER,
    Apart,
    Line,
    Place,
    Pooled,
    RoundComparison,
    Side,
)
from coding.queries.definition_changes import (
    CHANGED,
    GONE,
    NEW,
    REWORDED,
    SAME,
    Change,
    Comparison,
    compare_codes,
    compare_families,
    compare_whole,
)
from coding.queries.judged_rows import Ints, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.lineage import decided_between
from coding.queries.ratings import MISSING, LabelSets, Matrix, Ratings
from coding.queries.variables import nominal, scaled
from coding.reliability import Result, Variable, difference, measure, measure_many

Maker = Callable[[Ratings, Ints], Variable]


@dataclass(frozen=True, slots=True)
class _Half:
    """One round's rows with what is made of them; `clusters` numbers its transcripts alike in both rounds."""

    rows: JudgedRows
    matrices: Mapping[str, Matrix]
    clusters: Ints


def compare_rounds(
    first: Round,
    second: Round,
    first_transcripts: Iterable[int] | None = None,
    second_transcripts: Iterable[int] | None = None,
) -> RoundComparison:
    """
    Compare two rounds of a study, each over those transcripts (ids; None means all of them).

    No access check: pages and the API pass the transcripts that `access.transcripts_open_to` leaves.
    """
    one, other = _halves(first, second, first_transcripts, second_transcripts)
    books = draft_of(first.version), None if first.version_id == second.version_id else draft_of(second.version)
    old, new = books[0], books[1] or books[0]
    codes = compare_codes(old, new, decided_between(first.version, second.version))
    outcomes = {*old.exclusive_codes, *new.exclusive_codes}
    whole = compare_whole(codes, sorted(outcomes))
    codes |= _none_applies(one.rows, other.rows, codes, whole)
    kept_apart = _same_material(one.rows, other.rows) or _learning(first, second)
    both = _Both(one, other, kept_apart)
    reworded = any(code.status == REWORDED for code in codes.values())
    every = Comparison(WHOLE, "All codes", "All codes", whole, CHANGED if whole else REWORDED if reworded else SAME)
    return RoundComparison(
        study=first.study.slug,
        first=_place(first, one.rows),
        second=_place(second, other.rows),
        notes=(*_training_notes(first, second), *_notes(one.rows, other.rows, kept_apart)),
        codes=tuple(both.lines(codes, _codes_of(one), _codes_of(other), PRESENT, nominal)),
        families=tuple(
            both.lines(compare_families(old, new, codes), _families_of(one), _families_of(other), PRESENT, nominal)
        ),
        ratings=tuple(both.lines(codes, _intensities_of(one), _intensities_of(other), SCALED, scaled)),
        overall=both.whole(every),
    )


def _halves(
    first: Round, second: Round, first_transcripts: Iterable[int] | None, second_transcripts: Iterable[int] | None
) -> tuple[_Half, _Half]:
    fetched = [
        KeptRound(round_, seen).rows() for round_, seen in ((first, first_transcripts), (second, second_transcripts))
    ]
    names = sorted({name for rows in fetched for name in rows.transcripts})
    number = {name: place for place, name in enumerate(names)}
    one, other = (
        _Half(rows, ratings.code_matrices(rows), np.array([number[name] for name in rows.transcripts], dtype=np.int64))
        for rows in fetched
    )
    return one, other


def _none_applies(
    one: JudgedRows, other: JudgedRows, codes: Mapping[str, Comparison], whole: tuple[Change, ...]
) -> dict[str, Comparison]:
    """Compare "none applies", which means something else as soon as any other code does, under its key or keys."""
    keys = ratings.none_key(one), ratings.none_key(other)
    out = {}
    for key in keys:
        known = codes.get(key, Comparison(key, "", "", (), SAME))
        names = [
            ratings.NONE_NAME if key == none else next((code.name for code in rows.book.codes if code.key == key), "")
            for none, rows in zip(keys, (one, other), strict=True)
        ]
        if key == keys[0] == keys[1]:
            changes = (*known.changes, *whole)
        else:
            # The key of a code in one version, and what the other, which has no code for it, calls "none applies".
            changes = (Change("stands for", *(name.casefold() for name in names)),) if all(names) else ()
        status = NEW if not names[0] else GONE if not names[1] else CHANGED if changes else SAME
        if known.status == REWORDED and not whole:
            status = REWORDED
        out[key] = Comparison(key, known.old_name or names[0], known.new_name or names[1], changes, status)
    return out


def _codes_of(half: _Half) -> list[Ratings]:
    return ratings.code_ratings(half.rows, half.matrices)


def _families_of(half: _Half) -> list[Ratings]:
    return ratings.family_ratings(half.rows, half.matrices)


def _intensities_of(half: _Half) -> list[Ratings]:
    return ratings.intensity_ratings(half.rows, half.matrices)


def _place(round_: Round, rows: JudgedRows) -> Place:
    return Place(round_.pk, round_.name, str(round_), rows.book.version, rows.raters, rows.transcripts)


def _same_material(one: JudgedRows, other: JudgedRows) -> str:
    """Say why two rounds have no value together, where one of them adds no transcript of its own."""
    first, second = set(one.transcripts), set(other.transcripts)
    return SAME_MATERIAL if first <= second or second <= first else ""


def _learning(*rounds: Round) -> str:
    """Say why two rounds have no value together, where in one of them raters see the gold as they go."""
    return LEARNING if any(round_.kind == Round.Kind.TRAINING for round_ in rounds) else ""


def _training_notes(*rounds: Round) -> tuple[str, ...]:
    return tuple(
        f"{round_} is a training round: agreement there is that of raters who are still learning."
        for round_ in rounds
        if round_.kind == Round.Kind.TRAINING
    )


def _notes(one: JudgedRows, other: JudgedRows, kept_apart: str) -> tuple[str, ...]:
    shared = len(set(one.transcripts) & set(other.transcripts))
    notes = []
    if shared:
        are = "transcript is" if shared == 1 else "transcripts are"
        notes.append(f"{shared} {are} in both rounds, and left out of both at once for the intervals.")
    if one.raters == other.raters:
        notes.append("The same raters coded both rounds.")
    else:
        both = sorted(set(one.raters) & set(other.raters))
        who = f"Only {', '.join(both)} coded in both rounds" if both else "No rater coded in both rounds"
        notes.append(f"{who}: values over both rounds take raters as interchangeable.")
    if kept_apart:
        notes.append(f"There are no values over both rounds, as {kept_apart}.")
    if one.book.max_codes != other.book.max_codes:
        limits = [str(book.max_codes or "any number of") for book in (one.book, other.book)]
        notes.append(f"A segment could take {limits[0]} codes in the first round and {limits[1]} in the second.")
    return tuple(notes)


@dataclass(frozen=True, slots=True)
class _Both:
    """The two rounds, for one kind of variable after the other."""

    one: _Half
    other: _Half
    #: Why no line has a value over both rounds, or nothing.
    kept_apart: str

    def lines(
        self,
        compared: Mapping[str, Comparison],
        first: Sequence[Ratings],
        second: Sequence[Ratings],
        names: Sequence[str],
        make: Maker,
    ) -> list[Line]:
        """Compare the variables of one kind, in the order of the second round, those that are gone last."""
        before, after = {found.key: found for found in first}, {found.key: found for found in second}
        one = self._measured(self.one, before, names, make)
        other = self._measured(self.other, after, names, make)
        both = [key for key in after if key in before]
        apart = {key: {name: self._apart(one[key], other[key], name) for name in names} for key in both}
        stops = {key: {name: self._not_pooled(compared[key], apart[key][name]) for name in names} for key in both}
        pools = [key for key in both if not all(stops[key].values())]
        made = [self._together(before[key], after[key], make) for key in pools]
        tables = dict(zip(pools, measure_many(made, names, optimistic=True), strict=True))
        return [
            Line(
                key=key,
                name=compared[key].new_name or compared[key].old_name,
                slot=after[key].slot if key in after else before[key].slot,
                compared=compared[key],
                first=one[key][1] if key in one else None,
                second=other[key][1] if key in other else None,
                apart=apart.get(key, {}),
                pooled={
                    name: _pooled(stop, tables.get(key, {}).get(name), one[key][1], other[key][1])
                    for name, stop in stops.get(key, {}).items()
                },
                note=_note(compared[key], before.get(key), after.get(key)),
            )
            for key in (*after, *(key for key in before if key not in after))
        ]

    def _measured(
        self, half: _Half, found: Mapping[str, Ratings], names: Sequence[str], make: Maker
    ) -> dict[str, tuple[Variable, Side]]:
        made = {key: make(one, half.clusters[one.transcripts]) for key, one in found.items()}
        tables = measure_many(list(made.values()), names, optimistic=True)
        return {
            key: (variable, _side(found[key], variable, table))
            for (key, variable), table in zip(made.items(), tables, strict=True)
        }

    def _apart(self, one: tuple[Variable, Side], other: tuple[Variable, Side], name: str) -> Apart:
        sides = one[1], other[1]
        if undefined := _in_which([_undefined(side, side.results[name]) for side in sides]):
            return Apart(None, None, None, undefined, "the difference itself is undefined")
        value, made = difference(other[0], one[0], name)
        lacking = _in_which([side.results[name].why_no_interval for side in sides])
        return Apart(value, made.low, made.high, "", lacking or made.why)

    def _not_pooled(self, compared: Comparison, apart: Apart) -> str:
        """Say why a value over both rounds would mislead, or nothing."""
        if compared.status not in (SAME, REWORDED):
            return CHANGED_MEANWHILE
        if self.kept_apart:
            return self.kept_apart
        if apart.verdict in (UP, DOWN):
            return DIFFER
        return ""

    def _together(self, before: Ratings, after: Ratings, make: Maker) -> Variable:
        clusters = self._clusters(before, after)
        return make(pooling.together(before, after, self._raters, clusters), clusters)

    @property
    def _raters(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.one.rows.raters, self.other.rows.raters

    def _clusters(self, before: Ratings | LabelSets, after: Ratings | LabelSets) -> Ints:
        return np.concatenate([self.one.clusters[before.transcripts], self.other.clusters[after.transcripts]])

    def whole(self, compared: Comparison) -> Line:
        """Compare whole sets of codes."""
        before, after = (ratings.label_sets(half.rows, half.matrices) for half in (self.one, self.other))
        one, other = (
            _whole_side(found, pooling.sets_of(found.given, found.judged, half.clusters[found.transcripts]))
            for half, found in ((self.one, before), (self.other, after))
        )
        apart = {name: self._apart(one, other, name) for name in SETS}
        stops = {name: self._not_pooled(compared, apart[name]) for name in SETS}
        table: Mapping[str, Result] = {}
        if not all(stops.values()):
            sets = pooling.sets_together(before, after, self._raters, self._clusters(before, after))
            table = measure(sets, SETS, optimistic=True)
        return Line(
            key=WHOLE,
            name=compared.new_name,
            slot="",
            compared=compared,
            first=one[1],
            second=other[1],
            apart=apart,
            pooled={name: _pooled(stops[name], table.get(name), one[1], other[1]) for name in SETS},
            note=WORDS_DIFFER if compared.status == REWORDED else "",
        )


def _undefined(side: Side, result: Result) -> str:
    """Say why a coefficient is undefined in a round, or nothing."""
    if result.value is not None:
        return ""
    return "nobody gave it" if result.counts.pairable and not side.given else result.why


def _in_which(reasons: Sequence[str]) -> str:
    """Say of which of the two rounds a reason is the reason."""
    first, second = reasons
    if first == second:
        return f"in both rounds {first}" if first else ""
    parts = [f"in the {which} round {why}" for which, why in (("first", first), ("second", second)) if why]
    return "; ".join(parts)


def _pooled(stop: str, result: Result | None, *sides: Side) -> Pooled:
    if stop or result is None:
        return Pooled(None, stop)
    nobody = result.value is None and result.counts.pairable and not any(side.given for side in sides)
    return Pooled(result, "nobody gave it" if nobody else result.why)


def _note(compared: Comparison, before: Ratings | None, after: Ratings | None) -> str:
    """Say what to know about putting a line together, or nothing."""
    said = [REWORDED_ONLY if compared.status == REWORDED else "", _categories_note(compared, before, after)]
    return "; ".join(filter(None, said))


def _categories_note(compared: Comparison, before: Ratings | None, after: Ratings | None) -> str:
    """Say where an exclusive family has a category in one round only, though its codes are the same."""
    if before is None or after is None or before.categories == after.categories:
        return ""
    if compared.status not in (SAME, REWORDED):
        return ""
    return "“none of them” occurs in one round only, so that AC1 counts one category more there"


def _side(found: Ratings, variable: Variable, results: Mapping[str, Result]) -> Side:
    judged = found.values != MISSING
    pairable = judged.sum(axis=0) >= 2
    return Side(
        units=int(pairable.sum()),
        transcripts=len(np.unique(found.transcripts[pairable])),
        raters=variable.m,
        given=int((found.given & judged).sum()),
        judged=int(judged.sum()),
        results=results,
    )


def _whole_side(found: LabelSets, variable: Variable) -> tuple[Variable, Side]:
    pairable = found.judged.sum(axis=0) >= 2
    return variable, Side(
        units=int(pairable.sum()),
        transcripts=len(np.unique(found.transcripts[pairable])),
        raters=len(found.judged),
        given=int((found.given.any(axis=0) & found.judged).sum()) if len(found.codes) else 0,
        judged=int(found.judged.sum()),
        results=measure(variable, SETS, optimistic=True),
    )
