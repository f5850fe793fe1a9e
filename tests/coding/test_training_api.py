"""Training by program: gold, clearing, curves and feedback."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from coding.models import Clearance, Gold, Round, RoundGate
from tests.coding.training import Training, make_training, user_of
from tests.factories import StudyWorld, close, make_round
from transcripts.models import Membership

MIXED = {2: ["PULL-APP"], 4: ["PULL-DEF"], 5: ["PULL-APP"]}


@pytest.fixture
def training(world: StudyWorld) -> Training:
    return make_training(world)


class Program:
    """A member's program."""

    def __init__(self, member: Membership) -> None:
        self.client = Client()
        self.client.force_login(user_of(member))

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1/{path}")
        return answer.status_code, answer.json()

    def post(self, path: str, **said: Any) -> tuple[int, Any]:
        answer = self.client.post(f"/api/v1/{path}", said, content_type="application/json")
        return answer.status_code, answer.json()


def of(training: Training, round_: Round | None = None) -> str:
    return f"studies/{training.world.study.slug}/rounds/{(round_ or training.round).pk}/"


def test_the_whole_way_by_program(training: Training) -> None:
    world = training.world
    boss, rater = Program(world.coordinator), Program(world.rater)
    for transcript in training.transcripts:
        source = training.of(training.expert, transcript, training.source)
        status, said = boss.post(of(training) + "training/gold/", transcript=transcript.pk, assignment=str(source.pk))
        assert (status, said["source"], said["n"]) == (200, "the codings of expert in Expert", 1)
    status, main = boss.post(
        f"studies/{world.study.slug}/rounds/", name="Main", kind="main", version=world.version.pk,
        shares=[{"transcript": world.transcript.pk, "raters": ["rater_a"]}], opened_by=training.round.pk,
    )  # fmt: skip
    assert (status, main["opened_by"], RoundGate.objects.get().round_id) == (201, training.round.pk, main["id"])
    mine = training.code(world.rater, training.transcripts[0], MIXED)
    training.code(world.rater, training.transcripts[1])

    found = boss.get(of(training) + "training/")[1]
    own = rater.get(of(training) + "learning/")[1]
    page = rater.get(f"assignments/{mine.pk}/feedback/?only=differing")[1]
    waits = rater.get(f"assignments/{training.of(world.rater, world.transcript, Round.objects.get(name='Main')).pk}/")

    course = found["codes"]["PULL-APP"]["raters"]["rater_a"]
    assert (course["state"], course["in_a_row"], course["met_on"]) == ("not_yet", 1, None)
    assert [point["transcript"] for point in course["points"]] == ["Practice 1", "Practice 2"]
    assert own["codes"]["PULL-APP"] == course
    assert own["asked"] == ["PULL-APP"]
    assert (page["count"], page["results"][1]["only_own"], page["results"][1]["only_gold"]) == (
        4, ["PULL-DEF"], ["PULL-APP"],
    )  # fmt: skip
    assert waits == (403, {"code": "forbidden", "detail": "This opens when you are cleared in Training."})

    status, cleared = boss.post(of(training) + "training/clearances/", rater="rater_a", reason="Close enough.")
    assert (status, cleared["by_hand"], Clearance.objects.count()) == (200, True, 1)
    assert (
        rater.get(f"assignments/{training.of(world.rater, world.transcript, RoundGate.objects.get().round).pk}/")[0]
        == 200
    )


def test_a_criterion_is_said_with_the_round(training: Training) -> None:
    world = training.world
    common = {
        "kind": "training", "version": world.version.pk,
        "shares": [{"transcript": world.transcript.pk, "raters": ["rater_a"]}],
    }  # fmt: skip
    path, boss = f"studies/{world.study.slug}/rounds/", Program(world.coordinator)

    status, made = boss.post(path, name="T2", criterion={"in_a_row": 1, "codes": ["NAM"]}, **common)
    outside = boss.post(path, name="T3", criterion={"threshold": 1.5}, **common)
    none = boss.post(path, name="T3", criterion={"in_a_row": 0}, **common)
    many = boss.post(path, name="T3", criterion={"in_a_row": 2}, **common)
    itself = boss.post(path, name="T3", **common, opened_by=10**6)
    unfinished = boss.post(path, name="T3", **common, opened_by=made["id"])

    assert status == 201
    assert {**made["criterion"], "made_at": ""} == {
        "coefficient": "cohen_kappa", "threshold": 0.6, "in_a_row": 1, "at_least": 3, "codes": ["NAM-DIS"],
        "made_at": "",
    }  # fmt: skip
    assert (outside[0], none[0], many[0], many[1]["code"]) == (400, 400, 409, "criterion_not_possible")
    assert (itself[0], unfinished[0], unfinished[1]["code"]) == (400, 409, "gate_not_possible")
    assert "first say whose codings are the gold of" in unfinished[1]["detail"]
    assert not Round.objects.filter(name="T3").exists()


def test_gold_that_cannot_be_is_refused_in_a_sentence_and_a_stranger_does_not_exist(training: Training) -> None:
    world, transcript = training.world, training.transcripts[0]
    boss, path = Program(world.coordinator), of(training) + "training/gold/"
    wrong = training.of(training.expert, training.transcripts[1], training.source)

    other_text = boss.post(path, transcript=transcript.pk, assignment=str(wrong.pk))
    nothing = boss.post(path, transcript=transcript.pk)
    unknown = boss.post(path, transcript=transcript.pk, final_round=10**6)
    elsewhere = boss.post(path, transcript=world.transcript.pk, assignment=str(wrong.pk))
    rater = Program(world.rater).post(path, transcript=transcript.pk, assignment=str(wrong.pk))

    assert (other_text[0], other_text[1]["code"]) == (409, "gold_not_possible")
    assert "another revision" in other_text[1]["detail"]
    assert (nothing[0], unknown[0], elsewhere[0], rater[0]) == (409, 400, 409, 403)
    assert not Gold.objects.exists()


def test_a_coordinator_who_codes_the_transcript_reads_no_gold_by_program(training: Training) -> None:
    training.say_gold()
    boss = Program(training.world.coordinator)
    mine = make_round(training.world.version, [training.transcripts[0]], [training.world.coordinator])

    listed = boss.get(of(training) + "training/gold/")[1]
    numbers = boss.get(of(training) + "training/")
    clears = boss.post(of(training) + "training/clearances/", rater="rater_a", reason="So.")

    assert [line["gold"] is None for line in listed] == [True, False]
    assert (numbers[0], clears[0]) == (403, 403)
    close(mine)
    assert boss.get(of(training) + "training/")[0] == 200
