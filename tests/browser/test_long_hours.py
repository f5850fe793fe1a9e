"""An hour too long for one page, in a real browser: it scrolls, finds and jumps as a short one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coding.models import Assignment, Coding, Judgement
from coding.queries.desk import WHOLE
from tests.browser.conftest import playwright
from tests.browser.test_desk import LETTERED, codes, open_desk, press, saved
from tests.factories import judge, make_round, make_transcript, make_version, make_world

pytestmark = pytest.mark.browser
expect = playwright.expect
LONG = WHOLE + 600
WORDS = "She said she would call, and then of course she did not. "


@pytest.fixture
def assignment(transactional_db: None) -> Assignment:
    world = make_world()
    texts = [f"Turn {number}. {WORDS * (number % 4)}" for number in range(1, LONG + 1)]
    texts[899] = "A lighthouse, of all things."
    transcript = make_transcript(world.study, texts)
    round_ = make_round(make_version(world.study, LETTERED), [transcript], [world.rater])
    return round_.assignments.select_related("rater__user", "version").get()


@pytest.fixture
def desk(assignment: Assignment, browser_page: Callable[..., Any]) -> Any:
    return open_desk(assignment, browser_page)


IN_SIGHT = """() => [...document.querySelectorAll(".turn")].filter((turn) => {
    const box = turn.getBoundingClientRect();
    return box.bottom > 60 && box.top < innerHeight;
}).map((turn) => Number(turn.id.slice(5)))"""


def current(page: Any, position: int) -> None:
    expect(page.locator(f"#turn-{position}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"#turn-{position}")).to_be_in_viewport()


def to_the_end(page: Any) -> None:
    """Go to the end at once, as the key End does where no field has the focus; again where the page has grown."""
    for _ in range(3):
        page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
        page.wait_for_timeout(250)


def in_sight(page: Any) -> list[int]:
    """List the turns in the window, as soon as there are any: a busy machine draws them a little later."""
    for _ in range(30):
        if found := page.evaluate(IN_SIGHT):
            return found
        page.wait_for_timeout(100)
    return []


def test_scrolling_reaches_every_turn_and_the_page_stays_small(desk: Any) -> None:
    height = desk.evaluate("document.documentElement.scrollHeight")
    seen: set[int] = set(in_sight(desk))
    for _ in range(12):
        desk.mouse.wheel(0, 2500)
        desk.wait_for_timeout(120)
        here = in_sight(desk)
        assert here, "a reader who scrolls slowly always has turns in sight"
        seen |= set(here)
    desk.keyboard.press("End")
    expect(desk.locator(f"#turn-{LONG}")).to_be_in_viewport()
    nodes = desk.evaluate("document.querySelectorAll('*').length")
    desk.keyboard.press("Home")
    expect(desk.locator("#turn-1")).to_be_in_viewport()

    assert max(seen) > 400
    assert nodes < 4000
    assert 0.7 < desk.evaluate("document.documentElement.scrollHeight") / height < 1.4


def test_the_turns_in_sight_stay_where_they_are_while_others_come(desk: Any) -> None:
    desk.evaluate("document.querySelector('#turn-190').scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = desk.evaluate("document.querySelector('#turn-190').getBoundingClientRect().top")
    expect(desk.locator("#turn-300")).to_be_attached()
    desk.evaluate("scrollBy({ top: -4000, behavior: 'instant' })")
    desk.wait_for_timeout(300)
    desk.evaluate("scrollBy({ top: 4000, behavior: 'instant' })")
    after = desk.evaluate("document.querySelector('#turn-190').getBoundingClientRect().top")

    assert abs(after - before) < 40


def test_a_turn_is_reached_by_its_number_and_coded_there(desk: Any, assignment: Assignment) -> None:
    press(desk, ":")
    desk.keyboard.type(f"{LONG + 1}")
    press(desk, "Enter")
    expect(desk.locator(".define")).to_contain_text(f"There is no turn {LONG + 1}")
    press(desk, "Escape", ":")
    desk.keyboard.type("850")
    press(desk, "Enter", "w", "Enter")
    expect(desk.locator("#turn-850")).to_have_attribute("data-state", "judged")
    current(desk, 851)
    saved(desk)

    assert codes(assignment, 850) == {"ST-WARM": None}
    assert Coding.objects.count() == 1


def test_keys_pressed_on_the_way_to_a_turn_are_for_that_turn(
    assignment: Assignment, browser_page: Callable[..., Any]
) -> None:
    for position in range(2, 1001):
        if position != 1000:
            judge(assignment, position)
    page = open_desk(assignment, browser_page)
    page.route("**/turns/**", lambda route: (page.wait_for_timeout(300), route.continue_()))

    press(page, "w", "Enter", "a", "2", "m")
    page.keyboard.type("far")
    expect(page.locator("#turn-1000 textarea")).to_have_value("far")
    press(page, "Enter", "Enter")
    current(page, 1001)
    saved(page)

    assert codes(assignment, 1) == {"ST-WARM": None}
    assert codes(assignment, 1000) == {"PULL-APP": 2}
    assert Judgement.objects.get(segment__position=1000).memo == "far"


def test_words_are_found_in_turns_that_are_not_on_the_page(desk: Any, assignment: Assignment) -> None:
    press(desk, "/")
    desk.keyboard.type("LIGHTHOUSE")
    expect(desk.locator(".define")).to_contain_text("in 1 turn")
    press(desk, "Enter")
    current(desk, 900)
    expect(desk.locator("#turn-900 .turn-text")).to_have_text("A lighthouse, of all things.")
    press(desk, "Escape", "w")
    expect(desk.locator("#turn-900 .chip")).to_have_count(1)
    saved(desk)

    assert codes(assignment, 900) == {"ST-WARM": None}


def test_what_is_found_is_gone_through_in_order_and_each_line_is_a_link(desk: Any) -> None:
    press(desk, "Control+f")
    desk.keyboard.type("she would")
    expect(desk.locator(".define")).to_contain_text("in 900 turns")
    press(desk, "Enter", "Enter", "Enter")
    current(desk, 3)
    press(desk, "Shift+Enter")
    current(desk, 2)
    expect(desk.locator(".define")).to_contain_text("2 of 900 turns")
    press(desk, "ArrowUp", "ArrowUp")
    current(desk, LONG - 1)
    desk.locator(".found a").nth(9).click()
    current(desk, 13)


def test_control_f_is_ours_once_and_then_the_browsers_own(desk: Any) -> None:
    desk.evaluate("""() => {
        window.kept = [];
        addEventListener("keydown", (event) => event.key === "f" && kept.push(event.defaultPrevented));
    }""")

    press(desk, "Control+f")
    expect(desk.locator(".find input")).to_be_focused()
    press(desk, "Control+f")

    assert desk.evaluate("kept") == [True, False]


def test_a_strip_bar_and_the_links_of_the_submit_page_lead_to_turns_that_are_not_shown(
    desk: Any, assignment: Assignment
) -> None:
    desk.locator(".strip-turn").nth(60).click()
    current(desk, 721)
    saved_first = desk.locator(".strip-turn").nth(60).get_attribute("href")
    judge(assignment, 1)
    desk.goto(f"{desk.url.partition('?')[0].partition('#')[0]}submit/")
    desk.locator(".open-turns a").nth(290).click()
    current(desk, 292)

    assert saved_first == "?turn=721#turn-721"


def test_a_key_acts_on_the_turn_one_is_at_however_far_one_has_scrolled(desk: Any, assignment: Assignment) -> None:
    press(desk, "j", "m")
    desk.keyboard.type("kept")
    to_the_end(desk)
    expect(desk.locator(f"#turn-{LONG}")).to_be_in_viewport()
    expect(desk.locator("#turn-2")).to_have_count(0)
    saved(desk)
    focus = desk.evaluate("document.activeElement.className")
    press(desk, "w")
    current(desk, 2)
    expect(desk.locator("#turn-2 .chip")).to_have_count(1)
    expect(desk.locator("#turn-2 [data-memo]")).to_contain_text("kept")
    saved(desk)

    assert focus == "turns"
    assert codes(assignment, 2) == {"ST-WARM": None}
    assert Judgement.objects.get().memo == "kept"


def test_what_waits_is_drawn_on_turns_that_come_back_and_undone_from_afar(desk: Any, assignment: Assignment) -> None:
    press(desk, "w", "Enter")
    saved(desk)
    press(desk, ":")
    desk.keyboard.type("1000")
    press(desk, "Enter")
    current(desk, 1000)
    press(desk, "z", "z")
    current(desk, 1)
    expect(desk.locator("#turn-1")).to_have_attribute("data-state", "open")
    expect(desk.locator("#turn-1 .chip")).to_have_count(0)
    expect(desk.locator(".strip-sum b")).to_have_text(f"0 / {LONG:,}")
    saved(desk)
    press(desk, "Shift+Z", "Shift+Z")
    expect(desk.locator("#turn-1")).to_have_attribute("data-state", "judged")
    saved(desk)

    assert codes(assignment, 1) == {"ST-WARM": None}


def test_without_a_line_a_far_turn_is_said_to_be_out_of_reach_and_nothing_is_miscoded(
    desk: Any, assignment: Assignment
) -> None:
    desk.context.set_offline(True)
    press(desk, ":")
    desk.keyboard.type("1000")
    press(desk, "Enter")
    expect(desk.locator("#turn-1 .lane-said")).to_contain_text("Turn 1000 could not be fetched")
    press(desk, "w")
    expect(desk.locator("#turn-1 .chip")).to_have_count(1)
    desk.context.set_offline(False)
    saved(desk)
    press(desk, ":")
    desk.keyboard.type("1000")
    press(desk, "Enter")
    current(desk, 1000)

    assert codes(assignment, 1) == {"ST-WARM": None}


def test_the_strip_shows_at_once_what_lies_in_a_bar_of_many_turns(desk: Any) -> None:
    bar = desk.locator(".strip-turn").first
    signs = bar.locator(".mark")
    slots = "[...document.querySelectorAll('.strip-turn')[0].querySelectorAll('.mark')].map((one) => one.dataset.slot)"
    press(desk, "a")
    expect(signs).to_have_count(1)
    press(desk, "j", "w")
    expect(signs).to_have_count(2)
    live = desk.evaluate(slots)
    saved(desk)
    desk.reload()
    expect(desk.locator("wb-desk[data-ready]")).to_be_attached()

    assert desk.evaluate(slots) == live
    press(desk, "k", "k", "a")
    expect(signs).to_have_count(1)
