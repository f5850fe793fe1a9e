"""Fixing what is to be reached in training, and what it opens: with the round, before anybody codes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

from coding.models import Code, CriterionCode, Round, RoundGate, TrainingCriterion
from coding.queries.learning import without_gold
from transcripts.models import Membership
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class CriterionNotPossible(Refusal):
    code = "criterion_not_possible"


class GateNotPossible(Refusal):
    code = "gate_not_possible"


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """What a coordinator means to ask; `keys` names codes or families, none the codes that the gold gives often."""

    coefficient: str = TrainingCriterion.Coefficient.COHEN
    threshold: Decimal = Decimal("0.6")
    in_a_row: int = 2
    at_least: int = 3
    keys: Sequence[str] = ()


#: What is proposed.
USUAL = CriterionDraft()


def fix_criterion(*, round_: Round, draft: CriterionDraft, user: User, transcripts: int) -> TrainingCriterion:
    """
    Fix the criterion of a training round that is being made, in its transaction; no access check.

    `transcripts` is the most that any of its raters codes. Raises CriterionNotPossible.
    """
    if round_.kind != Round.Kind.TRAINING:
        raise CriterionNotPossible("A criterion belongs to a training round: choose the kind “training”.")
    if round_.study.discussion_only:
        raise CriterionNotPossible("This study wants no numbers; a criterion is one.")
    criterion = TrainingCriterion(
        round=round_,
        study_id=round_.study_id,
        version_id=round_.version_id,
        coefficient=draft.coefficient,
        threshold=draft.threshold,
        in_a_row=draft.in_a_row,
        at_least=draft.at_least,
        made_by=Membership.objects.filter(study=round_.study_id, user=user.pk).first(),
    )
    try:
        criterion.clean_fields()
    except ValidationError as error:
        said = [f"{_WORDS.get(name, name)}: {' '.join(words)}" for name, words in error.message_dict.items()]
        raise CriterionNotPossible(" ".join(said)) from None
    if draft.in_a_row > transcripts:
        raise CriterionNotPossible(
            f"Nobody can be cleared: {draft.in_a_row} transcripts in a row are asked for, and no rater has more than "
            f"{transcripts}."
        )
    codes = _codes_named(round_, draft.keys)
    criterion.save(force_insert=True)
    CriterionCode.objects.bulk_create(
        CriterionCode(study_id=round_.study_id, round=round_, version_id=round_.version_id, code=code) for code in codes
    )
    return criterion


_WORDS = {"threshold": "Threshold", "in_a_row": "In a row", "at_least": "Given by the gold"}


def _codes_named(round_: Round, keys: Sequence[str]) -> list[Code]:
    """Find the codes that are named by key, or by the key of their family."""
    codes = list(Code.objects.filter(version=round_.version_id).select_related("family").order_by("position"))
    known = {code.key for code in codes} | {code.family.key for code in codes}
    if unknown := [key for key in dict.fromkeys(keys) if key not in known]:
        named = ", ".join(f"“{key}”" for key in unknown[:10])
        raise CriterionNotPossible(f"There is no code or family {named} in version {round_.version.name}.")
    found = [code for code in codes if {code.key, code.family.key} & set(keys) and not code.outcome]
    if keys and not found:
        raise CriterionNotPossible("What is named are no codes to learn: that none applies follows from the others.")
    return found


def open_after(*, round_: Round, training: Round) -> RoundGate:
    """
    Have a round that is being made open to each rater once they are cleared in `training`; no access check.

    Raises GateNotPossible where nobody could ever be cleared there.
    """
    if training.study_id != round_.study_id or training.kind != Round.Kind.TRAINING:
        raise GateNotPossible("A round is opened by a training round of its study.")
    if training.pk == round_.pk:
        raise GateNotPossible("A round cannot be opened by itself.")
    if not TrainingCriterion.objects.filter(round=training).exists():
        raise GateNotPossible(f"{training} has no criterion, so that nobody can be cleared in it.")
    if missing := without_gold(training):
        named = ", ".join(one.name for one in missing[:5])
        raise GateNotPossible(
            f"Nobody can be cleared in {training} yet: first say whose codings are the gold of {named}."
        )
    return RoundGate.objects.create(round=round_, study_id=round_.study_id, training=training)
