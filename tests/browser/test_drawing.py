"""A round drawn in the browser: the design is looked at, drawn again, and started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coding.models import Round
from tests.browser.conftest import playwright
from tests.browser.gallery import Gallery, Screen
from tests.browser.test_accessibility import WIDE, complaints, gallery

pytestmark = pytest.mark.browser
expect = playwright.expect
__all__ = ["gallery"]


def test_a_coordinator_draws_looks_draws_again_and_starts(gallery: Gallery, browser_page: Callable[..., Any]) -> None:
    page = browser_page(
        gallery.coordinator, gallery.place("draw-round"), bypass_csp=True, reduced_motion="reduce", viewport=WIDE
    )
    share, each = page.get_by_label("Coded by two, %"), page.get_by_label("Raters for each")
    expect(share).to_be_visible()
    expect(each).to_be_hidden()
    page.get_by_label("Transcripts are coded").select_option("each")
    expect(share).to_be_hidden()
    each.fill("4")
    page.get_by_role("button", name="Draw the design").click()
    expect(page.get_by_role("alert")).to_contain_text("only 3 raters are chosen")
    each.fill("2")
    page.get_by_role("button", name="Draw the design").click()
    expect(page.locator("h1")).to_contain_text("Two transcripts, two of them coded by more than one")
    seed = page.locator("input[name=seed]").input_value()
    assert complaints(page, Screen("drawn-design", "")) == []
    page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Draw again").click()
    expect(page.locator("input[name=seed]")).not_to_have_value(seed)
    assert not Round.objects.filter(study=gallery.study, name="3").exists()
    page.get_by_role("button", name="Start the round").click()
    expect(page.locator("h1")).to_contain_text("Round 3")
    expect(page.get_by_text("two raters for every transcript")).to_be_visible()

    assert Round.objects.get(study=gallery.study, name="3").assignments.count() == 4
