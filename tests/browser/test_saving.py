"""What the desk says about saving, and what it keeps, when line, session, clock or another tab gets in the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from coding.models import Act, Assignment, Coding, CodingAttribute, Evidence, Judgement
from coding.services.act_drafts import draft_of
from coding.services.acts import perform
from coding.services.submission import reopen, withdraw
from tests.browser.conftest import playwright, sign_in
from tests.browser.test_desk import LETTERS, codes, open_desk, person, press, saved
from tests.coding.test_acts import CODEBOOK
from tests.factories import PASSWORD, make_round, make_transcript, make_version, make_world, submit
from transcripts.models import Membership
from workbench import env

pytestmark = [pytest.mark.browser, pytest.mark.soak]
expect = playwright.expect
#: How long the line is down in the middle of a session.
DOWN = 30_000 if env.flag("WORKBENCH_SOAK") else 2_000
LETTERED = replace(CODEBOOK, codes=tuple(replace(code, letter=LETTERS.get(code.key, "")) for code in CODEBOOK.codes))
KEPT = """() => new Promise((done) => {
    const opening = indexedDB.open("workbench-desk", 1);
    opening.onsuccess = () => {
        const all = opening.result.transaction("acts").objectStore("acts").getAll();
        all.onsuccess = () => done(all.result.map((row) => row.act.kind));
    };
})"""


@pytest.fixture
def assignment(transactional_db: None) -> Assignment:
    world = make_world()
    transcript = make_transcript(world.study, [f"Turn {number} was said." for number in range(1, 31)])
    round_ = make_round(make_version(world.study, LETTERED), [transcript], [world.rater, world.other_rater])
    return round_.assignments.select_related("rater__user", "study").get(rater=world.rater)


@pytest.fixture
def desk(assignment: Assignment, browser_page: Callable[..., Any]) -> Any:
    return open_desk(assignment, browser_page)


def coordinator(assignment: Assignment) -> Any:
    return Membership.objects.get(study=assignment.study, role="coordinator").user


def words(page: Any) -> Any:
    return page.locator(".saved-now")


# What it says --------------------------------------------------------------------------------------------------------


def test_the_words_are_true_while_an_act_is_on_its_way(desk: Any) -> None:
    press(desk, "w")
    saved(desk)
    expect(words(desk)).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d$"))
    waiting: list[Any] = []
    desk.route("**/acts/", lambda route: waiting.append(route) if not waiting else route.continue_())
    press(desk, "c")
    at_once = words(desk).inner_text()
    expect(desk.locator("[data-saved][data-slow] .spin")).to_be_visible()
    press(desk, ".")
    still = words(desk).inner_text()
    waiting[0].continue_()
    saved(desk)

    assert (at_once, still) == ("Saving", "Saving")
    assert Act.objects.count() == 3


def test_the_number_of_unsaved_acts_is_true_at_once(desk: Any) -> None:
    desk.context.set_offline(True)
    press(desk, "w")
    expect(words(desk)).to_have_text("1 not yet saved: offline")
    press(desk, ".", "c", "j", "0")

    assert words(desk).inner_text() == "4 not yet saved: offline"


def test_a_server_that_is_not_ready_is_not_called_offline(desk: Any) -> None:
    desk.route("**/acts/", lambda route: route.fulfill(status=503, body="starting"))
    press(desk, "w")
    expect(words(desk)).to_have_text("1 not yet saved: the server is not ready")
    desk.unroute("**/acts/")
    saved(desk)


def test_a_clock_that_is_wrong_changes_neither_order_nor_what_is_said(
    assignment: Assignment, browser_page: Callable[..., Any]
) -> None:
    page = browser_page(person(assignment), "/healthz")
    page.clock.set_fixed_time("1999-12-31T23:59:00Z")
    page.goto(page.url.replace("/healthz", f"/assignments/{assignment.pk}/"))
    expect(page.locator("wb-desk[data-ready]")).to_be_visible()
    press(page, "w", "c", ".", "Enter")
    saved(page)
    said = words(page).inner_text()
    page.clock.set_fixed_time("1970-01-01T00:00:00Z")
    press(page, "w")
    saved(page)

    kinds = list(Act.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds[:3] == ["give", "give", "flag"]
    assert not said.startswith("Saved 23:59")
    assert codes(assignment, 1) == {"ST-COOL": None}


# The line ------------------------------------------------------------------------------------------------------------


def test_coding_goes_on_while_the_line_is_down_for_a_while(desk: Any, assignment: Assignment) -> None:
    press(desk, "w", "Enter")
    saved(desk)
    desk.context.set_offline(True)
    for number in range(2, 20):
        press(desk, *("a", str(number % 3 + 1), "Enter") if number % 2 else ("0", "Enter"))
        desk.wait_for_timeout(DOWN // 18)
    expect(words(desk)).to_contain_text("45 not yet saved: offline")
    before = Act.objects.count()
    desk.context.set_offline(False)
    expect(desk.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=40_000)

    assert before == 2
    assert Act.objects.count() == 47
    assert Judgement.objects.exclude(finished_at=None).count() == 19
    assert {n: codes(assignment, n) for n in range(3, 20, 2)} == {n: {"PULL-APP": n % 3 + 1} for n in range(3, 20, 2)}
    assert desk.evaluate(KEPT) == []


def test_an_answer_that_gets_lost_is_asked_for_again_and_nothing_is_doubled(desk: Any, assignment: Assignment) -> None:
    lost = [2]

    def lose(route: Any) -> None:
        if lost[0]:
            lost[0] -= 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    desk.route("**/acts/", lose)
    press(desk, "a", "2", "Enter")
    saved(desk)

    assert lost == [0]
    assert Act.objects.count() == 3
    assert codes(assignment, 1) == {"PULL-APP": 2}


def test_it_works_over_plain_http_in_a_network_of_ones_own(
    assignment: Assignment, browser_page: Callable[..., Any], live_server: Any
) -> None:
    page = browser_page(person(assignment), "/healthz")
    session = next(one for one in page.context.cookies() if one["name"] == "sessionid")
    page.context.add_cookies([{"name": "sessionid", "value": session["value"], "url": "http://workbench.example"}])

    def there(route: Any) -> None:
        headers = {**route.request.all_headers(), "host": "workbench.example"}
        route.fulfill(
            response=route.fetch(
                url=route.request.url.replace("http://workbench.example", live_server.url), headers=headers
            )
        )

    page.context.route("http://workbench.example/**", there)
    page.goto(f"http://workbench.example/assignments/{assignment.pk}/")
    expect(page.locator("wb-desk[data-ready]")).to_be_visible()
    secure = page.evaluate("[isSecureContext, typeof crypto.randomUUID, 'serviceWorker' in navigator]")
    press(page, "a", "3", "Enter")
    saved(page)

    assert secure == [False, "undefined", False]
    assert codes(assignment, 1) == {"PULL-APP": 3}


# Who is signed in ----------------------------------------------------------------------------------------------------


def test_the_password_is_asked_for_in_place_and_the_desk_goes_on(desk: Any, assignment: Assignment) -> None:
    Session.objects.all().delete()
    press(desk, "a", "2")
    field = desk.locator(".sign-in input[type=password]")
    expect(field).to_be_visible()
    field.click()
    desk.keyboard.type("not my password j k z")
    desk.keyboard.press("Enter")
    expect(desk.locator(".sign-in-said")).to_have_text("That is not the password.")
    field.fill(PASSWORD)
    desk.wait_for_timeout(5_000)  # it tries again meanwhile, and what is being typed stays
    desk.get_by_role("button", name="Go on", exact=True).click()
    saved(desk)
    press(desk, "Enter")
    saved(desk)

    assert codes(assignment, 1) == {"PULL-APP": 2}
    assert Act.objects.count() == 3


def test_somebody_else_in_the_same_browser_neither_sends_nor_sees_what_waits(
    desk: Any, assignment: Assignment, live_server: Any
) -> None:
    other = Assignment.objects.exclude(pk=assignment.pk).select_related("rater__user").get()
    desk.context.set_offline(True)
    press(desk, "a", "2")
    expect(words(desk)).to_contain_text("2 not yet saved")
    sign_in(desk.context, live_server, person(other))
    desk.context.set_offline(False)
    expect(words(desk)).to_contain_text("Somebody else is signed in here: 2 not yet saved")
    theirs = desk.context.new_page()
    theirs.goto(f"{live_server.url}/assignments/{other.pk}/")
    expect(theirs.locator("wb-desk[data-ready]")).to_be_visible()
    press(theirs, "w")
    saved(theirs)
    seen = theirs.locator(".chip").count()
    early = list(Act.objects.values_list("assignment", "kind"))
    sign_in(desk.context, live_server, person(assignment))
    expect(desk.locator("[data-saved]")).to_have_attribute("data-state", "saved")

    assert seen == 1
    assert early == [(other.pk, "give")]
    assert codes(assignment, 1) == {"PULL-APP": 2}
    assert codes(other, 1) == {"ST-WARM": None}


# Other tabs ----------------------------------------------------------------------------------------------------------


def test_a_stale_tab_is_told_what_changed(desk: Any, assignment: Assignment) -> None:
    act = {"id": "6f3f0c1e-0000-4000-8000-000000000001", "seq": 1, "kind": "give", "position": 1, "code": "PULL-DEF"}
    perform(user=person(assignment), assignment_id=assignment.pk, act=draft_of(act))

    press(desk, "w")
    expect(desk.locator("#turn-1 .lane-said")).to_have_text(
        "Changed in another window meanwhile: “Deference” stands now."
    )

    assert codes(assignment, 1) == {"PULL-DEF": None, "ST-WARM": None}


def test_what_waits_is_sent_once_although_two_tabs_find_it(desk: Any, assignment: Assignment, live_server: Any) -> None:
    desk.context.set_offline(True)
    press(desk, "a", "2", "Enter", "0")
    expect(words(desk)).to_contain_text("4 not yet saved")
    desk.route("**/acts/", lambda route: route.abort())
    desk.context.set_offline(False)
    other = desk.context.new_page()
    other.goto(f"{live_server.url}/assignments/{assignment.pk}/")
    saved(other)
    desk.unroute("**/acts/")
    saved(desk)

    assert Act.objects.count() == 4
    assert codes(assignment, 1) == {"PULL-APP": 2}


def test_an_assignment_withdrawn_meanwhile_is_said_and_what_waits_is_kept(desk: Any, assignment: Assignment) -> None:
    withdraw(user=coordinator(assignment), assignment_id=assignment.pk, reason="A mistake.")
    press(desk, "w")
    expect(words(desk)).to_have_text("1 not saved: This assignment was withdrawn.")

    assert desk.evaluate(KEPT) == ["give"]
    assert not Coding.objects.exists()


def test_a_rater_who_left_the_study_is_told_so(desk: Any, assignment: Assignment) -> None:
    Membership.objects.filter(pk=assignment.rater_id).update(left_at=Now())
    press(desk, "w")
    expect(words(desk)).to_contain_text("1 not saved:")

    assert not Act.objects.exists()


def test_what_was_done_after_handing_in_elsewhere_is_sent_once_it_is_opened_again(
    desk: Any, assignment: Assignment
) -> None:
    submit(assignment)
    press(desk, "w")
    expect(words(desk)).to_contain_text("1 not saved: This assignment was submitted; its codings are final.")
    reopen(user=coordinator(assignment), assignment_id=assignment.pk, reason="A slip.")
    desk.evaluate("dispatchEvent(new Event('online'))")
    saved(desk)

    assert codes(assignment, 1) == {"ST-WARM": None}


# Undo ----------------------------------------------------------------------------------------------------------------


def test_every_kind_of_act_of_a_visit_is_undone_and_done_again(desk: Any, assignment: Assignment) -> None:
    press(desk, "a", "2")
    desk.evaluate(
        """() => {
            const node = document.querySelector("#turn-1 .turn-text").firstChild;
            getSelection().setBaseAndExtent(node, 0, node, 4);
        }"""
    )
    press(desk, "a")
    expect(desk.locator("#turn-1 mark.evidence")).to_have_text("Turn")
    press(desk, ",")
    desk.locator("[data-attribute=arena]").select_option("there")
    press(desk, "Escape", "m")
    desk.keyboard.type("a thought")
    press(desk, "Enter", "Shift+M")
    desk.keyboard.type("about the code")
    press(desk, "Enter", ".", "Enter", "0", "Enter", "-")
    desk.keyboard.type("inaudible")
    press(desk, "Enter", "w", "w")
    saved(desk)
    everything = state_of(assignment)
    acts = Act.objects.count()

    for _ in range(acts):
        press(desk, "z")
    expect(desk.locator(".lane-codes, [data-outcome], [data-memo], [data-flag], mark.evidence")).to_have_count(0)
    saved(desk)
    nothing = state_of(assignment)
    press(desk, "z")
    expect(desk.locator(".lane-said")).to_contain_text("nothing to undo")
    for _ in range(acts):
        press(desk, "Shift+Z")
    expect(desk.locator("#turn-1")).to_have_attribute("data-state", "flagged")
    expect(desk.locator("#turn-1 .chip-said")).to_contain_text("told about")
    saved(desk)

    assert nothing == {}
    assert everything[1] == (
        None, "a thought", True, True, [("PULL-APP", 2, "about the code", [(0, 4)], ["there"])],
    )  # fmt: skip
    assert state_of(assignment) == everything


def state_of(assignment: Assignment) -> dict[int, Any]:
    found = {}
    for one in Judgement.objects.filter(assignment=assignment).select_related("segment"):
        given = [
            (
                coding.code.key, coding.rating, coding.memo,
                list(Evidence.objects.filter(coding=coding).values_list("start", "end")),
                list(CodingAttribute.objects.filter(coding=coding).values_list("value", flat=True)),
            )
            for coding in Coding.objects.filter(judgement=one).select_related("code")
        ]  # fmt: skip
        state = (one.outcome, one.memo, one.flag, one.finished_at is not None, given)
        if state != (None, "", False, False, []):
            found[one.segment.position] = state
    return found
