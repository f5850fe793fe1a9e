"""Adjudication: blind by construction, append-only, and its own layer."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from coding import access
from coding.models import Adjudication, AdjudicationOpening, Adjudicator, Assignment, Judgement, NamesShown, Round
from coding.queries.adjudication import Cases, effective, lettered
from coding.queries.final_layer import ADJUDICATED, NOBODY, ONLY_RATER, OPEN, UNANIMOUS, final_layer
from coding.queries.judged_rows import CODABLE, NOT_JUDGED, fetch_rows
from coding.queries.kept import KeptRound
from coding.queries.segment_votes import finished_judgements
from coding.services import adjudication
from coding.services.adjudication import AdjudicationNotPossible, DecidedMeanwhile, NamesStayHidden, NothingToUndo
from coding.services.final_answers import Answer, AnswerNotPossible, FinalCoding
from coding.services.judgements import NothingSaid, Owed, RoleGate
from tests.factories import StudyWorld, close, judge, make_transcript
from transcripts.models import Membership, Segment
from workbench.accounts.models import User


def person(member: Membership) -> User:
    assert member.user is not None
    return member.user


def disputed(world: StudyWorld, **fields: Any) -> Round:
    """A closed round: turn 1 unanimous, turns 2 and 4 in dispute, turn 3 judged by one rater alone."""
    round_ = world.round(**fields)
    first, second = world.assignment(round_), world.assignment(round_, world.other_rater)
    for assignment in (first, second):
        judge(assignment, 1, "ST-WARM")
    judge(first, 2, "PULL-APP", rating=3)
    judge(second, 2, "PULL-DEF", rating=1)
    judge(first, 3, "NAM-DIS")
    judge(first, 4)
    judge(second, 4, "ST-COOL")
    return round_


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    """Adjudication was opened before the round closed: its adjudicator never saw a name."""
    round_ = disputed(world)
    adjudication.open_adjudication(user=person(world.coordinator), round_=round_)
    close(round_)
    return round_


def turn(world: StudyWorld, position: int) -> int:
    return int(Segment.objects.get(revision__transcript=world.transcript, position=position).pk)


def decide(world: StudyWorld, round_: Round, position: int, *codes: str, n: int = 0, **fields: Any) -> Adjudication:
    codings = tuple(FinalCoding(code, 2 if code.startswith("PULL") else None) for code in codes)
    answer = Answer(codings=codings, **fields)
    return adjudication.decide(
        user=person(world.adjudicator), round_=round_, segment_id=turn(world, position), answer=answer, n=n
    )


def test_only_a_coordinator_opens_adjudication_and_somebody_must_adjudicate(world: StudyWorld) -> None:
    round_ = disputed(world)

    with pytest.raises(PermissionDenied):
        adjudication.open_adjudication(user=person(world.adjudicator), round_=round_)
    with pytest.raises(AdjudicationNotPossible, match="rater_a cannot adjudicate"):
        adjudication.open_adjudication(user=person(world.coordinator), round_=round_, adjudicators=[world.rater])
    Membership.objects.filter(pk=world.adjudicator.pk).update(role="reader")
    with pytest.raises(AdjudicationNotPossible, match="Nobody adjudicates"):
        adjudication.open_adjudication(user=person(world.coordinator), round_=round_)


def test_opening_twice_keeps_the_seed_and_adds_who_is_named(world: StudyWorld) -> None:
    round_ = disputed(world)
    user = person(world.coordinator)
    first = adjudication.open_adjudication(user=user, round_=round_)

    again = adjudication.open_adjudication(user=user, round_=round_, adjudicators=[world.coordinator])

    assert (again.seed, again.opened_at) == (first.seed, first.opened_at)
    assert set(round_.adjudicators.values_list("member", flat=True)) == {world.adjudicator.pk, world.coordinator.pk}


def test_an_answer_is_stored_with_rule_and_reason_and_that_it_was_blind(world: StudyWorld, round_: Round) -> None:
    row = decide(world, round_, 2, "PULL-DEF", rule="discussion", cause="close_codes", reason="Hands over.")

    assert (row.n, row.rule, row.cause, row.reason, row.outcome) == (
        1,
        "discussion",
        "close_codes",
        "Hands over.",
        None,
    )
    assert row.saw_identities_at is None
    assert [coding.code.key for coding in row.codings.all()] == ["PULL-DEF"]


def test_who_could_read_the_round_before_has_it_written_into_each_answer(world: StudyWorld) -> None:
    round_ = disputed(world)
    close(round_)
    adjudication.open_adjudication(user=person(world.coordinator), round_=round_)

    row = decide(world, round_, 2, "PULL-DEF")

    assert row.saw_identities_at == round_.closed_at
    assert "before its adjudication" in row.saw


def test_who_becomes_adjudicator_after_the_opening_never_could_read(
    world: StudyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = disputed(world)
    late = Membership.objects.create(study=world.study, label="late", role="rater", user=world.stranger)
    close(round_)
    adjudication.open_adjudication(user=person(world.coordinator), round_=round_)

    Membership.objects.filter(pk=late.pk).update(role="adjudicator")
    late.refresh_from_db()
    # One transaction has one time in the history; a test is one transaction.
    promoted = timezone.now()
    monkeypatch.setattr("transcripts.access.results_role_since", lambda member: promoted)
    answer = Answer(outcome="none")
    row = adjudication.decide(user=world.stranger, round_=round_, segment_id=turn(world, 2), answer=answer, n=0)

    assert access.could_know_names_since(late, round_) is None
    assert row.saw_identities_at is None


def test_a_coordinator_who_coded_and_adjudicates_is_marked(world: StudyWorld) -> None:
    round_ = world.round(raters=[world.coordinator, world.rater])
    judge(world.assignment(round_, world.coordinator), 1, "ST-WARM")
    judge(world.assignment(round_), 1, "ST-COOL")
    user = person(world.coordinator)
    adjudication.open_adjudication(user=user, round_=round_, adjudicators=[world.coordinator])
    close(round_)

    row = adjudication.decide(user=user, round_=round_, segment_id=turn(world, 1), answer=Answer(outcome="none"), n=0)

    assert row.saw_identities_at is not None


def test_none_is_right_and_uncodable_are_answers(world: StudyWorld, round_: Round) -> None:
    assert [coding.code.key for coding in decide(world, round_, 2, "ST-COOL").codings.all()] == ["ST-COOL"]
    assert decide(world, round_, 4, outcome="uncodable").outcome == "uncodable"


@pytest.mark.parametrize(
    ("codes", "fields", "refusal"),
    [
        ((), {}, NothingSaid),
        (("ST-WARM",), {"outcome": "none"}, AnswerNotPossible),
        (("ST-WARM", "ST-COOL"), {}, AnswerNotPossible),
        (("NAM-DIS",), {}, RoleGate),
        (("NRM",), {}, AnswerNotPossible),
        (("ST-WARM",), {"rule": "a coin"}, AnswerNotPossible),
        (("ST-WARM",), {"reason": "x" * 3000}, AnswerNotPossible),
        (("ST-WARM",), {"outcome": "maybe"}, AnswerNotPossible),
    ],
)
def test_an_answer_that_the_codebook_does_not_allow_is_refused(
    world: StudyWorld, round_: Round, codes: tuple[str, ...], fields: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        decide(world, round_, 2, *codes, **fields)

    assert not Adjudication.objects.exists()


def test_a_rating_is_owed_as_on_the_desk(world: StudyWorld, round_: Round) -> None:
    with pytest.raises(Owed):
        adjudication.decide(
            user=person(world.adjudicator), round_=round_, segment_id=turn(world, 2),
            answer=Answer(codings=(FinalCoding("PULL-APP"),)), n=0,
        )  # fmt: skip


def test_the_same_answer_sent_twice_is_stored_once_and_another_one_meets_it(world: StudyWorld, round_: Round) -> None:
    first = decide(world, round_, 2, "PULL-DEF")

    assert decide(world, round_, 2, "PULL-DEF").pk == first.pk
    with pytest.raises(DecidedMeanwhile):
        decide(world, round_, 2, "PULL-APP")
    assert Adjudication.objects.count() == 1


def test_undo_is_a_further_answer_and_can_be_undone_down_to_nothing(world: StudyWorld, round_: Round) -> None:
    decide(world, round_, 2, "PULL-DEF")
    decide(world, round_, 2, "PULL-APP", n=1)
    user, segment = person(world.adjudicator), turn(world, 2)

    back = adjudication.undo(user=user, round_=round_, segment_id=segment, n=2)
    replayed = adjudication.undo(user=user, round_=round_, segment_id=segment, n=2)
    gone = adjudication.undo(user=user, round_=round_, segment_id=segment, n=3)

    assert replayed.pk == back.pk
    assert (back.n, back.restores, [coding.code.key for coding in back.codings.all()]) == (3, 1, ["PULL-DEF"])
    assert (gone.n, gone.restores, gone.outcome) == (4, 0, "open")
    with pytest.raises(NothingToUndo):
        adjudication.undo(user=user, round_=round_, segment_id=segment, n=4)
    rows = {row.n: row for row in Adjudication.objects.all()}
    assert [effective(rows, n) for n in range(5)] == [0, 1, 2, 1, 0]


def test_names_open_after_the_own_first_answer_and_later_answers_say_so(world: StudyWorld, round_: Round) -> None:
    user, segment = person(world.adjudicator), turn(world, 2)
    with pytest.raises(NamesStayHidden):
        adjudication.show_names(user=user, round_=round_, segment_id=segment)
    decide(world, round_, 2, "PULL-DEF")

    adjudication.show_names(user=user, round_=round_, segment_id=segment)
    later = decide(world, round_, 2, "PULL-APP", n=1)

    assert later.saw_identities_at == NamesShown.objects.get().at
    assert not access.may_see_results(user, round_)


def test_the_blind_phase_ends_for_an_adjudicator_when_all_is_decided(world: StudyWorld, round_: Round) -> None:
    user = person(world.adjudicator)
    decide(world, round_, 2, "PULL-DEF")
    with pytest.raises(PermissionDenied, match="every segment in dispute"):
        adjudication.end_adjudication(user=user, round_=round_)
    decide(world, round_, 4, outcome="none")

    adjudication.end_adjudication(user=user, round_=round_)

    assert access.may_see_results(user, round_)
    assert "had ended" in decide(world, round_, 2, "PULL-APP", n=1).saw


def test_a_coordinator_who_does_not_adjudicate_ends_it_at_any_time_and_readers_never(
    world: StudyWorld, round_: Round
) -> None:
    with pytest.raises(PermissionDenied):
        adjudication.end_adjudication(user=person(world.reader), round_=round_)

    adjudication.end_adjudication(user=person(world.coordinator), round_=round_)

    assert AdjudicationOpening.objects.get().ended_by == world.coordinator


def test_a_segment_of_another_round_is_refused(world: StudyWorld, round_: Round) -> None:
    foreign = Segment.objects.get(revision__transcript=make_transcript(world.study), position=1)

    with pytest.raises(AdjudicationNotPossible, match="not part of the round"):
        adjudication.decide(
            user=person(world.adjudicator), round_=round_, segment_id=foreign.pk, answer=Answer(outcome="none"), n=0
        )


def test_letters_follow_what_is_said_and_not_who_said_it(world: StudyWorld) -> None:
    segment = Segment.objects.get(pk=turn(world, 2))

    def read(swapped: bool) -> list[str]:
        round_ = world.round()
        raters = [world.rater, world.other_rater][:: -1 if swapped else 1]
        judge(world.assignment(round_, raters[0]), 2, "PULL-APP", memo="a bid")
        judge(world.assignment(round_, raters[1]), 2, "PULL-DEF", memo="hands over")
        close(round_)
        said = lettered(11, world.adjudicator.pk, segment, list(finished_judgements(round_, segment)))
        return [one.memo for one in said]

    assert read(swapped=False) == read(swapped=True)


def test_the_order_of_letters_differs_between_segments(world: StudyWorld) -> None:
    long = make_transcript(world.study, 20)
    round_ = world.round(transcripts=[long])
    for assignment in round_.assignments.select_related("version"):
        for position in range(1, 21):
            judge(assignment, position, *(["ST-WARM"] if assignment.rater_id == world.rater.pk else ["ST-COOL"]))
    close(round_)

    first = {
        lettered(11, 7, segment, list(finished_judgements(round_, segment)))[0].assignment.rater_id
        for segment in Segment.objects.filter(revision__transcript=long)
    }

    assert first == {world.rater.pk, world.other_rater.pk}


def test_the_list_holds_what_is_in_dispute_with_the_furthest_apart_first(world: StudyWorld, round_: Round) -> None:
    cases = Cases(person(world.adjudicator), round_)

    listed = cases.listed(1)

    assert [card.position for card in listed.cards] == [2, 4]
    assert (listed.total, listed.decided, cases.next_open()) == (2, 0, turn(world, 2))
    decide(world, round_, 2, "PULL-DEF")
    assert Cases(person(world.adjudicator), round_).next_open(turn(world, 2)) == turn(world, 4)


# The final layer ----------------------------------------------------------------------------------------------------


def layer(round_: Round) -> dict[int, tuple[int, tuple[str, ...]]]:
    found = final_layer(KeptRound(round_))
    keys = {code.id: code.key for code in found.rows.book.codes}
    return {
        int(position): (
            int(found.source[unit]),
            tuple(sorted(keys[code] for code in found.rows.given[2, found.rows.given[1] == unit].tolist())),
        )
        for unit, position in enumerate(found.rows.units.position)
    }


def test_the_final_layer_is_adjudicated_else_unanimous_else_the_only_raters_else_open(
    world: StudyWorld, round_: Round
) -> None:
    assert layer(round_) == {
        1: (UNANIMOUS, ("ST-WARM",)), 2: (OPEN, ()), 3: (ONLY_RATER, ("NAM-DIS",)), 4: (OPEN, ()),
    }  # fmt: skip

    decide(world, round_, 2, "PULL-DEF")
    decide(world, round_, 4, outcome="none")
    decide(world, round_, 3, outcome="uncodable")

    assert layer(round_) == {
        1: (UNANIMOUS, ("ST-WARM",)), 2: (ADJUDICATED, ("PULL-DEF",)), 3: (ADJUDICATED, ()), 4: (ADJUDICATED, ()),
    }  # fmt: skip


def test_the_final_layer_reads_as_one_rater_and_open_segments_have_no_value(world: StudyWorld, round_: Round) -> None:
    found = final_layer(KeptRound(round_))

    assert found.rows.raters == ("final",)
    assert found.rows.judged[0].tolist() == [CODABLE, NOT_JUDGED, CODABLE, NOT_JUDGED]


def test_an_answer_taken_back_and_a_segment_left_open_are_open_again(world: StudyWorld, round_: Round) -> None:
    decide(world, round_, 2, "PULL-DEF")
    adjudication.undo(user=person(world.adjudicator), round_=round_, segment_id=turn(world, 2), n=1)
    decide(world, round_, 4, outcome="open")

    assert (layer(round_)[2], layer(round_)[4]) == ((OPEN, ()), (OPEN, ()))


def test_the_same_codes_with_other_ratings_are_open(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP", rating=1)
    judge(world.assignment(round_, world.other_rater), 1, "PULL-APP", rating=3)
    close(round_)

    assert layer(round_)[1] == (OPEN, ())
    assert layer(round_)[2] == (NOBODY, ())


def test_reliability_reads_the_raw_codings_whatever_was_adjudicated(world: StudyWorld, round_: Round) -> None:
    before = fetch_rows(round_)
    report = KeptRound(round_).reliability()

    decide(world, round_, 2, "PULL-DEF")
    decide(world, round_, 4, outcome="none")

    after = fetch_rows(round_)
    assert (before.given == after.given).all()
    assert (before.judged == after.judged).all()
    assert KeptRound(round_).reliability() == report
    assert Judgement.objects.filter(assignment__in=Assignment.objects.filter(round=round_)).count() == 7
    assert Adjudicator.objects.get().member == world.adjudicator
