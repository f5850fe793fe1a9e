"""Turns as nobody would say them: endless, empty, stacked with marks; and memos with signs that no text can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coding.models import Assignment, Coding, Evidence, Judgement
from tests.browser.conftest import playwright
from tests.browser.test_desk import LETTERED, codes, open_desk, press, saved
from tests.factories import make_round, make_transcript, make_version, make_world

pytestmark = pytest.mark.browser
expect = playwright.expect
ENDLESS = " ".join(f"word{number}" for number in range(20_000))
MARKS = "He said e\u0301te\u0301 and Z" + "\u0300\u0301\u0302\u0303" * 20 + "algo, slowly."


@pytest.fixture
def assignment(transactional_db: None) -> Assignment:
    world = make_world()
    transcript = make_transcript(world.study, ["Before.", ENDLESS, "", MARKS, "\u202eright to left\u202c", "After."])
    round_ = make_round(make_version(world.study, LETTERED), [transcript], [world.rater])
    return round_.assignments.select_related("rater__user").get()


@pytest.fixture
def desk(assignment: Assignment, browser_page: Callable[..., Any]) -> Any:
    return open_desk(assignment, browser_page)


def select(page: Any, position: int, start: int, end: int) -> None:
    page.locator(f"#turn-{position} .turn-text").evaluate(
        "(place, [start, end]) => getSelection().setBaseAndExtent(place.firstChild, start, place.firstChild, end)",
        [start, end],
    )


def test_a_turn_of_twenty_thousand_words_is_coded_with_evidence_at_its_end(desk: Any, assignment: Assignment) -> None:
    at = ENDLESS.index("word19990")
    press(desk, "j")
    select(desk, 2, at + 2, at + 6)
    press(desk, "a", "2")
    expect(desk.locator("#turn-2 mark.evidence")).to_have_text("word19990")
    press(desk, "Enter")
    expect(desk.locator("#turn-3")).to_have_attribute("aria-current", "true")
    expect(desk.locator("#turn-3")).to_be_in_viewport()
    saved(desk)

    evidence = Evidence.objects.get()
    assert ENDLESS[evidence.start : evidence.end] == "word19990"


def test_a_turn_without_words_is_coded_like_any_other(desk: Any, assignment: Assignment) -> None:
    press(desk, "j", "j", "w", "Enter")
    saved(desk)

    assert codes(assignment, 3) == {"ST-WARM": None}
    assert Judgement.objects.get().finished_at is not None


def test_evidence_never_parts_a_letter_from_its_marks(desk: Any, assignment: Assignment) -> None:
    at = MARKS.index("Z") + 10
    press(desk, "j", "j", "j")
    select(desk, 4, at, at + 3)
    press(desk, "w")
    expect(desk.locator("#turn-4 mark.evidence")).to_have_count(1)
    saved(desk)

    evidence = Evidence.objects.get()
    assert MARKS[evidence.start : evidence.end] == MARKS[MARKS.index("Z") : MARKS.index(",")]


def test_a_memo_with_signs_that_no_text_can_hold_is_kept_without_them(desk: Any, assignment: Assignment) -> None:
    press(desk, "m")
    desk.locator(".lane-form textarea").evaluate("(field) => { field.value = 'be\\0fore \\ud83d and 👩‍🎨 after'; }")
    press(desk, "Enter", "w")
    saved(desk)

    assert Judgement.objects.get().memo == "before  and 👩‍🎨 after"
    assert Coding.objects.count() == 1
