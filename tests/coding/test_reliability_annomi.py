"""Real material: ten raters' codings of two counselling sessions, each attribute an exclusive family."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.coding.exchange import SHARED, run, run_json

FOLDER = SHARED / "data" / "annomi"
NEAR = 1e-5
OF_CLIENT = "client_talk_type"
ATTRIBUTES = (
    *("main_therapist_behaviour", "therapist_input_exists", "therapist_input_subtype", "reflection_exists"),
    *("reflection_subtype", "question_exists", "question_subtype", OF_CLIENT),
)
SUBTYPES = tuple(name for name in ATTRIBUTES if name.endswith("_subtype"))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not FOLDER.exists(), reason="AnnoMI is not shipped: ../shared/data/annomi is not beside this repository"
    ),
]


def source() -> list[dict[str, str]]:
    with (FOLDER / "dev_multi.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def segments(folder: Path, rows: list[dict[str, str]]) -> Path:
    """Fold ten raters' rows of an utterance into one segment."""
    found: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        place = (row["transcript_id"], int(row["utterance_id"]))
        words = [row["interlocutor"], row["interlocutor"], row["timestamp"], row["utterance_text"]]
        found[place] = [f"annomi-{place[0]}", str(place[1] + 1), *words]
    columns = ["transcript", "segment", "speaker", "role", "start", "text"]
    return write(folder / "segments.csv", columns, [found[place] for place in sorted(found)])


def role_of(attribute: str) -> str:
    return "client" if attribute == OF_CLIENT else "therapist"


def codebook(folder: Path, rows: list[dict[str, str]], *, with_na: bool) -> Path:
    values = {
        attribute: sorted({row[attribute] for row in rows if row["interlocutor"] == role_of(attribute)})
        for attribute in ATTRIBUTES
    }
    codes = [
        {
            "id": f"{attribute}:{value}",
            "short_name": value,
            "parent": attribute,
            "applies_to_roles": [role_of(attribute)],
        }
        for attribute in ATTRIBUTES
        for value in values[attribute]
        if with_na or value != "n/a"
    ]
    families = [{"id": name, "short_name": name.replace("_", " "), "exclusive": True} for name in ATTRIBUTES]
    path = folder / "codebook.json"
    path.write_text(
        json.dumps({"id": "annomi", "version": "1", "title": "AnnoMI", "families": families, "codes": codes})
    )
    return path


def codings(folder: Path, rows: list[dict[str, str]], *, with_na: bool) -> Path:
    out = []
    for row in rows:
        where = [
            f"annomi-{row['transcript_id']}",
            str(int(row["utterance_id"]) + 1),
            f"annotator_{row['annotator_id']}",
        ]
        given = [name for name in ATTRIBUTES if role_of(name) == row["interlocutor"]]
        keys = [f"{name}:{row[name]}" for name in given if with_na or row[name] != "n/a"]
        out += [[*where, key, ""] for key in keys]
    return write(folder / "codings.csv", ["transcript", "segment", "rater", "code", "rating"], out)


@pytest.mark.parametrize("with_na", [True, False], ids=["n/a is a code", "n/a is none of them"])
def test_each_family_comes_out_as_independent_packages_give_it(tmp_path: Path, with_na: bool) -> None:
    rows = source()
    run("import_transcripts", "annomi", segments(tmp_path, rows), create=True)
    run("import_codebook", "annomi", codebook(tmp_path, rows, with_na=with_na))
    said = run_json("import_codings", "annomi", codings(tmp_path, rows, with_na=with_na), round="all", judged_all=True)

    report = run_json("reliability", "annomi", round="all")

    assert (len(said["raters"]), said["judgements"]) == (10, 680)
    expected = json.loads((FOLDER / "expected_dev.json").read_text())["attributes"]
    for name in ATTRIBUTES:
        compare(report["families"][name], expected[name])


def compare(cell: dict[str, Any], expected: dict[str, Any]) -> None:
    same = {
        "krippendorff_alpha": "krippendorff_alpha_nominal",
        "fleiss_kappa": "fleiss_kappa",
        "gwet_ac1": "gwet_ac1",
        "percent_agreement": "percent_agreement",
        "light_kappa": "mean_pairwise_cohen_kappa",
    }
    assert cell["units"] == expected["units"]
    for ours, theirs in same.items():
        assert cell[ours]["value"] == pytest.approx(expected[theirs], abs=NEAR), ours
    kappas = [pair["cohen_kappa"]["value"] for pair in cell["pairs"].values()]
    assert len(kappas) == 45
    assert sum(kappas) / 45 == pytest.approx(expected["mean_pairwise_cohen_kappa"], abs=NEAR)
    assert min(kappas) == pytest.approx(expected["min_pairwise_cohen"], abs=NEAR)
    assert max(kappas) == pytest.approx(expected["max_pairwise_cohen"], abs=NEAR)


def test_every_single_code_equals_the_kappa_of_its_category(tmp_path: Path) -> None:
    rows = source()
    run("import_transcripts", "annomi", segments(tmp_path, rows), create=True)
    run("import_codebook", "annomi", codebook(tmp_path, rows, with_na=True))
    run("import_codings", "annomi", codings(tmp_path, rows, with_na=True), round="all")

    report = run_json("reliability", "annomi", round="all")

    expected = json.loads((FOLDER / "expected_dev.json").read_text())["attributes"]
    for name in ATTRIBUTES:
        for category, kappa in expected[name]["fleiss_per_category"].items():
            assert report["codes"][f"{name}:{category}"]["fleiss_kappa"]["value"] == pytest.approx(kappa, abs=NEAR)


def test_what_was_exported_gives_the_same_table_in_a_new_study(tmp_path: Path) -> None:
    rows = source()
    run("import_transcripts", "annomi", segments(tmp_path, rows), create=True)
    run("import_codebook", "annomi", codebook(tmp_path, rows, with_na=False))
    run("import_codings", "annomi", codings(tmp_path, rows, with_na=False), round="all", judged_all=True)
    out = tmp_path / "out"
    run("export", "annomi", round="all", to=out)
    run("import_transcripts", "again", out / "segments.csv", create=True)
    run("import_codebook", "again", out / "codebook.json")
    run("import_codings", "again", out / "codings.csv", round="all")

    again = run_json("reliability", "again", round="all")

    assert again == run_json("reliability", "annomi", round="all") | {"study": "again"}
