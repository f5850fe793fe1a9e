"""Opening the adjudication of a round, answering segment after segment, and ending it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from coding import access
from coding.models import (
    AdjudicatedAttribute,
    AdjudicatedCoding,
    AdjudicatedEvidence,
    Adjudication,
    AdjudicationOpening,
    Adjudicator,
    Judgement,
    NamesShown,
    Round,
)
from coding.queries.adjudication import effective, undecided_units
from coding.queries.palette import palette
from coding.queries.turn import Given
from coding.services.final_answers import Answer, checked
from transcripts import access as material
from transcripts.models import Membership, Segment
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

_ANSWERS = UUID("5b2f6a3e-7d0c-4f5e-9a41-0c7a5d1f8e20")


class AdjudicationNotPossible(Refusal):
    code = "adjudication_not_possible"


class DecidedMeanwhile(Refusal):
    """Another answer was stored since the page was shown."""

    code = "decided_meanwhile"


class NothingToUndo(Refusal):
    code = "nothing_to_undo"


class NamesStayHidden(Refusal):
    code = "names_hidden"


@transaction.atomic
def open_adjudication(
    *, user: User, round_: Round, adjudicators: Sequence[Membership] = (), outcome_shown: bool = False
) -> AdjudicationOpening:
    """
    Open the adjudication of a round, before or after it closes: from now on its adjudicators see no names.

    Members with the role adjudicate it anyway; `adjudicators` names coordinators who do too. Opening what is open
    names the further ones. Raises PermissionDenied or AdjudicationNotPossible.
    """
    require(access.may_open_adjudication(user, round_))
    for member in adjudicators:
        if member.study_id != round_.study_id or not access.may_be_adjudicator(member):
            raise AdjudicationNotPossible(f"{member.label} cannot adjudicate: name adjudicators or coordinators.")
    opening, is_new = AdjudicationOpening.objects.get_or_create(
        round=round_,
        defaults={
            "study_id": round_.study_id,
            "version_id": round_.version_id,
            "seed": secrets.randbits(62),
            "opened_by": material.membership(user, round_.study),
            "outcome_shown": outcome_shown,
        },
    )
    if is_new:
        opening.refresh_from_db()
    members = Membership.objects.filter(study=round_.study_id, left_at=None)
    by_role = [member for member in members if access.adjudicates_by_role(member)]
    if not by_role and not adjudicators and not round_.adjudicators.exists():
        raise AdjudicationNotPossible("Nobody adjudicates: invite an adjudicator, or name a coordinator.")
    for member in [*by_role, *adjudicators]:
        _adjudicator(round_, member)
    return opening


def _adjudicator(round_: Round, member: Membership) -> Adjudicator:
    """Note who adjudicates, with what they could know when they began; noted once for good."""
    found = Adjudicator.objects.filter(round=round_, member=member).first()
    if found is not None:
        return found
    since = access.could_know_names_since(member, round_)
    row, _ = Adjudicator.objects.get_or_create(
        round=round_, member=member, defaults={"study_id": round_.study_id, "could_read_since": since}
    )
    return row


@transaction.atomic
def end_adjudication(*, user: User, round_: Round) -> AdjudicationOpening:
    """
    End the blind phase: adjudicators may read who gave what. Answers stay possible, and say so.

    Ending what has ended changes nothing. Raises PermissionDenied.
    """
    opening = _opening(round_)
    if opening.ended_at is not None:
        require(access.may_end_adjudication(user, round_, all_decided=True))
        return opening
    all_decided = round_.is_closed and not len(undecided_units(round_))
    require(access.may_end_adjudication(user, round_, all_decided=all_decided))
    ended_by = material.membership(user, round_.study)
    AdjudicationOpening.objects.filter(pk=round_.pk, ended_at=None).update(ended_at=Now(), ended_by=ended_by)
    return _opening(round_)


@transaction.atomic
def show_outcome(*, user: User, round_: Round, shown: bool) -> None:
    """Say whether raters may read the final word on their transcripts once adjudication has ended."""
    require(access.may_open_adjudication(user, round_))
    opening = _opening(round_)
    AdjudicationOpening.objects.filter(pk=opening.pk).exclude(outcome_shown=shown).update(outcome_shown=shown)


def _opening(round_: Round) -> AdjudicationOpening:
    opening = AdjudicationOpening.objects.filter(round=round_).first()
    if opening is None:
        raise AdjudicationNotPossible("Adjudication of this round is not opened: a coordinator opens it.")
    return opening


@transaction.atomic
def decide(*, user: User, round_: Round, segment_id: int, answer: Answer, n: int) -> Adjudication:
    """
    Store an answer to a segment; `n` is the number of the answer that the page showed, 0 for none.

    The same answer sent twice is stored once. Raises PermissionDenied, AdjudicationNotPossible, DecidedMeanwhile, or
    what `final_answers.checked` raises.
    """
    member, segment = _may_answer(user, round_, segment_id)
    codings = checked(palette(round_.version_id), segment, answer)
    return _store(round_, member, segment, n, answer, codings)


@transaction.atomic
def undo(*, user: User, round_: Round, segment_id: int, n: int) -> Adjudication:
    """
    Let the answer before the `n`th stand again: a further answer, for none is ever taken away.

    Raises PermissionDenied, AdjudicationNotPossible, DecidedMeanwhile or NothingToUndo.
    """
    member, segment = _may_answer(user, round_, segment_id)
    rows = {row.n: row for row in Adjudication.objects.filter(round=round_, segment=segment)}
    replayed = rows.get(n + 1)
    if replayed is not None and replayed.restores is not None and replayed.author_id == member.pk:
        return replayed
    stands = effective(rows, n)
    if stands == 0:
        raise NothingToUndo("There is no answer to take back here.")
    back = effective(rows, stands - 1)
    if back == 0:
        answer = Answer(outcome=Adjudication.Outcome.OPEN, rule=rows[stands].rule)
        return _store(round_, member, segment, n, answer, {}, restores=0)
    before = rows[back]
    answer = Answer((), before.outcome or "", before.rule, before.cause, before.reason)
    return _store(round_, member, segment, n, answer, _codings_of(before), restores=back)


@transaction.atomic
def show_names(*, user: User, round_: Round, segment_id: int) -> None:
    """
    Note that an adjudicator asked who gave what to a segment; they may once their own first answer is stored.

    Raises PermissionDenied, AdjudicationNotPossible or NamesStayHidden.
    """
    member, segment = _may_answer(user, round_, segment_id)
    if not Adjudication.objects.filter(round=round_, segment=segment, author=member).exists():
        raise NamesStayHidden("Names open after your own first answer to this segment.")
    NamesShown.objects.get_or_create(
        round=round_,
        segment=segment,
        member=member,
        place=NamesShown.Place.ADJUDICATION,
        defaults={"study_id": round_.study_id, "revision_id": segment.revision_id},
    )


def _may_answer(user: User, round_: Round, segment_id: int) -> tuple[Membership, Segment]:
    """Find the segment among those that the person adjudicates, or refuse."""
    require(access.may_adjudicate(user, round_))
    open_to = access.transcripts_open_to(user, round_)
    segment = (
        Segment.objects.filter(
            pk=segment_id,
            revision__assignments__round=round_,
            revision__assignments__withdrawn_at=None,
            revision__transcript__in=open_to,
        )
        .select_related("speaker__role")
        .first()
    )
    if segment is None:
        raise AdjudicationNotPossible("This segment is not part of the round.")
    member = material.membership(user, round_.study)
    if member is None:
        raise AdjudicationNotPossible("You left the study.")
    return member, segment


def _codings_of(answer: Adjudication) -> dict[str, Given]:
    rows = answer.codings.select_related("code").prefetch_related("evidence", "attributes__attribute")
    return {
        row.code.key: Given(
            rating=row.rating,
            spans=tuple(sorted((mark.start, mark.end) for mark in row.evidence.all())),
            attributes={part.attribute.key: part.value for part in row.attributes.all()},
        )
        for row in rows
    }


def _store(
    round_: Round, member: Membership, segment: Segment, n: int, answer: Answer, codings: dict[str, Given],
    restores: int | None = None,
) -> Adjudication:  # fmt: skip
    adjudicator = _adjudicator(round_, member)
    saw_at, saw = what_was_known(round_, adjudicator, segment)
    opening = _opening(round_)
    row = Adjudication(
        # The same answer to the same state, sent twice, meets itself.
        pk=uuid5(_ANSWERS, f"{opening.seed}:{round_.pk}:{segment.pk}:{member.pk}:{n}"),
        study_id=round_.study_id, version_id=round_.version_id, round=round_, revision_id=segment.revision_id,
        segment=segment, author=member, n=n + 1, outcome=answer.outcome or None, rule=answer.rule, cause=answer.cause,
        reason=answer.reason.strip(), restores=restores, saw_identities_at=saw_at, saw=saw,
    )  # fmt: skip
    last = Adjudication.objects.filter(round=round_, segment=segment).order_by("-n").first()
    if last is not None and last.pk == row.pk and _same(last, row, codings):
        return last
    if (last.n if last else 0) != n:
        raise DecidedMeanwhile("This segment got another answer meanwhile. Load the page again to see where it stands.")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "adjudication_number_once" in str(error) or "_pkey" in str(error):
            raise DecidedMeanwhile("This segment got another answer at this moment. Load the page again.") from None
        raise
    _store_codings(row, codings)
    return row


def _same(stored: Adjudication, asked: Adjudication, codings: dict[str, Given]) -> bool:
    said = ("outcome", "rule", "cause", "reason", "restores")
    return all(getattr(stored, name) == getattr(asked, name) for name in said) and _codings_of(stored) == codings


def _store_codings(row: Adjudication, codings: dict[str, Given]) -> None:
    book = palette(row.version_id)
    for key, given in codings.items():
        code = book.codes[key]
        coding = AdjudicatedCoding.objects.create(
            version_id=row.version_id, adjudication=row, code_id=code.id, rating=given.rating
        )
        AdjudicatedEvidence.objects.bulk_create(
            AdjudicatedEvidence(coding=coding, start=start, end=end) for start, end in sorted(set(given.spans))
        )
        ids = {attribute.key: attribute.id for attribute in code.attributes}
        AdjudicatedAttribute.objects.bulk_create(
            AdjudicatedAttribute(version_id=row.version_id, coding=coding, attribute_id=ids[name], value=value)
            for name, value in given.attributes.items()
            if value
        )


def what_was_known(round_: Round, adjudicator: Adjudicator, segment: Segment) -> tuple[datetime | None, str]:
    """Say since when an adjudicator could know who gave what to a segment, and how; nothing where they decide blind."""
    found: list[tuple[datetime, str]] = []
    if adjudicator.could_read_since is not None:
        found.append((adjudicator.could_read_since, "could read the round before its adjudication"))
    own = Judgement.objects.filter(segment=segment, assignment__round=round_, assignment__rater=adjudicator.member_id)
    submitted = own.filter(assignment__submitted_at__isnull=False).values_list("assignment__submitted_at", flat=True)
    found += [(at, "coded this segment in the round") for at in submitted if at is not None]
    names = NamesShown.objects.filter(round=round_, segment=segment, member=adjudicator.member_id).order_by("at")
    found += [(row.at, f"names were shown {row.get_place_display()}") for row in names[:1]]
    opening = _opening(round_)
    if opening.ended_at is not None:
        found.append((opening.ended_at, "the blind phase had ended"))
    return min(found, default=(None, ""))
