"""Every state of the desk, wide and narrow, light and dark: nothing that axe calls serious, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from coding.models import Assignment, Round
from tests.browser.conftest import playwright
from tests.browser.gallery import Screen
from tests.browser.test_accessibility import WIDE, complaints
from tests.browser.test_desk import LETTERS, open_desk, press, saved
from tests.factories import SMALL_CODEBOOK, close, judge, make_round, make_transcript, make_version, make_world

pytestmark = pytest.mark.browser
expect = playwright.expect
TEXTS = [
    "Please sit down, if you like.",
    "I read the article you mentioned, and read it well.",
    "You did? I noticed that I felt pleased when you said that.",
    "أنا قرأت المقال كله 👩‍🎨 اليوم، ثم قلت: “I don't know.”",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " + "and so on, " * 400,
    "",
]


def make_assignment() -> Assignment:
    world = make_world()
    lettered = tuple(replace(code, letter=LETTERS.get(code.key, "")) for code in SMALL_CODEBOOK.codes)
    version = make_version(world.study, replace(SMALL_CODEBOOK, codes=lettered))
    round_ = make_round(
        version, [make_transcript(world.study, TEXTS)], [world.rater, world.other_rater], others_shown=True
    )
    rows = Assignment.objects.select_related("rater__user", "round", "version")
    return rows.get(round=round_, rater=world.rater)


def states_of_the_desk(page: Any) -> Iterator[str]:
    """Bring the desk from one state to the next, each with its name."""
    yield "empty"
    press(page, "a", "j", "ArrowRight", "Shift+ArrowRight", "a", "2", "Enter", "i", ">")
    expect(page.locator("#link-choices")).to_be_visible()
    yield "linking"
    press(page, "Enter", "Enter", ".", "m")
    page.keyboard.type("Charm, or only politeness?")
    yield "writing a memo"
    press(page, "Escape", "?")
    saved(page)
    yield "half coded, all keys shown"
    page.locator(".own-note summary").click()
    page.locator(".reading summary").click()
    yield "note and reading opened"
    page.get_by_label("very large").check()
    page.get_by_label("wide").check()
    yield "very large type"
    press(page, "Shift+Q")
    yield "quiet"
    press(page, "Shift+Q")
    page.locator("#turn-1").click()
    press(page, "Enter")
    yield "a rule said"
    page.context.set_offline(True)
    press(page, "j", "w")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "unsent")
    yield "offline"
    page.context.set_offline(False)
    saved(page)


def test_every_state_of_the_desk_is_for_everybody(transactional_db: None, browser_page: Callable[..., Any]) -> None:
    assignment = make_assignment()
    page = open_desk(assignment, browser_page, bypass_csp=True, reduced_motion="reduce")
    found: list[str] = []

    for state in states_of_the_desk(page):
        focused = page.evaluate("document.activeElement !== document.body")
        found += [] if focused else [f"{state}: the focus is lost"]
        found += complaints(page, Screen(state, ""))
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")

    assert found == []


def test_handing_in_and_what_comes_after_is_for_everybody(
    transactional_db: None, browser_page: Callable[..., Any]
) -> None:
    assignment = make_assignment()
    for each in Assignment.objects.select_related("version").filter(round=assignment.round):
        for position in range(1, 7):
            judge(each, position, *(["PULL-APP"] if position == 2 else []), flag=position == 3)
    page = open_desk(assignment, browser_page, bypass_csp=True, reduced_motion="reduce")
    found: list[str] = []

    page.locator("[data-submit]").click()
    expect(page.locator("h1")).to_contain_text("are judged")
    expect(page.locator(".open-turns li")).to_have_count(1)
    found += complaints(page, Screen("submitting", ""))
    page.get_by_role("button", name="Hand in for good").click()
    close(Round.objects.get(pk=assignment.round_id))
    page.reload()
    found += complaints(page, Screen("handed in", ""))
    page.get_by_role("link", name="See it beside the others").click()
    expect(page.locator("h1")).to_contain_text("Two raters coded")
    found += complaints(page, Screen("beside the others", ""))

    assert found == []


def test_contrast_and_colours_of_the_system_are_followed(
    transactional_db: None, browser_page: Callable[..., Any]
) -> None:
    page = open_desk(make_assignment(), browser_page, forced_colors="active")
    press(page, "j", "a", "2")
    pressed = page.locator(".code-key[aria-pressed=true]")
    outlined = pressed.evaluate("(key) => getComputedStyle(key).outlineStyle")
    current = page.locator(".turn[aria-current=true]").evaluate("(turn) => getComputedStyle(turn).outlineStyle")
    page.emulate_media(forced_colors="none", contrast="more")
    quiet, loud = (
        page.locator(place).evaluate("(one) => getComputedStyle(one).color")
        for place in (".transcript-head > p", "#turn-2 .turn-text")
    )
    saved(page)

    assert outlined == "solid"
    assert current == "solid"
    assert quiet == loud
