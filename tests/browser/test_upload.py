"""Uploading and importing transcripts in a real browser, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import playwright
from tests.factories import StudyWorld, make_world
from tests.transcripts.material import TWO_TURNS, turns
from transcripts.models import Transcript

pytestmark = pytest.mark.browser
expect = playwright.expect


@pytest.fixture
def study_world(transactional_db: None) -> StudyWorld:
    return make_world()


def file(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": data}


@pytest.mark.parametrize("scripts", [True, False])
def test_many_files_are_previewed_and_imported(
    study_world: StudyWorld, browser_page: Callable[..., Any], scripts: bool
) -> None:
    user, slug = study_world.coordinator.user, study_world.study.slug
    page = browser_page(user, f"/studies/{slug}/transcripts/upload/", java_script_enabled=scripts)

    page.set_input_files(
        "#files", [file("a.txt", TWO_TURNS), file("b.txt", turns("So?", "Yes.")), file("c.exe", b"MZ")]
    )
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_text("“.exe” cannot be read")).to_be_visible()
    page.get_by_label("Name of the transcript").first.fill("Session 1")
    page.get_by_role("button", name="Import 2 transcripts").click()

    expect(page.get_by_text("2 transcripts were imported. Still waiting: c.exe.")).to_be_visible()
    assert set(Transcript.objects.values_list("name", flat=True)) >= {"Session 1", "b"}


def test_a_new_role_is_typed_where_it_is_chosen(study_world: StudyWorld, browser_page: Callable[..., Any]) -> None:
    user, slug = study_world.coordinator.user, study_world.study.slug
    page = browser_page(user, f"/studies/{slug}/transcripts/upload/")
    page.set_input_files("#files", [file("a.txt", b"X: So?\nP: Yes.\nX: And?\nP: No.\n")])
    page.get_by_role("button", name="Read the files").click()
    typed = page.get_by_label("New role of X")
    expect(typed).to_be_hidden()

    page.get_by_label("Role of X", exact=True).select_option("+")
    typed.fill("supervisor")
    page.get_by_role("button", name="Import 1 transcript").click()

    expect(page.get_by_text("One transcript was imported.")).to_be_visible()
    roles = Transcript.objects.get(name="a").revisions.get().speakers.values_list("label", "role__name")
    assert ("X", "supervisor") in set(roles)


def test_a_file_that_was_not_sent_is_named_and_the_others_go_on(
    study_world: StudyWorld, browser_page: Callable[..., Any]
) -> None:
    user, slug = study_world.coordinator.user, study_world.study.slug
    page = browser_page(user, f"/studies/{slug}/transcripts/upload/")
    lost = iter([True])
    page.route(
        re.compile("/upload/$"),
        lambda route: route.abort() if route.request.method == "POST" and next(lost, False) else route.continue_(),
    )

    page.set_input_files("#files", [file("a.txt", TWO_TURNS), file("b.txt", turns("So?", "Yes."))])
    page.get_by_role("button", name="Read the files").click()

    expect(page.get_by_text("Not sent: the server does not answer.")).to_be_visible()
    page.get_by_role("link", name="To the preview").click()
    expect(page.get_by_role("heading", name="b.txt")).to_be_visible()
