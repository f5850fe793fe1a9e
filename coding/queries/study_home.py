"""The home page of a study: what is next for whoever reads it, and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from coding import access
from coding.models import Assignment, CodebookVersion, Gold, Judgement, Round
from coding.queries.adjudication_progress import AdjudicationLine, adjudication_lines
from coding.queries.asked import asked_for, with_asked
from coding.queries.proposals import n_waiting
from coding.queries.round_pages import Material, RoundLine, is_over, material_of, round_lines, with_counts
from transcripts import access as material
from transcripts.models import Membership, Segment, SessionAttribute, Study
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class Meter:
    """How far something is."""

    done: int
    total: int

    @property
    def share(self) -> float:
        """Give the share that is done, in per cent."""
        return 100 * self.done / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class OwnTask:
    """One assignment of the person who reads the page; not `known` while they are blind to what they did there."""

    id: UUID
    transcript: str
    round: str
    meter: Meter
    from_turn: int | None
    is_open: bool
    known: bool
    has_outcome: bool = False
    #: The round whose meeting the rater may read about this transcript.
    meeting: int | None = None
    has_feedback: bool = False
    #: The training round in which one is to be cleared before one begins here.
    after: Round | None = None
    due_on: date | None = None
    late: bool = False
    session: tuple[SessionAttribute, ...] = ()
    #: Only a few of the transcript's turns are asked for.
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class OthersTask:
    """One other rater in one open round; without a meter it is not for these eyes yet."""

    rater: str
    round_id: int
    round: str
    transcripts: tuple[str, ...]
    meter: Meter | None


@dataclass(frozen=True, slots=True)
class Book:
    """The codebook as far as the study has one."""

    published: CodebookVersion | None
    codes: int
    draft: CodebookVersion | None
    #: Changes that were proposed to the published version and wait for a draft.
    proposed: int = 0


@dataclass(frozen=True, slots=True)
class StudyHome:
    """Everything the page shows; what a role has no part in is empty."""

    own: tuple[OwnTask, ...]
    others: tuple[OthersTask, ...] = ()
    rounds: tuple[RoundLine, ...] = ()
    material: tuple[Material, ...] = ()
    members: int = 0
    invited: int = 0
    raters: int = 0
    result: Round | None = None
    adjudicating: tuple[AdjudicationLine, ...] = ()
    adjudicated_by_others: tuple[AdjudicationLine, ...] = ()
    book: Book | None = None
    gold_wanted: tuple[Round, ...] = ()

    @property
    def open_own(self) -> tuple[OwnTask, ...]:
        return tuple(task for task in self.own if task.is_open)

    @property
    def done_own(self) -> tuple[OwnTask, ...]:
        return tuple(task for task in self.own if not task.is_open)

    @property
    def turns(self) -> int:
        return sum(row.segments for row in self.material)

    @property
    def open_rounds(self) -> tuple[RoundLine, ...]:
        return tuple(line for line in self.rounds if line.state == "open")

    @property
    def closed_rounds(self) -> tuple[RoundLine, ...]:
        return tuple(line for line in self.rounds if line.state == "closed")


def study_home(*, user: User, study: Study, powers: frozenset[str]) -> StudyHome:
    """Gather the page for one person; raters see their own work and nothing else."""
    # What was begun comes before what was not.
    own = tuple(sorted(_own_tasks(user, study), key=lambda task: not task.meter.done))
    if "see_results" not in powers:
        return StudyHome(own=own)
    people = study.memberships.filter(left_at=None)
    manages = "manage" in powers
    return StudyHome(
        own=own,
        others=tuple(_others_tasks(user, study)) if manages else (),
        rounds=tuple(round_lines(user, study)),
        material=tuple(material_of(study)),
        members=people.count(),
        invited=study.invitations.open().count() if manages else 0,
        raters=people.filter(role=Membership.Role.RATER).count(),
        result=_newest_result(user, study),
        adjudicating=_adjudicating(user, study),
        adjudicated_by_others=_adjudicated_by_others(user, study) if manages else (),
        book=_book(user, study, drafts=manages),
        gold_wanted=_gold_wanted(user, study) if manages else (),
    )


def _in_order(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Count in assignments that are not withdrawn, and name what they are about."""
    return with_counts(assignments.filter(withdrawn_at=None)).select_related("transcript", "round", "rater")


def _own_tasks(user: User, study: Study) -> Iterable[OwnTask]:
    finished = Judgement.objects.filter(
        assignment=OuterRef(OuterRef("pk")), segment=OuterRef("pk"), finished_at__isnull=False
    )
    inside = Segment.objects.filter(asked_for(OuterRef(OuterRef("pk"))), revision=OuterRef("revision_id"))
    to_judge = inside.filter(~Exists(finished)).order_by("position")
    mine = Assignment.objects.by(user).filter(study=study, rater__left_at=None)
    known = set(mine.filter(access.progress_open_to(user)).values_list("pk", flat=True))
    decided = set(mine.filter(access.outcomes_open_to(user)).values_list("pk", flat=True))
    met = set(mine.filter(access.besides_open_to(user)).values_list("pk", flat=True))
    compared = set(mine.filter(access.feedback_open_to(user)).values_list("pk", flat=True))
    waiting = set(mine.open().filter(access.waiting()).values_list("pk", flat=True))
    rows = (
        with_asked(_in_order(mine))
        .select_related("transcript", "round__gate__training", "rater")
        .annotate(from_turn=Case(When(submitted_at=None, then=Subquery(to_judge.values("position")[:1]))))
    )
    row: Any
    order = (F("submitted_at").desc(nulls_first=True), "round__created_at", F("place").asc(nulls_last=True))
    listed = list(rows.order_by(*order, "transcript__name"))
    session = shown_session({row.transcript_id for row in listed})
    for row in listed:
        yield OwnTask(
            id=row.pk,
            transcript=row.transcript.name,
            round=str(row.round),
            meter=Meter(row.n_judged, row.n_segments),
            from_turn=row.from_turn if row.n_judged else None,
            is_open=row.is_open,
            known=row.pk in known,
            has_outcome=row.pk in decided,
            meeting=row.round_id if row.pk in met else None,
            has_feedback=row.pk in compared,
            after=row.round.gate.training if row.pk in waiting else None,
            due_on=row.round.due_on,
            late=row.is_open and is_over(row.round),
            session=session.get(row.transcript_id, ()),
            is_part=bool(row.asked),
        )


def shown_session(transcripts: Collection[int]) -> dict[int, tuple[SessionAttribute, ...]]:
    """Give what raters may see of these sessions."""
    found: dict[int, tuple[SessionAttribute, ...]] = {}
    rows = SessionAttribute.objects.filter(material.attributes_at_the_desk(), transcript__in=transcripts)
    for one in rows.order_by("pk"):
        found[one.transcript_id] = (*found.get(one.transcript_id, ()), one)
    return found


def _others_tasks(user: User, study: Study) -> Iterable[OthersTask]:
    # That a round is open is a state: it is told where the person may know it, or codes in that round at this moment.
    known_open = Round.objects.open().filter(access.states_open_to(user), study=study)
    coded_now = Assignment.objects.by(user).open().filter(study=study)
    theirs = Assignment.objects.filter(
        Q(round__in=known_open) | Q(round__in=coded_now.values("round")), phase=Assignment.Phase.BLIND
    ).exclude(rater__user=user.pk)
    known = set(theirs.filter(access.progress_open_to(user)).values_list("pk", flat=True))
    rows = _in_order(theirs).order_by("round__created_at", "round_id", "rater__label", "transcript__name")
    for (round_id, rater), group in groupby(rows, key=lambda row: (row.round_id, row.rater.label)):
        tasks = list(group)
        open_to_user = all(task.pk in known for task in tasks)
        done, total = (sum(getattr(task, count) for task in tasks) for count in ("n_judged", "n_segments"))
        yield OthersTask(
            rater=rater,
            round_id=round_id,
            round=str(tasks[0].round),
            transcripts=tuple(task.transcript.name for task in tasks),
            meter=Meter(done, total) if open_to_user else None,
        )


def _book(user: User, study: Study, *, drafts: bool) -> Book:
    versions = CodebookVersion.objects.filter(study=study)
    published = versions.published().order_by("-published_at", "-pk").first()
    return Book(
        published=published,
        codes=published.codes.filter(outcome="").count() if published else 0,
        draft=versions.drafts().order_by("-pk").first() if drafts else None,
        proposed=n_waiting(user, published) if drafts and published else 0,
    )


def _adjudicating(user: User, study: Study) -> tuple[AdjudicationLine, ...]:
    """Find the rounds in which the person gives the final word."""
    rounds = Round.objects.filter(access.adjudications_open_to(user), study=study, adjudication__ended_at=None)
    return adjudication_lines(user, _for_fingerprints(rounds))


def _for_fingerprints(rounds: QuerySet[Round]) -> QuerySet[Round]:
    return rounds.select_related("study", "version").order_by("pk")


def _adjudicated_by_others(user: User, study: Study) -> tuple[AdjudicationLine, ...]:
    """Find the rounds whose blind phase others are in, of those whose results the person may read."""
    rounds = Round.objects.closed().filter(access.states_open_to(user), access.results_open_to(user), study=study)
    under_way = rounds.filter(adjudication__isnull=False, adjudication__ended_at=None)
    return adjudication_lines(user, _for_fingerprints(under_way))


def _gold_wanted(user: User, study: Study) -> tuple[Round, ...]:
    """Find the training rounds with a criterion whose gold is not said for all that the person may say it for."""
    said = Gold.objects.filter(round=OuterRef("round_id"), transcript=OuterRef("transcript_id"))
    given = Assignment.objects.filter(~Exists(said), round=OuterRef("pk"), withdrawn_at=None)
    mine = given.exclude(transcript__in=access.blind_transcripts(user))
    return tuple(Round.objects.filter(Exists(mine), study=study, criterion__isnull=False).order_by("pk"))


def _newest_result(user: User, study: Study) -> Round | None:
    """Find the round that closed last, of those whose state the person may know."""
    rounds = Round.objects.closed().filter(access.states_open_to(user), access.comparisons_open_to(user), study=study)
    return rounds.order_by("-closed_at", "-pk").first()
