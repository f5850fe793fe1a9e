"""Drift on the page and for programs: who moved, since when, what to do; and nothing of what one is blind to."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding.models import Assignment, Round
from coding.queries.drift import prepare_drift, study_drift
from coding.queries.kept import fingerprint, kept_rounds
from coding.reliability.drift import TOO_FEW
from tests.factories import StudyWorld, close, judge, make_member, make_transcript, make_version, make_world
from tests.transcripts.test_studies_api import Program
from transcripts.models import Membership, Transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db
MOVED_AT, HOURS, TURNS = 8, 14, 6


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Any) -> None:
    settings.CACHES = settings.CACHES | {
        "results": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "results"}
    }


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


def drifting(world: StudyWorld, hours: int = HOURS, moved_at: int = MOVED_AT) -> tuple[Round, list[Transcript]]:
    """
    A closed round of three raters, in which rater_a gives PULL-APP on four more turns from the ninth hour on.

    The hours are handed in in the order of their names.
    """
    transcripts = [make_transcript(world.study, TURNS, name=f"H-{number:02}") for number in range(hours)]
    raters = [world.rater, world.other_rater, make_member(world.study, "rater", "rater_c")]
    round_ = world.round(transcripts=transcripts, raters=raters, name="Main")
    for number, transcript in enumerate(transcripts):
        for rater in raters:
            assignment = Assignment.objects.select_related("version").get(
                round=round_, rater=rater, transcript=transcript
            )
            eager = rater == world.rater and number >= moved_at
            for position in range(1, TURNS + 1):
                judge(assignment, position, *(["PULL-APP"] if position == 1 or (eager and position < 6) else []))
            Assignment.objects.filter(pk=assignment.pk).update(submitted_at=timezone.now())
    close(round_)
    return round_, transcripts


def test_who_moved_is_told_with_the_place_and_the_next_step(
    world: StudyWorld, coordinator: User, client: Client
) -> None:
    round_, _ = drifting(world)
    client.force_login(coordinator)

    text = client.get(f"/studies/{world.study.slug}/results/drift/").content.decode()
    said = Program(coordinator)("get", f"{world.study.slug}/results/drift/").json()

    assert "rater_a has moved on" in text
    assert "since H-08 (Main): as often as the others until then, 67 points above them since" in text
    assert "have the 6 transcripts coded since then looked at again" in text
    assert f"/rounds/{round_.pk}/disagreements/?code=PULL-APP" in text
    assert {alert["rater"] for alert in said["alerts"]} == {"rater_a"}
    assert "PULL-APP" in {alert["code"] for alert in said["alerts"]}
    moved = said["codes"]["PULL-APP"]["rater_a"]
    assert moved["change"]["since"] == "H-08"
    assert [point["transcript"] for point in moved["points"]] == [f"H-{number:02}" for number in range(HOURS)]
    assert moved["points"][0] | {"low": None, "high": None} == {
        "transcript": "H-00",
        "round": round_.pk,
        "codebook_version": world.version.name,
        "comparisons": 12.0,
        "own": pytest.approx(1 / 6),
        "others": pytest.approx(1 / 6),
        "difference": 0.0,
        "low": None,
        "high": None,
    }


def test_few_transcripts_are_charted_and_not_tested(world: StudyWorld, coordinator: User) -> None:
    drifting(world, hours=4, moved_at=2)

    found = study_drift(coordinator, world.study)

    assert found.alerts == ()
    app = next(code for code in found.codes if code.key == "PULL-APP")
    assert {one.chart.why for one in app.charts} == {TOO_FEW}
    assert all(len(one.chart.points) == 4 for one in app.charts)


def test_a_code_is_followed_through_versions_and_rounds_and_the_version_is_marked(
    world: StudyWorld, coordinator: User, client: Client
) -> None:
    drifting(world, hours=4, moved_at=9)
    later = make_version(world.study)
    again = make_transcript(world.study, TURNS, name="Z-00")
    second = world.round(transcripts=[again], raters=[world.rater, world.other_rater], name="Later")
    Round.objects.filter(pk=second.pk)
    assert later.pk
    for assignment in second.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
    close(second)
    client.force_login(coordinator)

    found = study_drift(coordinator, world.study)

    app = next(code for code in found.codes if code.key == "PULL-APP")
    mine = next(one for one in app.charts if one.rater == "rater_a")
    assert [(place.transcript, place.round) for place in mine.places][-1] == ("Z-00", "Later")
    assert len(mine.places) == len(mine.chart.points) == 5
    absent = next(one for one in app.charts if one.rater == "rater_c")
    assert len(absent.places) == len(absent.chart.points) == 4


def test_whoever_codes_a_transcript_again_sees_charts_without_it(world: StudyWorld, coordinator: User) -> None:
    _, transcripts = drifting(world, hours=3)
    world.round(transcripts=[transcripts[1]], raters=[world.coordinator])

    said = Program(coordinator)("get", f"{world.study.slug}/results/drift/").json()

    points = said["codes"]["PULL-APP"]["rater_a"]["points"]
    assert [point["transcript"] for point in points] == ["H-00", "H-02"]


def test_an_open_round_is_not_looked_at_and_raters_read_none_of_it(
    world: StudyWorld, coordinator: User, client: Client
) -> None:
    open_round = world.round()
    judge(world.assignment(open_round), 1, "PULL-APP")
    client.force_login(coordinator)
    path = f"/studies/{world.study.slug}/results/drift/"

    text = client.get(path).content.decode()

    assert "Nothing to chart yet." in text
    assert "What this needs" in text
    assert world.rater.user is not None
    client.force_login(world.rater.user)
    assert client.get(path).status_code == 403


def test_names_in_a_chart_are_shown_as_text(world: StudyWorld, coordinator: User, client: Client) -> None:
    _, (transcript, *_) = drifting(world, hours=2)
    Transcript.objects.filter(pk=transcript.pk).update(name="<b>H</b>")
    client.force_login(coordinator)

    text = client.get(f"/studies/{world.study.slug}/results/drift/", {"code": "PULL-APP"}).content.decode()

    assert "<title>&lt;b&gt;H&lt;/b&gt;</title>" in text
    assert '<th scope="row">&lt;b&gt;H&lt;/b&gt;</th><td>Main</td>' in text
    assert "<b>H</b>" not in text


def test_an_unknown_code_shows_the_first(world: StudyWorld, coordinator: User, client: Client) -> None:
    drifting(world, hours=2)
    client.force_login(coordinator)

    answer = client.get(f"/studies/{world.study.slug}/results/drift/", {"code": "<b>"})

    assert answer.status_code == 200
    assert answer.context["chosen"] is not None


def test_the_worker_has_computed_it_when_somebody_comes(
    world: StudyWorld, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_, _ = drifting(world, hours=2)
    prepare_drift(round_.pk)
    monkeypatch.setattr("coding.queries.drift._computed", None)

    found = study_drift(coordinator, world.study)

    assert [one.pk for one in found.rounds] == [round_.pk]


def test_rounds_together_have_the_fingerprints_that_they_have_alone(world: StudyWorld) -> None:
    rounds = [drifting(world, hours=2)[0], world.round()]
    close(rounds[1])

    together = [one.fingerprint for one in kept_rounds(Round.objects.select_related("study").order_by("pk"), set())]

    assert together == [fingerprint(round_, None) for round_ in rounds]


def test_more_rounds_transcripts_and_raters_cost_no_more_queries(client: Client) -> None:
    def cost(rounds: int) -> int:
        world = make_world()
        user: Any = world.coordinator.user
        raters: list[Membership] = [make_member(world.study, "rater") for _ in range(2 * rounds)]
        for _ in range(rounds):
            made = world.round(transcripts=[make_transcript(world.study) for _ in range(rounds)], raters=raters)
            for assignment in made.assignments.select_related("version"):
                judge(assignment, 1, "PULL-APP")
            close(made)
        client.force_login(user)
        path = f"/studies/{world.study.slug}/results/drift/"
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    assert cost(1) == cost(3)


def test_a_rater_is_compared_with_their_own_past(world: StudyWorld, coordinator: User, client: Client) -> None:
    first, second = world.round(name="First"), world.round(name="Again", raters=[world.rater])
    for position, (then, now) in enumerate(((True, True), (True, False), (False, False), (False, False)), start=1):
        for assignment, given in ((world.assignment(first), then), (world.assignment(second), now)):
            judge(assignment, position, *(["PULL-APP"] if given else []))
    close(first)
    close(second)
    client.force_login(coordinator)

    said = Program(coordinator)("get", f"{world.study.slug}/results/drift/").json()["own_past"]
    text = client.get(f"/studies/{world.study.slug}/results/drift/", {"code": "PULL-APP"}).content.decode()

    mine = said["PULL-APP"]
    assert list(mine) == ["rater_a"]
    assert {name: mine["rater_a"][name] for name in ("transcripts", "segments", "then", "now")} == {
        "transcripts": 1,
        "segments": 4,
        "then": 0.5,
        "now": 0.25,
    }
    assert mine["rater_a"]["percent_agreement"]["value"] == 0.75
    assert mine["rater_a"]["cohen_kappa"]["value"] == pytest.approx(0.5)
    assert "NRM" not in said
    past = text.partition("Against their own past")[2]
    assert "rater_a" in past
    assert "75.0" in past
    assert "Nobody has judged a turn twice" not in past


def test_own_past_is_left_out_while_the_reader_codes_the_transcript(world: StudyWorld, coordinator: User) -> None:
    for name in ("First", "Again"):
        round_ = world.round(name=name, raters=[world.rater])
        judge(world.assignment(round_), 1, "PULL-APP")
        close(round_)
    assert "PULL-APP" in Program(coordinator)("get", f"{world.study.slug}/results/drift/").json()["own_past"]

    world.round(raters=[world.coordinator])

    assert Program(coordinator)("get", f"{world.study.slug}/results/drift/").json()["own_past"] == {}


def test_training_rounds_stay_out_of_the_charts(world: StudyWorld) -> None:
    training = world.round()
    Round.objects.filter(pk=training.pk).update(kind=Round.Kind.TRAINING)
    for assignment in training.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
    close(training)

    found = study_drift(world.coordinator.user, world.study)

    assert found.rounds == ()
