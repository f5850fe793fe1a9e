"""Training to criterion: who is cleared, by what, and what that opens."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from coding import access
from coding.models import (
    Clearance,
    CriterionCode,
    Gold,
    Round,
    RoundGate,
    TrainingCriterion,
)
from coding.queries.gold import gold_hours, gold_states, said_of
from coding.queries.learning import courses, practice_of, still_open, trained
from coding.queries.palette import palette
from coding.reliability import agreement
from coding.services.adjudication import decide, end_adjudication, open_adjudication
from coding.services.clearing import clear_by_hand
from coding.services.criteria import CriterionNotPossible
from coding.services.final_answers import Answer, FinalCoding
from coding.services.gold import GoldNotPossible, say_gold
from coding.services.reasons import ReasonMissing
from coding.services.rounds import Share, create_round
from coding.services.submission import withdraw
from tests.coding.training import CRITERION, Training, make_training, user_of
from tests.factories import StudyWorld, close, judge, make_member, make_repeats, make_study, make_version
from transcripts.models import Segment

MISSES = {2: ["PULL-DEF"], 4: [], 5: ["PULL-APP"]}


@pytest.fixture
def training(world: StudyWorld) -> Training:
    return make_training(world)


def course(training: Training, key: str, open_: Any = None) -> Any:
    practice = practice_of(training.round)
    mine = courses(practice, list(trained(training.round.assignments.all())), open_)
    return next(one for one in mine[training.world.rater.pk] if one.code.key == key)


# The criterion --------------------------------------------------------------------------------------------------------


def test_a_rater_who_agrees_with_the_gold_twice_in_a_row_is_cleared_when_all_is_handed_in(training: Training) -> None:
    training.say_gold()

    training.code(training.world.rater, training.transcripts[0])
    early = Clearance.objects.count()
    training.code(training.world.rater, training.transcripts[1])

    assert early == 0
    cleared = Clearance.objects.get()
    assert (cleared.rater, cleared.training, cleared.by_hand) == (training.world.rater, training.round, False)


def test_a_rater_who_misses_the_code_once_is_not_cleared(training: Training) -> None:
    training.say_gold()

    training.code(training.world.rater, training.transcripts[0], MISSES)
    training.code(training.world.rater, training.transcripts[1])

    assert not Clearance.objects.exists()
    assert course(training, "PULL-APP").state == "not_yet"
    assert course(training, "PULL-APP").row.length == 1


def test_the_values_are_those_of_the_reliability_module_over_the_turns_of_the_codes_roles(training: Training) -> None:
    training.say_gold()
    given = {2: ["PULL-APP"], 4: ["PULL-DEF"], 3: ["NAM-DIS"], 7: ["NAM-DIS"]}
    training.code(training.world.rater, training.transcripts[0], given)

    pull, naming = course(training, "PULL-APP").points[0], course(training, "NAM-DIS").points[0]

    table = [[0, 1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 0, 0, 0, 0]]
    spoken = [[0, 1, 0, 1], [0, 1, 0, 0]]
    assert (pull.segments, pull.own, pull.gold) == (8, 1, 2)
    assert pull.value == pytest.approx(agreement(table, 2, coefficients=["conger_kappa"])["conger_kappa"])
    assert (naming.segments, naming.own, naming.gold) == (4, 2, 1)
    assert naming.value == pytest.approx(agreement(spoken, 2, coefficients=["conger_kappa"])["conger_kappa"])


def test_a_code_that_neither_gives_has_no_value_but_a_reason_and_is_never_met(training: Training) -> None:
    training.say_gold()
    for transcript in training.transcripts:
        training.code(training.world.rater, transcript)

    warm = course(training, "ST-WARM")

    assert [point.value for point in warm.points] == [None, None]
    assert {point.why for point in warm.points} == {"neither gives it here, so there is nothing to agree on"}
    assert warm.state == "unjudgeable"


def test_that_a_code_cannot_be_judged_is_not_told_while_something_is_open(training: Training) -> None:
    training.say_gold()
    training.code(training.world.rater, training.transcripts[0])

    assert course(training, "ST-WARM", still_open(training.round)).state == "not_yet"


def test_agreement_in_per_cent_on_a_code_that_the_gold_never_gives_clears_nobody(world: StudyWorld) -> None:
    training = make_training(
        world,
        criterion=replace(CRITERION, coefficient="percent_agreement", keys=("ST-WARM",), threshold=Decimal("0.9")),
    )
    training.say_gold()
    for transcript in training.transcripts:
        training.code(world.rater, transcript)

    warm = course(training, "ST-WARM")

    assert [point.value for point in warm.points] == [1, 1]
    assert warm.state == "unjudgeable"
    assert not Clearance.objects.exists()


def test_without_named_codes_those_are_asked_that_the_gold_gives_often_enough(world: StudyWorld) -> None:
    training = make_training(world, criterion=replace(CRITERION, keys=(), at_least=3))
    training.say_gold()

    assert [code.key for code in practice_of(training.round).asked] == ["PULL-APP"]


def test_a_family_stands_for_its_codes(world: StudyWorld) -> None:
    training = make_training(world, criterion=replace(CRITERION, keys=("PULL",)))

    assert [code.key for code in practice_of(training.round).asked] == ["PULL-APP", "PULL-DEF"]


def test_gold_that_is_said_after_the_last_transcript_was_handed_in_clears_too(training: Training) -> None:
    for transcript in training.transcripts:
        training.code(training.world.rater, transcript)
    assert not Clearance.objects.exists()

    training.say_gold()

    assert Clearance.objects.get().rater == training.world.rater


def test_what_is_taken_back_no_longer_keeps_a_rater_waiting(world: StudyWorld) -> None:
    training = make_training(world, hours=3)
    training.say_gold()
    for transcript in training.transcripts[:2]:
        training.code(world.rater, transcript)
    assert not Clearance.objects.exists()

    last = training.of(world.rater, training.transcripts[2])
    withdraw(user=training.boss, assignment_id=last.pk, reason="Met already.")

    assert Clearance.objects.get().rater == world.rater


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"threshold": Decimal("1.2")}, "Threshold"),
        ({"threshold": Decimal("-1.2")}, "Threshold"),
        ({"in_a_row": 0}, "In a row"),
        ({"in_a_row": 3}, "3 transcripts in a row are asked for, and no rater has more than 2"),
        ({"keys": ("NOPE",)}, "There is no code or family “NOPE”"),
        ({"keys": ("ADM",)}, "no codes to learn"),
        ({"coefficient": "guess"}, "not a valid choice"),
    ],
)
def test_a_criterion_that_cannot_be_is_refused_in_a_sentence(world: StudyWorld, changes: Any, said: str) -> None:
    with pytest.raises(CriterionNotPossible, match=said):
        make_training(world, criterion=replace(CRITERION, **changes))


def test_a_criterion_belongs_to_a_training_round(world: StudyWorld) -> None:
    shares = [Share(world.transcript, [world.rater])]

    with pytest.raises(CriterionNotPossible, match="training"):
        create_round(
            user=user_of(world.coordinator), study=world.study, name="R", kind="main", version=world.version,
            shares=shares, criterion=replace(CRITERION, in_a_row=1),
        )  # fmt: skip


# Gold -----------------------------------------------------------------------------------------------------------------


def test_gold_is_said_once_and_changed_with_a_reason(training: Training) -> None:
    training.say_gold()
    training.say_gold()
    again = training.world.round([training.expert], [training.transcripts[0]])
    close(again)
    other = training.of(training.expert, training.transcripts[0], again)
    said = {"user": training.boss, "round_": training.round, "transcript": training.transcripts[0]}

    with pytest.raises(ReasonMissing):
        say_gold(**said, assignment=other)
    gold = say_gold(**said, assignment=other, reason="Coded anew after the meeting.")

    assert (gold.n, Gold.objects.count()) == (2, 3)


def test_gold_of_another_version_is_refused_in_a_sentence(training: Training) -> None:
    training.world.version = make_version(training.world.study)
    other = training.world.round([training.expert], [training.transcripts[0]])
    close(other)
    source = training.of(training.expert, training.transcripts[0], other)

    with pytest.raises(GoldNotPossible, match="same codebook version"):
        say_gold(user=training.boss, round_=training.round, transcript=training.transcripts[0], assignment=source)


def test_gold_of_another_text_is_refused_in_a_sentence(training: Training) -> None:
    source = training.of(training.expert, training.transcripts[1], training.source)

    with pytest.raises(GoldNotPossible, match="another revision"):
        say_gold(user=training.boss, round_=training.round, transcript=training.transcripts[0], assignment=source)


def test_gold_that_is_still_being_coded_is_refused_and_nothing_is_told_of_it(training: Training) -> None:
    unfinished = training.world.round([training.expert], [training.transcripts[0]])
    source = training.of(training.expert, training.transcripts[0], unfinished)

    with pytest.raises(GoldNotPossible, match="Gold is finished work"):
        say_gold(user=training.boss, round_=training.round, transcript=training.transcripts[0], assignment=source)


def test_a_drift_check_asks_for_a_few_turns_and_is_no_gold(training: Training) -> None:
    again = make_repeats(training.of(training.expert, training.transcripts[0], training.source), [2, 3])
    for position in (2, 3):
        judge(again, position)
    close(again.round)

    with pytest.raises(GoldNotPossible, match="no drift check"):
        say_gold(user=training.boss, round_=training.round, transcript=training.transcripts[0], assignment=again)

    training.say_gold(training.transcripts[0])
    said = Gold.objects.get()
    said.pk, said.n, said.assignment, said.reason = None, 2, again, "past the service"
    refused("gold_is_finished", lambda: said.save(force_insert=True))


def test_a_rater_says_no_gold_nor_does_a_coordinator_who_codes_the_transcript(training: Training) -> None:
    source = training.of(training.expert, training.transcripts[0], training.source)
    training.world.round([training.world.coordinator], [training.transcripts[0]])
    said = {"round_": training.round, "transcript": training.transcripts[0], "assignment": source}

    with pytest.raises(PermissionDenied, match="Only a coordinator"):
        say_gold(user=user_of(training.world.rater), **said)
    with pytest.raises(PermissionDenied, match="Not for your eyes yet"):
        say_gold(user=training.boss, **said)


def test_the_final_word_of_an_adjudicated_round_can_be_gold(training: Training) -> None:
    world, transcript = training.world, training.transcripts[0]
    second, third = make_member(world.study, "rater"), make_member(world.study, "rater")
    source = world.round([second, third], [transcript], name="Reliability")
    for assignment, code in zip(source.assignments.order_by("pk"), ("PULL-APP", "PULL-DEF"), strict=True):
        for position in range(1, 9):
            judge(assignment, position, *([code] if position == 2 else ["ST-WARM"] if position == 3 else []))
    close(source)
    said = {"user": training.boss, "round_": training.round, "transcript": transcript, "final_round": source}
    open_adjudication(user=training.boss, round_=source)
    with pytest.raises(GoldNotPossible, match="adjudication has ended"):
        say_gold(**said)
    segment = Segment.objects.get(revision__transcript=transcript, position=2)
    answer = Answer(codings=(FinalCoding("PULL-DEF", 3),), rule="discussion", reason="Gives way.")
    decide(user=user_of(world.adjudicator), round_=source, segment_id=segment.pk, answer=answer, n=0)
    end_adjudication(user=training.boss, round_=source)

    gold = say_gold(**said)

    hour = gold_hours([gold])[transcript.pk]
    assert hour.values["PULL-DEF"].tolist() == [0, 1, 0, 0, 0, 0, 0, 0]
    assert hour.values["ST-WARM"].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert hour.values["NAM-DIS"].tolist() == [0, -1, 0, -1, 0, -1, 0, -1]
    states = gold_states(gold, palette(world.version.pk, published=True))
    assert (states[2].codings["PULL-DEF"].rating, states[1].outcome) == (3, "none")
    assert said_of(gold) == "the final word of Reliability"


def test_nobody_is_trained_on_gold_that_rests_on_their_own_codings(training: Training) -> None:
    world = training.world
    round_ = create_round(
        user=training.boss, study=world.study, name="Again", kind="training", version=world.version,
        shares=[Share(training.transcripts[0], [training.expert, world.rater])],
        criterion=replace(CRITERION, in_a_row=1),
    )  # fmt: skip
    source = training.of(training.expert, training.transcripts[0], training.source)
    say_gold(user=training.boss, round_=round_, transcript=training.transcripts[0], assignment=source)
    training.round = round_

    training.code(training.expert, training.transcripts[0])
    training.code(world.rater, training.transcripts[0])

    assert [one.rater for one in Clearance.objects.filter(training=round_)] == [world.rater]
    own = training.of(training.expert, training.transcripts[0])
    decision = access.may_read_feedback(user_of(training.expert), own)
    assert "your own" in decision.reason


# What the database says itself ----------------------------------------------------------------------------------------


def refused(name: str, act: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_the_database_keeps_criterion_gold_gate_and_clearance(training: Training) -> None:
    training.say_gold()
    training.next_round()
    clear_by_hand(user=training.boss, round_=training.round, rater=training.world.rater, reason="So.")
    kept = [training.round.criterion, Gold.objects.first(), RoundGate.objects.get(), Clearance.objects.get()]
    kept.append(training.round.criterion_codes.get())

    for row in kept:
        for change in (row.delete, row.save):
            with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
                change()


def test_the_database_refuses_a_first_judgement_before_clearance(training: Training) -> None:
    training.say_gold()
    main = training.next_round()

    refused(
        "judgement_after_clearance",
        lambda: judge(training.of(training.world.rater, training.world.transcript, main), 1),
    )


def test_the_database_refuses_criterion_and_gate_after_the_fact(training: Training) -> None:
    training.say_gold()
    world = training.world
    other = world.round()

    refused(
        "gate_before_coding", lambda: RoundGate.objects.create(round=other, study=world.study, training=training.round)
    )
    given = {"round": other, "study": world.study, "version": world.version}
    refused(
        "criterion_before_coding",
        lambda: TrainingCriterion.objects.create(**given, threshold=0, in_a_row=1, at_least=1),
    )
    refused(
        "criterion_code_before_coding",
        lambda: CriterionCode.objects.create(**given, code=world.version.codes.get(key="PULL-APP")),
    )


def test_the_database_refuses_gold_that_is_not_finished_or_not_alike(training: Training) -> None:
    world, transcript = training.world, training.transcripts[0]
    unfinished = world.round([training.expert], [transcript])
    given = {
        "study": world.study, "round": training.round, "version": world.version, "transcript": transcript,
        "revision": transcript.revisions.get(), "n": 1,
    }  # fmt: skip
    mine = training.of(training.expert, transcript, unfinished)
    fine = training.of(training.expert, transcript, training.source)

    refused("gold_is_finished", lambda: Gold.objects.create(**given, assignment=mine))
    refused("gold_is_finished", lambda: Gold.objects.create(**given, final_round=training.source))
    refused("gold_has_one_source", lambda: Gold.objects.create(**given, assignment=fine, final_round=training.source))
    refused("gold_is_replaced_with_a_reason", lambda: Gold.objects.create(**{**given, "n": 2}, assignment=fine))
    stray = training.of(training.expert, training.transcripts[1], training.source)

    def unlike() -> None:
        Gold.objects.create(**given, assignment=stray)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("gold_assignment_alike", unlike)


def test_the_database_refuses_a_threshold_a_row_and_a_count_that_cannot_be(training: Training) -> None:
    world = training.world
    empty = Round.objects.create(study=world.study, version=world.version, name="Empty", kind="training")
    given = {"round": empty, "study": world.study, "version": world.version}
    fine = {"threshold": Decimal("0.6"), "in_a_row": 1, "at_least": 1}
    for name, change in (
        ("criterion_threshold_in_range", {"threshold": Decimal("1.5")}),
        ("criterion_row_of_one_or_more", {"in_a_row": 0}),
        ("criterion_code_given_at_least_once", {"at_least": 0}),
    ):
        refused(name, lambda change=change: TrainingCriterion.objects.create(**given, **{**fine, **change}))
    refused("gate_has_a_criterion", lambda: RoundGate.objects.create(
        round=Round.objects.create(study=world.study, version=world.version, name="Next"), study=world.study,
        training=empty,
    ))  # fmt: skip


def test_the_database_refuses_a_clearance_by_hand_without_a_reason_and_a_second_one(training: Training) -> None:
    given = {"study": training.world.study, "training": training.round, "rater": training.world.rater}

    refused("clearance_by_hand_has_a_reason", lambda: Clearance.objects.create(**given, by_hand=True))
    Clearance.objects.create(**given, by_hand=False)
    refused("clearance_once", lambda: Clearance.objects.create(**given, by_hand=False))


def test_nothing_of_training_crosses_studies(training: Training) -> None:
    elsewhere = make_study()
    member = make_member(elsewhere, "rater")

    def stray() -> None:
        Clearance.objects.create(study=training.world.study, training=training.round, rater=member, by_hand=False)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("clearance_of_rater", stray)
