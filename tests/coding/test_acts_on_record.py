"""Acts on the record: answered once, undone exactly, taken from their rater alone, refused when not understood."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from coding.models import Act, Assignment, Coding
from coding.services.act_drafts import ActError, draft_of
from coding.services.acts import ActReused, NoSuchTurn, Refused
from tests.coding.test_acts import CODEBOOK, EMOJI, Desk
from tests.factories import (
    StudyWorld,
    make_round,
    make_transcript,
    make_version,
    submit,
)


@pytest.fixture
def desk(world: StudyWorld) -> Desk:
    version = make_version(world.study, CODEBOOK)
    transcript = make_transcript(world.study, ["First, the therapist.", EMOJI, "Third.", "Fourth."])
    return Desk(make_round(version, [transcript], [world.rater]).assignments.get())


# The record --------------------------------------------------------------------------------------------------------


def test_a_replayed_act_gets_the_stored_answer_and_changes_nothing(desk: Desk) -> None:
    act_id = uuid4()
    desk.do("give", code="ST-WARM")
    first = desk.do("give", code="ST-COOL", act_id=act_id)
    desk.do("take", code="ST-COOL")

    replay = desk.do("give", code="ST-COOL", act_id=act_id)

    assert (replay.said, replay.took, replay.replayed) == (first.said, first.took, True)
    assert replay.turn.codings == {}
    assert not Coding.objects.exists()
    assert Act.objects.filter(client_id=act_id).count() == 1


def test_a_refused_act_stays_refused_when_it_is_sent_again(desk: Desk) -> None:
    act_id = uuid4()
    with pytest.raises(Refused) as first:
        desk.do("finish", act_id=act_id)
    desk.do("outcome", outcome="none")

    with pytest.raises(Refused) as again:
        desk.do("finish", act_id=act_id)

    assert (again.value.code, again.value.message) == (first.value.code, first.value.message)
    assert again.value.answer.turn.outcome == "none"
    assert desk.judgement().finished_at is None


@pytest.mark.parametrize(("kind", "said"), [("give", {"code": "ST-COOL"}), ("take", {"code": "ST-WARM"})])
def test_one_id_belongs_to_one_act(desk: Desk, kind: str, said: dict[str, str]) -> None:
    act_id = uuid4()
    desk.do("give", code="ST-WARM", act_id=act_id)

    with pytest.raises(ActReused):
        desk.do(kind, act_id=act_id, **said)

    assert list(Coding.objects.values_list("code__key", flat=True)) == ["ST-WARM"]


def test_a_turn_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(NoSuchTurn):
        desk.do("give", 99, code="ST-WARM")


def test_acts_are_kept_for_good(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")

    with pytest.raises(Exception, match="Cannot update or delete rows from coding_act"), transaction.atomic():
        Act.objects.all().delete()


# Undo --------------------------------------------------------------------------------------------------------------


def test_undoing_a_taken_code_brings_back_all_that_was_said_with_it(desk: Desk) -> None:
    desk.do("give", code="PULL-APP", rating=2, spans=[[0, 5]], attributes={"arena": "there"})
    desk.do("coding_memo", code="PULL-APP", memo="Plain enough.")
    before = desk.do("finish").turn
    taken = desk.do("take", code="PULL-APP")

    undone = desk.do("undo", act=str(taken.client_id))
    redone = desk.do("undo", act=str(undone.client_id))

    assert undone.turn == before
    assert redone.turn.codings == {}
    assert not redone.turn.finished


def test_undoing_a_replacement_brings_the_first_code_back(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")
    replaced = desk.do("give", code="ST-COOL")

    undone = desk.do("undo", act=str(replaced.client_id))

    assert set(undone.turn.codings) == {"ST-WARM"}


def test_an_undo_that_the_codebook_would_not_allow_is_refused(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")
    taken = desk.do("take", code="ST-WARM")
    desk.do("outcome", outcome="none")

    refused = desk.refusal("undo", act=str(taken.client_id))

    assert refused.code == "changed_since"
    assert desk.judgement().outcome == "none"


def test_an_act_of_another_turn_or_an_unknown_one_is_not_undone(desk: Desk) -> None:
    other = desk.do("give", 2, code="ST-WARM")

    assert desk.refusal("undo", 1, act=str(other.client_id)).code == "act_unknown"
    assert desk.refusal("undo", 1, act=str(uuid4())).code == "act_unknown"
    assert Coding.objects.count() == 1


# Who may -----------------------------------------------------------------------------------------------------------


def test_a_stranger_cannot_learn_that_there_is_an_assignment(desk: Desk, world: StudyWorld) -> None:
    desk.user = world.stranger

    with pytest.raises(Assignment.DoesNotExist):
        desk.do("give", code="ST-WARM")


@pytest.mark.parametrize("who", ["other_rater", "coordinator", "adjudicator", "reader"])
def test_nobody_but_its_rater_codes_an_assignment(desk: Desk, world: StudyWorld, who: str) -> None:
    desk.user = getattr(world, who).user

    with pytest.raises(PermissionDenied, match="Only the rater"):
        desk.do("give", code="ST-WARM")

    assert not Act.objects.exists()


def test_a_submitted_assignment_takes_no_act_but_answers_those_it_took(desk: Desk) -> None:
    act_id = uuid4()
    desk.do("give", code="ST-WARM", act_id=act_id)
    submit(desk.assignment)

    replay = desk.do("give", code="ST-WARM", act_id=act_id)
    with pytest.raises(PermissionDenied, match="submitted"):
        desk.do("take", code="ST-WARM")

    assert replay.replayed
    assert Coding.objects.count() == 1


def test_a_rater_who_left_codes_no_more(desk: Desk) -> None:
    rater = desk.assignment.rater
    rater.left_at = timezone.now()
    rater.save(update_fields=["left_at"])

    with pytest.raises(Assignment.DoesNotExist):
        desk.do("give", code="ST-WARM")


# Bad input ---------------------------------------------------------------------------------------------------------

GOOD = {"id": "6f3f0c1e-0000-4000-8000-000000000001", "seq": 1, "kind": "give", "position": 1, "code": "A"}


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        None,
        "give",
        {**GOOD, "kind": "toggle"},
        {**GOOD, "kind": ["give"]},
        {**GOOD, "id": "1"},
        {**GOOD, "id": 7},
        {**GOOD, "seq": -1},
        {**GOOD, "seq": True},
        {**GOOD, "seq": 2**63},
        {**GOOD, "position": 0},
        {**GOOD, "position": 1.5},
        {**GOOD, "position": 2**31},
        {**GOOD, "code": 5},
        {**GOOD, "code": "A\x00"},
        {**GOOD, "code": "\ud800"},
        {**GOOD, "code": "A" * 61},
        {**GOOD, "rating": "2"},
        {**GOOD, "rating": 10**30},
        {**GOOD, "spans": [[1]]},
        {**GOOD, "spans": [[0, 2**31]]},
        {**GOOD, "spans": [[0, 1]] * 101},
        {**GOOD, "attributes": {"a": 1}},
        {**GOOD, "memo": "x"},
        {key: value for key, value in GOOD.items() if key != "code"},
        {**GOOD, "kind": "rate"},
        {"id": GOOD["id"], "seq": 1, "position": 1, "kind": "memo", "memo": "x" * 20_001},
        {"id": GOOD["id"], "seq": 1, "position": 1, "kind": "flag", "flag": 1},
        {"id": GOOD["id"], "seq": 1, "position": 1, "kind": "outcome", "outcome": "perhaps"},
    ],
)
def test_an_act_that_cannot_be_understood_is_refused_with_a_sentence(wrong: object) -> None:
    with pytest.raises(ActError, match=r"\.$"):
        draft_of(wrong)
