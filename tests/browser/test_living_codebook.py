"""A codebook lives in the browser: talked about, changed, decided, published, and read over what was coded before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from coding.models import ChangeNote, CodebookVersion, Comment
from tests.browser.conftest import playwright
from tests.factories import StudyWorld, close, judge, make_world

pytestmark = pytest.mark.browser
expect = playwright.expect


@pytest.fixture
def here(transactional_db: None) -> StudyWorld:
    world = make_world("here")
    round_ = world.round()
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP", "PULL-DEF")
    close(round_)
    return world


def change_definition(page: Any, code: str, words: str) -> None:
    page.get_by_role("link", name=f"Change {code}").click()
    page.get_by_label("Definition").fill(words)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(words)).to_be_visible()


def test_a_team_takes_its_codebook_from_one_version_to_the_next(
    here: StudyWorld, browser_page: Callable[..., Any]
) -> None:
    page = browser_page(here.coordinator.user, f"/studies/here/codebooks/{here.version.pk}/")

    # Talk about a code, open a draft, and change two definitions.
    page.get_by_role("link", name="Discuss Deference").click()
    page.get_by_label("Say something").fill("In fear it is another thing. We agreed to leave it out.")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".thread")).to_contain_text("We agreed to leave it out.")
    page.get_by_role("link", name=f"A small codebook {here.version.name}").click()
    page.get_by_label("Name of the new version").fill("2.0")
    page.get_by_role("button", name="Open a draft").click()
    expect(page.locator("h1")).to_contain_text("Draft 2.0 holds 5 codes")
    change_definition(page, "Seeking approval", "Angles for praise.")
    change_definition(page, "Deference", "Gives way, but not in fear.")

    # It cannot be published before somebody said what the changes mean; each line leads to the place.
    expect(page.get_by_role("link", name="2 to mend before publishing")).to_be_visible()
    page.get_by_role("link", name="“Seeking approval” changed: say what that means for its codings.").click()
    expect(page.locator("#code-1 del").first).to_contain_text("the other's good opinion.")
    page.locator("#code-1").get_by_role("button", name="Reworded").click()
    expect(page.locator("#code-1 .effect")).to_contain_text("Codings under both versions stay together.")

    # The other one is decided by what was said.
    page.get_by_role("link", name="A small codebook 2.0").click()
    page.get_by_role("link", name="Discussion (1) Deference").click()
    page.get_by_role("button", name="redefined").click()
    expect(page.locator(".thread")).to_contain_text("Decided for 2.0: redefined.")

    page.get_by_role("link", name="A small codebook 2.0").click()
    page.locator("summary", has_text="Publish 2.0").click()
    page.get_by_role("button", name="Freeze and publish").click()
    expect(page.locator("h1")).to_contain_text("Version 2.0 is published")

    # What was coded before is read on where that is safe, and listed where it is not.
    page.get_by_role("link", name=f"What it changes in {here.version.name}").click()
    page.get_by_role("link", name="What this means for codings under earlier versions").click()
    expect(page.locator("h1")).to_contain_text("Of 4 codings under earlier versions, 2 can be read as codings of 2.0")
    page.get_by_role("link", name="the segments of Deference").click()
    expect(page.locator(".review")).to_contain_text("Turn 1 of the hour.")

    version = CodebookVersion.objects.get(name="2.0")
    notes = {note.old_code.key: note for note in version.change_notes.select_related("old_code") if note.old_code}
    assert (notes["PULL-APP"].kind, notes["PULL-DEF"].kind) == (ChangeNote.Kind.REWORDED, ChangeNote.Kind.REDEFINED)
    assert notes["PULL-DEF"].comment == Comment.objects.get()
