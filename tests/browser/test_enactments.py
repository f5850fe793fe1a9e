"""The pages about enactments in a browser: three clicks to the turn, a picture to take away, words to look for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coding.models import Round
from coding.services.demo import email_of, store_demo
from workbench.accounts.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def page(settings: Any, tmp_path: Path, transactional_db: None, browser_page: Callable[..., Any]) -> Any:
    settings.DATA_DIR = tmp_path / "data"
    store_demo()
    round_ = Round.objects.get(study__slug="demo", name="1")
    return browser_page(User.objects.get(email=email_of("reader")), reverse("enactments", args=["demo", round_.pk]))


def test_from_the_comparison_of_conditions_to_the_turn_where_the_pull_is_named_in_three_clicks(page: Any) -> None:
    page.locator(".picture-answers a").filter(has_text="Psychodynamic, turned away").first.click()
    expect(page.locator("#flow + p")).to_contain_text("Psychodynamic alone")
    page.locator(".flow tbody tr").first.get_by_role("link", name="16", exact=True).click()

    turn = page.locator(".turn:target")
    expect(turn).to_have_id("turn-16")
    expect(turn).to_be_in_viewport()
    expect(turn).to_contain_text("Owning one's part")


def test_each_sign_of_the_hour_says_what_it_is_and_opens_its_turn(page: Any) -> None:
    sign = page.locator(".picture-timeline a", has_text="Turn 16, therapist: Owning one's part").first

    sign.click()

    expect(page.locator(".turn:target")).to_have_id("turn-16")


def test_a_picture_is_taken_away_as_png(page: Any, tmp_path: Path) -> None:
    with page.expect_download() as taken:
        page.locator("wb-picture").first.get_by_role("button", name="PNG").click()
    taken.value.save_as(tmp_path / "picture.png")

    content = (tmp_path / "picture.png").read_bytes()
    assert taken.value.suggested_filename.endswith(".png")
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") > 3000


def test_words_are_found_without_standing_in_the_address(page: Any) -> None:
    page.get_by_role("link", name="Reading").click()
    page.get_by_label("Words in the text").fill("furniture")
    page.get_by_role("button", name="Read", exact=True).click()

    expect(page.locator("h1")).to_contain_text("with “furniture”")
    expect(page.locator(".passage mark").first).to_have_text("furniture")
    assert "furniture" not in page.url
