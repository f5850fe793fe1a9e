"""The whole way of training in the browser: gold, two practice transcripts, feedback, cleared, the next round opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from coding.models import Assignment, Clearance, Judgement, Round
from tests.browser.conftest import playwright
from tests.browser.gallery import Gallery
from tests.browser.keyboard import code_session, hand_in
from tests.browser.test_accessibility import gallery
from tests.factories import close, judge, make_member, make_round, make_transcript

pytestmark = pytest.mark.browser
expect = playwright.expect
__all__ = ["gallery"]

#: What the gold gives: of four turns the second and the fourth.
GIVEN = {1: [], 2: [("PULL-DEF", "2")], 3: [], 4: [("PULL-DEF", "1")]}


def turns(given: dict[int, list[tuple[str, str]]]) -> dict[int, list[tuple[str, str]]]:
    return {turn: codes or [("NRM", "")] for turn, codes in given.items()}


def make_round_by_hand(page: Any, name: str, kind: str, ticks: list[str]) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Kind").select_option(kind)
    page.locator("input[name^=give-]").evaluate_all("(boxes) => boxes.forEach((box) => { box.checked = false; })")
    for tick in ticks:
        page.locator(f"input[name={tick}]").check()


def test_gold_practice_feedback_cleared_and_the_next_round_opens(
    gallery: Gallery, browser_page: Callable[..., Any], live_server: Any
) -> None:
    study, version = gallery.study, gallery.version
    hours = [make_transcript(study, 4, f"Practice {number}") for number in (1, 2)]
    real = make_transcript(study, 4, "Hour 1")
    expert = make_member(study, "rater", "expert")
    source = make_round(version, hours, [expert], name="Expert")
    for assignment in source.assignments.select_related("version"):
        for position, codes in GIVEN.items():
            judge(assignment, position, *[code for code, _ in codes])
    close(source)
    rater = study.memberships.get(label="rater_b")

    # A coordinator makes the training round, says whose codings are gold, and makes the round that waits.
    boss = browser_page(gallery.coordinator, gallery.place("new-round"))
    make_round_by_hand(boss, "Training", "training", [f"give-{one.pk}-{rater.pk}" for one in hours])
    boss.get_by_label("Train to a criterion in this round").check()
    boss.get_by_label("Threshold").first.fill("0.6")
    boss.get_by_label("Transcripts in a row").fill("1")
    boss.get_by_label("Only these codes").fill("PULL-DEF")
    boss.get_by_role("button", name="Start the round").click()
    expect(boss.locator("h1")).to_contain_text("Training")
    boss.get_by_role("link", name="Gold, and who is cleared").click()
    expect(boss.locator("h1")).to_contain_text("Nobody is cleared yet")
    for _ in hours:
        boss.get_by_role("button", name="This is the gold").first.click()
        expect(boss.get_by_text("Feedback compares with it")).to_be_visible()
    expect(boss.get_by_role("button", name="This is the gold")).to_have_count(0)
    boss.goto(live_server.url + gallery.place("new-round"))
    make_round_by_hand(boss, "Main", "main", [f"give-{real.pk}-{rater.pk}"])
    boss.get_by_label("Opens to each rater").select_option(label="cleared in Training")
    boss.get_by_role("button", name="Start the round").click()
    expect(boss.get_by_text("Each rater can begin here when they are cleared in")).to_be_visible()

    # The rater's real hour waits, and leads to practice.
    waits = Assignment.objects.get(round__name="Main", rater=rater)
    page = browser_page(gallery.person("rater_b"), reverse("desk", args=[waits.pk]))
    expect(page.locator("h1")).to_have_text("Hour 1 opens when you are cleared in Training.")
    page.get_by_role("link", name="Go to Practice").click()
    wrong = GIVEN | {4: [("PULL-APP", "1")]}
    for number, given in enumerate((wrong, GIVEN)):
        code_session(page, turns(given))
        hand_in(page)
        page.get_by_role("link", name="See it beside the gold").click()
        if number == 0:
            expect(page.locator("h1")).to_contain_text("You and the gold differ on 1 of 4 turns")
            # Keys count once the page has taken the focus.
            expect(page.locator("wb-feedback")).to_be_focused()
            page.keyboard.press("d")
            expect(page.locator("#turn-4")).to_be_focused()
            page.keyboard.press("Enter")
            expect(page.locator("#turn-4 details[open]")).to_have_count(2)
            page.keyboard.press("k")
            expect(page.locator("#turn-3")).to_be_focused()
            page.get_by_role("link", name="Only the gold gives a code").click()
            expect(page.locator(".beside-turn")).to_have_count(1)
            page.goto(live_server.url + reverse("desk", args=[waits.pk]))
            page.get_by_role("link", name="Go to Practice").click()
    expect(page.locator("h1")).to_contain_text("You and the gold agree")
    page.get_by_role("link", name="Your learning curve").click()
    expect(page.locator("h1")).to_have_text("You are cleared.")
    expect(page.locator(".curve .met")).to_have_count(1)
    assert not Clearance.objects.get().by_hand

    # Who runs the study sees it, and the real hour opens.
    training = Round.objects.get(name="Training")
    boss.goto(live_server.url + gallery.place("training", training.pk))
    expect(boss.locator("h1")).to_have_text("One of one rater is cleared.")
    expect(boss.locator(".cleared .state")).to_contain_text("met on Practice")
    page.goto(live_server.url + reverse("desk", args=[waits.pk]))
    code_session(page, turns(GIVEN))

    expect(page.locator("wb-desk")).to_be_visible()
    page.wait_for_timeout(500)
    assert Judgement.objects.filter(assignment=waits, finished_at__isnull=False).count() == 4
