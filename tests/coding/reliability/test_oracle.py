"""Every published or derived case of the shipped oracle, value by value, at its own tolerance."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from coding.reliability import cases

ORACLE = Path(__file__).parents[3] / "fixtures" / "reliability" / "cases.json"
OPTIONAL = ("gamma", "gamma_observed_disorder")


@cache
def oracle() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ORACLE.read_text(encoding="utf-8"))
    return document


@cache
def computed(case_id: str) -> dict[str, Any]:
    return cases.run_case(next(case for case in oracle()["cases"] if case["id"] == case_id))


EXPECTED = [
    pytest.param(case["id"], expected, id=f"{case['id']} {expected['coefficient']}")
    for case in oracle()["cases"]
    for expected in case["expected"]
    if expected["coefficient"] not in OPTIONAL
]


@pytest.mark.parametrize(("case_id", "expected"), EXPECTED)
def test_a_published_value_is_reproduced(case_id: str, expected: dict[str, Any]) -> None:
    found = computed(case_id)[expected["coefficient"]]

    if expected["value"] is None:
        assert found["value"] is None
        assert found["why"]
    else:
        assert found["value"] == pytest.approx(expected["value"], rel=0, abs=expected["tolerance"])
        assert found["why"] == ""


def test_the_shipped_oracle_is_the_shared_one() -> None:
    shared = ORACLE.parents[2].parent / "shared" / "reliability_cases.json"
    if not shared.exists():
        pytest.skip("the shared material is not here")

    assert json.loads(shared.read_text(encoding="utf-8")) == oracle()


def test_the_oracle_is_large_enough_to_mean_something() -> None:
    assert len(oracle()["cases"]) == 65
    assert len(EXPECTED) == 293


def test_an_unknown_coefficient_is_null_with_the_reason() -> None:
    case = {"level": "nominal", "ratings": [[1, 2], [1, 2]], "expected": [{"coefficient": "kappa_of_nobody"}]}

    assert cases.run_case(case) == {
        "kappa_of_nobody": {"value": None, "why": "unknown coefficient 'kappa_of_nobody'"},
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ratings": [[1, 2], [1]]}, "rows differ in length"),
        ({"ratings": [[1, 2], [1, {}]]}, "must be a text or a number"),
        ({"categories": [1, 3]}, "is not a declared category"),
        ({"categories": [1, 2, 2]}, "declared twice"),
        ({"clusters": [0]}, "one transcript per unit"),
        ({"ratings": None}, "cannot be read"),
        ({"ratings": [[1, float("nan")], [1, 2]]}, "must be finite"),
    ],
)
def test_a_case_that_cannot_be_read_is_null_with_a_sentence(change: dict[str, Any], sentence: str) -> None:
    case = {"level": "nominal", "ratings": [[1, 2], [1, 2]], "expected": [{"coefficient": "cohen_kappa"}], **change}

    found = cases.run_case(case)["cohen_kappa"]

    assert found["value"] is None
    assert sentence in found["why"]


def test_a_table_is_expanded_to_the_ratings_of_two_raters() -> None:
    names = [{"coefficient": name} for name in ("cohen_kappa", "cohen_pair:0,1", "cohen_kappa_se", "scott_pi")]
    case = {"level": "nominal", "table": [[20, 5], [10, 15]], "categories": ["yes", "no"], "expected": names}

    found = cases.run_case(case)

    assert found["cohen_kappa"]["value"] == pytest.approx(0.4)
    assert found["cohen_pair:0,1"]["value"] == pytest.approx(0.4)
    assert found["cohen_kappa_se"]["value"] == pytest.approx(0.126996062931)


def test_text_that_looks_missing_is_a_label() -> None:
    rows = [["nan", "NA", "", None, "nan"], ["nan", "NA", "", "NA", "NA"]]
    names = [{"coefficient": name} for name in ("percent_agreement", "cohen_category:nan", "cohen_category:")]

    found = cases.run_case({"level": "nominal", "ratings": rows, "expected": names})

    assert found["percent_agreement"]["value"] == pytest.approx(3 / 4)
    assert found["cohen_category:"]["value"] == pytest.approx(1.0)
    assert found["cohen_category:nan"]["value"] == pytest.approx(0.5)


def test_pairs_of_raters_and_custom_weights_have_names() -> None:
    rows = [[0, 1, 2, 1, 0, 2], [0, 2, 2, 1, 1, 2], [0, 1, 1, 1, 0, 0]]
    weights = [[0, 1, 4], [1, 0, 1], [4, 1, 0]]
    names = ("cohen_pair_custom:0,2", "cohen_pair_quadratic:0,2", "krippendorff_alpha_custom", "lin_ccc_pair:0,1")
    case = {"level": "ordinal", "ratings": rows, "categories": [0, 1, 2], "disagreement_weights": weights}

    found = cases.run_case({**case, "expected": [*names, "krippendorff_alpha_interval", "cohen_pair:0,9"]})

    assert found["cohen_pair_custom:0,2"]["value"] == pytest.approx(found["cohen_pair_quadratic:0,2"]["value"])
    assert found["krippendorff_alpha_custom"]["value"] == pytest.approx(found["krippendorff_alpha_interval"]["value"])
    assert found["lin_ccc_pair:0,1"]["value"] is not None
    assert found["cohen_pair:0,9"]["why"] == "There is no rater 9; there are 3, counted from 0."
