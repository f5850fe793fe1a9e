"""The planner as people use it: a sentence, a plan for each code, and a sentence for every odd wish."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.models import Round
from coding.queries.planner import plan_round, sentence
from coding.queries.reliability import reliability_of
from coding.reliability.intervals import on_scale
from tests.coding.test_results_pages import coded, sign_in
from tests.coding.two_rounds import make_coded, make_transcripts
from tests.factories import StudyWorld, close, judge, make_world

ALPHA = "krippendorff_alpha"


def address(world: StudyWorld, round_: Round, **wish: Any) -> str:
    ask = "&".join(f"{name}={value}" for name, value in wish.items())
    return f"/studies/{world.study.slug}/rounds/{round_.pk}/planner/?{ask}"


@pytest.fixture
def pilot(world: StudyWorld) -> Round:
    """Seven transcripts in which two codes are given often."""
    raters = [world.rater, world.other_rater]
    return make_coded(world.version, make_transcripts(world.study, 7), raters, clarity=0.85, seed=9)


def test_each_code_is_planned_from_the_interval_of_the_reliability_page(pilot: Round) -> None:
    report = plan_round(pilot, None, coefficient=ALPHA, target=0.1, level=0.95)

    cells = {cell.key: cell.results[ALPHA] for cell in reliability_of(pilot).codes}
    planned = {code.key: code for code in report.of_kind("transcripts")}
    assert set(planned) == {"PULL-APP", "PULL-DEF", "NRM"}
    for key, code in planned.items():
        low, high = cells[key].low, cells[key].high
        assert low is not None
        assert high is not None
        assert code.plan.now_half_width == pytest.approx((high - low) / 2)
        needed = code.plan.clusters or 0
        ends = on_scale(cells[key].value or 0, (cells[key].se or 0) * (7 / needed) ** 0.5, needed - 1, "z")
        assert (ends[1] - ends[0]) / 2 <= 0.1
        assert code.with_code == pytest.approx((code.plan.units or 0) * (code.prevalence or 0))
        assert code.words == f"{code.plan.extra} more transcripts for ±.10 on {code.name}."


def test_what_needs_most_comes_first_and_the_sentence_says_it(world: StudyWorld, client: Client, pilot: Round) -> None:
    sign_in(client, world.reader)

    answer = client.get(address(world, pilot))

    extra = [code.plan.extra for code in answer.context["planned"]]
    assert extra == sorted(extra, reverse=True)
    first = answer.context["planned"][0].name
    assert answer.context["sentence"] == (
        f"0 of 3 codes are known to ±.10 already; with {extra[1]} more transcripts half of them would be; "
        f"with {extra[0]} all of them. {first} needs most."
    )


def test_codes_without_a_number_are_listed_with_their_reason(world: StudyWorld, client: Client, pilot: Round) -> None:
    sign_in(client, world.reader)

    answer = client.get(address(world, pilot))

    assert {code.key for code in answer.context["unplanned"]} == {"NAM-DIS", "ST-WARM", "ST-COOL", "UNC"}
    assert "Nobody gave it: what is never given has no error that could shrink." in answer.content.decode()


def test_too_few_transcripts_give_a_lower_bound_that_says_so(world: StudyWorld, client: Client) -> None:
    raters = [world.rater, world.other_rater]
    round_ = make_coded(world.version, make_transcripts(world.study, 2), raters, clarity=0.8, seed=10)
    sign_in(client, world.reader)

    answer = client.get(address(world, round_))

    assert answer.context["sentence"].startswith(
        "2 transcripts cannot say how much sessions differ; even if they did not, ±.10 on "
    )
    body = answer.content.decode()
    assert "At least" in body
    assert "sessions differ strongly" in body
    assert not answer.context["planned"]


def test_a_code_that_was_not_piloted_is_planned_from_what_is_expected(
    world: StudyWorld, client: Client, pilot: Round
) -> None:
    sign_in(client, world.reader)

    answer = client.get(address(world, pilot, prevalence="3", expected_alpha="0,6"))
    asked = client.get(f"/api/v1{address(world, pilot, prevalence='3', expected_alpha='0.6')}").json()

    assumed = answer.context["assumed"]
    assert assumed.expectation.value == pytest.approx(0.6)
    assert [one.design_effect for one in assumed.scenarios] == pytest.approx([1.11, 1.44, 2.32])  # 12 segments each
    assert "segments, if sessions did not differ. They do:" in answer.content.decode()
    assert asked["without_pilot"]["segments"] == assumed.units


@pytest.mark.parametrize("level", ["0.9", "0.95", "0.99"])
@pytest.mark.parametrize("coefficient", [ALPHA, "gwet_ac1", "percent_agreement"])
def test_coefficient_and_level_can_be_chosen(
    world: StudyWorld, client: Client, pilot: Round, coefficient: str, level: str
) -> None:
    sign_in(client, world.reader)

    answer = client.get(address(world, pilot, coefficient=coefficient, level=level, half_width="0,05"))

    report = answer.context["report"]
    assert (report.coefficient, report.level, report.target) == (coefficient, float(level), 0.05)
    assert answer.context["planned"]


@pytest.mark.parametrize(
    "field", ["half_width", "prevalence", "expected_alpha", "raters", "segments", "level", "coefficient"]
)
@pytest.mark.parametrize("value", ["NaN", "1e999", "-1", "0", "many", "9" * 400, "inf", "½"])
def test_an_odd_wish_is_answered_with_a_sentence(world: StudyWorld, client: Client, field: str, value: str) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    answer = client.get(address(world, round_, **{field: value}))
    told = client.get(f"/api/v1{address(world, round_, **{field: value})}")

    assert answer.status_code == 422
    assert "The wish cannot be read. Nothing was computed." in answer.content.decode()
    assert answer.context["form"].errors.keys() == {field}
    assert (told.status_code, set(told.json())) == (400, {field})


def test_one_rater_and_an_empty_round_are_told_in_a_sentence(world: StudyWorld, client: Client) -> None:
    alone = world.round([world.rater])
    judge(world.assignment(alone), 1, "PULL-APP")
    close(alone)
    nobody = world.round()
    nobody.assignments.update(withdrawn_at="2026-11-23T00:00:00Z")
    close(nobody)
    sign_in(client, world.reader)

    for round_, said in ((alone, "only rater_a coded"), (nobody, "nobody's coding can be compared")):
        answer = client.get(address(world, round_, prevalence=5))
        assert answer.status_code == 200
        assert said in answer.context["sentence"]


def test_where_nothing_varies_the_sentence_says_that_too(world: StudyWorld) -> None:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1)
    close(round_)

    report = plan_round(round_, None, coefficient=ALPHA, target=0.1, level=0.95)

    assert sentence(report) == "No code of this round has a number to plan from."


def test_only_whoever_may_read_the_results_plans_from_them(world: StudyWorld, client: Client) -> None:
    closed, still_open = coded(world), world.round([world.other_rater], make_transcripts(world.study, 1))
    elsewhere = coded(make_world())
    sign_in(client, world.reader)

    assert client.get(address(world, still_open)).status_code == 403
    assert client.get(address(world, elsewhere)).status_code == 404
    assert client.get(address(world, closed).replace(str(closed.pk), "999999")).status_code == 404
    sign_in(client, world.rater)
    assert client.get(address(world, closed)).status_code == 403


def test_a_transcript_that_one_still_codes_is_left_out(world: StudyWorld, client: Client, pilot: Round) -> None:
    transcript = world.study.transcripts.filter(assignments__round=pilot).earliest("pk")
    world.round([world.coordinator], [transcript])
    sign_in(client, world.coordinator)

    answer = client.get(address(world, pilot))

    assert {code.plan.now_clusters for code in answer.context["planned"]} == {6}
    assert "left out here: you still code there" in answer.content.decode()
    told = client.get(f"/api/v1{address(world, pilot)}").json()
    assert (told["transcripts"], told["codes"]["PULL-APP"]["now"]["transcripts"]) == (6, 6)


def test_the_api_gives_the_plans_unrounded(world: StudyWorld, client: Client, pilot: Round) -> None:
    sign_in(client, world.reader)
    report = plan_round(pilot, None, coefficient=ALPHA, target=0.1, level=0.95)

    told = client.get(f"/api/v1{address(world, pilot)}").json()

    (code,) = [one for one in report.codes if one.key == "PULL-APP"]
    assert told["sentence"] == sentence(report)
    assert told["codes"]["PULL-APP"]["more_transcripts"] == code.plan.extra
    assert told["codes"]["PULL-APP"]["now"]["half_width"] == code.plan.now_half_width
    assert told["codes"]["ST-WARM"]["from"] == "none"
    assert told["without_pilot"] is None


def queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get(page).status_code == 200
    return len(context)


def test_more_segments_and_transcripts_cost_no_more_queries(world: StudyWorld, client: Client) -> None:
    few, many = coded(world), coded(world, make_transcripts(world.study, 3, 24))
    sign_in(client, world.reader)
    client.get(address(world, few))

    for before in ("", "/api/v1"):
        assert queries(client, before + address(world, few)) == queries(client, before + address(world, many)) <= 25
