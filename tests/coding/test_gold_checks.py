"""Drift checks of turns with gold: drawn for the raters of a round, unmarked, and held beside the gold alone."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coding.models import AssignedSegment, Assignment, Judgement, Round
from coding.queries.repeats import RepeatsAsked
from coding.services.codings_import import CodingsRefused, read_file, store_codings
from coding.services.drawn_rounds import DesignNotPossible
from coding.services.export_files import study_files
from coding.services.repeats import preview_repeats, start_drift_check
from coding.services.rounds import RoundNotPossible, Share, add_assignments
from tests.coding.training import TURNS, Training, make_training, user_of
from tests.factories import StudyWorld, close, judge, make_member, submit
from tests.transcripts.test_studies_api import Program

pytestmark = pytest.mark.django_db
ASKED = RepeatsAsked(share=25, purpose="gold")


@pytest.fixture
def training(world: StudyWorld) -> Training:
    """Two practice hours with gold in a training round that has ended: both raters coded them thirty days ago."""
    made = make_training(world)
    made.say_gold()
    at = timezone.now() - timedelta(days=30)
    for assignment in made.round.assignments.select_related("version"):
        for position in range(1, TURNS + 1):
            judge(assignment, position, finished_at=at)
    close(made.round)
    return made


@pytest.fixture
def main(world: StudyWorld, training: Training) -> Round:
    """A closed round of both raters on another transcript."""
    round_ = world.round(name="Main")
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1)
    close(round_)
    return round_


def start(training: Training, round_: Round, **said: Any) -> Round:
    given = {"name": "Three", "version": round_.version, "asked": ASKED, "seed": 7} | said
    return start_drift_check(user=training.boss, round_=round_, **given)


def answered(check: Round) -> Round:
    for asked in AssignedSegment.objects.filter(assignment__round=check).select_related("assignment__version"):
        judge(asked.assignment, asked.segment.position, "PULL-APP")
    close(check)
    return check


def test_a_share_of_the_turns_with_gold_comes_to_each_rater_the_rare_codes_among_them(
    training: Training, main: Round
) -> None:
    shown = preview_repeats(user=training.boss, round_=main, asked=ASKED, seed=7)
    assert not AssignedSegment.objects.exists()

    made = start(training, main, looked_at=shown.fingerprint)

    said = [(one.member.label, one.coded, one.turns, one.gap) for one in shown.raters]
    assert said == [("rater_a", 16, 4, 30), ("rater_b", 16, 4, 30)]
    assert (made.kind, made.design.how, made.design.rule, made.design.repeats_of) == (
        "drift",
        "gold",
        "repeats-1",
        main,
    )
    asked = AssignedSegment.objects.filter(assignment__round=made)
    assert set(asked.values_list("purpose", flat=True)) == {"gold"}
    assert set(asked.values_list("segment__revision__transcript", flat=True)) <= {
        one.pk for one in training.transcripts
    }
    for one in shown.raters:
        segments = [segment for part in one.parts for segment in part.segments]
        gold = Judgement.objects.filter(assignment__round=training.source, segment__in=segments)
        keys = set(gold.values_list("codings__code__key", flat=True))
        # Half of the four places are for codes, the rarest of the gold before the others.
        assert {"NAM-DIS", "PULL-DEF"} <= keys


def test_the_same_seed_draws_the_same_and_each_rater_gets_turns_of_their_own(training: Training, main: Round) -> None:
    first, again, other = (
        preview_repeats(user=training.boss, round_=main, asked=ASKED, seed=seed) for seed in (7, 7, 8)
    )

    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert first.raters[0].parts != first.raters[1].parts
    past = RepeatsAsked(share=25, gap_days=0)
    assert preview_repeats(user=training.boss, round_=main, asked=past, seed=7).fingerprint != first.fingerprint


def test_whoever_never_judged_a_turn_gets_it_as_one_judged_long_ago(training: Training, world: StudyWorld) -> None:
    newcomer = make_member(world.study, "rater", "rater_c")
    round_ = world.round([newcomer], name="Main")
    judge(world.assignment(round_, newcomer), 1)
    close(round_)

    (one,) = preview_repeats(user=training.boss, round_=round_, asked=ASKED, seed=7).raters

    assert (one.member, one.coded, one.turns, one.gap) == (newcomer, 16, 4, None)


def test_nothing_comes_to_those_on_whose_codings_the_gold_rests(training: Training, world: StudyWorld) -> None:
    both = world.round([training.expert, world.rater], name="Main")
    alone = world.round([training.expert], name="Expert again")
    for round_ in (both, alone):
        for assignment in round_.assignments.select_related("version"):
            judge(assignment, 1)
        close(round_)

    design = preview_repeats(user=training.boss, round_=both, asked=ASKED, seed=7)

    assert [one.member.label for one in design.raters] == ["rater_a"]
    assert design.left_out == (("expert", "The gold of every transcript rests on their own codings."),)
    with pytest.raises(DesignNotPossible, match="No turn with gold can come"):
        preview_repeats(user=training.boss, round_=alone, asked=ASKED, seed=7)


def test_without_gold_of_a_training_that_has_ended_it_is_said_what_comes_first(world: StudyWorld) -> None:
    training = make_training(world)
    training.say_gold()
    round_ = world.round(name="Main")
    judge(world.assignment(round_), 1)
    close(round_)

    with pytest.raises(DesignNotPossible, match="they can be drawn when that round is closed"):
        preview_repeats(user=training.boss, round_=round_, asked=ASKED, seed=7)


def test_gold_that_one_may_not_read_is_not_drawn_from(training: Training, main: Round, world: StudyWorld) -> None:
    world.round([world.coordinator], [training.transcripts[0]], name="Mine")

    design = preview_repeats(user=training.boss, round_=main, asked=ASKED, seed=7)

    assert {part.transcript for one in design.raters for part in one.parts} == {training.transcripts[1]}
    assert {one.coded for one in design.raters} == {8}


def test_the_days_tell_nothing_of_rounds_that_are_still_open(
    training: Training, main: Round, world: StudyWorld
) -> None:
    before = preview_repeats(user=training.boss, round_=main, asked=ASKED, seed=7)
    running = world.round(transcripts=training.transcripts, name="Running")
    for assignment in running.assignments.select_related("version"):
        judge(assignment, 1)
        judge(assignment, 2)

    after = preview_repeats(user=training.boss, round_=main, asked=ASKED, seed=7)

    assert after == before


def test_nobody_else_is_given_what_was_drawn_for_a_rater(training: Training, main: Round, world: StudyWorld) -> None:
    made = start(training, main)
    share = Share(made.assignments.all()[0].transcript, [make_member(world.study, "rater", "rater_c")])

    with pytest.raises(RoundNotPossible, match="drawn for them"):
        add_assignments(user=training.boss, round_=made, shares=[share], reason="More hands.")


def test_what_was_said_is_held_beside_the_gold_and_its_rater_is_told_nothing(
    training: Training, main: Round, world: StudyWorld, client: Client
) -> None:
    check = start(training, main)
    mine = check.assignments.filter(rater=world.rater).order_by("place")[0]
    client.force_login(user_of(world.rater))
    desk = client.get(f"/assignments/{mine.pk}/").content.decode()
    home = client.get(f"/studies/{world.study.slug}/").content.decode()
    answered(check)

    found = Program(training.boss)("get", f"{world.study.slug}/results/drift/").json()
    feedback = client.get(f"/assignments/{mine.pk}/feedback/")

    assert "gold" not in desk.partition("<main")[2].lower()
    assert "gold" not in home.partition("<main")[2].lower()
    assert feedback.status_code == 403
    one = found["against_gold"]["PULL-APP"]["rater_a"]
    assert {point["round"] for point in one["points"]} == {check.pk}
    assert one["own"] == 1 > one["gold"]
    assert check.pk not in {
        point["round"] for rows in found["codes"].values() for line in rows.values() for point in line["points"]
    }


# The page and the API ------------------------------------------------------------------------------------------------


def test_turns_with_gold_are_chosen_drawn_and_started_on_the_page(
    training: Training, main: Round, world: StudyWorld, client: Client
) -> None:
    client.force_login(training.boss)
    path = f"/studies/{world.study.slug}/rounds/{main.pk}/drift-check/"
    said = {
        "name": "3",
        "share": "25",
        "gap_days": "14",
        "seconds": "30",
        "version": str(main.version_id),
        "purpose": "gold",
    }

    empty = client.get(path).content.decode()
    drawn = client.post(path, said | {"act": "draw"})
    seen = drawn.context["design"]
    started = client.post(path, said | {"act": "start", "seed": seen.seed, "looked_at": seen.fingerprint})

    assert "Turns with gold" in empty
    assert "8 turns with gold come to two raters." in drawn.content.decode()
    made = Round.objects.get(kind="drift")
    assert started.url == f"/studies/{world.study.slug}/rounds/{made.pk}/"
    page = client.get(started.url).content.decode()
    assert "codes turns that have gold, and is compared with the gold alone" in page
    assert "25 % of the turns with gold for each rater of Main" in page
    assert "One more rater" not in page
    unknown = client.post(path, said | {"purpose": "other", "act": "draw"})
    assert unknown.status_code == 422
    assert "not one of the available choices" in unknown.content.decode()


def test_programs_draw_and_start_it_too(training: Training, main: Round, world: StudyWorld) -> None:
    program, base = Program(training.boss), f"{world.study.slug}/rounds/{main.pk}/repeats/"
    said = {"purpose": "gold", "share": 25, "seed": 7}

    shown = program("post", f"{base}draw/", said)
    started = program("post", base, said | {"name": "3", "looked_at": shown.json()["fingerprint"]})

    assert shown.json()["raters"][0] | {"transcripts": None} == {
        "rater": "rater_a", "judged": 16, "turns": 4, "minutes": 2, "days": 30, "transcripts": None
    }  # fmt: skip
    assert (started.status_code, started.json()["drawn"]["how"]) == (201, "gold")
    assert program("post", f"{base}draw/", {"purpose": "other"}).status_code == 400


# What leaves and comes back ------------------------------------------------------------------------------------------


def codings_of(round_: Round) -> str:
    return "".join(map(str, study_files(round_.study, round_)["codings.csv"]))


def test_its_codings_leave_with_their_purpose_and_come_back_without_loss(training: Training, main: Round) -> None:
    check = answered(start(training, main))
    text = codings_of(check)

    report = store_codings(study=check.study, round_name="Again", draft=read_file(text.encode()))

    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["purpose"] for row in rows} == {"gold"}
    places = [
        set(
            AssignedSegment.objects.filter(assignment__round=one).values_list("assignment__rater", "segment", "purpose")
        )
        for one in (check, report.round)
    ]
    assert places[0] == places[1]
    assert report.round.kind == "drift"


def test_a_file_that_mixes_gold_and_repeats_is_refused_with_its_line(training: Training, main: Round) -> None:
    lines = codings_of(answered(start(training, main))).splitlines()
    mixed = "\n".join([*lines[:3], lines[3].removesuffix("gold") + "repeat", *lines[4:]]).encode()

    with pytest.raises(CodingsRefused, match="Line 2 says gold and this one repeat; import each by itself"):
        store_codings(study=main.study, round_name="Again", draft=read_file(mixed))
    assert not Round.objects.filter(name="Again").exists()


def test_an_assignment_that_is_open_hides_what_its_rater_said_of_the_gold(
    training: Training, main: Round, world: StudyWorld, client: Client
) -> None:
    check = start(training, main)
    transcript = check.assignments.filter(rater=world.rater)[0].transcript
    client.force_login(user_of(world.rater))
    trained = training.of(world.rater, transcript)

    blind = client.get(f"/assignments/{trained.pk}/feedback/")
    for assignment in Assignment.objects.filter(round=check, rater=world.rater):
        submit(assignment)

    assert blind.status_code == 403
    assert client.get(f"/assignments/{trained.pk}/feedback/").status_code == 200
