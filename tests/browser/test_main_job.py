"""The whole way in a real browser: from a link for the first coordinator to the reliability and the data of a round."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from coding.models import Assignment, Code, CodebookVersion, Judgement, Round
from coding.queries import rounds_picture
from coding.reliability import agreement
from coding.templatetags.numbers import coefficient, per_cent
from tests.browser.conftest import playwright
from tests.browser.keyboard import NONE_APPLIES, Rows, Turns, code_session, coded_rows, hand_in
from tests.browser.probing import Answers, ask_everything, what_changed
from tests.coding.exchange import FIXTURES, run, run_json
from transcripts.models import Segment

pytestmark = pytest.mark.browser
expect = playwright.expect

PASSWORD = "a quiet afternoon in May"
SESSIONS = ("PDT-11", "CBT-06")
RATERS = ("rater_a", "rater_b")
#: The coordinator codes one session, and says there what the third rater of the file says.
THIRD, THIRD_SESSION = "rater_c", "CBT-06"
SLUG = "pulls-and-namings"
ROUND = "First double coding"
COMPARED = ("percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa")


@dataclass
class Site:
    """A live server, and how to open it in a browser of one's own."""

    open_page: Callable[..., Any]
    url: str

    def follow(self, link: str) -> Any:
        """Open a link in a browser that nobody has signed in to."""
        return self.open_page(None, urlsplit(link).path)


@pytest.fixture
def site(
    browser_page: Callable[..., Any], live_server: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Site:
    settings.DATA_DIR = tmp_path / "data"
    # The picture of rounds reaches to this very second; it stands still, so that only what people do changes a page.
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(rounds_picture, "timezone", SimpleNamespace(now=lambda: tomorrow))
    return Site(browser_page, live_server.url)


# What people do ------------------------------------------------------------------------------------------------------


def start_a_study(site: Site) -> Any:
    link = run_json("coordinator", "cora@example.org", name="Cora")["link"]
    page = site.follow(link)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("link", name="Start a study").click()
    page.get_by_label("Title").fill("Pulls and namings")
    page.get_by_role("button", name="Start the study").click()
    expect(page.get_by_role("navigation", name="Study")).to_be_visible()
    return page


def bring_in_transcripts(page: Any) -> None:
    page.get_by_role("link", name="Upload").click()
    files = [FIXTURES / name for name in ("pdt_session_11.txt", "cbt_session_06.txt")]
    page.get_by_label("Files", exact=True).set_input_files(files)
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("158 segments by two speakers")
    for role in ("patient", "therapist"):
        expect(page.get_by_label(f"Role of {role.upper()}", exact=True)).to_have_value(role)
    expect(page.get_by_text("Whatever you think is best.").first).to_be_visible()
    page.get_by_role("button", name="Import 2 transcripts").click()
    expect(page.get_by_text("2 transcripts were imported.")).to_be_visible()


def bring_in_the_codebook(page: Any) -> None:
    page.get_by_role("link", name="Codebook", exact=True).click()
    page.get_by_label("Codebook file").set_input_files(FIXTURES / "relational_moves_codebook.json")
    page.get_by_role("button", name="Read the file").click()
    page.locator("summary", has_text="Publish 1.0.0").click()
    page.get_by_role("button", name="Freeze and publish").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is published")


def invite(page: Any, label: str) -> str:
    page.get_by_role("link", name="Members").click()
    page.get_by_label("Label").fill(label)
    page.locator("form", has=page.get_by_role("button", name="Make the link")).get_by_label("Role").select_option(
        "rater"
    )
    page.get_by_role("button", name="Make the link").click()
    return str(page.locator(".copy").inner_text())


def join(site: Site, link: str, label: str) -> Any:
    page = site.follow(link)
    page.get_by_label("Email").fill(f"{label}@example.org")
    page.get_by_label("Your name").fill(label.replace("_", " ").title())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and join").click()
    expect(page.get_by_text("Nothing is yours to do yet.")).to_be_visible()
    return page


def make_the_round(page: Any) -> None:
    page.get_by_role("link", name="Rounds", exact=True).click()
    page.get_by_role("link", name="Make a round").click()
    page.get_by_label("Name").fill(ROUND)
    for label in RATERS:
        for session in SESSIONS:
            expect(page.get_by_label(f"{label} codes {session}")).to_be_checked()
    page.get_by_label(f"coordinator codes {THIRD_SESSION}").check()
    page.get_by_role("button", name="Start the round").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("three raters on two transcripts")


def code_and_hand_in(page: Any, site: Site, rows: Rows, rater: str) -> None:
    """Code one's sessions, from one's own study page on, as the rows say."""
    for session in (name for name in SESSIONS if (rater, name) in rows):
        page.goto(f"{site.url}/studies/{SLUG}/")
        page.locator(".next li", has_text=session).get_by_role("link", name="Open the desk").click()
        code_session(page, rows[rater, session])
        hand_in(page)


def work_off_the_queue() -> None:
    """Do what the worker process does, until nothing waits."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def take_the_data_away(page: Any, folder: Path) -> Path:
    page.get_by_role("link", name="Take the data away").click()
    page.get_by_role("button", name="Make the zip").click()
    expect(page.get_by_role("heading", name="What you asked for")).to_be_visible()
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright's own loop runs in this thread
        elsewhere.submit(work_off_the_queue).result(timeout=60)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()  # the page looks by itself whether the zip is written
    waiting.value.save_as(folder / "data.zip")
    with zipfile.ZipFile(folder / "data.zip") as bundle:
        bundle.extractall(folder / "data")
    return next((folder / "data").rglob("codings.csv")).parent


# What must come out --------------------------------------------------------------------------------------------------


def known_of(round_: Round, rater: str) -> dict[str, list[Any]]:
    """Everything that stands in an address of this study, among it the assignments of one rater."""
    study = round_.study
    return {
        "study": [study.slug],
        "round_id": [round_.pk],
        "version_id": [round_.version_id],
        "transcript_id": list(study.transcripts.order_by("pk").values_list("pk", flat=True)),
        "member_id": [study.memberships.get(label=rater).pk],
        "assignment_id": list(round_.assignments.filter(rater__label=rater).values_list("pk", flat=True)),
    }


def stored(rater: str, session: str) -> Turns:
    """What stands in the database, in the shape of the file; the codes of a turn in the order of their keys."""
    found: dict[int, list[tuple[str, str]]] = {}
    judgements = Judgement.objects.filter(assignment__rater__label=rater, assignment__transcript__name=session)
    for judgement in judgements.exclude(finished_at=None).select_related("segment"):
        given = [(key, str(rating)) for key, rating in judgement.codings.values_list("code__key", "rating")]
        none = [(NONE_APPLIES, "")] if judgement.outcome == Judgement.Outcome.NONE else []
        found[judgement.segment.position] = sorted(given) + none
    return found


def ratings_of(rows: Rows, code: Code) -> list[list[int]]:
    """Code given (1), judged without it (0), not judged (-1), from the file alone; one list for each rater."""
    roles = set(code.code_roles.values_list("role__name", flat=True))
    segments = Segment.objects.filter(study=code.study_id, speaker__role__name__in=roles)
    places = segments.order_by("pk").values_list("revision__transcript__name", "position")
    return [
        [
            int(code.key in {key for key, _ in rows[rater, session][position]}) if (rater, session) in rows else -1
            for session, position in places
        ]
        for rater in ("coordinator", *RATERS)
    ]


def table_of(page: Any) -> dict[str, dict[str, str]]:
    """The reliability table as it can be read: {code: {heading: value}}."""
    return dict(
        page.locator("table.reliability").evaluate(
            """(table) => {
                const words = (cell) => cell.firstChild?.textContent.trim() ?? "";
                const heads = [...table.tHead.rows[0].cells].map(words);
                const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
                return Object.fromEntries(rows.map((row) =>
                    [row.id, Object.fromEntries([...row.cells].map((cell, place) => [heads[place], words(cell)]))]));
            }"""
        )
    )


def compare_with_the_file(rows: Rows, version: CodebookVersion, shown: dict[str, Any], exact: dict[str, Any]) -> None:
    """Hold what the page shows, and the unrounded numbers behind it, against the engine fed from the file."""
    for code in version.codes.filter(outcome=""):
        ratings = ratings_of(rows, code)
        wanted = agreement(ratings, 2, coefficients=COMPARED)
        row, cell = shown[code.key], exact["codes"][code.key]
        for name in COMPARED:
            assert cell[name]["value"] == pytest.approx(wanted[name], abs=1e-9), (code.key, name)
        pair = agreement(ratings[1:], 2, coefficients=["cohen_kappa"])["cohen_kappa"]
        assert cell["pairs"]["rater_a|rater_b"]["cohen_kappa"]["value"] == pytest.approx(pair, abs=1e-9), code.key
        assert (row["Agree"], row["Alpha"], row["AC1"], row["Fleiss"]) == (
            per_cent(wanted["percent_agreement"]),
            coefficient(wanted["krippendorff_alpha"]),
            coefficient(wanted["gwet_ac1"]),
            coefficient(wanted["fleiss_kappa"]),
        ), code.key


def open_a_disagreement(page: Any, rows: Rows, code: str) -> None:
    """Go from a weak number to a segment behind it, and read there who gave what."""
    page.locator(f"#{code} a[href*='disagreements']").click()
    page.locator(".agenda-card").nth(1).click()
    session, position = re.match(r"(.+), segment (\d+)", page.locator(".talk h2").inner_text()).groups()
    table = page.locator("table.who-gave")
    raters = table.locator("thead th").all_inner_texts()[1:]
    line = table.locator("tbody tr", has_text=code)
    said = [words.startswith(("rated", "given")) for words in line.locator("td").all_inner_texts()]
    judged = {rater: rows.get((rater, session), {}).get(int(position), []) for rater in raters}

    assert len(raters) == (3 if session == THIRD_SESSION else 2)
    assert said == [code in dict(judged[rater]) for rater in raters]
    assert len(set(said)) == 2


def again_in_a_new_study(folder: Path) -> dict[str, Any]:
    """Read what was taken away into a new study, by the commands, and compute its reliability."""
    run("import_transcripts", "again", folder / "segments.csv", create=True)
    run("import_codebook", "again", folder / "codebook.json")
    run("import_codings", "again", folder / "codings.csv", round=ROUND)
    return run_json("reliability", "again", round=ROUND)


def test_a_team_gets_from_an_invitation_to_its_reliability_and_its_data(site: Site, tmp_path: Path) -> None:
    rows = coded_rows(FIXTURES / "demo_codings.csv")
    rows = {key: value for key, value in rows.items() if key[0] in RATERS} | {
        ("coordinator", THIRD_SESSION): rows[THIRD, THIRD_SESSION]
    }
    cora = start_a_study(site)
    bring_in_transcripts(cora)
    bring_in_the_codebook(cora)
    anna, ben = (join(site, invite(cora, label), label) for label in RATERS)
    make_the_round(cora)
    round_ = Round.objects.select_related("study", "version").get()

    def asked(page: Any, about: str) -> Answers:
        return ask_everything(page, site, known_of(round_, about))

    # While one codes, neither the other nor the coordinator learns a thing: every address answers as it did before.
    for who, other, coder, known in ((anna, ben, "rater_a", "rater_a"), (ben, anna, "rater_b", "rater_b")):
        before = asked(other, known), asked(cora, known)
        code_and_hand_in(who, site, rows, coder)
        assert what_changed(before[0], asked(other, known)) == {}
        assert what_changed(before[1], asked(cora, known)) == {}

    # The coordinator submits last: the round opens, to the coordinator and not to the raters.
    before = asked(anna, "rater_b"), asked(cora, "rater_b")
    code_and_hand_in(cora, site, rows, "coordinator")
    assert what_changed(before[0], asked(anna, "rater_b")) == {}
    opened = what_changed(before[1], asked(cora, "rater_b"))
    for place in (f"rounds/{round_.pk}/", f"rounds/{round_.pk}/reliability/", f"rounds/{round_.pk}/disagreements/"):
        assert f"/studies/{SLUG}/{place}" in opened
    assert f"/api/v1/studies/{SLUG}/rounds/{round_.pk}/codings/" in opened

    assert {key: stored(*key) for key in rows} == {
        key: {turn: sorted(codes) for turn, codes in turns.items()} for key, turns in rows.items()
    }
    assert not Assignment.objects.filter(submitted_at=None).exists()

    cora.get_by_role("link", name="To the study").click()
    cora.get_by_role("link", name="Reliability", exact=True).last.click()
    exact = run_json("reliability", SLUG, round=ROUND)
    compare_with_the_file(rows, round_.version, table_of(cora), exact)
    reliability = cora.url
    open_a_disagreement(cora, rows, "PULL-APP")
    cora.goto(reliability)
    again = again_in_a_new_study(take_the_data_away(cora, tmp_path))

    assert again | {"study": SLUG} == exact
