"""Whole data sets with published or independently computed statistics, read with nothing but the csv module."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coding.reliability import Nominal, Scale, Sets, Variable, agreement, estimate, measure, pairs

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared material is not here")


def load(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# The invented demo sessions, three raters ------------------------------------------------------------------------

RATERS = ("rater_a", "rater_b", "rater_c")


def demo_turns() -> list[tuple[str, str, str]]:
    """Return (transcript, turn, role) of all 158 turns."""
    turns = []
    for name, file in (("PDT-11", "pdt_session_11.txt"), ("CBT-06", "cbt_session_06.txt")):
        text = (DATA / "demo_transcripts" / file).read_text(encoding="utf-8")
        speakers = re.findall(r"^\[[\d:]+\] (\w+):", text, flags=re.MULTILINE)
        turns += [(name, str(i), speaker.lower()) for i, speaker in enumerate(speakers, start=1)]
    return turns


def demo_given() -> dict[tuple[str, str, str, str], int]:
    """Return the rating of each (transcript, turn, rater, code) that was given, 1 where there is none."""
    return {
        (r["transcript"], r["turn"], r["rater"], r["code"]): int(r["rating"] or 1) for r in rows("demo_codings.csv")
    }


def roles_of() -> dict[str, list[str]]:
    return {code["id"]: code["applies_to_roles"] for code in load("relational_moves_codebook.json")["codes"]}


def demo_matrix(code: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    turns = [turn for turn in demo_turns() if turn[2] in roles_of()[code]]
    given = demo_given()
    return np.array([[given.get((t, n, rater, code), 0) for t, n, _ in turns] for rater in RATERS])


@pytest.mark.parametrize("code", load("demo_expected.json")["per_code"] if DATA.exists() else [])
def test_each_code_of_the_demo_comes_out_as_computed_elsewhere(code: str) -> None:
    expected = load("demo_expected.json")["per_code"][code]
    ratings = demo_matrix(code)
    present = Nominal.from_ratings((ratings > 0).astype(np.int8), 2)

    table = measure(present, ["percent_agreement", "fleiss_kappa", "krippendorff_alpha", "gwet_ac1"], interval="none")

    assert ratings.shape[1] == expected["eligible_turns"]
    assert dict(zip(RATERS, (ratings > 0).sum(axis=1).tolist(), strict=True)) == expected["turns_coded_by"]
    assert table["percent_agreement"].value == pytest.approx(expected["percent_agreement"], abs=1e-5)
    assert table["fleiss_kappa"].value == pytest.approx(expected["fleiss_kappa"], abs=1e-5)
    assert table["krippendorff_alpha"].value == pytest.approx(expected["krippendorff_alpha_nominal"], abs=1e-5)
    assert table["gwet_ac1"].value == pytest.approx(expected["gwet_ac1"], abs=1e-5)
    assert named(present, "cohen_kappa") == pytest.approx(expected["cohen_kappa"], abs=1e-5)


def named(variable: Variable, name: str) -> dict[str, float | None]:
    found = pairs(variable, [name])
    return {f"{RATERS[i]}|{RATERS[j]}": table[name].value for (i, j), table in found.items()}


@pytest.mark.parametrize("code", load("demo_expected.json")["per_code"] if DATA.exists() else [])
def test_the_intensity_ratings_of_the_demo_come_out_as_computed_elsewhere(code: str) -> None:
    expected = load("demo_expected.json")["per_code"][code]
    if "quadratic_weighted_kappa" not in expected:
        assert demo_matrix(code).max() == 1
        return
    scale = Scale.from_ratings(demo_matrix(code), [0, 1, 2, 3])

    ordinal = estimate(scale, "krippendorff_alpha_ordinal")
    interval = estimate(scale, "krippendorff_alpha_interval")

    assert ordinal.value == pytest.approx(expected["krippendorff_alpha_ordinal_rating_0_3"], abs=1e-5)
    assert interval.value == pytest.approx(expected["krippendorff_alpha_interval_rating_0_3"], abs=1e-5)
    assert named(scale, "cohen_kappa_quadratic") == pytest.approx(expected["quadratic_weighted_kappa"], abs=1e-5)


def test_the_label_sets_of_the_demo_come_out_as_computed_elsewhere() -> None:
    expected = load("demo_expected.json")["multilabel_sets"]
    given = demo_given()
    sets: list[list[frozenset[str]]] = [
        [frozenset(c for (t2, n2, r, c) in given if (t2, n2, r) == (t, n, rater) and c != "NRM") for t, n, _ in turns]
        for turns in [demo_turns()]
        for rater in RATERS
    ]

    table = measure(Sets.from_sets(sets), ["krippendorff_alpha_masi", "krippendorff_alpha_jaccard"], interval="none")

    assert table["krippendorff_alpha_masi"].value == pytest.approx(expected["masi_alpha"], abs=1e-5)
    assert table["krippendorff_alpha_jaccard"].value == pytest.approx(expected["jaccard_alpha"], abs=1e-5)


# AnnoMI, ten raters (Wu et al. 2022, 2023) ------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", load("annomi/expected_dev.json")["attributes"] if DATA.exists() else [])
def test_ten_raters_of_real_counselling_come_out_as_computed_elsewhere(attribute: str) -> None:
    expected = load("annomi/expected_dev.json")["attributes"][attribute]
    role = "client" if attribute == "client_talk_type" else "therapist"
    cells = {
        (int(r["transcript_id"]), int(r["utterance_id"]), int(r["annotator_id"])): r[attribute]
        for r in rows("annomi/dev_multi.csv")
        if r["interlocutor"] == role
    }
    units = sorted({key[:2] for key in cells})
    place = {label: i for i, label in enumerate(expected["categories"])}
    ratings = np.array([[place[cells[(*unit, rater)]] for unit in units] for rater in range(10)], dtype=np.int8)
    q = len(place)
    missing = np.where(np.add.outer(np.arange(10), np.arange(len(units))) % 3 == 0, -1, ratings)

    found = agreement(
        ratings,
        q,
        coefficients=["percent_agreement", "fleiss_kappa", "krippendorff_alpha", "gwet_ac1", "cohen_kappa_pairs"],
    )
    variable = Nominal.from_ratings(ratings, q)

    assert len(units) == expected["units"]
    assert found["percent_agreement"] == pytest.approx(expected["percent_agreement"], abs=1e-5)
    assert found["fleiss_kappa"] == pytest.approx(expected["fleiss_kappa"], abs=1e-5)
    assert found["krippendorff_alpha"] == pytest.approx(expected["krippendorff_alpha_nominal"], abs=1e-5)
    assert found["gwet_ac1"] == pytest.approx(expected["gwet_ac1"], abs=1e-5)
    kappas = found["cohen_kappa_pairs"]
    assert isinstance(kappas, list)
    assert np.mean(np.array(kappas, dtype=float)) == pytest.approx(expected["mean_pairwise_cohen_kappa"], abs=1e-5)
    for label, value in expected["fleiss_per_category"].items():
        assert estimate(variable.collapse(place[label]), "fleiss_kappa").value == pytest.approx(value, abs=1e-5)
    alpha = agreement(missing, q, coefficients=["krippendorff_alpha"])["krippendorff_alpha"]
    assert alpha == pytest.approx(expected["krippendorff_alpha_nominal_with_missing"], abs=1e-5)
