"""The desk in a real browser: two keystrokes a turn, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from coding.models import Act, Assignment, Coding, Judgement
from coding.services.act_drafts import draft_of
from coding.services.acts import perform
from tests.browser.conftest import playwright, sign_in
from tests.factories import SMALL_CODEBOOK, make_round, make_transcript, make_version, make_world, submit
from workbench.accounts.models import User

pytestmark = pytest.mark.browser
expect = playwright.expect
EMOJI = "👩‍🎨 Ich sehe 𝕯ich, ja."
LETTERS = {"PULL-APP": "A", "PULL-DEF": "D", "NAM-DIS": "I", "ST-WARM": "W", "ST-COOL": "C"}
LETTERED = replace(
    SMALL_CODEBOOK, codes=tuple(replace(code, letter=LETTERS.get(code.key, "")) for code in SMALL_CODEBOOK.codes)
)


@pytest.fixture
def assignment(transactional_db: None) -> Assignment:
    world = make_world()
    version = make_version(world.study, LETTERED)
    transcript = make_transcript(world.study, ["Please sit down.", EMOJI, *(f"Turn {n}." for n in range(3, 21))])
    return make_round(version, [transcript], [world.rater]).assignments.select_related("rater__user").get()


@pytest.fixture
def desk(assignment: Assignment, browser_page: Callable[..., Any]) -> Any:
    return open_desk(assignment, browser_page)


def person(assignment: Assignment) -> User:
    return assignment.rater.user


def open_desk(assignment: Assignment, browser_page: Callable[..., Any], **options: Any) -> Any:
    page = browser_page(person(assignment), f"/assignments/{assignment.pk}/", **options)
    expect(page.locator("wb-desk[data-ready]")).to_be_visible()
    return page


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Any) -> None:
    """Wait until the page says saved, and nothing waits any more."""
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")


def codes(assignment: Assignment, position: int) -> dict[str, int | None]:
    rows = Coding.objects.filter(judgement__assignment=assignment, judgement__segment__position=position)
    return dict(rows.values_list("code__key", "rating"))


def test_a_session_is_coded_with_two_keys_a_turn_and_handed_in(desk: Any, assignment: Assignment) -> None:
    keys = 0
    for position in range(1, 21):
        pressed = ["a", "2", "Enter"] if position % 5 == 1 else ["w", "Enter"] if position % 2 else ["0", "Enter"]
        press(desk, *pressed)
        keys += len(pressed) - (position % 5 == 1)
    expect(desk.locator(".strip-sum b")).to_have_text("20 / 20")
    expect(desk.locator("[data-submit]")).to_have_text("Submit")
    saved(desk)
    desk.locator("[data-submit]").click()
    desk.get_by_role("button", name="Hand in for good").click()
    expect(desk.locator("h1")).to_contain_text("is handed in")

    assignment.refresh_from_db()
    assert keys == 40
    assert assignment.is_submitted
    assert Judgement.objects.filter(finished_at=None).count() == 0
    assert codes(assignment, 1) == {"PULL-APP": 2}
    assert codes(assignment, 3) == {"ST-WARM": None}
    assert Judgement.objects.get(segment__position=2).outcome == "none"


def test_what_is_undone_comes_back_when_it_is_done_again(desk: Any, assignment: Assignment) -> None:
    press(desk, "a", "3", "Enter", "0", "Enter", "w")
    press(desk, "z", "z", "z", "z", "z", "z")
    expect(desk.locator(".lane-codes, [data-outcome]")).to_have_count(0)
    saved(desk)
    empty = Coding.objects.count()
    press(desk, "Shift+Z", "Shift+Z", "Shift+Z", "Shift+Z")
    expect(desk.locator("#turn-1")).to_have_attribute("data-state", "judged")
    expect(desk.locator("#turn-2 [data-outcome=none]")).to_be_visible()
    desk.wait_for_timeout(300)

    assert empty == 0
    assert codes(assignment, 1) == {"PULL-APP": 3}
    assert Judgement.objects.get(segment__position=1).finished_at is not None
    assert Judgement.objects.get(segment__position=2).finished_at is None


def test_rules_are_sentences_beside_the_turn(desk: Any) -> None:
    said = desk.locator("[aria-current=true] .lane-said")

    press(desk, "Enter")
    expect(said).to_have_text("Give a code, press 0 if none applies, or - if the turn cannot be coded.")
    press(desk, "a", "Enter")
    expect(said).to_have_text("Rate “Seeking approval” first: press one of 1, 2, 3.")
    press(desk, "7")
    expect(said).to_have_text("Ratings go from 1 to 3.")
    press(desk, "0")
    expect(said).to_contain_text("Take the codes away first")
    press(desk, "j", "i")
    expect(said).to_have_text("“Disclosing the pull” is for therapist turns; this is a patient turn.")
    press(desk, "w", "c")
    expect(said).to_have_text("“Cool” replaces “Warm”: one code of this family a turn.")


def test_selected_words_become_evidence_in_code_points(desk: Any, assignment: Assignment) -> None:
    desk.locator("#turn-2 .turn-text").click()
    desk.evaluate(
        """() => {
            const node = document.querySelector("#turn-2 .turn-text").firstChild;
            const at = node.data.indexOf("𝕯ich");
            getSelection().setBaseAndExtent(node, at + 2, node, at + 4);
        }"""
    )
    press(desk, "a")
    expect(desk.locator("#turn-2 mark.evidence")).to_have_text("𝕯ich")
    saved(desk)

    evidence = Coding.objects.get().evidence.get()
    assert EMOJI[evidence.start : evidence.end] == "𝕯ich"


def test_a_memo_and_a_reason_are_written_in_the_lane(desk: Any, assignment: Assignment) -> None:
    press(desk, "m")
    desk.keyboard.type("Jot this down: a, b, 0.")
    press(desk, "Enter", "-")
    desk.keyboard.type("inaudible")
    press(desk, "Enter", "Enter")
    expect(desk.locator("#turn-1 [data-memo]")).to_contain_text("Jot this down: a, b, 0.")
    expect(desk.locator("#turn-2")).to_have_attribute("aria-current", "true")
    saved(desk)

    judgement = Judgement.objects.get(segment__position=1)
    assert (judgement.memo, judgement.outcome, judgement.reason) == (
        "Jot this down: a, b, 0.", "uncodable", "inaudible",
    )  # fmt: skip


def test_everything_works_with_the_mouse(desk: Any, assignment: Assignment) -> None:
    desk.locator("#turn-3 .turn-text").click()
    desk.get_by_role("button", name="Seeking approval").click()
    desk.get_by_role("button", name="Rate 2").click()
    desk.get_by_role("button", name="flag").click()
    desk.get_by_role("button", name="Finish turn Enter").click()
    expect(desk.locator("#turn-3")).to_have_attribute("data-state", "flagged")
    expect(desk.locator("#turn-4")).to_have_attribute("aria-current", "true")
    saved(desk)

    assert codes(assignment, 3) == {"PULL-APP": 2}
    assert Judgement.objects.get().flag


def test_offline_acts_wait_and_are_sent_in_order(desk: Any, assignment: Assignment) -> None:
    desk.context.set_offline(True)
    press(desk, "a", "1", "2", "Enter", "w", "c", "Enter", "0")
    expect(desk.locator(".saved-now")).to_contain_text("8 not yet saved: offline")
    expect(desk.locator("#turn-1")).to_have_attribute("data-state", "judged")
    nothing_yet = Act.objects.count()
    desk.context.set_offline(False)
    saved(desk)

    assert nothing_yet == 0
    assert codes(assignment, 1) == {"PULL-APP": 2}
    assert codes(assignment, 2) == {"ST-COOL": None}
    assert list(Act.objects.order_by("pk").values_list("kind", flat=True)) == [
        "give", "rate", "rate", "finish", "give", "give", "finish", "outcome",
    ]  # fmt: skip


def test_unsent_acts_survive_the_page_but_memos_never_lie_in_the_browser(
    desk: Any, assignment: Assignment, live_server: Any
) -> None:
    desk.context.set_offline(True)
    press(desk, "a", "2", "m")
    desk.keyboard.type("a private thought")
    press(desk, "Enter")
    expect(desk.locator(".saved-now")).to_contain_text("3 not yet saved: offline, 1 of them in this open page only")
    kept = desk.evaluate(
        """() => new Promise((done) => {
            const opening = indexedDB.open("workbench-desk", 1);
            opening.onsuccess = () => {
                const all = opening.result.transaction("acts").objectStore("acts").getAll();
                all.onsuccess = () => done(JSON.stringify(all.result));
            };
        })"""
    )
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.close(run_before_unload=False)
    again = desk.context.new_page()
    desk.context.set_offline(False)
    again.goto(f"{live_server.url}/assignments/{assignment.pk}/")
    expect(again.locator("#turn-1 .chip [data-rate='2']")).to_be_visible()
    saved(again)

    assert "PULL-APP" in kept
    assert "private" not in kept
    assert "Turn 3" not in kept
    assert codes(assignment, 1) == {"PULL-APP": 2}
    assert Judgement.objects.get().memo == ""


def test_acts_of_one_person_are_never_sent_by_another(desk: Any, assignment: Assignment, live_server: Any) -> None:
    desk.context.set_offline(True)
    press(desk, "w")
    expect(desk.locator(".saved-now")).to_contain_text("1 not yet saved: offline")
    other = make_world().rater
    sign_in(desk.context, live_server, other.user)
    desk.context.set_offline(False)
    expect(desk.locator(".saved-now")).to_contain_text("Somebody else is signed in here: 1 not yet saved")

    assert not Act.objects.exists()


def test_an_expired_sign_in_keeps_the_acts_and_goes_on_after_signing_in(
    desk: Any, assignment: Assignment, live_server: Any
) -> None:
    Session.objects.all().delete()
    press(desk, "a", "2")
    expect(desk.locator(".saved-now")).to_contain_text("2 not yet saved")
    sign_in(desk.context, live_server, person(assignment))
    expect(desk.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=15_000)

    assert codes(assignment, 1) == {"PULL-APP": 2}


def test_a_stale_tab_is_told_what_stands(desk: Any, assignment: Assignment) -> None:
    act = {"id": "6f3f0c1e-0000-4000-8000-000000000001", "seq": 1, "kind": "give", "position": 1, "code": "PULL-DEF"}
    perform(user=person(assignment), assignment_id=assignment.pk, act=draft_of(act))
    before = desk.locator("#turn-1 .chip").count()

    press(desk, "a")
    expect(desk.locator("#turn-1 .chip")).to_have_count(2)

    assert before == 0


def test_the_focus_is_never_lost(desk: Any) -> None:
    focus = "document.activeElement.id || document.activeElement.className"
    where = []
    for keys in (["a", "2"], ["Enter"], ["m", "Escape"], ["/", "Escape"], ["z"], ["j", "k"], ["0", "Enter"]):
        press(desk, *keys)
        desk.wait_for_timeout(60)
        where.append(desk.evaluate(focus))

    assert all(place.startswith("turn-") for place in where), where


def test_the_submit_page_lists_what_is_open_and_leads_back(desk: Any, live_server: Any) -> None:
    press(desk, "w", "j", "0", "Enter")
    saved(desk)
    desk.locator("[data-submit]").click()
    expect(desk.locator("h1")).to_contain_text("19 turns of")
    expect(desk.locator(".open-turns li").first).to_contain_text("begun, not finished")
    desk.locator(".open-turns a").nth(1).click()
    expect(desk.locator("#turn-3")).to_have_attribute("aria-current", "true")


def test_a_submitted_session_can_be_read_with_the_keys(
    assignment: Assignment, browser_page: Callable[..., Any]
) -> None:
    submit(assignment)
    page = open_desk(assignment, browser_page)

    press(page, "j", "j", "a")
    expect(page.locator("#turn-3")).to_have_attribute("aria-current", "true")
    expect(page.locator("#turn-3 .lane-said")).to_contain_text("its codings are final")

    assert not Act.objects.exists()


def test_two_tabs_that_do_opposite_things_end_alike(desk: Any, assignment: Assignment, live_server: Any) -> None:
    other = desk.context.new_page()
    other.goto(f"{live_server.url}/assignments/{assignment.pk}/")
    expect(other.locator("wb-desk[data-ready]")).to_be_visible()

    press(desk, "w")
    saved(desk)
    press(other, "c")
    saved(other)
    press(desk, ".")
    expect(desk.locator("#turn-1 .chip")).to_have_attribute("data-code", "ST-COOL")

    assert codes(assignment, 1) == {"ST-COOL": None}


def test_a_code_is_found_by_name(desk: Any, assignment: Assignment) -> None:
    press(desk, "/")
    desk.keyboard.type("defer")
    press(desk, "Enter")
    expect(desk.locator("#turn-1 .chip")).to_have_attribute("data-code", "PULL-DEF")
    press(desk, "1", "?")
    expect(desk.locator(".define")).to_contain_text("All keys")
    saved(desk)

    assert codes(assignment, 1) == {"PULL-DEF": 1}


def test_leaving_with_unsent_acts_warns(desk: Any) -> None:
    asked: list[str] = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.context.set_offline(True)
    press(desk, "w")
    expect(desk.locator(".saved-now")).to_contain_text("1 not yet saved: offline")

    desk.close(run_before_unload=True)
    desk.wait_for_timeout(500)

    assert asked == ["beforeunload"]


def test_a_sentence_stays_when_the_answer_to_an_earlier_act_comes_late(desk: Any) -> None:
    waiting: list[Any] = []
    desk.route("**/acts/", lambda route: waiting.append(route) if not waiting else route.continue_())
    press(desk, "a")
    expect(desk.locator("[data-saved]")).to_have_attribute("data-state", "saving")
    press(desk, "Enter")
    said = desk.locator("#turn-1 .lane-said")
    expect(said).to_contain_text("Rate “")
    waiting[0].fulfill(
        json={
            "answers": [
                {
                    "id": waiting[0].request.post_data_json[0]["id"],
                    "position": 1,
                    "said": "Something about the code.",
                    "lane": "",
                    "state": "open",
                }
            ],
            "at": "2026-01-01T00:00:00Z",
        }
    )
    saved(desk)

    expect(said).to_have_text(re.compile(r"^Something about the code\. Rate “"))


def test_a_phone_finds_by_touch_and_turned_round_it_shows_the_same_turn(desk: Any) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.locator(".phone-bar [data-tool=find]").click()
    expect(desk.locator(".palette input")).to_be_focused()
    desk.keyboard.press("Escape")
    press(desk, *["j"] * 4)
    desk.set_viewport_size({"width": 844, "height": 390})
    expect(desk.locator("[aria-current=true].turn")).to_be_in_viewport()
    desk.set_viewport_size({"width": 390, "height": 844})
    expect(desk.locator("[aria-current=true].turn")).to_be_in_viewport()
