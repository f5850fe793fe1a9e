"""Everything on the desk by keyboard: links, notes, words as evidence, answers, two-letter keys, no single keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from coding.formats.drafts import AttributeDraft, CodeDraft, FamilyDraft
from coding.models import Assignment, Coding, CodingAttribute, CodingLink, Evidence, ReflexiveNote
from tests.browser.conftest import playwright
from tests.browser.test_desk import LETTERS, codes, open_desk, person, press, saved
from tests.factories import SMALL_CODEBOOK, judge, make_round, make_transcript, make_version, make_world

pytestmark = pytest.mark.browser
expect = playwright.expect
TEXTS = [
    "Please sit down, if you like.",
    "I read the article you mentioned, and read it well.",
    "You did?",
    "أنا قرأت المقال كله 👩‍🎨 اليوم",
    "I noticed that I felt pleased when you said that.",
    "",
]


def make_assignment(draft: Any, texts: list[str]) -> Assignment:
    world = make_world()
    version = make_version(world.study, draft)
    transcript = make_transcript(world.study, texts)
    return make_round(version, [transcript], [world.rater]).assignments.select_related("rater__user").get()


@pytest.fixture
def assignment(transactional_db: None) -> Assignment:
    attributes = (
        AttributeDraft("arena", "nominal", {"here": "lived here", "there": "told about"}, ("PULL",), default="here"),
        AttributeDraft("mode", "nominal", {"a": "aloud", "b": "below"}, ("ST-COOL",), required=True),
    )
    lettered = tuple(replace(code, letter=LETTERS.get(code.key, "")) for code in SMALL_CODEBOOK.codes)
    return make_assignment(replace(SMALL_CODEBOOK, codes=lettered, attributes=attributes), TEXTS)


@pytest.fixture
def desk(assignment: Assignment, browser_page: Callable[..., Any]) -> Any:
    return open_desk(assignment, browser_page)


def spans(code: str) -> list[str]:
    rows = Evidence.objects.filter(coding__code__key=code).order_by("start")
    found = rows.values_list("coding__judgement__segment__text", "start", "end")
    return [text[start:end] for text, start, end in found]


def live(page: Any) -> Any:
    return page.locator(".desk-live")


# Links ----------------------------------------------------------------------------------------------------------------


def test_a_naming_is_linked_to_a_pull_by_keyboard_and_the_line_leads_there(desk: Any, assignment: Assignment) -> None:
    press(desk, "j", "a", "2", "Enter", "w", "Enter", "j", "i", ">")
    choice = desk.locator("#link-choices [aria-selected=true]")
    expect(choice).to_contain_text("Seeking approval")
    press(desk, "ArrowDown")
    expect(choice).to_contain_text("Warm")
    press(desk, "ArrowUp", "Enter")
    expect(desk.locator("#turn-5 .chip-link")).to_have_text("to turn 2: Seeking approval")
    expect(desk.locator("#turn-2 .chip-link")).to_have_text("from turn 5: Disclosing the pull")
    saved(desk)

    link = CodingLink.objects.get(assignment=assignment)
    assert link.to_coding.code.key == "PULL-APP"
    desk.locator("#turn-5 .chip-link").click()
    expect(desk.locator("#turn-2")).to_have_attribute("aria-current", "true")
    expect(desk.locator("#turn-2")).to_be_focused()


def test_a_link_is_chosen_by_words_or_mouse_taken_away_and_undone(desk: Any) -> None:
    press(desk, "j", "a", "2", "Enter", "w", "Enter", "j", "i", ">")
    desk.keyboard.type("warm")
    expect(desk.locator("#link-choices li")).to_have_count(1)
    desk.locator("#link-choices li").click()
    expect(desk.locator("#turn-5 .chip-link")).to_have_text("to turn 3: Warm")
    saved(desk)
    press(desk, ">")
    expect(desk.locator("#link-choices li").nth(1)).to_contain_text("linked; choose to unlink")
    press(desk, "ArrowDown", "Enter")
    expect(desk.locator("#turn-5 .chip-link")).to_have_count(0)
    press(desk, "z")
    expect(desk.locator("#turn-5 .chip-link")).to_have_count(1)
    saved(desk)
    press(desk, "z")
    expect(desk.locator("#turn-5 .chip-link")).to_have_count(0)
    expect(desk.locator("#turn-3 .chip-link")).to_have_count(0)
    saved(desk)

    assert not CodingLink.objects.exists()


def test_a_link_without_anything_to_lead_to_is_a_sentence(desk: Any) -> None:
    said = desk.locator("[aria-current=true] .lane-said")

    press(desk, ">")
    expect(said).to_contain_text("Give a code first")
    press(desk, "a", ">")
    expect(said).to_have_text("No code of an earlier turn can be linked to “Seeking approval” yet.")
    saved(desk)


def test_a_link_leads_to_a_turn_that_is_not_on_the_page(
    transactional_db: None, browser_page: Callable[..., Any]
) -> None:
    lettered = tuple(replace(code, letter=LETTERS.get(code.key, "")) for code in SMALL_CODEBOOK.codes)
    assignment = make_assignment(replace(SMALL_CODEBOOK, codes=lettered), [f"Turn {n}." for n in range(1, 802)])
    judge(assignment, 2, "PULL-APP")
    page = open_desk(assignment, browser_page)
    press(page, ":")
    page.keyboard.type("799")
    press(page, "Enter")
    expect(page.locator("#turn-799")).to_have_attribute("aria-current", "true")
    expect(page.locator("#turn-2")).to_have_count(0)
    press(page, "i", ">")
    expect(page.locator("#link-choices [aria-selected=true]")).to_contain_text("Seeking approval")
    press(page, "Enter")
    saved(page)
    page.locator("#turn-799 .chip-link").click()
    expect(page.locator("#turn-2 .chip-link")).to_have_text("from turn 799: Disclosing the pull")

    assert CodingLink.objects.get().kind == ""


# Words as evidence ----------------------------------------------------------------------------------------------------


def test_words_are_chosen_with_arrows_and_given_as_evidence(desk: Any) -> None:
    press(desk, "j", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    expect(live(desk)).to_have_text("Chosen: read the article")
    press(desk, "Shift+ArrowLeft", "a")
    expect(desk.locator("#turn-2 mark.evidence")).to_have_text("read the")
    saved(desk)

    assert spans("PULL-APP") == ["read the"]


def test_a_second_stretch_is_added_and_the_same_one_again_goes(desk: Any) -> None:
    press(desk, "j", "ArrowRight", "a", "ArrowLeft", "Shift+ArrowLeft", "a")
    expect(desk.locator("#turn-2 mark.evidence")).to_have_count(2)
    saved(desk)
    both = spans("PULL-APP")
    press(desk, "ArrowRight", "a")
    expect(desk.locator("#turn-2 mark.evidence")).to_have_count(1)
    saved(desk)

    assert both == ["I", "it well"]
    assert spans("PULL-APP") == ["it well"]


def test_alt_keeps_the_selection_to_the_sign(desk: Any) -> None:
    press(desk, "j", "ArrowRight", "ArrowRight", "Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight", "a")
    saved(desk)

    assert spans("PULL-APP") == ["read t"]


def test_in_a_text_from_the_right_the_keys_follow_the_eye_and_an_emoji_is_one_sign(desk: Any) -> None:
    press(desk, "j", "j", "j", "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft", "a")
    press(desk, *["ArrowLeft"] * 4, "Alt+Shift+ArrowLeft", "Alt+Shift+ArrowLeft", "d")
    saved(desk)

    assert spans("PULL-APP") == ["قرأت المقال كله"]
    assert spans("PULL-DEF") == ["كله 👩‍🎨"]


def test_overlapping_evidence_keeps_each_line_at_its_own_height(desk: Any) -> None:
    press(desk, "j", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "a")
    press(desk, "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "d")
    marks = desk.locator("#turn-2 mark.evidence[data-slot]")
    levels = marks.evaluate_all("(all) => all.map((one) => [one.dataset.level ?? '0', one.textContent])")
    expect(desk.locator("#turn-2 .chip")).to_have_count(2)

    saved(desk)

    assert {level for level, _ in levels} == {"0", "1"}
    assert desk.locator("#turn-2 .turn-text").text_content() == TEXTS[1]


# Answers --------------------------------------------------------------------------------------------------------------


def test_one_key_says_there_instead_of_here(desk: Any) -> None:
    press(desk, "j", "a", ";")
    expect(desk.locator("#turn-2 .chip-said")).to_have_text("arena: told about")
    saved(desk)
    there = CodingAttribute.objects.get().value
    press(desk, ";")
    expect(desk.locator("#turn-2 .chip-said")).to_have_count(0)
    saved(desk)

    assert there == "there"
    assert CodingAttribute.objects.get().value == "here"


def test_a_question_that_must_be_answered_is_asked_before_the_turn_is_left(desk: Any) -> None:
    press(desk, "j", "c", "Enter")

    expect(desk.locator("#turn-2 .lane-said")).to_have_text("Say the mode of “Cool” first: press the comma.")
    expect(desk.locator("#turn-2")).to_have_attribute("aria-current", "true")
    press(desk, ";", "Enter")
    expect(desk.locator("#turn-2")).to_have_attribute("data-state", "judged")
    saved(desk)


# The note -------------------------------------------------------------------------------------------------------------


def test_the_note_is_written_with_the_keyboard_and_kept(desk: Any) -> None:
    press(desk, "Shift+N")
    expect(desk.locator("#own-note")).to_be_focused()
    desk.keyboard.type("I wanted to rescue her.")
    expect(desk.locator(".note-form output")).to_contain_text("Saved")
    press(desk, "Escape", "a")
    expect(desk.locator("#turn-1 .chip")).to_have_count(1)
    saved(desk)

    assert ReflexiveNote.objects.get().text == "I wanted to rescue her."
    assert not ReflexiveNote.objects.get().shared


def test_a_note_waits_in_the_page_while_the_line_is_down(desk: Any) -> None:
    press(desk, "Shift+N")
    desk.context.set_offline(True)
    desk.keyboard.type("Away.")
    expect(desk.locator(".note-form output")).to_contain_text("waits in this open page")
    desk.context.set_offline(False)
    expect(desk.locator(".note-form output")).to_contain_text("Saved")

    assert ReflexiveNote.objects.get().text == "Away."


def test_a_second_window_loses_no_words_of_a_note(
    desk: Any, assignment: Assignment, browser_page: Callable[..., Any]
) -> None:
    other = open_desk(assignment, browser_page)
    press(desk, "Shift+N")
    desk.keyboard.type("First.")
    expect(desk.locator(".note-form output")).to_contain_text("Saved")
    press(other, "Shift+N")
    other.keyboard.type("Second.")
    expect(other.locator(".note-form output")).to_contain_text("put before yours")
    other.locator(".note-form button").click()
    expect(other.locator(".note-form output")).to_contain_text("Saved")

    assert ReflexiveNote.objects.get().text == "First.\n\nSecond."


def test_a_window_opened_earlier_shares_no_note_again(
    desk: Any, assignment: Assignment, browser_page: Callable[..., Any]
) -> None:
    press(desk, "Shift+N")
    desk.get_by_label("Let the study read this note").check()
    expect(desk.locator(".note-form [data-who]")).to_contain_text("You share this note")
    other = open_desk(assignment, browser_page)
    desk.get_by_label("Let the study read this note").uncheck()
    expect(desk.locator(".note-form [data-who]")).to_contain_text("yours alone")
    press(other, "Shift+N")
    expect(other.get_by_label("Let the study read this note")).to_be_checked()
    other.keyboard.type("Second.")
    expect(other.locator(".note-form output")).to_contain_text("Saved")

    expect(other.get_by_label("Let the study read this note")).not_to_be_checked()
    kept = ReflexiveNote.objects.get()
    assert (kept.text, kept.shared) == ("Second.", False)


def test_sharing_waits_in_the_page_while_the_line_is_down(desk: Any) -> None:
    press(desk, "Shift+N")
    desk.context.set_offline(True)
    desk.get_by_label("Let the study read this note").check()
    expect(desk.locator(".note-form output")).to_contain_text("waits in this open page")
    desk.context.set_offline(False)
    expect(desk.locator(".note-form output")).to_contain_text("Saved")

    assert ReflexiveNote.objects.get().shared


# Many codes, no single keys, quiet ------------------------------------------------------------------------------------


def many_codes(count: int) -> Any:
    families = tuple(FamilyDraft(key=f"F{chr(65 + n)}", name=f"Family {chr(65 + n)}") for n in range(-(-count // 20)))
    made = tuple(
        CodeDraft(key=f"{families[n // 20].key}-C{n}", name=f"Code number {n}", family=families[n // 20].key)
        for n in range(count)
    )
    return replace(SMALL_CODEBOOK, families=families, codes=made, attributes=())


def test_two_letters_give_a_code_of_a_large_codebook(transactional_db: None, browser_page: Callable[..., Any]) -> None:
    assignment = make_assignment(many_codes(60), TEXTS)
    page = open_desk(assignment, browser_page)
    letters = page.locator(".code-key").evaluate_all(
        "(all) => all.map((one) => [one.dataset.code, one.dataset.letter])"
    )
    code, keys = letters[25]
    press(page, keys[0].lower())
    expect(live(page)).to_have_text(f"{keys[0]}, and one more letter")
    expect(page.locator(".code-key:not(.is-out)")).to_have_count(20)
    press(page, keys[1].lower(), keys[0].lower(), "j")
    expect(page.locator(".code-key.is-out")).to_have_count(0)
    expect(page.locator("#turn-2")).to_have_attribute("aria-current", "true")
    saved(page)

    assert len(keys) == 2
    assert list(codes(assignment, 1)) == [code]


def test_a_thousand_codes_are_reached_by_keys_or_by_searching(
    transactional_db: None, browser_page: Callable[..., Any]
) -> None:
    assignment = make_assignment(many_codes(1000), TEXTS)
    page = open_desk(assignment, browser_page)
    press(page, "/")
    page.keyboard.type("number 999")
    press(page, "Enter")
    expect(page.locator("#turn-1 .chip-name")).to_have_text("Code number 999")
    saved(page)

    assert Coding.objects.get().code.letter == ""


def test_single_keys_can_be_switched_off_and_the_browser_remembers(
    desk: Any, assignment: Assignment, browser_page: Callable[..., Any]
) -> None:
    desk.locator(".reading summary").click()
    desk.get_by_label("single keys act").uncheck()
    desk.locator("#turn-1").click()
    press(desk, "a", "0", "w", "/")
    expect(desk.locator(".chip")).to_have_count(0)
    desk.reload()
    expect(desk.locator("wb-desk[data-ready]")).to_be_visible()
    press(desk, "a", "ArrowDown")
    expect(desk.locator("#turn-2")).to_have_attribute("aria-current", "true")
    expect(desk.locator(".chip")).to_have_count(0)
    desk.locator(".code-key[data-code=PULL-APP]").click()
    expect(desk.locator("#turn-2 .chip")).to_have_count(1)
    saved(desk)

    assert list(codes(assignment, 2)) == ["PULL-APP"]


def test_quiet_shows_text_and_lane_alone_and_type_grows(desk: Any) -> None:
    size = "getComputedStyle(document.querySelector('.turn-text')).fontSize"
    before = desk.evaluate(size)
    press(desk, "Shift+Q")
    for part in (".strip", ".palette", ".keybar", ".turn-tools [data-tool=finish]"):
        expect(desk.locator(part)).to_be_hidden()
    expect(desk.get_by_role("button", name="show everything")).to_be_visible()
    press(desk, "a", "2")
    expect(desk.locator("#turn-1 .chip [data-rate='2']")).to_be_visible()
    saved(desk)
    press(desk, "Shift+Q")
    desk.locator(".reading summary").click()
    desk.get_by_label("very large").check()
    grown = desk.evaluate(size)
    desk.reload()
    expect(desk.locator("wb-desk[data-ready]")).to_be_visible()

    assert (before, grown, desk.evaluate(size)) == ("17px", "24px", "24px")


@pytest.mark.parametrize("size", ["0", "1", "2", "3"])
def test_a_line_has_at_most_75_characters(assignment: Assignment, browser_page: Callable[..., Any], size: str) -> None:
    long = make_transcript(assignment.study, ["I read the article that you had mentioned to me. " * 40])
    again = make_round(assignment.version, [long], [assignment.rater]).assignments.get()
    page = open_desk(again, browser_page)
    page.context.add_cookies([{"name": "desk", "value": f"{size}-1-0-1", "url": page.url}])
    page.reload()
    longest = page.evaluate(
        """() => {
            const text = document.querySelector(".turn-text").firstChild;
            const range = document.createRange();
            const lines = new Map();
            for (let at = 0; at < text.length; at += 1) {
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                const { top } = range.getBoundingClientRect();
                lines.set(top, (lines.get(top) ?? 0) + 1);
            }
            return Math.max(...lines.values());
        }"""
    )

    assert 30 < longest <= 75


def test_everything_is_read_but_nothing_changed_once_it_is_handed_in(
    assignment: Assignment, browser_page: Callable[..., Any]
) -> None:
    from tests.factories import submit

    submit(assignment)
    page = open_desk(assignment, browser_page)
    press(page, ">", ";", "a")
    expect(page.locator("[aria-current=true] .lane-said")).to_contain_text("its codings are final")
    press(page, "Shift+N")
    expect(page.locator(".own-note")).to_have_attribute("open", "")
    assert person(assignment).pk
