"""Each rater against the gold of practice transcripts: charted where they coded in earnest, for coordinators alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding import access
from coding.models import AdjudicationOpening, Adjudicator, Assignment, Gold, Round
from coding.queries import drift_page as page
from coding.queries.drift import prepare_drift, study_drift
from coding.services.adjudication import decide, end_adjudication, open_adjudication
from coding.services.final_answers import Answer, FinalCoding
from coding.services.gold import say_gold
from coding.services.rounds import Share, create_round
from tests.coding.training import GOLD, TURNS, Training, make_training, user_of
from tests.factories import StudyWorld, close, judge, make_member, make_repeats, make_world
from tests.transcripts.test_studies_api import Program
from transcripts.models import Membership, Transcript

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Any) -> None:
    settings.CACHES = settings.CACHES | {
        "results": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "results"}
    }


@pytest.fixture
def training(world: StudyWorld) -> Training:
    made = make_training(world, hours=12)
    made.say_gold()
    return made


def later_round(training: Training, *raters: Membership, moved_at: int = 99, name: str = "Later") -> Round:
    """The practice transcripts once more, coded as the gold is; from one on with PULL-APP on four turns more."""
    round_ = training.world.round(transcripts=training.transcripts, raters=list(raters), name=name)
    for number, transcript in enumerate(training.transcripts):
        for rater in raters:
            assignment = training.of(rater, transcript, round_)
            for position in range(1, TURNS + 1):
                more = ["PULL-APP"] if number >= moved_at and position in (1, 3, 5, 7, 8) else []
                judge(assignment, position, *dict.fromkeys([*GOLD.get(position, ()), *more]))
            Assignment.objects.filter(pk=assignment.pk).update(submitted_at=timezone.now())
    close(round_)
    return round_


def said(training: Training, member: Membership | None = None) -> Any:
    program = Program(user_of(member or training.world.coordinator))
    return program("get", f"{training.world.study.slug}/results/drift/").json()


def drift_path(training: Training) -> str:
    return f"/studies/{training.world.study.slug}/results/drift/"


def test_a_rater_who_moves_away_from_the_gold_is_named_with_the_place_and_the_next_step(
    training: Training, client: Client
) -> None:
    round_ = later_round(training, training.world.rater, moved_at=6)
    client.force_login(training.boss)

    found = said(training)
    text = client.get(drift_path(training), {"code": "PULL-APP"}).content.decode()

    alert = next(one for one in found["alerts"] if one["code"] == "PULL-APP")
    assert (alert["rater"], alert["against"]) == ("rater_a", "gold")
    since = training.transcripts[6].name
    assert f"against the gold, since {since} (Later): as often as the gold until then" in alert["sentence"]
    assert "points above it since" in alert["sentence"]
    assert alert["next_step"].startswith("Next: read with rater_a the definition of")
    mine = found["against_gold"]["PULL-APP"]["rater_a"]
    assert mine["change"]["since"] == since
    assert [point["transcript"] for point in mine["points"]] == [one.name for one in training.transcripts]
    assert mine["points"][0] | {"low": None, "high": None} == {
        "transcript": training.transcripts[0].name,
        "round": round_.pk,
        "codebook_version": training.world.version.name,
        "segments": mine["points"][0]["segments"],
        "own": mine["points"][0]["gold"],
        "gold": mine["points"][0]["gold"],
        "difference": 0.0,
        "low": None,
        "high": None,
    }
    assert (mine["transcripts"], mine["segments"]) == (12, 12 * mine["points"][0]["segments"])
    assert mine["own"] > mine["gold"] > 0
    assert 0 < mine["cohen_kappa"]["value"] < 1
    assert alert["sentence"] in text.replace("&#x27;", "'")
    assert "Against the gold" in text
    assert "rater_a has moved on" in text


def test_who_codes_as_the_gold_does_is_left_in_peace_and_training_stays_out(training: Training) -> None:
    training.code(training.world.rater, training.transcripts[0], {2: ["PULL-DEF"]})
    later_round(training, training.world.rater)

    found = said(training)

    assert found["alerts"] == []
    mine = found["against_gold"]["PULL-APP"]["rater_a"]
    assert mine["percent_agreement"]["value"] == mine["cohen_kappa"]["value"] == 1
    assert {point["round"] for point in mine["points"]} == {Round.objects.get(name="Later").pk}
    assert mine["change"] is None


def test_nobody_is_held_beside_gold_that_rests_on_their_own_codings(training: Training) -> None:
    later_round(training, training.expert, training.world.rater)

    found = said(training)["against_gold"]

    assert {rater for rows in found.values() for rater in rows} == {"rater_a"}


def test_a_final_word_is_gold_and_whoever_coded_or_decided_there_is_not_held_beside_it(
    world: StudyWorld, training: Training
) -> None:
    transcript = training.transcripts[0]
    source = world.round([world.other_rater], [transcript], name="Source")
    for position in range(1, TURNS + 1):
        judge(training.of(world.other_rater, transcript, source), position)
    close(source)
    open_adjudication(user=training.boss, round_=source, outcome_shown=False)
    segment = transcript.revisions.get().segments.get(position=2)
    answer = Answer(outcome=None, rule="discussion", reason="Plain.", codings=(FinalCoding("PULL-APP", 2),))
    decide(user=user_of(world.adjudicator), round_=source, segment_id=segment.pk, answer=answer, n=0)
    end_adjudication(user=training.boss, round_=source)
    say_gold(
        user=training.boss, round_=training.round, transcript=transcript, final_round=source, reason="Now adjudicated."
    )
    later_round(training, world.rater, world.other_rater)

    points = {
        rater: {point["transcript"]: point["gold"] for point in one["points"]}
        for rater, one in said(training)["against_gold"]["PULL-APP"].items()
    }

    assert transcript.name not in points["rater_b"]
    first, second = (points["rater_a"][one.name] for one in training.transcripts[:2])
    assert first == second / 2


def test_the_last_gold_said_counts_where_several_training_rounds_say_it(world: StudyWorld, training: Training) -> None:
    transcript = training.transcripts[0]
    second = make_member(world.study, "rater", "expert_two")
    other = world.round([second], [transcript], name="Another expert")
    for position in range(1, TURNS + 1):
        judge(training.of(second, transcript, other), position)
    close(other)
    again = create_round(
        user=training.boss, study=world.study, name="Again", kind="training", version=world.version,
        shares=[Share(transcript, [world.rater])],
    )  # fmt: skip
    later_round(training, world.rater)
    before = said(training)["against_gold"]["PULL-APP"]["rater_a"]["points"][0]["gold"]
    say_gold(
        user=training.boss, round_=again, transcript=transcript,
        assignment=training.of(second, transcript, other),
    )  # fmt: skip

    after = said(training)["against_gold"]["PULL-APP"]["rater_a"]["points"][0]["gold"]

    assert (before > 0, after) == (True, 0)


def test_turns_that_came_back_in_a_drift_check_are_held_beside_the_gold_too(training: Training) -> None:
    later = later_round(training, training.world.rater)
    check = make_repeats(training.of(training.world.rater, training.transcripts[1], later), [2, 4])
    for position in (2, 4):
        judge(check, position)
    close(check.round)

    points = said(training)["against_gold"]["PULL-APP"]["rater_a"]["points"]

    assert (points[-1]["round"], points[-1]["transcript"]) == (check.round_id, training.transcripts[1].name)
    assert (points[-1]["segments"], points[-1]["own"], points[-1]["gold"]) == (2, 0, 1)
    assert len(points) == 13


# Who learns of it -----------------------------------------------------------------------------------------------------


def test_readers_and_adjudicators_learn_nothing_of_gold(training: Training, client: Client) -> None:
    later_round(training, training.world.rater, moved_at=6)

    for member in (training.world.reader, training.world.adjudicator):
        found = said(training, member)
        client.force_login(user_of(member))
        text = client.get(drift_path(training)).content.decode()
        assert found["against_gold"] == {}
        assert "gold" not in {one["against"] for one in found["alerts"]}
        assert "gold" not in text.partition("<main")[2].lower()
    for member in (training.world.rater, training.expert):
        client.force_login(user_of(member))
        assert client.get(drift_path(training)).status_code == 403


def test_a_coordinator_with_open_coding_on_a_transcript_learns_nothing_of_its_gold(
    world: StudyWorld, training: Training
) -> None:
    later_round(training, world.rater)
    world.round([world.coordinator], [training.transcripts[3]], name="Mine")

    points = said(training)["against_gold"]["PULL-APP"]["rater_a"]["points"]

    names = {point["transcript"] for point in points}
    assert training.transcripts[3].name not in names
    assert len(names) == 11


def test_who_adjudicates_where_the_gold_was_coded_waits(training: Training) -> None:
    later_round(training, training.world.rater)
    source = training.source
    opening = AdjudicationOpening.objects.create(
        round=source, study=source.study, version=source.version, seed=1, opened_by=training.world.coordinator
    )
    Adjudicator.objects.create(round=source, study=source.study, member=training.world.coordinator)

    hidden = said(training)["against_gold"]
    AdjudicationOpening.objects.filter(pk=opening.pk).update(ended_at=timezone.now())

    assert hidden == {}
    assert said(training)["against_gold"]["PULL-APP"]["rater_a"]


def test_the_rule_for_one_gold_and_for_many_agree(world: StudyWorld, training: Training) -> None:
    world.round([world.coordinator], [training.transcripts[3]], name="Mine")
    people = [
        world.stranger,
        *(user_of(one) for one in (world.coordinator, world.rater, world.reader, world.adjudicator)),
    ]

    for user in people:
        many = set(Gold.objects.filter(access.golds_read_by(user)).values_list("transcript", flat=True))
        one = {row.pk for row in Transcript.objects.all() if access.may_say_gold(user, training.round, row.pk)}
        assert many == one & {transcript.pk for transcript in training.transcripts}
    assert len(many) == 0


def test_what_a_coordinator_sees_is_not_kept_for_a_reader(training: Training) -> None:
    round_ = later_round(training, training.world.rater, moved_at=6)
    prepare_drift(round_.pk)

    assert study_drift(training.boss, training.world.study).against_gold
    assert not study_drift(user_of(training.world.reader), training.world.study).against_gold


def test_the_page_says_what_comes_first_where_there_is_no_gold_or_nobody_has_coded_it(
    world: StudyWorld, training: Training, client: Client
) -> None:
    other = world.round(name="Other")
    for assignment in other.assignments.select_related("version"):
        judge(assignment, 2, "PULL-APP")
    close(other)
    client.force_login(training.boss)

    uncoded = client.get(drift_path(training)).content.decode()
    with_none = study_drift(user_of(world.reader), world.study)

    assert "Nobody has coded turns with gold since their training" in uncoded
    assert (with_none.has_gold, page.alerts_of(with_none)) == (False, [])


def test_more_gold_costs_no_more_queries(client: Client) -> None:
    def cost(hours: int) -> int:
        training = make_training(make_world(), hours=hours)
        training.say_gold()
        later_round(training, training.world.rater)
        client.force_login(training.boss)
        client.get(drift_path(training))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(drift_path(training)).status_code == 200
        return len(queries)

    assert cost(2) == cost(5)
