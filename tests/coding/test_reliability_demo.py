"""The demo study comes out as it must, through the commands, and again from what was exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.coding.exchange import SHARED, load_demo, run, run_json

EXPECTED = SHARED / "data" / "demo_expected.json"
NEAR = 1e-5

pytestmark = pytest.mark.django_db


@pytest.fixture
def expected() -> dict[str, Any]:
    if not EXPECTED.exists():
        pytest.skip("the expected values are not here: ../shared/data/demo_expected.json is not part of the product")
    return dict(json.loads(EXPECTED.read_text()))


def test_the_demo_codings_are_read_as_judgements_and_codings() -> None:
    said = load_demo()

    assert (said["judgements"], said["codings"], said["none_applies"], said["uncodable"]) == (474, 508, 114, 0)
    assert said["new_raters"] == ["rater_a", "rater_b", "rater_c"]
    assert said["codebook_version"] == "1.0.0"


def test_every_coefficient_of_the_demo_equals_what_independent_packages_give(expected: dict[str, Any]) -> None:
    load_demo()

    report = run_json("reliability", "demo", round="1")

    for key, values in expected["per_code"].items():
        cell = report["codes"][key]
        assert cell["units"] == values["eligible_turns"]
        shares = {rater: count / cell["units"] for rater, count in values["turns_coded_by"].items()}
        assert cell["prevalence"] == pytest.approx(shares, abs=1e-12)
        for name in ("percent_agreement", "fleiss_kappa", "gwet_ac1"):
            assert cell[name]["value"] == pytest.approx(values[name], abs=NEAR)
        assert cell["krippendorff_alpha"]["value"] == pytest.approx(values["krippendorff_alpha_nominal"], abs=NEAR)
        for pair, kappa in values["cohen_kappa"].items():
            assert cell["pairs"][pair]["cohen_kappa"]["value"] == pytest.approx(kappa, abs=NEAR)
    assert report["overall"]["krippendorff_alpha_masi"]["value"] == pytest.approx(
        expected["multilabel_sets"]["masi_alpha"], abs=NEAR
    )
    assert report["overall"]["krippendorff_alpha_jaccard"]["value"] == pytest.approx(
        expected["multilabel_sets"]["jaccard_alpha"], abs=NEAR
    )


def test_the_ratings_of_the_demo_equal_what_independent_packages_give(expected: dict[str, Any]) -> None:
    load_demo()

    report = run_json("reliability", "demo", round="1")

    rated = {key: values for key, values in expected["per_code"].items() if "quadratic_weighted_kappa" in values}
    assert set(report["ratings"]) == set(rated)
    for key, values in rated.items():
        cell = report["ratings"][key]
        for level in ("ordinal", "interval"):
            wanted = values[f"krippendorff_alpha_{level}_rating_0_3"]
            assert cell[f"krippendorff_alpha_{level}"]["value"] == pytest.approx(wanted, abs=NEAR)
        for pair, kappa in values["quadratic_weighted_kappa"].items():
            assert cell["pairs"][pair]["cohen_kappa_quadratic"]["value"] == pytest.approx(kappa, abs=NEAR)


def test_a_number_is_never_alone() -> None:
    load_demo()

    report = run_json("reliability", "demo", round="1")

    uncodable = report["codes"]["UNC"]["krippendorff_alpha"]
    approval = report["codes"]["PULL-APP"]["krippendorff_alpha"]
    assert uncodable["value"] is None
    assert "no variation" in uncodable["why"]
    assert approval["low"] is None
    assert "fewer than 5 transcripts (2)" in approval["why_no_interval"]
    assert approval["n"] == 158
    assert set(approval) == {"value", "low", "high", "n", "why", "why_no_interval"}


def test_the_same_inputs_give_the_same_bytes() -> None:
    load_demo()
    first = run("reliability", "demo", round="1", json=True)

    second = run("reliability", "demo", round="1", json=True)

    assert first == second
    assert first.count("\n") == 1


def test_what_was_exported_gives_the_same_table_in_a_new_study(tmp_path: Path) -> None:
    load_demo()
    run("export", "demo", round="1", to=tmp_path)
    run("import_transcripts", "copy", tmp_path / "segments.csv", create=True)
    run("import_codebook", "copy", tmp_path / "codebook.json")
    run("import_codings", "copy", tmp_path / "codings.csv", round="1")

    again = run_json("reliability", "copy", round="1")

    assert again == run_json("reliability", "demo", round="1") | {"study": "copy"}


def test_the_table_for_people_names_codes_numbers_and_reasons() -> None:
    load_demo()

    table = run("reliability", "demo", round="1")

    assert "PULL-APP" in table
    assert "0.591" in table
    assert "no alpha: no variation" in table
    assert "krippendorff_alpha_masi: 0.677" in table


def test_the_demo_is_loaded_once_and_kept() -> None:
    first = run_json("demo", seed_only=True)

    second = run_json("demo", seed_only=True)

    assert (first["loaded"], second["loaded"]) == (True, False)
    assert [account["role"] for account in second["accounts"]] == [
        *("coordinator", "rater", "rater", "rater", "adjudicator", "reader")
    ]
    assert first["accounts"] == second["accounts"]
    assert all(account["password"] for account in second["accounts"])
    assert "invented" in run("demo", seed_only=True)


def test_the_demo_keeps_a_password_that_somebody_changed(django_user_model: Any) -> None:
    run("demo", seed_only=True)
    reader = django_user_model.objects.get(email="reader@example.org")
    reader.set_password("one of my own")
    reader.save()

    accounts = run_json("demo", seed_only=True)["accounts"]

    assert accounts[-1] == {"email": "reader@example.org", "role": "reader", "password": None}


def test_a_codebook_with_only_the_required_fields_works_through_all_commands(tmp_path: Path) -> None:
    segments = tmp_path / "s1.csv"
    segments.write_text(
        "transcript,segment,speaker,role,start,end,text\nS1,1,A,,,,Hello\nS1,2,B,,,,Yes\nS1,3,A,,,,So\n"
    )
    codebook = {
        "id": "least",
        "version": "1",
        "title": "Only what is needed",
        "families": [{"id": "F", "short_name": "F"}],
        "codes": [{"id": "X", "short_name": "X", "parent": "F"}, {"id": "Y", "short_name": "Y", "parent": "F"}],
    }
    (tmp_path / "book.json").write_text(json.dumps(codebook))
    rows = ["S1,1,one,X,", "S1,2,one,,", "S1,3,one,Y,", "S1,1,two,X,", "S1,2,two,Y,", "S1,3,two,Y,"]
    (tmp_path / "codings.csv").write_text("\n".join(["transcript,segment,rater,code,rating", *rows]))
    run("import_transcripts", "least", segments, create=True)
    run("import_codebook", "least", tmp_path / "book.json")
    run("import_codings", "least", tmp_path / "codings.csv", round="r")

    report = run_json("reliability", "least", round="r")

    assert list(report["codes"]) == ["X", "Y", "NRM"]
    assert report["codes"]["X"]["cohen_kappa"]["value"] == 1
    assert report["codes"]["Y"]["percent_agreement"]["value"] == pytest.approx(2 / 3)
    assert report["codes"]["NRM"]["prevalence"] == {"one": pytest.approx(1 / 3), "two": 0}
    assert (report["ratings"], report["attributes"], report["evidence"]) == ({}, {}, {})
    assert report["families"]["F"]["units"] == 3
