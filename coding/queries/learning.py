"""How raters learn in a training round: each code against the gold, transcript by transcript as they were handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.core.cache import caches
from django.db.models import Count, QuerySet

from coding import access
from coding.models import Assignment, Round, TrainingCriterion
from coding.queries.gold import GoldHour, gold_hours, standing_golds
from coding.queries.judged_rows import Book, CodeRow, Ints, JudgedRows, fetch_book, rows_of
from coding.queries.program import program
from coding.queries.ratings import MISSING, Matrix, code_matrices
from coding.reliability import Nominal, per_cluster_many
from coding.reliability.criterion import InARow, in_a_row
from transcripts.models import Transcript
from workbench.accounts.models import User

#: What is shown where a round has no criterion.
USUAL = TrainingCriterion.Coefficient.COHEN


@dataclass(frozen=True, slots=True)
class Point:
    """One transcript of one rater and one code: agreement with the gold, or the reason why there is none."""

    assignment: UUID
    transcript: str
    segments: int
    own: int
    gold: int
    value: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Course:
    """
    One code over the transcripts of one rater, in the order of handing in.

    `state` is "met", "not_yet", or "unjudgeable" where the practice hours of this rater cannot show it.
    """

    code: CodeRow
    points: tuple[Point, ...]
    row: InARow | None
    state: str

    @property
    def last(self) -> Point | None:
        """Give the last transcript with a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @property
    def met(self) -> Point | None:
        """Give the transcript that completed the row."""
        return None if self.row is None or self.row.met_at is None else self.points[self.row.met_at]


@dataclass(frozen=True, slots=True)
class Practice:
    """What a training round trains with: its criterion, its gold, and the codes that are to be met."""

    round: Round
    criterion: TrainingCriterion | None
    book: Book
    hours: Mapping[int, GoldHour]
    named: frozenset[str]

    @property
    def coefficient(self) -> str:
        return self.criterion.coefficient if self.criterion else USUAL

    @property
    def codes(self) -> list[CodeRow]:
        """List the codes that can be trained: all but those that say that none applies or that nothing can be said."""
        return [code for code in self.book.codes if not code.outcome]

    def given(self, key: str) -> int:
        """Count how often the gold of all practice hours gives a code."""
        return sum(hour.given(key) for hour in self.hours.values())

    @property
    def asked(self) -> list[CodeRow]:
        """List the codes that must be met: those that are named, else those that the gold gives often enough."""
        if self.criterion is None:
            return []
        if self.named:
            return [code for code in self.codes if code.key in self.named]
        return [code for code in self.codes if self.given(code.key) >= self.criterion.at_least]

    def meets(self, mine: Sequence[Course]) -> bool:
        """Say whether a rater's courses meet the criterion: every code that is asked, and there is one."""
        asked = {code.key for code in self.asked}
        return bool(asked) and asked == {one.code.key for one in mine if one.state == "met"} & asked


def without_gold(round_: Round) -> list[Transcript]:
    """List the transcripts of a training round whose gold is not said yet."""
    said = round_.golds.values("transcript")
    given = round_.assignments.filter(withdrawn_at=None).exclude(transcript__in=said).values("transcript")
    return list(Transcript.objects.filter(pk__in=given).order_by("name"))


def still_open(round_: Round) -> dict[int, int]:
    """Count for each rater (id) of a round what they have not handed in."""
    rows = round_.assignments.blind().open().order_by().values_list("rater")
    return dict(rows.annotate(n=Count("*")))


def practice_of(round_: Round) -> Practice:
    """Read what a training round trains with; the gold of transcripts of all its raters."""
    criterion = TrainingCriterion.objects.filter(round=round_).first()
    named = round_.criterion_codes.values_list("code__key", flat=True) if criterion else ()
    hours = gold_hours(standing_golds([round_.pk]))
    return Practice(round_, criterion, fetch_book(round_.version), hours, frozenset(named))


def trained(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what counts in training: first, submitted codings of those on whose codings the gold does not rest."""
    first = assignments.filter(phase=Assignment.Phase.BLIND, submitted_at__isnull=False, withdrawn_at=None)
    rows = first.filter(~access.is_gold_source()).select_related("rater", "transcript")
    return rows.order_by("submitted_at", "place", "transcript__name")


def own_trained(user: User, round_: Round) -> QuerySet[Assignment]:
    """Keep of a person's own what they may read feedback on: nothing else of the gold shows in their curve."""
    return trained(Assignment.objects.by(user).filter(access.feedback_open_to(user), round=round_))


def courses(
    practice: Practice, done: Sequence[Assignment], open_: Mapping[int, int] | None = None
) -> dict[int, list[Course]]:
    """
    Give the courses of each rater (id), code by code; `done` are their assignments in the order of handing in.

    `open_` counts for each rater what they still have to hand in; a code is said to be unjudgeable only to those who
    have handed in everything, since it would tell something of gold not yet seen.
    """
    known = [one for one in done if one.transcript_id in practice.hours]
    points = _points(practice, known)
    raters = dict.fromkeys(one.rater_id for one in done)
    return {
        rater: [
            _course(practice, code, points.get((rater, code.key), ()), finished=not (open_ or {}).get(rater))
            for code in practice.codes
        ]
        for rater in raters
    }


def _course(practice: Practice, code: CodeRow, points: Iterable[Point], *, finished: bool) -> Course:
    points = tuple(points)
    if practice.criterion is None:
        return Course(code, points, None, "not_yet")
    threshold = float(practice.criterion.threshold)
    row = in_a_row([_counts(point, threshold) for point in points], threshold, practice.criterion.in_a_row)
    if row.met_at is not None:
        return Course(code, points, row, "met")
    could = sum(point.gold > 0 for point in points)
    too_few = finished and could < practice.criterion.in_a_row
    return Course(code, points, row, "unjudgeable" if too_few else "not_yet")


def _counts(point: Point, threshold: float) -> float | None:
    """
    Give what a transcript says about the criterion.

    Where the gold does not give the code, it shows at most that a rater gives it where it is not: that breaks a row,
    but nothing there shows that they recognise it, whatever the coefficient.
    """
    if point.value is None or (not point.gold and point.value >= threshold):
        return None
    return point.value


#: Segments that both judged, how often the rater and the gold give the code, and the coefficient.
Measured = tuple[int, int, int, float | None]


def _points(practice: Practice, done: Sequence[Assignment]) -> dict[tuple[int, str], list[Point]]:
    """
    Say how every rater and code stands to the gold within each transcript.

    What was handed in is final until it is opened again: the numbers of a rater are kept under what they handed in, and
    what the gold says of it.
    """
    by_rater: dict[int, list[Assignment]] = {}
    for one in done:
        by_rater.setdefault(one.rater_id, []).append(one)
    names = {rater: _name(practice, mine) for rater, mine in by_rater.items()}
    known = caches["results"].get_many(names.values())
    if new := {rater: mine for rater, mine in by_rater.items() if names[rater] not in known}:
        made = {names[rater]: measured for rater, measured in _measure(practice, new).items()}
        caches["results"].set_many(made)
        known |= made
    return {
        (rater, key): [
            Point(one.pk, one.transcript.name, segments, own, gold, value, _why(segments, own + gold, value))
            for one, (segments, own, gold, value) in zip(mine, measured, strict=True)
        ]
        for rater, mine in by_rater.items()
        for key, measured in known[names[rater]].items()
    }


def _name(practice: Practice, mine: Sequence[Assignment]) -> str:
    digest = hashlib.sha256(f"{program()} {np.__version__} {practice.round.version_id} {practice.coefficient}".encode())
    for one in mine:
        hour = practice.hours[one.transcript_id]
        digest.update(f"{one.pk} {one.submitted_at} {list(hour.values)}".encode())
        digest.update(b"".join([hour.segments.tobytes(), *(values.tobytes() for values in hour.values.values())]))
    return f"learning-{digest.hexdigest()}"


def _measure(practice: Practice, by_rater: Mapping[int, Sequence[Assignment]]) -> dict[int, dict[str, list[Measured]]]:
    """Measure raters against the gold, for each code in the order of what each handed in."""
    pks = [one.pk for mine in by_rater.values() for one in mine]
    rows = rows_of(
        Assignment.objects.filter(pk__in=pks).order_by("transcript__name", "rater__label"), practice.round.version
    )
    own, gold = code_matrices(rows), _gold_of(rows, practice)
    labels = {label: number for number, label in enumerate(rows.raters)}
    place = {name: number for number, name in enumerate(rows.transcripts)}
    found: dict[int, dict[str, list[Measured]]] = {}
    for rater, mine in by_rater.items():
        column = labels[mine[0].rater.label]
        places = [place[one.transcript.name] for one in mine]
        both = {code.key: np.stack([own[code.key][column], gold[code.key]]) for code in practice.codes}
        found[rater] = {}
        for key, values in _values(rows, both, practice.coefficient).items():
            tally = _tally(rows, both[key]).T.tolist()
            found[rater][key] = [(*tally[here], values.get(here)) for here in places]
    return found


def _gold_of(rows: JudgedRows, practice: Practice) -> dict[str, Matrix]:
    """Lay the gold along the segments of these rows."""
    order = np.argsort(rows.units.ids, kind="stable")
    in_order = rows.units.ids[order]
    out: dict[str, Matrix] = {code.key: np.full(len(order), MISSING, dtype=np.int8) for code in practice.codes}
    for hour in practice.hours.values():
        known = np.isin(hour.segments, in_order)
        places = order[np.searchsorted(in_order, hour.segments[known])]
        for key, values in out.items():
            if key in hour.values:
                values[places] = hour.values[key][known]
    return out


def _values(rows: JudgedRows, both: Mapping[str, Matrix], coefficient: str) -> dict[str, dict[object, float | None]]:
    """Compute the coefficient of two within each transcript, over the segments that both judged."""
    clusters = rows.units.transcript
    variables, keys = [], []
    for key, values in both.items():
        judged = (values >= 0).all(axis=0)
        if judged.any():
            keys.append(key)
            variables.append(Nominal.from_ratings(values[:, judged], 2, clusters[judged]))
    found: dict[str, dict[object, float | None]] = {key: {} for key in both}
    return found | dict(zip(keys, per_cluster_many(variables, coefficient) if variables else [], strict=True))


def _tally(rows: JudgedRows, both: Matrix) -> Ints:
    """Count for each transcript the segments that both judged, and to how many rater and gold give the code."""
    judged = (both >= 0).all(axis=0)
    where, number = rows.units.transcript[judged], len(rows.transcripts)
    given = [np.bincount(where[row[judged] == 1], minlength=number) for row in both]
    return np.stack([np.bincount(where, minlength=number), *given])


def _why(segments: int, given: int, value: float | None) -> str:
    if value is not None:
        return ""
    if not segments:
        return "no turn that both judged and the code is for"
    if not given:
        return "neither gives it here, so there is nothing to agree on"
    return "both give it everywhere, so that agreement by chance cannot be told"
