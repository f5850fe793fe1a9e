"""The acts of a rater: done once, answered from the record ever after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from coding import access
from coding.models import Assignment
from coding.queries.palette import palette
from coding.queries.turn import Held, Place, StoredAct, TurnState, lock_place, read_ends, read_turn
from coding.services.act_drafts import ActDraft
from coding.services.judgements import RULES, Change, Turn, without_loose_ends
from coding.services.turn_rows import Statement, send, turn_statements
from coding.services.undo import difference, ends_of, undo
from workbench.accounts.access import Decision
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

INSERT_ACT = """
    INSERT INTO coding_act (client_id, assignment_id, seq, kind, payload, answer)
    VALUES (%s, %s, %s, %s, %s::jsonb, %s::jsonb)
"""


class ActReused(Refusal):
    code = "act_reused"


class NoSuchTurn(Refusal):
    code = "no_such_turn"


class NotAskedFor(Refusal):
    code = "turn_not_asked_for"


class Refused(Refusal):
    """An act that the rules refused, with the turn as it stands, so that a stale page can show it."""

    def __init__(self, message: str, *, code: str, answer: Answer) -> None:
        super().__init__(message, code=code)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What an act did, and the turn as it stands now.

    `took` names codes that went without being asked for, `touched` other turns whose links came or went with it.
    """

    client_id: UUID
    position: int
    said: str
    took: tuple[str, ...]
    replayed: bool
    turn: TurnState
    version_id: int
    published: bool
    touched: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the answer as the page and the API read it."""
        return {
            "id": str(self.client_id),
            "position": self.position,
            "said": self.said,
            "took": list(self.took),
            "touched": list(self.touched),
            "turn": self.turn.as_json(),
        }


def perform(*, user: User, assignment_id: UUID, act: ActDraft) -> Answer:
    """
    Do one act of a rater on one turn, or give the answer it got before.

    Raises Assignment.DoesNotExist for strangers, PermissionDenied, Refused (kept on record like any answer), ActReused,
    NoSuchTurn or NotAskedFor.
    """
    with transaction.atomic():
        place = lock_place(assignment_id, act.position)
        decision = _admit(user, place)
        if place.segment_id is None:
            raise NoSuchTurn(f"There is no turn {act.position} in this transcript.")
        if not place.is_asked_for:
            raise NotAskedFor(f"Turn {act.position} is not asked for here: it is there to be read.")
        book = palette(place.assignment.version_id, published=place.published)
        undone = act.get("act") if act.kind == "undo" else None
        held = read_turn(place, book, act.client_id, *([UUID(undone)] if undone else []))
        if stored := held.acts.get(act.client_id):
            return _replay(place, held, act, stored)
        if not decision:
            raise PermissionDenied(decision.reason)
        refused: Refusal | None = None
        statements: list[Statement] = []
        before = _on_this_turn(held, act) if undone else None
        ends = read_ends(
            place, book, ends_of(before) if undone else [act.get("to_position")] * ("to_code" in act.payload)
        )
        turn = Turn(book, place.role_id, place.role, place.length, held.state, act.position, ends.keys())
        try:
            change = undo(turn, before) if undone else RULES[act.kind](turn, act)
            change = replace(change, state=without_loose_ends(change.state))
        except Refusal as refusal:
            refused, change = refusal, Change(held.state)
            record: dict[str, Any] = {"refused": refusal.code, "said": refusal.message}
        else:
            record = {
                "said": change.said,
                "took": list(change.took),
                "changed": difference(held.state, change.state),
            }
            if record["changed"]:
                statements = turn_statements(place, book, held, change.state, ends)
                touched = held.state.far_ends ^ change.state.far_ends
                record |= {"touched": sorted({position for position, _ in touched})} if touched else {}
        _send(place, [*statements, _kept(place, act, record)])
    answer = _answer(place, act, record, change.state, replayed=False)
    if refused is not None:
        raise Refused(refused.message, code=refused.code, answer=answer) from refused
    return answer


def _send(place: Place, statements: Sequence[Statement]) -> None:
    """Write; where the round waits for its rater to be cleared, the database refuses the first judgement."""
    try:
        send(statements)
    except IntegrityError as error:
        if "judgement_after_clearance" in str(error):
            raise PermissionDenied(access.waiting_sentence()) from None
        raise


@dataclass(frozen=True, slots=True)
class Done:
    """The results of several acts: answers and refusals, in order; `denied` says why the rest was not done."""

    results: tuple[Answer | NotDone, ...]
    denied: str = ""


@dataclass(frozen=True, slots=True)
class NotDone:
    """An act that was refused; `answer` holds the turn as it stands, where there is one."""

    client_id: UUID
    position: int
    code: str
    said: str
    answer: Answer | None


def perform_all(*, user: User, assignment_id: UUID, acts: Sequence[ActDraft]) -> Done:
    """
    Do several acts in their order, each in a transaction of its own; after a refusal the next one goes on.

    Raises Assignment.DoesNotExist for strangers.
    """
    results: list[Answer | NotDone] = []
    try:
        for act in acts:
            try:
                results.append(perform(user=user, assignment_id=assignment_id, act=act))
            except Refusal as refusal:
                answer = refusal.answer if isinstance(refusal, Refused) else None
                results.append(NotDone(act.client_id, act.position, refusal.code, refusal.message, answer))
    except PermissionDenied as denied:
        return Done(tuple(results), str(denied))
    return Done(tuple(results))


def result_json(result: Answer | NotDone) -> dict[str, Any]:
    """Give an answer or a refusal as the page and the API read it."""
    if isinstance(result, Answer):
        return result.as_json()
    turn = {} if result.answer is None else {"turn": result.answer.turn.as_json()}
    return {
        "id": str(result.client_id),
        "position": result.position,
        "said": result.said,
        "refused": result.code,
        **turn,
    }


def _admit(user: User, place: Place) -> Decision:
    """
    Decide whether the person may code here; a stranger learns nothing, not even that there is something.

    A no still lets the rater have stored answers back, as far as they may read the desk: the request whose answer got
    lost may have been followed by a submission.
    """
    assignment = place.assignment
    decision = access.may_change(user, assignment)
    if decision or access.may_read_desk(user, assignment):
        return decision
    if not Assignment.objects.visible_to(user).filter(pk=assignment.pk).exists():
        raise Assignment.DoesNotExist
    raise PermissionDenied(decision.reason)


def _payload(act: ActDraft) -> dict[str, Any]:
    return {"position": act.position, **act.payload}


def _replay(place: Place, held: Held, act: ActDraft, stored: StoredAct) -> Answer:
    if (stored.kind, stored.payload) != (act.kind, _payload(act)):
        raise ActReused("This id belongs to another act: every act needs an id of its own.")
    answer = _answer(place, act, stored.answer, held.state, replayed=True)
    if code := stored.answer.get("refused"):
        raise Refused(answer.said, code=code, answer=answer)
    return answer


def _on_this_turn(held: Held, act: ActDraft) -> StoredAct | None:
    stored = held.acts.get(UUID(act.get("act")))
    return stored if stored and stored.payload["position"] == act.position else None


def _kept(place: Place, act: ActDraft, answer: dict[str, Any]) -> Statement:
    payload = json.dumps(_payload(act))
    return INSERT_ACT, [act.client_id, place.assignment.pk, act.seq, act.kind, payload, json.dumps(answer)]


def _answer(place: Place, act: ActDraft, record: dict[str, Any], state: TurnState, *, replayed: bool) -> Answer:
    return Answer(
        client_id=act.client_id,
        position=act.position,
        said=record["said"],
        took=tuple(record.get("took", ())),
        replayed=replayed,
        turn=state,
        version_id=place.assignment.version_id,
        published=place.published,
        touched=tuple(record.get("touched", ())),
    )
