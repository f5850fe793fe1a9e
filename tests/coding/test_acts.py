"""The acts of a rater: set or unset, done once, answered from the record, and undone exactly."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from coding.formats.drafts import AttributeDraft
from coding.models import Act, Assignment, Coding, CodingAttribute, Evidence, Judgement
from coding.services.act_drafts import draft_of
from coding.services.acts import Answer, Refused, perform
from tests.factories import (
    SMALL_CODEBOOK,
    StudyWorld,
    make_round,
    make_transcript,
    make_version,
    submit,
)
from workbench.accounts.refusals import Refusal

CODEBOOK = replace(
    SMALL_CODEBOOK,
    attributes=(
        AttributeDraft(
            id="arena",
            type="nominal",
            values={"here": "lived here", "there": "told about"},
            applies_to=("PULL",),
            default="here",
        ),
        AttributeDraft(id="target_person", type="text", applies_to=("PULL-APP",)),
        AttributeDraft(id="mode", type="nominal", values={"a": "a", "b": "b"}, applies_to=("ST-COOL",), required=True),
    ),
)
EMOJI = "Ich 👩‍🎨 sehe\u0301 𝕯ich, ja."


class Desk:
    """A rater at one assignment, who makes a new id for each act unless told otherwise."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.user = assignment.rater.user
        self.seq = itertools.count(1)

    def do(self, kind: str, position: int = 1, *, act_id: UUID | None = None, **said: Any) -> Answer:
        value = {"id": str(act_id or uuid4()), "seq": next(self.seq), "kind": kind, "position": position, **said}
        return perform(user=self.user, assignment_id=self.assignment.pk, act=draft_of(value))

    def refusal(self, kind: str, position: int = 1, **said: Any) -> Refusal:
        with pytest.raises(Refusal) as caught:
            self.do(kind, position, **said)
        return caught.value

    def judgement(self, position: int = 1) -> Judgement:
        return Judgement.objects.get(assignment=self.assignment, segment__position=position)


@pytest.fixture
def desk(world: StudyWorld) -> Desk:
    version = make_version(world.study, CODEBOOK)
    transcript = make_transcript(world.study, ["First, the therapist.", EMOJI, "Third.", "Fourth."])
    return Desk(make_round(version, [transcript], [world.rater]).assignments.get())


# Giving and taking -------------------------------------------------------------------------------------------------


def test_giving_a_code_twice_is_the_same_as_giving_it_once(desk: Desk) -> None:
    desk.do("give", code="PULL-APP", rating=2)
    again = desk.do("give", code="PULL-APP")

    assert Coding.objects.get().rating == 2
    assert again.turn.codings["PULL-APP"].rating == 2
    assert desk.judgement().finished_at is None


def test_taking_a_code_that_is_not_given_is_no_error(desk: Desk) -> None:
    answer = desk.do("take", code="PULL-APP")

    assert answer.turn.codings == {}
    assert not Judgement.objects.exists()


def test_a_code_of_another_codebook_is_refused(desk: Desk) -> None:
    refused = desk.refusal("give", code="PULL-XXX")

    assert refused.code == "code_not_in_version"
    assert "PULL-XXX" in refused.message


def test_a_code_is_for_the_roles_its_codebook_names(desk: Desk) -> None:
    desk.do("give", 1, code="NAM-DIS")

    refused = desk.refusal("give", 2, code="NAM-DIS")

    assert refused.code == "role_gate"
    assert refused.message == "“Disclosing the pull” is for therapist turns; this is a patient turn."
    assert Coding.objects.count() == 1


def test_a_code_of_an_exclusive_family_replaces_its_neighbour_and_says_so(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")

    answer = desk.do("give", code="ST-COOL")

    assert answer.took == ("ST-WARM",)
    assert answer.said == "“Cool” replaces “Warm”: one code of this family a turn."
    assert list(Coding.objects.values_list("code__key", flat=True)) == ["ST-COOL"]


def test_more_codes_than_the_codebook_allows_are_refused_with_a_sentence(desk: Desk) -> None:
    for code in ("PULL-APP", "PULL-DEF", "ST-WARM"):
        desk.do("give", code=code)

    refused = desk.refusal("give", code="NAM-DIS")
    swapped = desk.do("give", code="ST-COOL")

    assert refused.message == "At most 3 codes a turn: take one away first."
    assert set(swapped.turn.codings) == {"PULL-APP", "PULL-DEF", "ST-COOL"}


def test_a_default_is_written_when_the_code_is_given(desk: Desk) -> None:
    answer = desk.do("give", code="PULL-APP")

    row = CodingAttribute.objects.get()
    assert (row.attribute.key, row.value) == ("arena", "here")
    assert answer.turn.codings["PULL-APP"].attributes == {"arena": "here"}


def test_attributes_take_their_own_values_only(desk: Desk) -> None:
    desk.do("give", code="PULL-APP")

    desk.do("attribute", code="PULL-APP", attribute="arena", value="there")
    wrong = desk.refusal("attribute", code="PULL-APP", attribute="arena", value="elsewhere")
    absent = desk.refusal("attribute", code="PULL-APP", attribute="mode", value="a")
    desk.do("attribute", code="PULL-APP", attribute="target_person", value="a colleague")
    answer = desk.do("attribute", code="PULL-APP", attribute="arena", value="")

    assert wrong.message == "The arena is one of: here, there."
    assert absent.message == "“mode” is not asked of “Seeking approval”."
    assert answer.turn.codings["PULL-APP"].attributes == {"target_person": "a colleague"}


# Ratings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rating", [-1, 0, 4, 99_999])
def test_a_rating_outside_the_scale_is_refused_and_nothing_changes(desk: Desk, rating: int) -> None:
    desk.do("give", code="PULL-APP", rating=1)

    refused = desk.refusal("rate", code="PULL-APP", rating=rating)

    assert refused.code == "rating_out_of_scale"
    assert Coding.objects.get().rating == 1


def test_a_code_that_is_not_rated_takes_no_rating(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")

    assert desk.refusal("rate", code="ST-WARM", rating=1).code == "not_rated"
    assert desk.refusal("rate", code="PULL-APP", rating=1).code == "code_not_given"


def test_a_turn_that_owes_a_rating_is_not_finished(desk: Desk) -> None:
    desk.do("give", code="PULL-APP")

    refused = desk.refusal("finish")
    desk.do("rate", code="PULL-APP", rating=3)
    desk.do("finish")

    assert refused.message == "Rate “Seeking approval” first: press one of 1, 2, 3."
    assert desk.judgement().finished_at is not None


def test_a_turn_that_owes_an_attribute_is_not_finished(desk: Desk) -> None:
    desk.do("give", code="ST-COOL")

    refused = desk.refusal("finish")
    desk.do("attribute", code="ST-COOL", attribute="mode", value="b")
    answer = desk.do("finish")

    assert refused.code == "attribute_owed"
    assert answer.turn.finished


# Outcomes and finishing --------------------------------------------------------------------------------------------


def test_finishing_a_turn_about_which_nothing_is_said_is_refused_with_what_to_press(desk: Desk) -> None:
    refused = desk.refusal("finish")

    assert refused.code == "nothing_said"
    assert "press 0" in refused.message


def test_none_applies_is_a_finding_of_its_own(desk: Desk) -> None:
    desk.do("outcome", outcome="none")
    desk.do("finish")

    judgement = desk.judgement()
    assert judgement.outcome == "none"
    assert judgement.finished_at is not None


def test_uncodable_keeps_its_reason_until_it_is_something_else(desk: Desk) -> None:
    desk.do("outcome", outcome="uncodable", reason="inaudible")
    desk.do("outcome", outcome="uncodable")
    kept = desk.judgement().reason
    desk.do("outcome", outcome="none")

    assert kept == "inaudible"
    assert desk.judgement().reason == ""


def test_an_outcome_is_refused_while_codes_stand(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")

    refused = desk.refusal("outcome", outcome="none")

    assert refused.message == "Take the codes away first: a turn has codes, or it is “none applies”."


def test_a_code_takes_an_outcome_away_and_says_so(desk: Desk) -> None:
    desk.do("outcome", outcome="none")

    answer = desk.do("give", code="ST-WARM")

    assert answer.said == "“none applies” was taken away: a code is given."
    assert desk.judgement().outcome is None


def test_a_code_that_stands_for_an_outcome_acts_as_that_outcome(desk: Desk) -> None:
    desk.do("give", code="UNC")
    outcome = desk.judgement().outcome
    desk.do("take", code="NRM")
    unmoved = desk.judgement().outcome
    desk.do("take", code="UNC")

    assert outcome == unmoved == "uncodable"
    assert desk.judgement().outcome is None
    assert not Coding.objects.exists()


def test_a_finished_turn_that_loses_its_last_code_is_open_again(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")
    desk.do("finish")

    answer = desk.do("take", code="ST-WARM")

    assert not answer.turn.finished
    assert "press 0 if none applies" in answer.said
    assert desk.judgement().finished_at is None


def test_a_finished_turn_that_gets_an_unrated_code_is_open_again(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")
    desk.do("finish")

    answer = desk.do("give", code="PULL-APP")

    assert answer.said == "The turn is open again. Rate “Seeking approval” first: press one of 1, 2, 3."
    assert not answer.turn.finished


def test_a_change_that_leaves_a_turn_finished_keeps_the_time_at_which_it_was(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")
    desk.do("finish")
    first = desk.judgement().finished_at

    desk.do("flag", flag=True)
    desk.do("memo", memo="See the third turn.")

    judgement = desk.judgement()
    assert (judgement.finished_at, judgement.flag, judgement.memo) == (first, True, "See the third turn.")


# Evidence ----------------------------------------------------------------------------------------------------------


def test_evidence_is_counted_in_code_points_of_the_turn(desk: Desk) -> None:
    start = EMOJI.index("𝕯")
    desk.do("give", 2, code="PULL-APP", spans=[[start, start + 4]])

    row = Evidence.objects.get()
    assert EMOJI[row.start : row.end] == "𝕯ich"


def test_evidence_beyond_the_text_is_refused(desk: Desk) -> None:
    desk.do("give", 2, code="PULL-APP")

    desk.do("evidence", 2, code="PULL-APP", spans=[[0, len(EMOJI)]])
    beyond = desk.refusal("evidence", 2, code="PULL-APP", spans=[[0, len(EMOJI) + 1]])
    empty = desk.refusal("evidence", 2, code="PULL-APP", spans=[[3, 3]])

    assert {beyond.code, empty.code} == {"span_outside"}
    assert Evidence.objects.count() == 1


def test_evidence_is_set_as_a_whole_and_goes_with_its_code(desk: Desk) -> None:
    desk.do("give", code="PULL-APP", spans=[[0, 3], [5, 9]])
    desk.do("evidence", code="PULL-APP", spans=[[5, 9], [5, 9], [0, 1]])
    spans = list(Evidence.objects.order_by("start").values_list("start", "end"))
    desk.do("take", code="PULL-APP")

    assert spans == [(0, 1), (5, 9)]
    assert not Evidence.objects.exists()
    assert not CodingAttribute.objects.exists()


# What it costs -----------------------------------------------------------------------------------------------------


def statements(desk: Desk, kind: str, position: int = 1, **said: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        desk.do(kind, position, **said)
    return len(queries)


def test_an_act_costs_few_statements_however_much_stands(desk: Desk) -> None:
    desk.do("flag", 4, flag=False)  # the codebook is read once per process

    # Two of them are the savepoint that stands for the transaction here.
    first = statements(desk, "give", code="PULL-APP", rating=1)
    rate = statements(desk, "rate", code="PULL-APP", rating=2)
    finish = statements(desk, "finish")
    for position in (2, 3, 4):
        desk.do("give", position, code="ST-WARM")
        desk.do("memo", position, memo="words")
    second = statements(desk, "give", code="ST-WARM")
    replay_free = statements(desk, "give", code="ST-WARM")

    assert first <= 8  # judgement, coding with a default attribute, act
    assert max(rate, finish, second) <= 6
    assert replay_free <= 5


# Races -------------------------------------------------------------------------------------------------------------


def at_once(*works: Any) -> list[Any]:
    """Run all at the same time, each on a connection of its own, and give what they returned or raised."""
    results: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(number: int) -> None:
        try:
            start.wait()
            results[number] = works[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def real_desk(transactional_db: None) -> Desk:
    from tests.factories import make_world

    world = make_world()
    version = make_version(world.study, CODEBOOK)
    transcript = make_transcript(world.study, 4)
    return Desk(make_round(version, [transcript], [world.rater]).assignments.select_related("rater__user").get())


def test_two_tabs_that_give_the_same_code_make_one_coding(real_desk: Desk) -> None:
    for position in (1, 2, 3, 4):
        results = at_once(*[lambda: real_desk.do("give", position, code="PULL-APP", rating=2)] * 3)  # noqa: B023

        assert all(isinstance(result, Answer) for result in results), results
    assert Coding.objects.count() == 4
    assert Act.objects.count() == 12


def test_one_act_sent_twice_at_the_same_time_is_done_once(real_desk: Desk) -> None:
    act_id = uuid4()

    results = at_once(*[lambda: real_desk.do("give", code="ST-WARM", act_id=act_id)] * 4)

    assert sorted(result.replayed for result in results) == [False, True, True, True]
    assert Act.objects.count() == 1


def test_two_tabs_cannot_exceed_the_limit_between_them(real_desk: Desk) -> None:
    real_desk.do("give", code="PULL-APP")
    real_desk.do("give", code="PULL-DEF")

    results = at_once(
        lambda: real_desk.do("give", code="ST-WARM"),
        lambda: real_desk.do("give", code="NAM-DIS"),
    )

    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Coding.objects.count() == 3


def test_the_database_itself_refuses_an_outcome_beside_a_coding(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")

    with pytest.raises(IntegrityError, match="an outcome and codings exclude each other"), transaction.atomic():
        Judgement.objects.update(outcome="none")


def test_the_database_itself_refuses_a_change_after_submission(desk: Desk) -> None:
    desk.do("give", code="ST-WARM")
    submit(desk.assignment)

    with pytest.raises(IntegrityError, match="a submitted assignment is final"), transaction.atomic():
        Coding.objects.update(rating=1)
