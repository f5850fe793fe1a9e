"""Saying whose codings are the gold of a practice transcript: once, or again with a reason."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from coding import access
from coding.models import AdjudicationOpening, Assignment, Gold, Round
from coding.services.clearing import settle
from coding.services.reasons import reason_of
from transcripts import access as material
from transcripts.models import Transcript
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class GoldNotPossible(Refusal):
    code = "gold_not_possible"


@transaction.atomic
def say_gold(
    *,
    user: User,
    round_: Round,
    transcript: Transcript,
    assignment: Assignment | None = None,
    final_round: Round | None = None,
    reason: str = "",
) -> Gold:
    """
    Say whose codings are the gold of a transcript in a training round; said again, change nothing.

    Either an expert's submitted assignment in a closed round, or the final layer of a round whose adjudication has
    ended; of the same revision and codebook version. Another than the last needs a reason. Raters who are done may be
    cleared by it. Raises PermissionDenied, ReasonMissing or GoldNotPossible.
    """
    locked = Round.objects.select_for_update().select_related("study", "version").get(pk=round_.pk)
    require(access.may_say_gold(user, locked, transcript.pk))
    if locked.kind != Round.Kind.TRAINING:
        raise GoldNotPossible("Gold is said for training rounds.")
    place = locked.assignments.filter(transcript=transcript, withdrawn_at=None).first()
    if place is None:
        raise GoldNotPossible(f"{transcript.name} is not coded in {locked}.")
    if (assignment is None) == (final_round is None):
        raise GoldNotPossible("Say one: whose codings, or the final word of which round.")
    if assignment is not None:
        _check_assignment(user, locked, place, assignment)
    if final_round is not None:
        _check_final(user, locked, place, final_round)
    last = Gold.objects.filter(round=locked, transcript=transcript).order_by("-n").first()
    if last is not None and (last.assignment, last.final_round) == (assignment, final_round):
        return last
    words = reason_of(reason, "Say why the gold changes: feedback was given from the one before.") if last else ""
    gold = Gold(
        study_id=locked.study_id, round=locked, version_id=locked.version_id, transcript=transcript,
        revision_id=place.revision_id, n=last.n + 1 if last else 1, assignment=assignment, final_round=final_round,
        reason=words, made_by=material.membership(user, locked.study),
    )  # fmt: skip
    try:
        with transaction.atomic():
            gold.save(force_insert=True)
    except IntegrityError as error:
        if "gold_is_finished" in str(error):
            raise GoldNotPossible(_UNFINISHED) from None
        raise
    settle(locked)
    return gold


_UNFINISHED = (
    "Gold is finished work: an assignment that was handed in, in another round that is closed and no drift check, or "
    "the final word of a round whose adjudication has ended."
)


def _check_assignment(user: User, round_: Round, place: Assignment, assignment: Assignment) -> None:
    """Refuse what is not finished, or not open to the person: in the same words, since the one is not told."""
    if not Assignment.objects.filter(access.golds_open_to(user), study=round_.study_id, pk=assignment.pk).exists():
        raise GoldNotPossible(_UNFINISHED)
    _check_alike(round_, place, assignment.version_id, assignment.revision_id, assignment.round)
    if assignment.round_id == round_.pk:
        raise GoldNotPossible("Who trains in a round is not its gold: let the expert code in a round of their own.")


def _check_final(user: User, round_: Round, place: Assignment, final_round: Round) -> None:
    ended = AdjudicationOpening.objects.filter(round=final_round.pk, ended_at__isnull=False)
    if final_round.study_id != round_.study_id or not access.may_see_results(user, final_round) or not ended.exists():
        raise GoldNotPossible(_UNFINISHED)
    found = Assignment.objects.filter(round=final_round, transcript=place.transcript_id).submitted().first()
    if found is None:
        raise GoldNotPossible(f"{place.transcript.name} was not coded in {final_round}.")
    _check_alike(round_, place, final_round.version_id, found.revision_id, final_round)


def _check_alike(round_: Round, place: Assignment, version_id: int, revision_id: int, source: Round) -> None:
    if version_id != round_.version_id:
        raise GoldNotPossible(
            f"{source} was coded with version {source.version.name}, {round_} with {round_.version.name}: gold is of "
            "the same codebook version."
        )
    if revision_id != place.revision_id:
        raise GoldNotPossible(
            f"{source} was coded on another revision of the text than {round_}: gold is of the same segments."
        )
