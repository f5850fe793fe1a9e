"""A training round as its pages show it: to a coordinator all raters, to a rater themselves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from coding import access
from coding.models import AdjudicationOpening, Assignment, Clearance, Gold, Round
from coding.queries.gold import said_of, standing_golds
from coding.queries.judged_rows import CodeRow
from coding.queries.learning import (
    Course,
    Practice,
    courses,
    own_trained,
    practice_of,
    still_open,
    trained,
    without_gold,
)
from transcripts.models import Membership, Transcript
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class Learner:
    """One rater of a training round: what is left to them, and whether they are cleared."""

    member: Membership
    handed_in: int
    left: int
    clearance: Clearance | None
    next_step: str

    @property
    def total(self) -> int:
        return self.handed_in + self.left


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code across the raters, in their order; None where somebody has handed in nothing that counts."""

    code: CodeRow
    given: int
    courses: tuple[Course | None, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """How all raters do; `asked` are the codes that must be met, `further` others that the gold gives."""

    practice: Practice
    learners: tuple[Learner, ...]
    asked: tuple[CodeLine, ...]
    further: tuple[CodeLine, ...]
    never: tuple[CodeRow, ...]
    missing: tuple[Transcript, ...]

    @property
    def cleared(self) -> int:
        return sum(one.clearance is not None for one in self.learners)

    def line(self, key: str) -> CodeLine | None:
        """Find a code, or take the first."""
        lines = (*self.asked, *self.further)
        return next((one for one in lines if one.code.key == key), lines[0] if lines else None)


def training_of(round_: Round) -> Training:
    """Measure every rater of a training round; whether one may see it is decided before."""
    practice, open_ = practice_of(round_), still_open(round_)
    found = courses(practice, list(trained(round_.assignments.all())), open_)
    missing = tuple(without_gold(round_))
    learners = tuple(_learners(practice, found, open_, missing))
    asked = {code.key for code in practice.asked}
    lines = [_line(practice, code, learners, found) for code in practice.codes]
    return Training(
        practice=practice,
        learners=learners,
        asked=tuple(line for line in lines if line.code.key in asked),
        further=tuple(line for line in lines if line.code.key not in asked and line.given),
        never=tuple(line.code for line in lines if line.code.key not in asked and not line.given),
        missing=missing,
    )


def _line(
    practice: Practice, code: CodeRow, learners: Sequence[Learner], found: Mapping[int, Sequence[Course]]
) -> CodeLine:
    by_key = {pk: {one.code.key: one for one in mine} for pk, mine in found.items()}
    cells = tuple(by_key.get(one.member.pk, {}).get(code.key) for one in learners)
    return CodeLine(code, practice.given(code.key), cells)


def _learners(
    practice: Practice,
    found: Mapping[int, Sequence[Course]],
    open_: Mapping[int, int],
    missing: Sequence[Transcript],
) -> list[Learner]:
    round_ = practice.round
    given = Assignment.objects.filter(round=round_, withdrawn_at=None, phase=Assignment.Phase.BLIND)
    clearances = {one.rater_id: one for one in Clearance.objects.filter(training=round_).select_related("made_by")}
    sources = set(given.filter(access.is_gold_source()).values_list("rater", flat=True))
    inside = Q(pk__in=given.values("rater")) | Q(pk__in=list(clearances))
    handed_in: dict[int, int] = {}
    for rater in given.filter(submitted_at__isnull=False).values_list("rater", flat=True):
        handed_in[rater] = handed_in.get(rater, 0) + 1
    out = []
    for member in Membership.objects.filter(inside, study=round_.study_id).order_by("label"):
        left = open_.get(member.pk, 0)
        mine = found.get(member.pk, ())
        step = "" if member.pk in clearances else _next(practice, mine, left, missing, member.pk in sources)
        out.append(Learner(member, handed_in.get(member.pk, 0), left, clearances.get(member.pk), step))
    return out


def _next(practice: Practice, mine: Sequence[Course], left: int, missing: Sequence[Transcript], is_source: bool) -> str:
    """Say what is next for somebody who is not cleared."""
    if left:
        return f"hands in {left} more transcript{'' if left == 1 else 's'}"
    if missing:
        return f"waits for the gold of {', '.join(one.name for one in missing[:3])}"
    if practice.criterion is None:
        return ""
    if is_source and not mine:
        return "is the gold here, and not trained"
    lacking = _lacking(practice, mine)
    words = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
    if not words:
        return "nothing is asked"
    further = (
        "more practice in a further training round" if practice.round.is_closed else "one more practice transcript"
    )
    return f"not met: {words}. Next: a talk, {further}, or clear by hand"


def _lacking(practice: Practice, mine: Sequence[Course]) -> list[str]:
    met = {one.code.key for one in mine if one.state == "met"}
    return [code.name for code in practice.asked if code.key not in met]


@dataclass(frozen=True, slots=True)
class Learning:
    """How one rater does; `asked` is None while it would tell something of gold that they have not seen."""

    practice: Practice
    done: tuple[Assignment, ...]
    left: int
    clearance: Clearance | None
    asked: tuple[Course, ...] | None
    further: tuple[Course, ...]


def learning_of(user: User, round_: Round) -> Learning:
    """Measure a rater on what they may read feedback on; nothing else of the gold shows."""
    practice = practice_of(round_)
    done = tuple(own_trained(user, round_))
    given = Assignment.objects.by(user).filter(round=round_, withdrawn_at=None, phase=Assignment.Phase.BLIND)
    waiting = given.exclude(pk__in=[one.pk for one in done]).exclude(access.is_gold_source()).count()
    found = next(iter(courses(practice, done, {one.rater_id: waiting for one in done}).values()), [])
    known = bool(practice.named) or (not waiting and bool(done))
    asked = {code.key for code in practice.asked} if known else set()
    return Learning(
        practice=practice,
        done=done,
        left=given.filter(submitted_at=None).count(),
        clearance=Clearance.objects.filter(training=round_, rater__user=user.pk).select_related("made_by").first(),
        asked=tuple(one for one in found if one.code.key in asked) if known else None,
        further=tuple(
            one for one in found if one.code.key not in asked and any(point.own or point.gold for point in one.points)
        ),
    )


@dataclass(frozen=True, slots=True)
class GoldLine:
    """One practice transcript: its gold, what came before, and what could be."""

    transcript: Transcript
    standing: Gold | None
    said: str
    before: tuple[Gold, ...]
    assignments: tuple[Assignment, ...]
    rounds: tuple[Round, ...]
    is_hidden: bool


def gold_lines(user: User, round_: Round) -> list[GoldLine]:
    """List the transcripts of a training round with their gold; of those one is blind to, nothing but the name."""
    given = Assignment.objects.filter(round=round_, withdrawn_at=None)
    revisions = set(given.values_list("revision", flat=True))
    hidden = set(access.blind_transcripts(user))
    standing = {gold.transcript_id: gold for gold in standing_golds([round_.pk])}
    every = list(Gold.objects.filter(round=round_).select_related("made_by").order_by("n"))
    found = Assignment.objects.filter(
        access.golds_open_to(user), study=round_.study_id, version=round_.version_id, revision__in=revisions
    ).exclude(round=round_)
    possible = list(found.select_related("rater", "round").order_by("-round__closed_at", "rater__label"))
    ended = set(AdjudicationOpening.objects.filter(ended_at__isnull=False).values_list("round", flat=True))
    lines = []
    for transcript in Transcript.objects.filter(pk__in=given.values("transcript")).order_by("name"):
        is_hidden = transcript.pk in hidden
        mine = [one for one in possible if one.transcript_id == transcript.pk and not is_hidden]
        gold = None if is_hidden else standing.get(transcript.pk)
        lines.append(
            GoldLine(
                transcript=transcript,
                standing=gold,
                said=said_of(gold) if gold else "",
                before=tuple(one for one in every if gold and one.transcript_id == transcript.pk and one.n < gold.n),
                assignments=tuple(mine),
                rounds=tuple(dict.fromkeys(one.round for one in mine if one.round_id in ended)),
                is_hidden=is_hidden,
            )
        )
    return lines
