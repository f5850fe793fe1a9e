"""A study in a real browser: from the first draft of its codebook over rounds and a meeting to the final data."""

from __future__ import annotations

import csv
import io
import itertools
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from coding.models import Round
from coding.reliability import agreement
from coding.templatetags.numbers import coefficient
from tests.browser.conftest import playwright
from tests.browser.test_main_job import work_off_the_queue
from tests.factories import make_member, make_study, make_transcript
from transcripts.models import Membership

pytestmark = pytest.mark.browser
expect = playwright.expect

SLUG = "the-book"
HOME = f"/studies/{SLUG}/"
CODES = {
    "Seeking approval": ("PULL-APP", "A", "Angles for the therapist's good opinion."),
    "Deference": ("PULL-DEF", "D", "Hands the decision to the therapist."),
    "Withdrawal": ("PULL-WDR", "W", "Moves away from what was just touched."),
}
#: What the meeting made of two of them: said otherwise, and meaning something else.
REWORDED, REDEFINED = "Angles for the therapist's praise.", "Asks the therapist to take a decision."
TURNS = 6
HOURS = {"Training": ("H-1",), "Before": ("H-2", "H-3"), "After": ("H-4", "H-5")}
#: What anna gives in every hour, and where ben gives something else.
ANNA = {2: "PULL-APP", 4: "PULL-DEF", 6: "PULL-WDR"}
BEN = {("H-1", 2): "PULL-DEF", ("H-2", 4): "", ("H-3", 2): "PULL-DEF", ("H-4", 2): "PULL-DEF", ("H-5", 3): "PULL-DEF"}
#: What the adjudicator says of each turn in dispute: the key that is pressed, and what then stands.
FINAL = {("H-4", 2): ("a", "PULL-APP"), ("H-5", 3): ("0", "")}


def given(rater: str, hour: str, turn: int) -> str:
    """Say which code a rater gives to a turn, if any."""
    return BEN.get((hour, turn), ANNA.get(turn, "")) if rater == "ben" else ANNA.get(turn, "")


def alpha(code: str, *rounds: str) -> float:
    """Compute alpha of a code over rounds from what was planned, with nothing that was stored."""
    places = [(hour, turn) for name in rounds for hour in HOURS[name] for turn in range(1, TURNS + 1)]
    ratings = [[int(given(rater, *place) == code) for place in places] for rater in ("anna", "ben")]
    found = agreement(ratings, 2, coefficients=["krippendorff_alpha"])["krippendorff_alpha"]
    assert found is not None
    return float(found)


# What people do ------------------------------------------------------------------------------------------------------


def to(page: Any, place: str) -> None:
    """Go where the bar on top leads."""
    page.get_by_role("navigation", name="Study").get_by_role("link", name=place, exact=True).click()


def write_the_first_draft(page: Any) -> None:
    to(page, "Codebook")
    for label, words in (("Title", "Pulls"), ("Short key", "pulls"), ("Version", "1")):
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Add a family").first.click()
    page.get_by_label("Name", exact=True).fill("Pull")
    page.get_by_label("Key", exact=True).fill("PULL")
    page.get_by_role("button", name="Save").click()
    for name, (key, letter, definition) in CODES.items():
        page.get_by_role("link", name="Add a code", exact=True).click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Key", exact=True).fill(key)
        page.get_by_label("Key on the desk").fill(letter)
        page.get_by_label("Definition").fill(definition)
        page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("Draft 1 holds 3 codes")


def publish(page: Any, name: str) -> None:
    page.locator("summary", has_text=f"Publish {name}").click()
    page.get_by_role("button", name="Freeze and publish").click()
    expect(page.locator("h1")).to_contain_text(f"Version {name} is published")


def start_a_round(page: Any, name: str, kind: str, version: str) -> None:
    to(page, "Rounds")
    page.get_by_role("link", name="Make a round").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Kind").select_option(kind)
    page.get_by_label("Codebook version").select_option(label=f"pulls {version}")
    for hour in itertools.chain(*HOURS.values()):
        for rater in ("anna", "ben"):
            page.get_by_label(f"{rater} codes {hour}").set_checked(hour in HOURS[name])
    page.get_by_role("button", name="Start the round").click()
    expect(page.locator("h1")).to_contain_text(f"{name}: two raters on")


def acts_of(rater: str, hour: str) -> Iterator[dict[str, Any]]:
    """Give the acts of a rater on one hour, the last first finished."""
    seq = itertools.count(1)
    for turn in range(1, TURNS + 1):
        code = given(rater, hour, turn)
        said = {"kind": "give", "code": code} if code else {"kind": "outcome", "outcome": "none"}
        for act in (said, {"kind": "finish"}):
            yield {"id": str(uuid.uuid4()), "seq": next(seq), "position": turn, **act}


def code_what_is_open(page: Any, server: Any, rater: str) -> None:
    """Code and hand in what waits for a rater, through the desk's own API with the session of their browser."""
    page.goto(server.url + HOME)
    expect(page.locator("h1")).to_contain_text("are left for you to judge")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    headers = {"X-CSRFToken": token, "Referer": server.url + HOME}
    own = page.context.request.get(f"{server.url}/api/v1/assignments/").json()["results"]
    for one in (one for one in own if one["submitted_at"] is None):
        desk = f"{server.url}/api/v1/assignments/{one['id']}"
        acts = list(acts_of(rater, one["transcript"]))
        answers = page.context.request.post(f"{desk}/acts/", data=acts, headers=headers).json()["answers"]
        assert [answer for answer in answers if answer.get("refused")] == []
        assert page.context.request.post(f"{desk}/submit/", headers=headers).ok
    page.reload()
    expect(page.locator("h1")).to_contain_text("nothing for you to code")


def meet(page: Any) -> None:
    """Talk about two turns of the round that was closed last: each decided, and a change of a code proposed from it."""
    page.get_by_role("link", name="Talk about").click()
    for turn, code, change, words in (
        ("H-3, turn 2", "Seeking approval", "reworded: nobody else would get it", "Say praise; angling is unclear."),
        ("H-2, turn 4", "Deference", "redefined: others would get it", "Only where a decision is asked for."),
    ):
        expect(page.get_by_role("heading", name=turn)).to_be_visible()
        expect(page.locator("wb-meeting")).to_be_focused()
        page.keyboard.press("d")
        page.keyboard.type(words)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("The decision is written down.")).to_be_visible()
        expect(page.locator("wb-meeting")).to_be_focused()
        page.keyboard.press("n")
        page.get_by_role("combobox", name="Code", exact=True).select_option(label=code)
        page.get_by_role("combobox", name="Change").select_option(label=change)
        expect(page.get_by_role("textbox", name="In words")).to_have_value(words)
        page.get_by_role("textbox", name="In words").press("Control+Enter")
        expect(page.get_by_text("It waits beside the codebook")).to_be_visible()
        expect(page.locator("wb-meeting")).to_be_focused()
        page.keyboard.press("j")


def take_up_what_was_proposed(page: Any) -> None:
    """Write the second draft from the study's next steps on, and say of each change what it means."""
    to(page, "Study")
    page.locator(".next li", has_text="Take up 2 proposed changes").get_by_role("link").click()
    page.get_by_label("Name of the new version").fill("2")
    page.get_by_role("button", name="Open a draft").click()
    for name, words, kind in (("Seeking approval", REWORDED, "reworded"), ("Deference", REDEFINED, "redefined")):
        page.get_by_role("link", name=f"Change {name}").click()
        page.get_by_label("Definition").fill(words)
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name=f"Discussion (1) {name}").click()
        page.get_by_role("button", name=kind).click()
        expect(page.locator(".thread")).to_contain_text(f"Decided for 2: {kind}.")
        page.get_by_role("link", name="Pulls 2").click()


def open_adjudication(page: Any) -> None:
    page.get_by_role("link", name="Adjudication of this round").click()
    page.get_by_role("button", name="Open adjudication").click()
    expect(page.locator("h1")).to_contain_text("is being adjudicated, blind")


def adjudicate(page: Any) -> None:
    """Answer every turn in dispute by keyboard, and end the blind phase."""
    page.get_by_role("link", name="Adjudicate").click()
    for _ in FINAL:
        expect(page.locator("wb-adjudicate input[name=keep]").first).to_be_focused()
        found = re.match(r"(.+), turn (\d+)", page.locator(".talk h2").inner_text())
        assert found
        page.keyboard.press(FINAL[found[1], int(found[2])][0])
        page.keyboard.press("/")
        page.keyboard.type(f"As it was said in {found[1]}.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.locator(".agenda-card[data-done], .agenda-card[aria-current]", has_text=found[1])).to_contain_text(
            "decided"
        )
    assert page.get_by_text("anna").count() == page.get_by_text("ben", exact=True).count() == 0
    page.get_by_role("button", name="End the blind phase").click()
    expect(page.locator("h1")).to_contain_text("2 of 2 segments in dispute are decided.")


def take_away(page: Any, name: str, folder: Path) -> list[dict[str, str]]:
    """Ask for the data of a round, and read the codings in the zip."""
    to(page, "Data")
    page.get_by_role("combobox", name="What").select_option(label=f"{name}: codings and material")
    page.get_by_role("button", name="Make the zip").click()
    asked = page.get_by_role("row", name=name)
    expect(asked).to_be_visible()
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright's own loop runs in this thread
        elsewhere.submit(work_off_the_queue).result(timeout=60)
    with page.expect_download() as waiting:
        asked.get_by_role("link", name="Download").click()
    waiting.value.save_as(folder / f"{name}.zip")
    with zipfile.ZipFile(folder / f"{name}.zip") as bundle:
        return list(csv.DictReader(io.StringIO(bundle.read("codings.csv").decode(), newline="")))


# What must come out --------------------------------------------------------------------------------------------------


def hold_the_versions_apart(page: Any, server: Any) -> None:
    """Read on the page and in the API: the reworded code is put together, and a line says so; the other is not."""
    to(page, "Reliability")
    page.get_by_role("link", name="Compare two rounds").click()
    page.get_by_label("First round").select_option(label="Before, codebook 1")
    page.get_by_label("Second round").select_option(label="After, codebook 2")
    page.get_by_role("button", name="Compare").click()
    reworded, redefined = (page.locator("tbody tr", has_text=key) for key in ("PULL-APP", "PULL-DEF"))
    line = "reworded between the versions: put together, since it was decided that the same segments would get it"
    expect(reworded).to_contain_text(line)
    expect(reworded.locator("td").last).to_contain_text(coefficient(alpha("PULL-APP", "Before", "After")))
    expect(redefined).to_contain_text("definition changed between 1 and 2")
    for name in ("Before", "After"):
        expect(redefined).to_contain_text(coefficient(alpha("PULL-DEF", name)))
    expect(redefined.locator("td").last).to_have_text("–")

    rounds = "&".join(
        f"{side}={Round.objects.get(name=name).pk}" for side, name in (("first", "Before"), ("second", "After"))
    )
    codes = page.context.request.get(f"{server.url}/api/v1{HOME}results/compare/?{rounds}").json()["codes"]
    assert (codes["PULL-APP"]["status"], codes["PULL-APP"]["note"]) == ("reworded", line)
    together = codes["PULL-APP"]["coefficients"]["krippendorff_alpha"]["together"]
    assert together["value"] == pytest.approx(alpha("PULL-APP", "Before", "After"), abs=1e-9)
    assert together["n"] == TURNS * sum(len(HOURS[name]) for name in ("Before", "After"))
    split = codes["PULL-DEF"]
    assert split["definition_changed"] is True
    numbers = split["coefficients"]["krippendorff_alpha"]
    assert numbers["first"]["value"] == pytest.approx(alpha("PULL-DEF", "Before"), abs=1e-9)
    assert numbers["second"]["value"] == pytest.approx(alpha("PULL-DEF", "After"), abs=1e-9)
    assert (numbers["together"]["value"], numbers["together"]["why"]) == (None, "the definition changed")


def raw_of(name: str) -> set[tuple[str, ...]]:
    """List what both raters gave in a round, as the file must hold it."""
    return {
        (hour, str(turn), rater, given(rater, hour, turn))
        for hour in HOURS[name] for turn in range(1, TURNS + 1) for rater in ("anna", "ben")
    }  # fmt: skip


def hold_the_files_against_what_was_said(rows: list[dict[str, str]], name: str, version: str) -> None:
    """Find version, round and layer on every row, and in each layer what was given, no more."""
    assert {(row["round"], row["codebook_version"]) for row in rows} == {(name, version)}
    layers: dict[str, set[tuple[str, ...]]] = {"raw": set(), "final": set()}
    for row in rows:
        layers[row["layer"]].add((row["transcript"], row["segment"], row["rater"], row["code"]))
    assert layers["raw"] == raw_of(name)
    if name != "After":
        return
    answers = {(*place, "judge", code) for place, (_, code) in FINAL.items()}
    agreed = {(hour, turn, "", code) for hour, turn, _, code in raw_of(name) if (hour, int(turn)) not in FINAL}
    assert layers["final"] == {(hour, str(turn), rater, code) for hour, turn, rater, code in answers | agreed}


def test_a_study_goes_from_its_first_draft_over_two_rounds_and_a_meeting_to_the_final_data(
    browser_page: Callable[..., Any], live_server: Any, settings: Any, tmp_path: Path, transactional_db: None
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    study = make_study(SLUG, title="The book")
    people: dict[str, Membership] = {
        label: make_member(study, role, label)
        for label, role in (("cora", "coordinator"), ("anna", "rater"), ("ben", "rater"), ("judge", "adjudicator"))
    }
    for hour in itertools.chain(*HOURS.values()):
        make_transcript(study, TURNS, hour)
    cora, anna, ben, judge = (browser_page(member.user, HOME) for member in people.values())

    def both_code() -> None:
        code_what_is_open(anna, live_server, "anna")
        code_what_is_open(ben, live_server, "ben")

    write_the_first_draft(cora)
    publish(cora, "1")
    start_a_round(cora, "Training", "training", "1")
    both_code()
    start_a_round(cora, "Before", "reliability", "1")
    both_code()
    to(cora, "Study")
    meet(cora)
    take_up_what_was_proposed(cora)
    publish(cora, "2")
    start_a_round(cora, "After", "reliability", "2")
    open_adjudication(cora)
    both_code()
    judge.reload()
    adjudicate(judge)
    hold_the_versions_apart(cora, live_server)

    for name, version in (("Before", "1"), ("After", "2")):
        hold_the_files_against_what_was_said(take_away(cora, name, tmp_path), name, version)
