"""Two rounds compared on a page and for programs: who may, what is asked, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.models import Round
from coding.queries.compared import DIFFER, UP
from coding.queries.comparison import compare_rounds
from tests.coding.test_comparison import ALPHA, line_of, page
from tests.coding.test_results_pages import coded, sign_in
from tests.coding.two_rounds import make_coded, make_transcripts
from tests.factories import (
    StudyWorld,
    close,
    judge,
    make_transcript,
    make_world,
)


@pytest.fixture
def raters(world: StudyWorld) -> list[Any]:
    return [world.rater, world.other_rater]


@pytest.fixture
def pair(world: StudyWorld, raters: list[Any]) -> tuple[Round, Round]:
    """Two rounds that share two transcripts; the second one agrees much better."""
    material = make_transcripts(world.study, 10)
    first = make_coded(world.version, material[:6], raters, clarity=0.75, seed=1, name="Before")
    second = make_coded(world.version, material[4:], raters, clarity=0.97, seed=2, name="After")
    return first, second


# Who may, and what is asked -------------------------------------------------------------------------------------------


def test_a_transcript_that_one_still_codes_is_left_out_of_both_rounds(
    world: StudyWorld, client: Client, pair: tuple[Round, Round]
) -> None:
    shared = next(iter(set(names_of(pair[0])) & set(names_of(pair[1]))))
    transcript = world.study.transcripts.get(name=shared)
    world.round([world.coordinator], [transcript])
    sign_in(client, world.coordinator)

    answer = client.get(page(world, *pair))
    told = client.get(f"/api/v1{page(world, *pair)}")

    report = answer.context["report"]
    assert (len(report.first.transcripts), len(report.second.transcripts)) == (5, 5)
    assert shared not in (*report.first.transcripts, *report.second.transcripts)
    assert shared not in answer.content.decode()
    assert shared not in told.content.decode()
    assert answer.content.decode().count("left out here: you still code there") == 2


def names_of(round_: Round) -> list[str]:
    return list(round_.assignments.values_list("transcript__name", flat=True))


def test_a_round_that_one_may_not_read_gives_its_own_refusal(world: StudyWorld, client: Client) -> None:
    closed, still_open = coded(world), world.round(transcripts=[make_transcript(world.study)])
    sign_in(client, world.reader)

    answers = [client.get(page(world, *two)) for two in ((closed, still_open), (still_open, closed))]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert all(
        "The results open when every assignment of the round is submitted." in a.content.decode() for a in answers
    )
    assert client.get(f"/api/v1{page(world, closed, still_open)}").status_code == 403


def test_rounds_of_another_study_and_unknown_ones_do_not_exist(world: StudyWorld, client: Client) -> None:
    closed, elsewhere = coded(world), coded(make_world())
    sign_in(client, world.reader)

    for other in (elsewhere, 999_999, "x", "-1", "1e999", "9" * 30, "²"):
        assert client.get(page(world, closed, other)).status_code == 404
    for other, status in ((elsewhere, 404), (999_999, 404), ("x", 400), ("-1", 400), ("9" * 30, 400)):
        assert client.get(f"/api/v1{page(world, closed, other)}").status_code == status


def test_the_same_round_twice_is_refused_in_a_sentence(world: StudyWorld, client: Client) -> None:
    closed = coded(world)
    coded(world)
    sign_in(client, world.reader)

    answer = client.get(page(world, closed, closed))
    told = client.get(f"/api/v1{page(world, closed, closed)}")

    assert answer.status_code == 422
    assert "Choose two different rounds" in answer.content.decode()
    assert (told.status_code, told.json()) == (400, {"second": ["Choose two different rounds."]})


def test_without_two_rounds_the_page_asks_or_says_what_is_missing(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.reader)
    none = client.get(f"/studies/{world.study.slug}/results/compare/").content.decode()
    first = coded(world)
    one = client.get(f"/studies/{world.study.slug}/results/compare/").content.decode()
    coded(world)

    asked = client.get(f"/studies/{world.study.slug}/results/compare/?second={first.pk}").content.decode()

    assert "No round has results that you can read yet." in none
    assert f"{first} is the only round with results so far." in one
    assert "Which two rounds do you want to compare?" in asked
    assert f'<option value="{first.pk}" selected>' in asked
    assert "Compare two rounds" in client.get(f"/studies/{world.study.slug}/results/").content.decode()


def test_one_rater_is_told_in_a_sentence(world: StudyWorld, client: Client) -> None:
    alone = world.round([world.rater])
    judge(world.assignment(alone), 1, "PULL-APP")
    close(alone)
    nobody = world.round()
    nobody.assignments.update(withdrawn_at="2026-11-23T00:00:00Z")
    close(nobody)
    sign_in(client, world.reader)

    for other, said in ((alone, "only rater_a coded"), (nobody, "nobody's coding can be compared")):
        answer = client.get(page(world, coded(world), other))
        assert answer.status_code == 200
        assert said in answer.context["sentence"]


@pytest.mark.parametrize("by", ["alpha", "ac", "agreement", "nonsense"])
def test_the_change_is_shown_in_any_coefficient(
    world: StudyWorld, client: Client, pair: tuple[Round, Round], by: str
) -> None:
    sign_in(client, world.reader)

    answer = client.get(page(world, *pair, by=by))

    assert answer.status_code == 200
    assert answer.context["by"] == (by if by in ("alpha", "ac", "agreement") else "alpha")
    assert "codes went up and 0 down" in answer.context["sentence"]


def test_the_api_says_the_same_unrounded(world: StudyWorld, client: Client, pair: tuple[Round, Round]) -> None:
    sign_in(client, world.reader)
    report = compare_rounds(*pair)

    told = client.get(f"/api/v1{page(world, *pair)}").json()

    cell = told["codes"]["PULL-APP"]["coefficients"][ALPHA]
    line = line_of(report, "PULL-APP")
    assert cell["first"]["value"] == line.first.results[ALPHA].value
    assert cell["difference"]["low"] == line.apart[ALPHA].low
    assert cell["difference"]["verdict"] == UP
    assert cell["together"]["why"] == DIFFER
    assert told["second"]["name"] == "After"
    assert told["codes"]["ST-WARM"]["coefficients"][ALPHA]["difference"]["value"] is None
    assert set(told) == {"study", "first", "second", "notes", "codes", "families", "ratings", "overall"}


def test_the_api_labels_no_optimistic_interval(world: StudyWorld, client: Client) -> None:
    rounds = coded(world), coded(world, make_transcripts(world.study, 1))
    sign_in(client, world.reader)

    told = client.get(f"/api/v1{page(world, *rounds)}").json()

    for line in told["codes"].values():
        for cell in line["coefficients"].values():
            assert (cell["first"]["low"], cell["second"]["high"]) == (None, None)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_more_segments_transcripts_and_rounds_cost_no_more_queries(world: StudyWorld, client: Client) -> None:
    few = coded(world), coded(world)
    many = [coded(world, make_transcripts(world.study, 3, 24)) for _ in range(4)]
    sign_in(client, world.reader)
    client.get(page(world, *few))
    caches["results"].clear()

    assert queries(client, page(world, *few)) == queries(client, page(world, *many[:2])) <= 52
    caches["results"].clear()
    assert queries(client, f"/api/v1{page(world, *few)}") == queries(client, f"/api/v1{page(world, *many[2:])}")


def test_raters_who_could_read_others_codings_first_are_named(world: StudyWorld, client: Client) -> None:
    material = make_transcripts(world.study, 3)
    first = make_coded(world.version, material[:2], [world.rater, world.other_rater], clarity=0.8, seed=1)
    late = make_coded(world.version, material[1:], [world.coordinator, world.rater], clarity=0.8, seed=2, name="Late")
    sign_in(client, world.reader)

    body = client.get(page(world, first, late)).content.decode()

    said = f"In Late {world.coordinator.label} could read others’ codings of {material[1].name} before coding it."
    assert said in body


def test_a_category_of_an_exclusive_family_that_one_round_lacks_is_noted(world: StudyWorld) -> None:
    first = world.round()
    for assignment in first.assignments.select_related("version"):
        for position in (1, 2, 3, 4):
            judge(assignment, position, "ST-WARM" if position % 2 else "ST-COOL")
    close(first)

    report = compare_rounds(first, coded(world, make_transcripts(world.study, 1)))

    stance = next(line for line in report.families if line.key == "STANCE")
    assert stance.note.startswith("“none of them” occurs in one round only")
    pooled = stance.pooled["gwet_ac1"].result
    assert pooled is not None
    assert (pooled.counts.categories, pooled.counts.pairable, pooled.value) == (3, 7, 1.0)
