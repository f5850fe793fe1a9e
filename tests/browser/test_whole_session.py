"""A whole session by keyboard alone, counted; and words of every script that come out of the export as they went in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from coding.models import Assignment, Coding, Judgement, Round
from coding.services.demo import email_of, store_demo
from tests.browser.conftest import playwright
from tests.browser.keyboard import NONE_APPLIES, code_session, coded_rows, hand_in
from tests.factories import SMALL_CODEBOOK, make_round, make_version, make_world
from transcripts.models import Transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.browser
expect = playwright.expect

CODINGS = Path(__file__).resolve().parents[2] / "fixtures" / "demo" / "demo_codings.csv"
RATER, SESSION, TURNS = "rater_a", "PDT-11", 79
STRESS = Path(__file__).resolve().parents[3] / "shared" / "data" / "formats" / "invented" / "unicode_stress.txt"


def test_79_turns_take_two_keys_each_and_one_for_each_further_code_or_rating(
    settings: Any, tmp_path: Path, transactional_db: None, browser_page: Callable[..., Any]
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    store_demo()
    turns = coded_rows(CODINGS)[RATER, SESSION]
    user = User.objects.get(email=email_of(RATER))
    assignment = Assignment.objects.get(rater__user=user, round__name="2", transcript__name=SESSION)
    page = browser_page(user, f"/assignments/{assignment.pk}/")

    pressed = code_session(page, turns)
    expect(page.locator(".strip-sum b")).to_have_text(f"{TURNS} / {TURNS}")
    hand_in(page)

    further = sum(len(codes) - 1 for codes in turns.values())
    ratings = sum(bool(rating) for codes in turns.values() for _, rating in codes)
    assert len(turns) == TURNS
    assert pressed <= 2.2 * TURNS + further + ratings
    stored: dict[int, set[tuple[str, str]]] = {}
    for position, code, rating in Coding.objects.filter(judgement__assignment=assignment).values_list(
        "judgement__segment__position", "code__key", "rating"
    ):
        stored.setdefault(position, set()).add((code, str(rating)))
    none = Judgement.objects.filter(assignment=assignment, outcome="none").values_list("segment__position", flat=True)
    stored |= {position: {(NONE_APPLIES, "")} for position in none}
    assert stored == {position: set(codes) for position, codes in turns.items()}


@pytest.mark.skipif(
    not STRESS.exists(), reason="the file with every script is not shipped: ../shared is not beside this repository"
)
def test_the_export_cuts_exactly_the_chosen_words_out_of_every_script(
    tmp_path: Path, transactional_db: None, browser_page: Callable[..., Any]
) -> None:
    world = make_world()
    call_command("import_transcripts", world.study.slug, str(STRESS))
    transcript = Transcript.objects.get(study=world.study, name="unicode_stress")
    version = make_version(world.study, SMALL_CODEBOOK)
    assignment = make_round(version, [transcript], [world.rater]).assignments.get()
    page = browser_page(world.rater.user, f"/assignments/{assignment.pk}/")
    expect(page.locator("wb-desk[data-ready]")).to_be_visible()
    chosen: dict[int, set[str]] = {}

    def choose(position: int, code: str, *keys: str) -> None:
        """Choose words by keys, give a code for them, and keep what the page said was chosen."""
        page.locator(f"#turn-{position}").click(position={"x": 5, "y": 5})
        page.evaluate("getSelection().removeAllRanges()")
        for key in keys:
            page.keyboard.press(key)
        words = page.evaluate("getSelection().toString()")
        page.locator(f".code-key[data-code={code}]").click()
        expect(page.locator(f"#turn-{position} .chip[data-code={code}] .chip-quote")).to_have_text(words)
        chosen.setdefault(position, set()).add(words)

    def rate_and_finish(position: int) -> None:
        page.locator(f"#turn-{position}").click(position={"x": 5, "y": 5})
        page.keyboard.press("Enter")
        expect(page.locator(f"#turn-{position}")).to_have_attribute("data-state", "judged")

    more, sign = "Shift+ArrowRight", "Alt+Shift+ArrowRight"
    choose(1, "ST-WARM", "ArrowLeft", *[sign] * 3)
    choose(2, "ST-WARM", "ArrowRight", more, more)
    choose(2, "PULL-APP", *["ArrowRight"] * 4, *[sign] * 3)
    page.keyboard.press("2")
    choose(2, "PULL-DEF", "ArrowLeft")
    page.keyboard.press("1")
    choose(3, "ST-COOL", "ArrowRight", more)
    for position in (1, 2, 3):
        rate_and_finish(position)
    hand_in(page)
    assert Round.objects.get(pk=assignment.round_id).is_closed
    call_command("export", world.study.slug, round=assignment.round.name, to=str(tmp_path))

    texts = {int(row["segment"]): row["text"] for row in rows_of(tmp_path / "segments.csv")}
    cut: dict[int, set[str]] = {}
    for row in rows_of(tmp_path / "codings.csv"):
        start, end = int(row["span_start"]), int(row["span_end"])
        cut.setdefault(int(row["segment"]), set()).add(texts[int(row["segment"])][start:end])
    assert cut == chosen
    assert "weekend? 🙂" in cut[1]
    assert any("👩‍👩‍👧" in words for words in cut[2])
    assert any("שלום" in words for words in cut[2])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
