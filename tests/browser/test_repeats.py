"""A drift check in the browser: drawn and started; three turns that come back coded by keyboard; the chart of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from coding.models import Assignment, Judgement, Round
from tests.browser.conftest import playwright
from tests.browser.gallery import Gallery, Screen
from tests.browser.test_accessibility import WIDE, complaints, gallery
from tests.factories import make_repeats

pytestmark = pytest.mark.browser
expect = playwright.expect
__all__ = ["gallery"]


def test_a_coordinator_draws_a_drift_check_looks_draws_again_and_starts(
    gallery: Gallery, browser_page: Callable[..., Any]
) -> None:
    page = browser_page(
        gallery.coordinator, gallery.place("round", gallery.closed.pk),
        bypass_csp=True, reduced_motion="reduce", viewport=WIDE,
    )  # fmt: skip
    page.get_by_role("link", name="Draw a drift check").click()
    expect(page.locator("h1")).to_have_text("Does each rater still code as they did?")
    page.get_by_label("Share, %").fill("4")
    page.get_by_role("button", name="Draw the turns").click()
    expect(page.locator("h1")).to_contain_text("come back to three raters")
    expect(page.get_by_text("Sooner than 14 days:")).to_be_visible()
    seed = page.locator("input[name=seed]").input_value()
    assert complaints(page, Screen("drawn-repeats", "")) == []
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Draw again").click()
    expect(page.locator("input[name=seed]")).not_to_have_value(seed)
    assert not Round.objects.filter(study=gallery.study, kind="drift").exists()
    page.get_by_role("button", name="Start the drift check").click()
    expect(page.get_by_text("Each rater codes turns that they judged before")).to_be_visible()

    assert Round.objects.get(study=gallery.study, kind="drift").design.how == "again"


def test_a_rater_codes_three_turns_that_came_back_by_keyboard_and_the_chart_shows_them(
    gallery: Gallery, browser_page: Callable[..., Any]
) -> None:
    earlier = Assignment.objects.filter(round=gallery.closed, rater__label="rater_c").select_related(
        "version__study", "transcript", "rater"
    )
    mine = make_repeats(earlier.get(transcript__name__startswith="PDT"), [4, 8, 12], name="3")
    code = mine.version.codes.get(key="PULL-APP")
    page = browser_page(gallery.person("rater_c"), reverse("desk", args=[mine.pk]), viewport=WIDE)
    current, summary = page.locator(".turn[aria-current]"), page.locator(".strip-sum")

    expect(current).to_have_id("turn-4")
    expect(summary).to_contain_text("0 / 3")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(current).to_have_id("turn-8")
    page.keyboard.press("k")
    expect(current).to_have_id("turn-4")
    page.keyboard.press("j")
    expect(current).to_have_id("turn-8")
    page.locator("#turn-6 .turn-text").click()
    expect(current).to_have_id("turn-6")
    page.keyboard.press("0")
    expect(page.locator("#turn-6 .lane-said")).to_contain_text("This turn is not asked for")
    page.keyboard.press("Enter")
    expect(current).to_have_id("turn-8")
    page.keyboard.press(code.letter.lower())
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(current).to_have_id("turn-12")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(summary).to_contain_text("3 / 3")
    expect(page.locator("[data-submit]")).to_have_text("Submit")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    page.locator("[data-submit]").click()
    expect(page.locator("h1")).to_contain_text("All 3 turns asked for in")
    page.get_by_role("button", name="Hand in for good").click()
    expect(page.locator("h1")).to_contain_text("is handed in")

    judged = Judgement.objects.filter(assignment=mine).order_by("segment__position")
    assert list(judged.values_list("segment__position", "codings__code__key")) == [
        (4, None),
        (8, "PULL-APP"),
        (12, None),
    ]
    boss = browser_page(gallery.coordinator, gallery.place("drift") + "?code=PULL-APP", viewport=WIDE)
    past = boss.locator("section[aria-labelledby=past]")
    expect(past.get_by_role("img", name="Control chart of rater_c against their own past")).to_be_visible()
    row = past.locator("table.drift-past").get_by_role("row", name="rater_c")
    expect(row).to_contain_text("3")
    boss.goto(boss.url.partition("/studies/")[0] + gallery.place("reliability", mine.round_id))
    expect(boss.locator("h1")).to_have_text("Here each rater is compared with nobody else.")
