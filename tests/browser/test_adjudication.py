"""Adjudication and the meeting in a real browser, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from coding.models import Adjudication, MeetingEntry, NamesShown, Round
from coding.services.adjudication import open_adjudication
from tests.browser.conftest import playwright
from tests.browser.test_desk import LETTERS
from tests.factories import SMALL_CODEBOOK, StudyWorld, close, judge, make_round, make_version, make_world
from transcripts.models import Membership
from workbench.accounts.models import User

pytestmark = pytest.mark.browser
expect = playwright.expect


def person(member: Membership) -> User:
    assert member.user is not None
    return member.user


def disputed() -> tuple[StudyWorld, Round]:
    """A closed round with two turns in dispute, of a codebook whose codes have letters."""
    world = make_world()
    lettered = tuple(replace(code, letter=LETTERS.get(code.key, "")) for code in SMALL_CODEBOOK.codes)
    version = make_version(world.study, replace(SMALL_CODEBOOK, codes=lettered))
    round_ = make_round(version, [world.transcript], [world.rater, world.other_rater])
    first, second = round_.assignments.select_related("version").order_by("rater__label")
    judge(first, 2, "PULL-APP", rating=3)
    judge(second, 2, "PULL-DEF", rating=1)
    judge(first, 4, "ST-WARM")
    judge(second, 4)
    open_adjudication(user=person(world.coordinator), round_=round_)
    close(round_)
    return world, round_


def test_an_adjudicator_decides_and_takes_back_by_keyboard(browser_page: Callable[..., Any]) -> None:
    world, round_ = disputed()
    page = browser_page(person(world.adjudicator), reverse("adjudication", args=[world.study.slug, round_.pk]))
    expect(page.get_by_role("heading", name=f"{world.transcript.name}, turn 2")).to_be_visible()

    for key in ("ArrowDown", "Space", "3", "/"):
        page.keyboard.press(key)
    page.keyboard.type("Hands over.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"{world.transcript.name}, turn 4")).to_be_visible()

    row = Adjudication.objects.get()
    assert [(one.code.key, one.rating) for one in row.codings.all()] == [("PULL-DEF", 3)]
    assert (row.reason, row.saw_identities_at) == ("Hands over.", None)
    page.keyboard.press("z")
    expect(page.get_by_role("heading", name=f"{world.transcript.name}, turn 2")).to_be_visible()
    assert Adjudication.objects.get(n=2).restores == 0


def test_a_whole_set_none_applies_and_another_code_by_one_key(browser_page: Callable[..., Any]) -> None:
    world, round_ = disputed()
    page = browser_page(person(world.adjudicator), reverse("adjudication", args=[world.study.slug, round_.pk]))
    kept = page.locator("input[name=keep]:checked")

    page.keyboard.press("Shift+A")
    expect(kept).to_have_count(1)
    page.keyboard.press("0")
    expect(kept).to_have_count(0)
    expect(page.locator("input[name=outcome][value=none]")).to_be_checked()
    page.keyboard.press(LETTERS["ST-WARM"].lower())
    expect(page.locator("input[name=keep][value=ST-WARM]")).to_be_checked()
    expect(page.locator("input[name=outcome]:checked")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name=f"{world.transcript.name}, turn 4")).to_be_visible()

    assert not Adjudication.objects.exists()


def test_a_meeting_is_led_by_keyboard(browser_page: Callable[..., Any]) -> None:
    world, round_ = disputed()
    page = browser_page(person(world.coordinator), reverse("meeting", args=[world.study.slug, round_.pk]))

    page.keyboard.press("p")
    expect(page.locator("body.projector")).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.type("She hands over.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("She hands over.")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.type("Deference.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The decision is written down.")).to_be_visible()
    expect(page.get_by_text("rater_a")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.get_by_text("Names shown by")).to_be_visible()
    expect(page.get_by_role("columnheader", name="rater_a")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name=f"{world.transcript.name}, turn 4")).to_be_visible()

    assert MeetingEntry.objects.count() == 2
    assert NamesShown.objects.count() == 1


def test_the_button_that_decides_is_in_sight_and_covers_nothing_that_has_focus(
    browser_page: Callable[..., Any],
) -> None:
    world, round_ = disputed()
    page = browser_page(person(world.adjudicator), reverse("adjudication", args=[world.study.slug, round_.pk]))
    button = page.get_by_role("button", name="Decide, next turn")

    expect(button).to_be_in_viewport(ratio=1)
    for height in (900, 600):
        page.set_viewport_size({"width": 1440, "height": height})
        for key in ["ArrowUp"] * 8 + ["ArrowDown"] * 8:
            page.keyboard.press(key)
            box = page.locator("input:focus").bounding_box()
            assert box["y"] + box["height"] <= page.locator(".decide-bar").bounding_box()["y"]
    expect(button).to_be_in_viewport(ratio=1)

    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_label("Keys")).to_be_hidden()
    button.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport(ratio=1)
