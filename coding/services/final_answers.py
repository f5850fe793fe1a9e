"""Hold an adjudicator's answer against the codebook: the rules of the desk, in a sentence where one is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from coding.models import Adjudication
from coding.queries.palette import Palette
from coding.queries.turn import Given, TurnState
from coding.services import judgements
from coding.services.act_drafts import ActDraft
from coding.services.judgements import Turn
from transcripts.models import Segment
from workbench.accounts.refusals import Refusal

#: As the codings table has it.
LONGEST_REASON = 500


class AnswerNotPossible(Refusal):
    code = "answer_not_possible"


@dataclass(frozen=True, slots=True)
class FinalCoding:
    """One code of an answer, with what belongs to it."""

    code: str
    rating: int | None = None
    spans: tuple[tuple[int, int], ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an adjudicator says of a segment: codes, or one outcome (none, uncodable, open)."""

    codings: tuple[FinalCoding, ...] = ()
    outcome: str = ""
    rule: str = Adjudication.Rule.THIRD_RATER
    cause: str = ""
    reason: str = ""


def checked(palette: Palette, segment: Segment, answer: Answer) -> dict[str, Given]:
    """
    Give the codings of an answer by their keys as they will be stored.

    Raises AnswerNotPossible or a refusal of the desk: a code of another role, a rating outside the scale or owed.
    """
    _check_words(answer)
    if answer.outcome and answer.codings:
        raise AnswerNotPossible("A segment has codes, or one outcome, never both.")
    if not answer.outcome and not answer.codings:
        raise judgements.NothingSaid(
            "Keep a code, or say that none applies, that it cannot be coded, or leave it open."
        )
    turn = Turn(palette, segment.speaker.role_id, segment.speaker.role.name, len(segment.text), TurnState())
    _check_families(palette, answer.codings)
    for coding in answer.codings:
        if judgements.find_code(palette, coding.code).outcome:
            raise AnswerNotPossible(f"“{coding.code}” stands for an outcome: choose the outcome instead.")
        change = judgements.give_code(turn, _act(coding))
        turn = Turn(palette, turn.role_id, turn.role, turn.length, change.state)
    if waits := judgements.owed(palette, turn.state.codings):
        raise waits
    return dict(turn.state.codings)


def _check_words(answer: Answer) -> None:
    if answer.outcome and answer.outcome not in Adjudication.Outcome.values:
        raise AnswerNotPossible(f"“{answer.outcome}” is not an outcome: none, uncodable or open.")
    if answer.rule not in Adjudication.Rule.values:
        raise AnswerNotPossible("The rule is one of: discussion, third_rater, majority, mean.")
    if answer.cause and answer.cause not in Adjudication.Cause.values:
        raise AnswerNotPossible("What it was is one of: close_codes, overlooked, definition.")
    if len(answer.reason) > LONGEST_REASON:
        raise AnswerNotPossible(
            f"The reason is too long: {len(answer.reason):,} characters, {LONGEST_REASON:,} at most."
        )
    if "\x00" in answer.reason or any("\ud800" <= sign <= "\udfff" for sign in answer.reason):
        raise AnswerNotPossible("The reason holds a character that cannot be stored.")


def _check_families(palette: Palette, codings: Sequence[FinalCoding]) -> None:
    keys = [coding.code for coding in codings]
    if len(set(keys)) < len(keys):
        raise AnswerNotPossible("A code stands in the answer twice.")
    taken: dict[str, str] = {}
    for key in keys:
        code = judgements.find_code(palette, key)
        if code.exclusive and code.family in taken:
            raise AnswerNotPossible(f"“{code.name}” and “{taken[code.family]}” exclude each other: keep one of them.")
        taken[code.family] = code.name


def _act(coding: FinalCoding) -> ActDraft:
    said: dict[str, Any] = {"code": coding.code, "spans": [list(span) for span in coding.spans]}
    if coding.rating is not None:
        said["rating"] = coding.rating
    return ActDraft(UUID(int=0), 0, "give", 0, said | {"attributes": dict(coding.attributes)})
