"""The validation page: the published cases run on this version, nothing hidden, and run once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.queries import validation
from coding.queries.validation import CASES, installed_validation, validation_report
from coding.reliability.validating import DIFFERS, FAMILIES, NOT_COMPUTED, REPRODUCED, family_of, validate
from tests.coding.test_results_pages import sign_in
from tests.factories import StudyWorld
from workbench.version import product_version

CASE: dict[str, Any] = {"id": "made", "level": "nominal", "ratings": [[1, 2, 1, 2], [1, 2, 2, 2]]}


def check(**entry: Any) -> Any:
    found = validate({"cases": [{**CASE, "expected": [{"tolerance": 1e-7, **entry}]}]})
    (one,) = found.checks
    return one


@pytest.fixture
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(CASES.read_text(encoding="utf-8"))
    return loaded


def test_the_sentence_counts_what_is_reproduced_and_names_what_is_not(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.rater)

    body = client.get("/validation/").content.decode()

    assert (
        f"293 of 295 published or derived values are reproduced by the version installed here, {product_version()}; "
        "2 are not computed: gamma observed disorder and gamma."
    ) in body
    assert "its value depends on the draw" in body


def test_every_value_case_note_and_convention_of_the_file_is_on_the_page(
    world: StudyWorld, client: Client, document: dict[str, Any]
) -> None:
    sign_in(client, world.reader)

    page = client.get("/validation/")

    lines = [line for family in page.context["report"].families for line in family.lines]
    shown = {(line.check.case, line.check.coefficient) for line in lines}
    body = page.content.decode()
    assert shown == {(case["id"], entry["coefficient"]) for case in document["cases"] for entry in case["expected"]}
    assert len(lines) == 295
    assert all(f'id="case-{case["id"]}"' in body for case in document["cases"])
    assert body.count("<dt class=") == len(document["conventions"])
    assert "Only the unit x category table is published" in body


def test_each_printed_value_stands_beside_ours_and_other_last_digits_are_listed(
    world: StudyWorld, client: Client
) -> None:
    sign_in(client, world.reader)

    report = client.get("/validation/").context["report"]

    assert {(line.check.case, line.printed) for line in report.printed_otherwise} == {
        ("gwet-raw4raters", "0.14557"),
        ("krippendorff2018-p306", "0.2343"),
        ("gwet-cont3x3", "0.7972"),
        ("unitizing-krippendorff2004", "0.8591"),
    }
    assert not report.differing


def test_the_cases_are_run_once_however_often_the_page_is_read(
    world: StudyWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    monkeypatch.setattr(validation, "validate", lambda document: runs.append(1) or validate(document))
    installed_validation.cache_clear()
    validation_report.cache_clear()
    sign_in(client, world.reader)

    reports = [client.get("/validation/").context["report"] for _ in range(2)]
    client.get("/api/v1/validation/")

    assert len(runs) == 1
    assert reports[0] is reports[1]


def test_the_page_costs_as_many_queries_as_knowing_who_asks(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.reader)
    client.get("/validation/")

    with CaptureQueriesContext(connection) as context:
        assert client.get("/validation/").status_code == 200

    assert len(context) <= 2


def test_the_api_gives_the_numbers_unrounded(world: StudyWorld, client: Client, document: dict[str, Any]) -> None:
    sign_in(client, world.rater)

    answer = client.get("/api/v1/validation/").json()

    assert (answer["values"], answer["reproduced"], answer["differing"]) == (295, 293, [])
    assert [one["coefficient"] for one in answer["not_computed"]] == ["gamma_observed_disorder", "gamma"]
    assert answer["conventions"] == document["conventions"]
    first = answer["cases"][0]["values"][1]
    assert first["coefficient"] == "cohen_kappa"
    assert first["ours"] == pytest.approx(first["expected"], abs=1e-10)


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        ({"coefficient": "percent_agreement", "value": 0.75}, REPRODUCED),
        ({"coefficient": "percent_agreement", "value": 0.76}, DIFFERS),
        ({"coefficient": "percent_agreement", "value": None, "tolerance": None}, DIFFERS),
        ({"coefficient": "percent_agreement", "value": [0.75]}, DIFFERS),
        ({"coefficient": "percent_agreement", "value": 0.75, "tolerance": None}, DIFFERS),
        ({"coefficient": "alpha_leave_one_rater_out", "value": [None, None]}, REPRODUCED),
        ({"coefficient": "alpha_leave_one_rater_out", "value": [None]}, DIFFERS),
        ({"coefficient": "alpha_leave_one_rater_out", "value": [None, 0.5]}, DIFFERS),
        ({"coefficient": "kappa_of_nobody", "value": 0.5}, NOT_COMPUTED),
    ],
)
def test_a_value_counts_as_reproduced_only_where_it_is(entry: dict[str, Any], verdict: str) -> None:
    assert check(**entry).verdict == verdict


def test_a_value_that_is_wrong_here_is_said_in_the_sentence() -> None:
    found = validate({"cases": [{**CASE, "title": "Made", "expected": [
        {"coefficient": "percent_agreement", "value": 0.5, "tolerance": 0.1}
    ]}]})  # fmt: skip
    (source,) = found.sources
    line = validation._line(source, source.checks[0])

    assert validation.sentence([line], "9.9.9") == (
        "0 of 1 published or derived values are reproduced by the version installed here, 9.9.9; "
        "1 is computed otherwise: percent agreement of Made."
    )
    assert line.verdict == "outside"


def test_a_printed_number_is_held_against_ours_at_its_own_digits() -> None:
    assert not check(coefficient="cohen_kappa", value=0.5, published=0.5).is_printed_otherwise
    assert check(coefficient="cohen_kappa", value=0.5, published=0.51).is_printed_otherwise
    assert not check(coefficient="cohen_kappa", value=0.5, published=None).is_printed_otherwise


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("percent_agreement", 0),
        ("cohen_kappa_linear", 1),
        ("fleiss_category:NN", 2),
        ("alpha_per_cluster", 3),
        ("icc_2_1", 4),
        ("alpha_ku:1", 5),
        ("gwet_ac1_se", 6),
        ("icc_2_1_ci", 6),
        ("benchmark_landis_koch", 7),
    ],
)
def test_a_coefficient_stands_in_its_family(name: str, family: int) -> None:
    assert family_of(name) == FAMILIES[family]
