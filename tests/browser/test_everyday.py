"""What happens to everybody: impatient clicks, two tabs, the back button, an expired sign-in, large print, no mouse."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from coding.models import Act, Assignment, CodebookVersion, Coding, Judgement, Round
from coding.services.codebooks import new_draft
from tests.browser.conftest import playwright
from tests.browser.gallery import ODD_SESSION
from tests.browser.keyboard import focus_is_visible, tab_to
from tests.coding.exchange import FIXTURES
from tests.factories import PASSWORD, StudyWorld, judge, make_world
from transcripts.models import Revision, Study, Transcript
from transcripts.services import batches
from workbench.accounts.models import User

pytestmark = pytest.mark.browser
expect = playwright.expect
#: 1440 by 900 at twice the size: half as many points, each twice as large.
LARGE_PRINT = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}


@pytest.fixture
def here(transactional_db: None) -> StudyWorld:
    world = make_world("here")
    User.objects.filter(pk=world.coordinator.user_id).update(may_create_studies=True)
    return world


@pytest.fixture
def coordinator(here: StudyWorld, browser_page: Callable[..., Any]) -> Callable[..., Any]:
    """Open pages of the study as its coordinator."""
    return lambda path="", **options: browser_page(here.coordinator.user, f"/studies/here/{path}", **options)


@pytest.fixture
def assignment(here: StudyWorld) -> Assignment:
    return here.assignment(here.round())


@pytest.fixture
def desk(here: StudyWorld, assignment: Assignment, browser_page: Callable[..., Any]) -> Any:
    page = browser_page(here.rater.user, f"/assignments/{assignment.pk}/")
    expect(page.locator("wb-desk[data-ready]")).to_be_visible()
    return page


def waiting_batch(world: StudyWorld) -> str:
    batch = uuid.uuid4()
    user = world.coordinator.user
    batches.add_upload(user=user, study=world.study, batch=batch, file_name="group_03.txt", data=ODD_SESSION)
    return f"transcripts/imports/{batch}/"


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Any) -> None:
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")


def posts_of(page: Any) -> list[str]:
    """List what a page sends, as it goes."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


def click_twice(page: Any, name: str) -> list[str]:
    """Send a button's form and, once that is on its way, again, past the page's own guard against second clicks."""
    sent = posts_of(page)
    page.get_by_role("button", name=name).evaluate(
        """(button) => {
            const value = document.createElement("input");
            Object.assign(value, { type: "hidden", name: button.name, value: button.value });
            button.form.append(value);
            const send = () => HTMLFormElement.prototype.submit.call(button.form);
            send();
            setTimeout(send, 20);
        }"""
    )
    return sent


# Impatient clicks ----------------------------------------------------------------------------------------------------


def test_a_second_click_imports_nothing_twice(here: StudyWorld, coordinator: Callable[..., Any]) -> None:
    page = coordinator(waiting_batch(here))

    sent = click_twice(page, "Import 1 transcript")
    expect(page.locator("tbody tr", has_text="GRP-03")).to_have_count(1)

    assert len(sent) == 2
    assert Transcript.objects.filter(name="GRP-03").count() == 1
    assert Revision.objects.filter(transcript__name="GRP-03").count() == 1


def test_a_second_click_reads_a_codebook_file_once(coordinator: Callable[..., Any]) -> None:
    before = CodebookVersion.objects.count()
    page = coordinator("codebooks/")

    page.get_by_label("Codebook file").set_input_files(FIXTURES / "relational_moves_codebook.json")
    sent = click_twice(page, "Read the file")
    expect(page.locator("h1")).to_contain_text("Draft 1.0.0 holds")

    assert len(sent) == 2
    assert CodebookVersion.objects.count() == before + 1


def test_a_second_click_publishes_once(here: StudyWorld, coordinator: Callable[..., Any]) -> None:
    draft = new_draft(user=here.coordinator.user, version=here.version, name="2.0")
    page = coordinator(f"codebooks/{draft.pk}/")

    page.locator("summary", has_text="Publish 2.0").click()
    sent = click_twice(page, "Freeze and publish")
    expect(page.locator("h1")).to_contain_text("Version 2.0 is published")

    assert len(sent) == 2
    assert CodebookVersion.objects.published().filter(name="2.0").count() == 1


def test_a_second_click_starts_one_round(coordinator: Callable[..., Any]) -> None:
    page = coordinator("rounds/new/")

    page.get_by_label("Name").fill("Only once")
    sent = click_twice(page, "Start the round")
    expect(page.locator("h1")).to_contain_text("Only once")

    assert len(sent) == 2
    assert Round.objects.get().assignments.count() == 2


def test_a_second_click_starts_one_study(coordinator: Callable[..., Any], live_server: Any) -> None:
    page = coordinator()
    page.goto(f"{live_server.url}/studies/new/")

    page.get_by_label("Title").fill("Pulls and namings")
    sent = click_twice(page, "Start the study")
    expect(page.get_by_role("navigation", name="Study")).to_be_visible()

    assert len(sent) == 2
    assert Study.objects.filter(title="Pulls and namings").count() == 1


def test_a_second_click_hands_in_once(here: StudyWorld, assignment: Assignment, desk: Any) -> None:
    for position in range(1, 5):
        judge(assignment, position, "ST-WARM")
    desk.reload()

    desk.locator("[data-submit]").click()
    sent = click_twice(desk, "Hand in for good")
    expect(desk.locator("h1")).to_contain_text("is handed in")

    assignment.refresh_from_db()
    assert len(sent) == 2
    assert assignment.is_submitted
    assert Coding.objects.count() == 4


def test_a_link_that_is_shown_once_survives_a_second_click(coordinator: Callable[..., Any]) -> None:
    page = coordinator("members/")
    sent = posts_of(page)

    page.get_by_label("Label").fill("rater_z")
    page.get_by_role("button", name="Make the link").evaluate(
        "(one) => { one.click(); setTimeout(() => one.click()); }"
    )
    expect(page.locator(".copy")).to_contain_text("/join/")

    assert len(sent) == 1


# Back and two tabs ---------------------------------------------------------------------------------------------------


def test_going_back_after_handing_in_opens_nothing_again(assignment: Assignment, desk: Any) -> None:
    press(desk, *["0", "Enter"] * 4)
    saved(desk)
    desk.locator("[data-submit]").click()
    desk.get_by_role("button", name="Hand in for good").click()
    expect(desk.locator("h1")).to_contain_text("is handed in")
    acts = Act.objects.count()

    desk.go_back()
    expect(desk.locator("h1")).to_contain_text("is handed in")
    desk.go_back()
    expect(desk.locator("wb-desk[data-final]")).to_be_visible()
    press(desk, "k", "a", "Enter")
    expect(desk.locator("[aria-current=true] .lane-said")).to_contain_text("its codings are final")

    assert Act.objects.count() == acts


def test_two_tabs_code_different_turns_and_both_are_kept(assignment: Assignment, desk: Any) -> None:
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("wb-desk[data-ready]")).to_be_visible()
    press(other, "j", "j")

    for page in (desk, other):
        press(page, "m")
        page.keyboard.type("from this tab")
        press(page, "Enter", "0", "Enter", "0", "Enter")
    for page in (desk, other):
        saved(page)
    desk.reload()

    expect(desk.locator(".strip-sum b")).to_have_text("4 / 4")
    judgements = Judgement.objects.filter(assignment=assignment)
    assert {row.segment.position: row.memo for row in judgements.select_related("segment")} == {
        1: "from this tab", 2: "", 3: "from this tab", 4: "",
    }  # fmt: skip


def test_a_tab_left_open_is_told_that_the_other_has_handed_in(assignment: Assignment, desk: Any) -> None:
    press(desk, *["0", "Enter"] * 4)
    saved(desk)
    other = desk.context.new_page()
    other.goto(f"{desk.url}submit/")
    other.get_by_role("button", name="Hand in for good").click()
    expect(other.locator("h1")).to_contain_text("is handed in")

    press(desk, ".")
    expect(desk.locator(".saved-now")).to_contain_text("This assignment was submitted; its codings are final.")

    assert not Judgement.objects.filter(flag=True).exists()


def test_whoever_is_signed_out_at_the_desk_signs_in_beside_it_and_loses_nothing(
    here: StudyWorld, assignment: Assignment, desk: Any
) -> None:
    Session.objects.all().delete()
    press(desk, "a", "2", "Enter", "w", "Enter")
    expect(desk.locator(".saved-now")).to_contain_text("Signed out: 5 not yet saved")
    with desk.context.expect_page() as opening:
        desk.get_by_role("link", name="Sign-in page").click()
    beside = opening.value
    beside.get_by_label("Email").fill(here.rater.user.email)
    beside.get_by_label("Password").fill(PASSWORD)
    beside.get_by_role("button", name="Sign in").click()
    expect(beside.locator("h1")).to_contain_text("left for you to judge")
    desk.bring_to_front()
    expect(desk.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=15_000)

    rows = Coding.objects.filter(judgement__assignment=assignment).order_by("judgement__segment__position")
    assert list(rows.values_list("code__key", "rating")) == [("PULL-APP", 2), ("ST-WARM", None)]


# The page itself -----------------------------------------------------------------------------------------------------


def test_the_theme_is_chosen_once_and_kept(coordinator: Callable[..., Any]) -> None:
    page = coordinator(color_scheme="light")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)

    page.get_by_role("button", name="Change to the dark theme").click()
    dark = page.evaluate(paper)
    page.reload()
    kept = page.evaluate(paper)
    page.get_by_role("button", name="Change to the light theme").click()

    assert dark != light
    assert kept == dark
    assert page.evaluate(paper) == light


def test_the_desk_works_at_twice_the_size(here: StudyWorld, assignment: Assignment, browser_page: Any) -> None:
    page = browser_page(here.rater.user, f"/assignments/{assignment.pk}/", **LARGE_PRINT)
    page.locator("[data-code=ST-WARM]").click()
    page.get_by_role("button", name="Finish turn").last.click()
    expect(page.locator("#turn-2")).to_have_attribute("aria-current", "true")
    saved(page)
    page.get_by_role("link", name="Hand in, or see what is open").click()
    expect(page.locator("h1")).to_contain_text("3 turns of")

    assert Coding.objects.get().code.key == "ST-WARM"


# Without a mouse -----------------------------------------------------------------------------------------------------


def test_transcripts_are_uploaded_checked_and_imported_without_a_mouse(
    here: StudyWorld, coordinator: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "group_03.txt").write_bytes(ODD_SESSION)
    page = coordinator("transcripts/upload/")
    tab_to(page, "#files")
    assert focus_is_visible(page)
    page.locator("#files").set_input_files(tmp_path / "group_03.txt")  # the system's own window, opened with Space
    tab_to(page, "main button")
    press(page, "Enter")

    expect(page.locator("h1")).to_contain_text("by three speakers")
    tab_to(page, "[name^=name-]")
    press(page, "Control+a")
    page.keyboard.type("Group 3")
    press(page, "Enter")  # reads again, and imports nothing yet
    expect(page.locator("[name^=name-]")).to_have_value("Group 3")
    assert not Transcript.objects.filter(name="Group 3").exists()
    tab_to(page, "[aria-label='Role of GUEST']")
    assert focus_is_visible(page)
    page.keyboard.type("patient")
    tab_to(page, "button[value=discard]")
    press(page, "Tab", "Enter")
    expect(page.get_by_text("One transcript was imported.")).to_be_visible()

    roles = Revision.objects.get(transcript__name="Group 3").speakers.values_list("label", "role__name")
    assert dict(roles) == {"THERAPIST": "therapist", "PATIENT": "patient", "GUEST": "patient"}


def test_a_round_is_made_without_a_mouse(here: StudyWorld, coordinator: Callable[..., Any]) -> None:
    page = coordinator("rounds/new/")
    tab_to(page, "[name=name]")
    page.keyboard.type("By keyboard")
    seen = ["name"]
    while seen[-1] != "button":
        press(page, "Tab")
        assert focus_is_visible(page)
        if page.evaluate("document.activeElement.matches('main :is(input, select, button)')"):
            name = page.evaluate("document.activeElement.name || document.activeElement.localName")
            seen += [name] * (name != seen[-1])  # a date has several stops
        if seen[-1] == f"give-{here.transcript.pk}-{here.coordinator.pk}":
            press(page, "Space")
    press(page, "Enter")
    expect(page.locator("h1")).to_contain_text("three raters on one transcript")

    assert seen[:3] == ["name", "kind", "version"]
    # The ticks of notes, of others' codings, of criterion and plan are among them; what those ask comes once it is set.
    assert len(seen) == len(set(seen)) == 13
    assert [name for name in seen if name.startswith(("criterion-", "plan-"))] == ["criterion-fixed", "plan-fixed"]
    assert Assignment.objects.count() == 3
