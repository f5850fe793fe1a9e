"""The pages of training: feedback beside the gold, one's own curve, who is cleared, and what waits."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding import access
from coding.models import Assignment, Clearance, Gold, Round, RoundGate
from coding.services.clearing import clear_by_hand
from coding.services.gold import say_gold
from coding.services.rounds import Share, add_assignments
from coding.services.submission import reopen
from tests.coding.training import Training, make_training, user_of
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript, submit
from transcripts.models import Membership

#: Turn 2 as the gold, turn 4 another code, turn 5 a code that the gold does not give; the rest as nobody gives any.
MIXED = {2: ["PULL-APP"], 4: ["PULL-DEF"], 5: ["PULL-APP"]}


@pytest.fixture
def training(world: StudyWorld) -> Training:
    return make_training(world)


def page(client: Client, member: Membership, name: str, *args: Any, query: str = "") -> tuple[int, str]:
    client.force_login(user_of(member))
    answer = client.get(reverse(name, args=args) + query)
    return answer.status_code, answer.content.decode()


# Feedback -------------------------------------------------------------------------------------------------------------


def test_feedback_says_turn_by_turn_what_only_one_of_the_two_gave(training: Training, client: Client) -> None:
    training.say_gold()
    mine = training.code(training.world.rater, training.transcripts[0], MIXED)

    status, words = page(client, training.world.rater, "feedback", mine.pk)

    assert status == 200
    assert "You and the gold differ on 4 of 8 turns of Practice 1." in words
    assert "the codings of expert in Expert" in words
    turns = dict(re.findall(r'id="turn-(\d+)"(.*?)</dl>', words, re.DOTALL))
    assert "only you: <b>Deference</b>" in turns["4"]
    assert "only the gold: <b>Seeking approval</b>" in turns["4"]
    assert "Angles for the other&#x27;s good opinion." in turns["4"]
    assert "only you: <b>Seeking approval</b>" in turns["5"]
    assert "the same" in turns["1"]
    assert "the same" in turns["2"]


@pytest.mark.parametrize(
    ("query", "turns"),
    [
        ("?only=differing", ["3", "4", "5", "6"]),
        ("?only=mine", ["4", "5"]),
        ("?only=gold", ["3", "4", "6"]),
        ("?only=agreeing", ["1", "2", "7", "8"]),
        ("?code=PULL-DEF", ["4", "6"]),
        ("?only=mine&code=PULL-APP", ["4", "5"]),
        ("?only=nonsense&page=x", ["1", "2", "3", "4", "5", "6", "7", "8"]),
    ],
)
def test_feedback_can_be_narrowed(training: Training, client: Client, query: str, turns: list[str]) -> None:
    training.say_gold()
    mine = training.code(training.world.rater, training.transcripts[0], MIXED)

    _, words = page(client, training.world.rater, "feedback", mine.pk, query=query)

    assert re.findall(r'id="turn-(\d+)"', words) == turns


def test_feedback_opens_with_ones_own_submission_and_closes_while_one_codes_again(
    training: Training, client: Client
) -> None:
    training.say_gold()
    world = training.world
    before = page(client, world.rater, "feedback", training.of(world.rater, training.transcripts[0]).pk)
    mine = training.code(world.rater, training.transcripts[0], MIXED)
    opened = page(client, world.rater, "feedback", mine.pk)
    again = make_round(world.version, [training.transcripts[0]], [world.rater])
    blind = page(client, world.rater, "feedback", mine.pk)
    close(again)

    assert (before[0], "when you have handed in your own" in before[1]) == (403, True)
    assert opened[0] == 200
    assert (blind[0], "Not for your eyes yet" in blind[1]) == (403, True)
    assert page(client, world.rater, "feedback", mine.pk)[0] == 200
    assert page(client, world.other_rater, "feedback", mine.pk)[0] == 403
    assert page(client, world.coordinator, "feedback", mine.pk)[0] == 403


def test_whether_a_round_is_training_does_not_show_where_there_is_no_gold(training: Training, client: Client) -> None:
    mine = training.code(training.world.rater, training.transcripts[0])
    elsewhere = training.world.round()
    other = training.world.assignment(elsewhere)
    submit(other)

    here, there = (page(client, training.world.rater, "feedback", one.pk) for one in (mine, other))

    assert here[0] == there[0] == 403
    assert all("No gold was said for this transcript in this round." in words for _, words in (here, there))


def test_the_two_forms_of_who_reads_feedback_agree(training: Training) -> None:
    world = training.world
    training.say_gold(training.transcripts[0])
    training.code(world.rater, training.transcripts[0])
    training.code(world.rater, training.transcripts[1])
    training.code(world.other_rater, training.transcripts[0])
    make_round(world.version, [training.transcripts[0]], [world.other_rater])
    people = [user_of(one) for one in (world.rater, world.other_rater, world.coordinator, training.expert)]

    for user in people:
        listed = set(Assignment.objects.filter(access.feedback_open_to(user)).values_list("pk", flat=True))
        rows = Assignment.objects.select_related("rater", "round", "study")
        assert listed == {one.pk for one in rows if access.may_read_feedback(user, one)}
    assert Assignment.objects.filter(access.feedback_open_to(user_of(world.rater))).count() == 1


def test_who_could_read_gold_is_no_naive_rater_of_the_transcript_any_more(training: Training) -> None:
    world = training.world
    training.say_gold(training.transcripts[0])
    training.code(world.rater, training.transcripts[0])
    training.code(world.rater, training.transcripts[1])

    again = make_round(world.version, training.transcripts, [world.rater, world.other_rater])

    marked = again.assignments.exclude(could_read_since=None)
    assert [(one.rater, one.transcript) for one in marked] == [(world.rater, training.transcripts[0])]
    assert marked.get().could_read_since >= Gold.objects.get().made_at


# One's own curve ------------------------------------------------------------------------------------------------------


def test_a_rater_sees_their_own_curve_and_nothing_of_gold_they_have_not_earned(
    training: Training, client: Client
) -> None:
    training.say_gold()
    world = training.world
    empty = page(client, world.rater, "learning", world.study.slug, training.round.pk)
    training.code(world.rater, training.transcripts[0], MIXED)
    first = page(client, world.rater, "learning", world.study.slug, training.round.pk)
    training.code(world.rater, training.transcripts[1])
    last = page(client, world.rater, "learning", world.study.slug, training.round.pk)

    assert (empty[0], "Nothing to compare yet" in empty[1]) == (200, True)
    assert "One practice transcript to go." in first[1]
    assert "Practice 2" not in first[1].split("<main")[1]
    assert "cannot be judged" not in first[1]
    assert "Not cleared yet." in last[1]
    assert page(client, world.coordinator, "learning", world.study.slug, training.round.pk)[0] == 404
    assert page(client, training.expert, "learning", world.study.slug, training.round.pk)[0] == 404


def test_the_curve_does_not_depend_on_gold_of_what_is_still_open(world: StudyWorld, client: Client) -> None:
    training = make_training(world, hours=3)
    training.say_gold(training.transcripts[0])
    training.code(world.rater, training.transcripts[0], MIXED)
    before = page(client, world.rater, "learning", world.study.slug, training.round.pk)

    training.say_gold(*training.transcripts[1:])

    token = r'name="csrfmiddlewaretoken" value="[^"]*"'
    after = page(client, world.rater, "learning", world.study.slug, training.round.pk)
    assert re.sub(token, "", after[1]) == re.sub(token, "", before[1])


# The coordinator's page -----------------------------------------------------------------------------------------------


def test_a_coordinator_sees_who_is_cleared_for_which_code_and_what_is_next(training: Training, client: Client) -> None:
    world = training.world
    training.say_gold()
    for transcript in training.transcripts:
        training.code(world.rater, transcript)
    training.code(world.other_rater, training.transcripts[0], MIXED)

    status, words = page(client, world.coordinator, "training", world.study.slug, training.round.pk)

    assert status == 200
    assert "One of two raters is cleared." in words
    row = re.search(r"<tr[^>]*>(?:(?!<tr).)*Seeking approval.*?</tr>", words, re.DOTALL)
    assert row is not None
    assert "met on Practice 2" in row.group()
    assert "0 of 2 in a row" in row.group()
    assert "hands in 1 more transcript" in words
    assert "Cannot be judged, since the gold never gives them" in words
    assert re.search(r"never gives them in these practice hours: Warm, Cool", words)
    assert words.count('class="met"') == 1


def test_a_coordinator_who_trains_waits_like_the_others(training: Training, client: Client) -> None:
    world = training.world
    training.say_gold()
    mine = make_round(world.version, [training.transcripts[0]], [world.coordinator])
    training.code(world.rater, training.transcripts[0])

    status, words = page(client, world.coordinator, "training", world.study.slug, training.round.pk)

    assert status == 200
    assert "Not for your eyes yet" in words
    assert "met on" not in words
    assert "the codings of expert" not in words.split("Practice 1")[1].split("Practice 2")[0]
    close(mine)
    assert "Seeking approval" in page(client, world.coordinator, "training", world.study.slug, training.round.pk)[1]


def test_gold_is_said_and_changed_on_the_page(training: Training, client: Client) -> None:
    world, transcript = training.world, training.transcripts[0]
    client.force_login(user_of(world.coordinator))
    path = reverse("training-gold", args=[world.study.slug, training.round.pk, transcript.pk])
    source = training.of(training.expert, transcript, training.source)

    said = client.post(path, {"source": f"assignment-{source.pk}"}, follow=True).content.decode()
    unknown = client.post(path, {"source": "assignment-7"})
    other = make_round(world.version, [transcript], [training.expert], name="Once more")
    close(other)
    newer = training.of(training.expert, transcript, other)
    silent = client.post(path, {"source": f"assignment-{newer.pk}"})
    changed = client.post(path, {"source": f"assignment-{newer.pk}", "reason": "A slip."}, follow=True)

    assert "The gold of Practice 1 is said." in said
    assert unknown.status_code == silent.status_code == 422
    assert "Say why the gold changes" in silent.content.decode()
    assert "A slip." in changed.content.decode()
    assert [gold.n for gold in Gold.objects.order_by("n")] == [1, 2]


def test_somebody_is_cleared_by_hand_on_the_page(training: Training, client: Client) -> None:
    world = training.world
    client.force_login(user_of(world.coordinator))
    path = reverse("training-clear", args=[world.study.slug, training.round.pk])

    without = client.post(path, {"rater": world.rater.pk})
    done = client.post(path, {"rater": world.rater.pk, "reason": "Trained in the pilot."}, follow=True)

    assert without.status_code == 422
    assert "Trained in the pilot." in done.content.decode()
    assert Clearance.objects.get().by_hand


def test_a_round_that_is_no_training_has_no_such_page(training: Training, client: Client) -> None:
    world = training.world

    assert page(client, world.coordinator, "training", world.study.slug, training.source.pk)[0] == 404


# What waits -----------------------------------------------------------------------------------------------------------


def test_the_desk_says_why_it_waits_and_leads_on(training: Training, client: Client) -> None:
    world = training.world
    training.say_gold()
    main = training.next_round(world.rater)
    waits = training.of(world.rater, world.transcript, main)

    status, words = page(client, world.rater, "desk", waits.pk)
    home = page(client, world.rater, "study", world.study.slug)[1]

    assert status == 403
    assert "opens when you are cleared in Training." in words
    assert f"Go to {training.transcripts[0].name}" in words or f"Go to {training.transcripts[1].name}" in words
    assert "Turn 1 of the hour." not in words
    assert f"{world.transcript.name} waits" in home
    assert page(client, world.other_rater, "desk", waits.pk)[0] == 403
    clear_by_hand(user=training.boss, round_=training.round, rater=world.rater, reason="Knows it.")
    assert page(client, world.rater, "desk", waits.pk)[0] == 200


def test_a_criterion_and_what_it_opens_are_said_when_rounds_are_made(training: Training, client: Client) -> None:
    world = training.world
    training.say_gold()
    client.force_login(user_of(world.coordinator))
    path = reverse("new-round", args=[world.study.slug])
    common = {"version": world.version.pk, f"give-{world.transcript.pk}-{world.rater.pk}": "on"}
    asked = {
        "criterion-fixed": "on", "criterion-coefficient": "cohen_kappa", "criterion-threshold": "0.7",
        "criterion-in_a_row": "1", "criterion-at_least": "2", "criterion-keys": "PULL, NAM-DIS",
    }  # fmt: skip

    wrong = client.post(path, {**common, **asked, "name": "T2", "kind": "training", "criterion-threshold": "1.5"})
    kind = client.post(path, {**common, **asked, "name": "T2", "kind": "main"})
    made = client.post(path, {**common, **asked, "name": "T2", "kind": "training"})
    after = client.post(path, {**common, "name": "Main", "kind": "main", "opened_by": training.round.pk})

    assert (wrong.status_code, kind.status_code) == (422, 422)
    assert "choose the kind" in kind.content.decode()
    assert (made.status_code, after.status_code) == (302, 302)
    criterion = Round.objects.get(name="T2").criterion
    assert (criterion.threshold, criterion.in_a_row, criterion.at_least) == (Decimal("0.7"), 1, 2)
    assert list(criterion.round.criterion_codes.order_by("code__position").values_list("code__key", flat=True)) == [
        "PULL-APP", "PULL-DEF", "NAM-DIS",
    ]  # fmt: skip
    assert RoundGate.objects.get().round.name == "Main"
    shown = client.get(reverse("round", args=[world.study.slug, RoundGate.objects.get().round_id])).content.decode()
    assert "Each rater can begin here when they are cleared in" in shown


def test_a_transcript_whose_gold_could_be_read_is_not_opened_again(training: Training) -> None:
    training.say_gold()
    mine = training.code(training.world.rater, training.transcripts[0], MIXED)

    with pytest.raises(PermissionDenied, match="could be read since"):
        reopen(user=training.boss, assignment_id=mine.pk, reason="A slip.")


def test_a_team_without_numbers_has_feedback_and_no_curves(training: Training, client: Client) -> None:
    world = training.world
    training.say_gold()
    mine = training.code(world.rater, training.transcripts[0], MIXED)
    world.study.discussion_only = True
    world.study.save(update_fields=["discussion_only"])

    feedback = page(client, world.rater, "feedback", mine.pk)
    learning = page(client, world.rater, "learning", world.study.slug, training.round.pk)
    status, words = page(client, world.coordinator, "training", world.study.slug, training.round.pk)

    assert (feedback[0], learning[0], status) == (200, 403, 200)
    assert "Your learning curve" not in feedback[1]
    assert "computes no reliability" in words
    assert "not yet: last" not in words


# How much it costs ----------------------------------------------------------------------------------------------------


def statements(client: Client, name: str, *args: Any) -> int:
    path = reverse(name, args=args)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_more_raters_transcripts_and_turns_ask_the_database_no_more(world: StudyWorld, client: Client) -> None:
    training = make_training(world)
    training.say_gold()
    slug, number = world.study.slug, training.round.pk
    mine = training.code(world.rater, training.transcripts[0], MIXED)

    def counts() -> list[int]:
        client.force_login(user_of(world.coordinator))
        found = [statements(client, "training", slug, number)]
        client.force_login(user_of(world.rater))
        return [
            *found,
            statements(client, "learning", slug, number),
            statements(client, "feedback", mine.pk),
            statements(client, "study", slug),
        ]

    before = counts()
    more = [make_transcript(world.study, 8, f"Practice {place}") for place in range(3, 9)]
    raters = [make_member(world.study, "rater") for _ in range(4)]
    shares = [Share(one, [world.rater, *raters]) for one in more]
    add_assignments(user=training.boss, round_=training.round, shares=shares, reason="More practice.")
    source = make_round(world.version, more, [training.expert])
    for assignment in source.assignments.select_related("version"):
        for position in range(1, 9):
            judge(assignment, position, *(["PULL-APP"] if position == 2 else []))
    close(source)
    for transcript in more:
        say_gold(
            user=training.boss, round_=training.round, transcript=transcript,
            assignment=training.of(training.expert, transcript, source),
        )  # fmt: skip
    for rater in (world.rater, *raters):
        for transcript in more[:4]:
            training.code(rater, transcript, MIXED)

    assert counts() == before
