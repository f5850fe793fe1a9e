"""Who gave what to one segment of a round, with its text and the segments around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from coding import access
from coding.models import Coding, Judgement, Round
from coding.queries.disputes import Disputes
from coding.queries.judged_rows import counted_assignments
from transcripts.models import Segment
from workbench.accounts.models import User

CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Given:
    """One code as one rater gave it, or did not."""

    is_given: bool
    rating: int | None
    quotes: tuple[str, ...]
    memo: str
    attributes: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = ()
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CodeVotes:
    """One code with what each rater said of it, in the order of the raters; `key` is empty for an outcome."""

    key: str
    name: str
    slot: str
    definition: str
    votes: tuple[Given | None, ...]
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class SegmentVotes:
    """Who gave what to one segment, with its text and the segments around it."""

    segment: Segment
    transcript: str
    context: tuple[Segment, ...]
    raters: tuple[str, ...]
    codes: tuple[CodeVotes, ...]
    memos: tuple[Judgement | None, ...]


def segment_votes(user: User, disputes: Disputes, unit: int) -> SegmentVotes:
    """Give everything that was said of a segment, as far as the person may learn of it; five statements."""
    rows = disputes.rows
    segment = Segment.objects.select_related("speaker__role").get(pk=int(rows.units.ids[unit]))
    said = {
        judgement.assignment.rater.label: judgement
        for judgement in finished_judgements(disputes.round, segment).filter(access.judgements_open_to(user))
    }
    memos = tuple(said.get(label) for label in rows.raters)
    return SegmentVotes(
        segment=segment,
        transcript=rows.transcripts[rows.units.transcript[unit]],
        context=context_of(segment),
        raters=rows.raters,
        codes=tuple(code_votes(segment, memos, disputes.code)),
        memos=memos,
    )


def context_of(segment: Segment) -> tuple[Segment, ...]:
    """Give the segment with those around it."""
    around = Segment.objects.filter(
        revision=segment.revision_id,
        position__range=(segment.position - CONTEXT, segment.position + CONTEXT),
    ).select_related("speaker__role")
    return tuple(around.order_by("position"))


def finished_judgements(round_: Round, segment: Segment) -> QuerySet[Judgement]:
    """Give the finished first judgements of a segment, with all that hangs from them; no access check."""
    return (
        Judgement.objects.filter(
            segment=segment,
            finished_at__isnull=False,
            assignment__round=round_,
            assignment__phase="blind",
            assignment__submitted_at__isnull=False,
        )
        .select_related("assignment__rater")
        .prefetch_related("codings__code__family", "codings__evidence", "codings__attributes__attribute")
    )


def counted_judgements(round_: Round, segment: Segment) -> QuerySet[Judgement]:
    """Give those of them that make reliability."""
    counted = counted_assignments(round_).order_by()
    return finished_judgements(round_, segment).filter(assignment__in=counted)


def code_votes(segment: Segment, judgements: Sequence[Judgement | None], asked: str = "") -> list[CodeVotes]:
    """Give every code that anybody gave, the one asked for first, then outcomes, each with what everybody said."""
    given: dict[int, Coding] = {}
    for judgement in judgements:
        for coding in judgement.codings.all() if judgement else ():
            given.setdefault(coding.code_id, coding)
    first = sorted(given.values(), key=lambda coding: (coding.code.key != asked, coding.code.position))
    found = [_code(segment, coding, judgements) for coding in first]
    for outcome, name in Judgement.Outcome.choices:
        votes = tuple(_outcome(judgement, outcome) for judgement in judgements)
        if any(vote is not None and vote.is_given for vote in votes):
            found.append(CodeVotes("", name.capitalize(), "stone", "", votes, _differ(votes)))
    return found


def _code(segment: Segment, example: Coding, judgements: Sequence[Judgement | None]) -> CodeVotes:
    code = example.code
    votes = tuple(_given(segment, code.pk, judgement) for judgement in judgements)
    return CodeVotes(code.key, code.name, code.family.slot, code.definition, votes, _differ(votes))


def _given(segment: Segment, code: int, judgement: Judgement | None) -> Given | None:
    """Say how a rater gave a code; None where they have no value: not judged, or uncodable."""
    if judgement is None or judgement.outcome == Judgement.Outcome.UNCODABLE:
        return None
    coding = next((coding for coding in judgement.codings.all() if coding.code_id == code), None)
    if coding is None:
        return Given(False, None, (), "", ())
    marks = sorted((mark.start, mark.end) for mark in coding.evidence.all())
    quotes = tuple(segment.text[start:end] for start, end in marks)
    said = sorted((str(part.attribute), part.value) for part in coding.attributes.all())
    words = tuple(f"{name}: {value}" for name, value in said)
    return Given(True, coding.rating, quotes, coding.memo, words, tuple(marks), tuple(said))


def _outcome(judgement: Judgement | None, outcome: str) -> Given | None:
    if judgement is None:
        return None
    said = judgement.outcome or ("" if judgement.codings.all() else Judgement.Outcome.NONE)
    return Given(said == outcome, None, (), "", ())


def _differ(votes: Sequence[Given | None]) -> bool:
    return len({vote.is_given for vote in votes if vote is not None}) > 1
