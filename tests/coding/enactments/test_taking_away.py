"""Reading coded text, and taking an analysis away: quotations, tables, the zip that draws a figure again."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import Round
from coding.queries.enactment_sheets import SHEETS, make_sheet
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.services.demo import email_of, store_demo
from coding.services.roles import set_roles
from tests.coding.enactments.test_layers import coded
from tests.coding.enactments.test_pages import PULLED, ROLES, client_of, page, table
from tests.factories import StudyWorld, close, judge, make_transcript
from transcripts.models import SessionAttribute
from workbench.accounts.models import User


@pytest.fixture
def demo(db: None) -> tuple[Client, Round]:
    store_demo()
    coordinator = User.objects.get(email=email_of("coordinator"))
    return client_of(coordinator), Round.objects.get(study__slug="demo", name="1")


# Reading -------------------------------------------------------------------------------------------------------------


def test_words_are_found_in_their_context_and_stand_in_no_address(world: StudyWorld) -> None:
    round_ = coded(world, PULLED)
    address = reverse("enactments-reading", args=[world.study.slug, round_.pk])

    text = client_of(world.reader.user).post(address, {"words": "OF THE HOUR", "code": "PULL-APP"}).content.decode()

    assert "<mark" in text
    assert "of the hour" in text
    assert "words=" not in text


def test_turns_without_a_code_are_found_by_their_words_last(world: StudyWorld) -> None:
    round_ = coded(world, PULLED)
    address = reverse("enactments-reading", args=[world.study.slug, round_.pk])

    text = client_of(world.reader.user).post(address, {"words": "hour"}).content.decode()

    assert text.index("Seeking approval") < text.index("Turns without a code")


@pytest.mark.parametrize(("kind", "begins"), [("csv", b"code,name,"), ("md", b"# Quotations"), ("docx", b"PK")])
def test_quotations_are_taken_away_with_their_source(world: StudyWorld, kind: str, begins: bytes) -> None:
    round_ = coded(world, PULLED)
    address = reverse("enactments-reading", args=[world.study.slug, round_.pk])

    response = client_of(world.reader.user).post(address, {"as": kind, "code": "PULL-APP"})
    content = b"".join(response.streaming_content)

    assert content.startswith(begins)
    if kind != "docx":
        assert b"Turn 2 of the hour" in content
        assert round_.assignments.first().transcript.name.encode() in content


def test_the_quotation_book_has_a_chapter_for_each_code(world: StudyWorld) -> None:
    import io

    import docx

    round_ = coded(world, PULLED)
    address = reverse("enactments-reading", args=[world.study.slug, round_.pk])
    response = client_of(world.reader.user).post(address, {"as": "docx"})

    book = docx.Document(io.BytesIO(b"".join(response.streaming_content)))

    headings = [part.text for part in book.paragraphs if part.style.name == "Heading 1"]
    assert headings == ["Seeking approval (PULL-APP)", "Disclosing the pull (NAM-DIS)"]
    assert any("turn 2, patient, rated 2" in part.text for part in book.paragraphs)


# Out -----------------------------------------------------------------------------------------------------------------


def file(client: Client, round_: Round, name: str, query: str = "") -> bytes:
    response = client.get(reverse("enactments-file", args=[round_.study.slug, round_.pk, name]) + query)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_the_whole_analysis_is_taken_away_in_one_zip_that_draws_a_figure_again(
    demo: tuple[Client, Round], tmp_path: Path
) -> None:
    client, round_ = demo

    (tmp_path / "analysis.zip").write_bytes(file(client, round_, "analysis.zip"))
    with zipfile.ZipFile(tmp_path / "analysis.zip") as packed:
        packed.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, tmp_path / "lag_plot.py", "pull", "naming", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "lag_plot.svg").exists()
    assert {"long.csv", "turns.sds", "results.txt", "data_dictionary.md"} <= set(packed.namelist())


def test_the_long_table_has_a_row_for_every_turn_of_every_layer(demo: tuple[Client, Round]) -> None:
    client, round_ = demo

    lines = file(client, round_, "long.csv").decode().splitlines()

    assert len(lines) == 1 + 158 * 4
    assert lines[1].startswith("majority (two of three raters),CBT-06,P1-T2,6")


def test_the_paragraph_says_layer_unit_correction_and_that_nothing_is_an_effect(demo: tuple[Client, Round]) -> None:
    client, round_ = demo

    text = file(client, round_, "results.txt").decode()

    assert "the codings of the majority (two of three raters): 2 sessions with 158 judged turns" in text
    assert "shuffles within sessions" in text
    assert "They are not effects of therapies" in text


def test_every_file_that_is_listed_is_there(demo: tuple[Client, Round]) -> None:
    client, round_ = demo
    text = page(client, round_, "enactments-files")

    for address in re.findall(r'href="([^"]+/file/[^"]+)"', text):
        response = client.get(address.replace("&amp;", "&"))
        assert response.status_code == 200, address
        assert b"".join(response.streaming_content), address


def test_each_table_and_each_of_its_columns_is_in_the_documentation(demo: tuple[Client, Round]) -> None:
    _, round_ = demo
    text = (Path(__file__).parents[3] / "docs" / "enactments.md").read_text(encoding="utf-8")
    found = Enactments(round_, None)

    for name in SHEETS:
        columns = ", ".join(f"`{column.key}`" for column in make_sheet(name, found, Asked()).columns)
        assert re.search(rf"^\| `{name}` \| .+ \| {re.escape(columns)} \|$", text, flags=re.MULTILINE), name


def test_one_session_narrows_the_tables_that_the_page_about_the_api_names_and_no_other(
    demo: tuple[Client, Round],
) -> None:
    client, round_ = demo
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"`session` narrows (.+?) and passages", text, flags=re.DOTALL)

    found = {
        name
        for name in SHEETS
        for session in ("PDT-11", "CBT-06")
        if table(client, round_, name, f"?session={session}")["rows"] != table(client, round_, name)["rows"]
    }

    assert set(re.findall(r"`(\w+)`", said)) == found


@pytest.mark.parametrize("unit", ["segment", "event", "once"])
def test_the_square_is_counted_turn_by_turn_or_code_by_code(demo: tuple[Client, Round], unit: str) -> None:
    client, round_ = demo

    answer = table(client, round_, "transitions", f"?unit={unit}&session=PDT-11")
    cells = {(row["given"], row["target"]): row for row in answer["rows"]}

    assert len(cells) == 36
    assert all(row["why"] for row in answer["rows"] if row["adjusted_residual"] is None)
    itself = cells["Pull", "Pull"]
    assert (itself["adjusted_residual"] is None) == (unit == "once")
    if unit != "segment":
        stream = stream_of(client, round_, "PDT-11", repeats=unit == "event")
        for given, target in cells:
            pairs = list(itertools.pairwise(stream))
            assert cells[given, target]["observed"] == pairs.count((given, target))
            cell = cells[given, target]
            a = pairs.count((given, target))
            b = sum(one == given for one, _ in pairs) - a
            c = sum(two == target for _, two in pairs) - a
            d = len(pairs) - a - b - c
            if cell["adjusted_residual"] is not None:
                assert cell["yules_q"] == pytest.approx((a * d - b * c) / (a * d + b * c))
                half = 0.5 if 0 in (a, b, c, d) else 0
                odds = (a + half) * (d + half) / ((b + half) * (c + half))
                assert cell["log_odds"] == pytest.approx(math.log(odds))
                assert cell["log_odds_low"] < cell["log_odds"] < cell["log_odds_high"]


def stream_of(client: Client, round_: Round, transcript: str, *, repeats: bool) -> list[str]:
    """Write a session as a stream of groups by hand, from its turns."""
    overview = client.get(f"/api/v1/studies/demo/rounds/{round_.pk}/enactments/").json()["groups"]
    rows = [row for row in table(client, round_, "turns")["rows"] if row["transcript"] == transcript]
    stream: list[str] = []
    for turn in sorted({row["turn"] for row in rows}):
        codes = {row["code"] for row in rows if row["turn"] == turn}
        for group in overview:
            if codes & set(group["codes"]) and (repeats or stream[-1:] != [group["title"]]):
                stream.append(group["title"])
    return stream


def test_one_pair_is_compared_between_conditions_with_the_session_as_the_unit(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    transcripts = [make_transcript(world.study, 8) for _ in range(8)]
    for place, transcript in enumerate(transcripts):
        SessionAttribute.objects.create(
            study=world.study, transcript=transcript, name="condition", value="named" if place < 4 else "not named"
        )
    round_ = world.round(transcripts=transcripts)
    for assignment in round_.assignments.select_related("version", "transcript"):
        for position in range(1, 9):
            pulls, names = (
                position in (2, 6),
                position in ((3, 7) if assignment.transcript in transcripts[:4] else (1, 5)),
            )
            judge(assignment, position, *(["PULL-APP"] if pulls else []), *(["NAM-DIS"] if names else []))
    close(round_)

    rows = table(client_of(world.reader.user), round_, "scores", "?given=pull&target=naming")["rows"]

    assert [row["condition"] for row in rows] == ["named", "not named"]
    assert rows[0]["mean"] > 0 > rows[1]["mean"]
    assert rows[0]["difference"] > 0
    assert rows[0]["p"] == pytest.approx(2 / 70)
