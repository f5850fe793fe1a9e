"""What the pages about rounds show: the design to whoever runs the study, states only to whom they are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from coding import access
from coding.models import Assignment, DesignChange, Judgement, Round
from coding.queries.asked import n_asked
from transcripts import access as material
from transcripts.models import Membership, Revision, Segment, Study, Transcript
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """One assignment in the design; without a state it is not for these eyes yet."""

    id: UUID
    rater: str
    is_mine: bool
    segments: int
    state: str | None
    judged: int | None
    #: Its rater could read others' codings of the transcript before it was given. That an earlier round had closed by
    #: then is a state too: None where it is not for these eyes yet.
    has_read: bool | None = None
    #: Open, and the day by which it was due is over; None where the state is not for these eyes yet.
    late: bool | None = None
    #: What a coordinator can do about it: "withdraw", "reopen" or nothing.
    act: str = ""

    @property
    def share(self) -> float:
        """Give the share of segments judged, in per cent."""
        return 100 * (self.judged or 0) / self.segments if self.segments else 0.0

    @property
    def is_done(self) -> bool:
        """Tell whether it is submitted, and nothing more is to be said or done about it."""
        return self.state == "submitted" and not self.act and not self.has_read


@dataclass(frozen=True, slots=True)
class DesignRow:
    """One transcript of a round with its places, one for each rater column (None where nobody was put)."""

    transcript: Transcript
    segments: int
    places: tuple[Place | None, ...]


@dataclass(frozen=True, slots=True)
class RaterProgress:
    """How far one rater is in a round, counts only; `known` is false where some of it is not for these eyes yet."""

    rater: Membership
    known: bool
    transcripts: int
    submitted: int
    judged: int
    segments: int
    late: int

    @property
    def share(self) -> float:
        """Give the share of segments judged, in per cent."""
        return 100 * self.judged / self.segments if self.segments else 0.0


@dataclass(frozen=True, slots=True)
class Design:
    """Who codes what: transcripts down, raters across."""

    raters: tuple[Membership, ...]
    rows: tuple[DesignRow, ...]

    @property
    def progress(self) -> tuple[RaterProgress, ...]:
        """Add up how far each rater is; of a rater with a transcript that is not for these eyes yet, nothing."""
        return tuple(self._of(column, rater) for column, rater in enumerate(self.raters))

    @property
    def late(self) -> int:
        """Count what is known to be late."""
        return sum(one.late for one in self.progress)

    def _of(self, column: int, rater: Membership) -> RaterProgress:
        places = [place for row in self.rows if (place := row.places[column]) is not None]
        known = all(place.state is not None for place in places)
        return RaterProgress(
            rater=rater,
            known=known,
            transcripts=len(places),
            submitted=sum(place.state == "submitted" for place in places) if known else 0,
            judged=sum(place.judged or 0 for place in places) if known else 0,
            segments=sum(place.segments for place in places),
            late=sum(bool(place.late) for place in places) if known else 0,
        )


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round in a list; `state` is None where it is not for these eyes yet."""

    round: Round
    transcripts: int
    raters: int
    state: str | None


def with_counts(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Annotate assignments with `n_segments`, those that each asks for, and `n_judged`."""
    judged = Judgement.objects.filter(assignment=OuterRef("pk"), finished_at__isnull=False).order_by()
    return assignments.annotate(
        n_segments=n_asked(),
        n_judged=Coalesce(Subquery(judged.values("assignment").annotate(n=Count("*")).values("n")), 0),
    )


def round_lines(user: User, study: Study) -> list[RoundLine]:
    """List the rounds of a study, the newest first."""
    rows = _counted(Round.objects.filter(study=study)).select_related("version").order_by("-created_at", "-pk")
    known = set(Round.objects.filter(access.states_open_to(user), study=study).values_list("pk", flat=True))
    return [
        RoundLine(
            round=row,
            transcripts=getattr(row, "n_transcripts", 0),
            raters=getattr(row, "n_raters", 0),
            state=("closed" if row.is_closed else "open") if row.pk in known else None,
        )
        for row in rows
    ]


def design(user: User, round_: Round) -> Design:
    """
    Gather who codes what in a round, with the states that the person may know and the acts that are open to them.

    Whoever adjudicates the round reads the transcripts alone: its raters have no names.
    """
    rows = _counted_in(round_).order_by("transcript__name", "rater__label").filter(withdrawn_at=None)
    # A few raters and transcripts make many pairs: each is read once, not once a pair.
    assignments = list(rows.prefetch_related("rater", "transcript"))
    places = _Places(user, round_)
    raters = {assignment.rater_id: assignment.rater for assignment in assignments}
    columns = sorted(raters, key=lambda pk: raters[pk].label)
    if not access.may_know_raters(user, round_):
        columns = []
    cells: dict[int, dict[int, Place]] = defaultdict(dict)
    transcripts: dict[int, Assignment] = {}
    for assignment in assignments:
        transcripts.setdefault(assignment.transcript_id, assignment)
        cells[assignment.transcript_id][assignment.rater_id] = places.place(assignment)
    return Design(
        raters=tuple(raters[pk] for pk in columns),
        rows=tuple(
            DesignRow(
                transcript=first.transcript,
                segments=max(place.segments for place in cells[transcript_id].values()),
                places=tuple(cells[transcript_id].get(pk) for pk in columns),
            )
            for transcript_id, first in transcripts.items()
        ),
    )


def _counted_in(round_: Round) -> QuerySet[Assignment]:
    return with_counts(Assignment.objects.filter(round=round_, phase=Assignment.Phase.BLIND))


def _assignments(round_: Round) -> QuerySet[Assignment]:
    return _counted_in(round_).select_related("rater", "transcript")


def taken_back(user: User, round_: Round) -> list[Assignment]:
    """List the withdrawn assignments of a round whose state the person may know, with their reasons."""
    rows = _assignments(round_).filter(access.progress_open_to(user), withdrawn_at__isnull=False)
    return list(rows.order_by("withdrawn_at", "pk"))


def added_since(round_: Round) -> list[DesignChange]:
    """List what was added to a round after its start; that somebody codes is design, and no secret."""
    rows = DesignChange.objects.filter(round=round_, kind=DesignChange.Kind.ADDED)
    return list(rows.select_related("assignment__rater", "assignment__transcript", "made_by").order_by("made_at", "pk"))


def assignment_rows(user: User, round_: Round) -> QuerySet[Assignment]:
    """Give the assignments of a round, those taken back only where the person may know of it."""
    known = access.progress_open_to(user)
    return _assignments(round_).filter(Q(withdrawn_at=None) | known).order_by("transcript__name", "rater__label", "pk")


def places_of(user: User, round_: Round, assignments: Iterable[Assignment]) -> list[Place]:
    """Say of each assignment what the person may know."""
    places = _Places(user, round_)
    return [places.place(assignment) for assignment in assignments]


class _Places:
    """What is open to a person in a round, looked up once for all its assignments."""

    def __init__(self, user: User, round_: Round) -> None:
        self.user = user
        self.is_over = is_over(round_)
        inside = Assignment.objects.filter(round=round_)
        self.known = set(inside.filter(access.progress_open_to(user)).values_list("pk", flat=True))
        self.withdrawable = set(inside.filter(access.withdrawals_open_to(user)).values_list("pk", flat=True))
        self.reopenable = set(inside.filter(access.reopenings_open_to(user)).values_list("pk", flat=True))

    def place(self, assignment: Assignment) -> Place:
        known = assignment.pk in self.known
        return Place(
            id=assignment.pk,
            rater=assignment.rater.label,
            is_mine=assignment.rater.user_id == self.user.pk,
            segments=getattr(assignment, "n_segments", 0),
            state=_state(assignment) if known else None,
            judged=getattr(assignment, "n_judged", 0) if known else None,
            has_read=(assignment.could_read_since is not None) if known else None,
            late=(assignment.is_open and self.is_over) if known else None,
            act=self._act(assignment, known),
        )

    def _act(self, assignment: Assignment, known: bool) -> str:
        if known and not assignment.is_open:
            return "reopen" if assignment.pk in self.reopenable else ""
        return "withdraw" if assignment.pk in self.withdrawable else ""


def is_over(round_: Round) -> bool:
    """Tell whether the day by which a round was due is over."""
    return round_.due_on is not None and round_.due_on < timezone.localdate()


def _state(assignment: Assignment) -> str:
    if assignment.withdrawn_at is not None:
        return "withdrawn"
    return "submitted" if assignment.is_submitted else "open"


def rounds_open_to(user: User, study: Study) -> QuerySet[Round]:
    """
    Give the rounds that a person may know of, the newest first: coordinators all, who reads results the closed ones.

    Each says with `is_known` whether its state is open to the person.
    """
    known = access.states_open_to(user)
    rows: QuerySet[Round] = (
        _counted(Round.objects.filter(study=study))
        .select_related("version__codebook", "study")
        .annotate(is_known=ExpressionWrapper(known, BooleanField()))
        .order_by("-created_at", "-pk")
    )
    if material.has_power(user, study, "manage"):
        return rows
    return rows.filter(known).exclude(closed_at=None)


def _counted(rounds: QuerySet[Round]) -> QuerySet[Round]:
    coded = Q(assignments__withdrawn_at=None)
    return rounds.annotate(
        n_transcripts=Count("assignments__transcript", distinct=True, filter=coded),
        n_raters=Count("assignments__rater", distinct=True, filter=coded),
    )


@dataclass(frozen=True, slots=True)
class Material:
    """A transcript that can be given to raters, with its size."""

    transcript: Transcript
    segments: int


def material_of(study: Study) -> list[Material]:
    """List the transcripts of a study with the number of segments of the latest revision."""
    latest = Revision.objects.filter(transcript=OuterRef(OuterRef("pk"))).order_by("-number").values("pk")[:1]
    counts = Segment.objects.filter(revision=Subquery(latest)).order_by().values("revision").annotate(n=Count("*"))
    rows = (
        Transcript.objects.filter(study=study)
        .annotate(n_segments=Coalesce(Subquery(counts.values("n")), 0))
        .order_by("name")
    )
    return [Material(row, row.n_segments) for row in rows]


def not_naive(round_: Round, transcripts: Collection[int]) -> list[tuple[str, str]]:
    """List rater and transcript wherever somebody could read others' codings of it before coding it (law 3)."""
    rows = round_.assignments.filter(transcript__in=transcripts, withdrawn_at=None).exclude(could_read_since=None)
    return list(rows.order_by("rater__label", "transcript__name").values_list("rater__label", "transcript__name"))
