"""The pages about enactments: numbers that were expected, odd rounds in words, and nothing for eyes that are blind."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import Round
from coding.queries.enactment_sheets import SHEETS
from coding.services.demo import email_of, store_demo
from coding.services.enactment_files import PICTURES
from coding.services.roles import set_roles
from tests.coding.enactments.test_layers import EXPECTED, coded
from tests.factories import StudyWorld, close, judge, make_round, make_transcript
from transcripts.models import Segment, SessionAttribute, Study
from workbench.accounts.models import User

PAGES = (
    *("enactments", "enactments-pulls", "enactments-sequences", "enactments-counts", "enactments-dyads"),
    *("enactments-reading", "enactments-files"),
)
ROLES = {"PULL-APP": "pull", "PULL-DEF": "pull", "NAM-DIS": "naming"}
PULLED = {"rater_a": {2: ("PULL-APP",), 3: ("NAM-DIS",)}, "rater_b": {2: ("PULL-APP",), 3: ("NAM-DIS",)}}


def client_of(user: User | None) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, round_: Round, name: str, query: str = "") -> str:
    response = client.get(reverse(name, args=[round_.study.slug, round_.pk]) + query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def table(client: Client, round_: Round, name: str, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/v1/studies/{round_.study.slug}/rounds/{round_.pk}/enactments/tables/{name}/{query}")
    assert response.status_code == 200, response.content
    return dict(response.json())


@pytest.fixture
def demo(db: None) -> tuple[Client, Round]:
    store_demo()
    coordinator = User.objects.get(email=email_of("coordinator"))
    return client_of(coordinator), Round.objects.get(study__slug="demo", name="1")


@pytest.fixture
def expected() -> dict[str, Any]:
    if not EXPECTED.exists():
        pytest.skip("the expected values of the demo are not beside the project")
    return dict(json.loads(EXPECTED.read_text()))


# What was expected ---------------------------------------------------------------------------------------------------

NAMES = {
    "PULL": "pull", "NOTICE": "noticing", "NAME": "naming", "REWORK": "reworked", "TURN-AWAY": "turned away",
    "ALLIANCE": "beside",
}  # fmt: skip


def test_every_lag_of_the_demo_is_as_it_was_computed_elsewhere(
    demo: tuple[Client, Round], expected: dict[str, Any]
) -> None:
    client, round_ = demo
    rows = [row for row in expected["lag_sequential"] if row["given"] in NAMES and row["target"] in NAMES]
    found: dict[Any, dict[str, Any]] = {}
    for given, target in {(row["given"], row["target"]) for row in rows}:
        answer = table(client, round_, "lags", f"?given={NAMES[given]}&target={NAMES[target]}")
        found |= {(row["sessions"], given, target, row["lag"]): row for row in answer["rows"]}

    assert len(rows) > 20
    for row in rows:
        real = found[row["transcript"], row["given"], row["target"], row["lag"]]
        assert [real[cell] for cell in "abcd"] == row["table"]
        assert real["adjusted_residual"] == pytest.approx(row["adjusted_residual"], abs=1e-5)
        assert real["yules_q"] == pytest.approx(row["yules_q"], abs=1e-5)


def test_the_first_pull_of_the_demo_waits_as_long_as_was_expected(
    demo: tuple[Client, Round], expected: dict[str, Any]
) -> None:
    client, round_ = demo

    rows = table(client, round_, "pulls")["rows"]

    for transcript, latency in expected["latency"].items():
        first = next(row for row in rows if row["transcript"] == transcript)
        assert first["pull"] == latency["first_pull_turn"]
        assert first["named"] == latency["first_name_turn"]
        assert first["turns_to_naming"] == latency["turns_from_first_pull_to_first_name"]
        assert (first["named"] is None) == latency["censored"]


def test_the_page_says_what_became_of_the_pulls(demo: tuple[Client, Round]) -> None:
    client, round_ = demo

    text = page(client, round_, "enactments")

    assert "In CBT‑06 no pull is named. In PDT‑11 the first pull is named after 14 turns." in text
    assert "14 turns, 2:02 from first pull to first naming" in text
    assert "14 turns with a naming; within 3 turns 6 reworked, 8 turned away from, 1 neither." in text


def test_a_comparison_leads_to_the_turn_where_the_pull_is_named(demo: tuple[Client, Round]) -> None:
    client, round_ = demo
    picture = page(client, round_, "enactments").split('class="picture picture-answers"')[1].split("</svg>")[0]
    (link,) = {address for address in re.findall(r'href="([^"]+)"', picture) if "Psychodynamic" in address}

    listed = client.get(link.replace("&amp;", "&").partition("#")[0]).content.decode()
    turns = re.findall(r'href="([^"]+/hours/\d+/#turn-16)"', listed.split('id="flow"')[1])
    hour = client.get(turns[0].partition("#")[0]).content.decode()

    assert 'id="turn-16"' in hour
    assert "Owning one&#x27;s part" in hour.split('id="turn-16"')[1].split('id="turn-17"')[0]


def test_each_picture_has_its_table_and_its_downloads(demo: tuple[Client, Round]) -> None:
    client, round_ = demo
    for name in PAGES:
        text = page(client, round_, name)
        for address in re.findall(r'href="([^"]+/file/[^"]+)"', text):
            response = client.get(address.replace("&amp;", "&"))
            assert response.status_code == 200, address
            assert b"".join(response.streaming_content)


# Pictures ------------------------------------------------------------------------------------------------------------


def test_a_picture_in_a_file_needs_no_style_sheet_and_leads_nowhere(demo: tuple[Client, Round]) -> None:
    client, round_ = demo
    for name in [*PICTURES, f"timeline-{round_.assignments.first().revision_id}"]:
        address = reverse("enactments-file", args=[round_.study.slug, round_.pk, f"{name}.svg"])
        drawn = ET.fromstring(b"".join(client.get(address).streaming_content))  # noqa: S314 - our own

        assert drawn.attrib["viewBox"]
        parts = list(drawn.iter())
        assert not [part for part in parts if "class" in part.attrib or part.tag.endswith("}a")]
        assert any(part.attrib.get("fill", "").startswith("#") for part in parts)


def test_each_look_of_a_picture_is_in_the_style_sheet_and_in_the_file() -> None:
    from coding.formats.pictures.ink import LOOKS

    root = Path(__file__).parents[3]
    styles = (root / "workbench/static/workbench/components/pictures.css").read_text()
    sources = "".join(path.read_text() for path in sorted((root / "coding/formats/pictures").glob("*.py")))
    used = {word for kind in re.findall(r'kind="([a-z0-9 -]+)"', sources) for word in kind.split()}

    assert used <= set(LOOKS)
    assert [look for look in LOOKS if not re.search(rf"& \.{look}\b", styles)] == []


# Odd rounds ----------------------------------------------------------------------------------------------------------


def everything_answers(client: Client, round_: Round) -> dict[str, str]:
    """Every page opens, and each table has rows or the reason for having none."""
    texts = {name: page(client, round_, name) for name in PAGES}
    for name in SHEETS:
        answer = table(client, round_, name)
        assert answer["rows"] or answer["why_empty"], name
    return texts


def test_a_round_in_which_nothing_was_given_says_so(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, {"rater_a": {1: (), 2: ()}, "rater_b": {1: (), 2: ()}})

    texts = everything_answers(client_of(world.reader.user), round_)

    assert "No code was given in this layer" in texts["enactments"]
    assert "no pull occurs in this layer" in texts["enactments-pulls"]
    assert "In this layer no turn carries what you ask for" in texts["enactments-reading"]


def test_a_round_in_which_nobody_judged_anything_says_so(world: StudyWorld) -> None:
    round_ = coded(world, {"rater_a": {}, "rater_b": {}})

    texts = everything_answers(client_of(world.reader.user), round_)

    assert "No code was given in this layer" in texts["enactments"]


def test_sessions_of_one_turn_have_no_pairs_and_say_so(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, {"rater_a": {1: ("PULL-APP",)}, "rater_b": {1: ("PULL-APP",)}}, turns=1)

    texts = everything_answers(client_of(world.reader.user), round_)

    assert "there is no pair of judged turns 1 apart" in texts["enactments-sequences"]


def test_a_naming_that_never_occurs_is_named_as_the_reason(world: StudyWorld) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, {"rater_a": {2: ("PULL-APP",)}, "rater_b": {2: ("PULL-APP",)}})

    texts = everything_answers(client_of(world.reader.user), round_)

    assert "naming never occurs in this layer" in texts["enactments"]


def test_a_codebook_without_roles_is_followed_by_its_families(world: StudyWorld) -> None:
    round_ = coded(world, PULLED)

    texts = everything_answers(client_of(world.coordinator.user), round_)

    assert "No code of this codebook stands in a role yet" in texts["enactments"]
    assert "No code of this codebook stands as a pull" in texts["enactments-pulls"]
    assert ">Stance" in texts["enactments-sequences"]


@pytest.mark.parametrize(("starts", "words"), [((), "has no times"), ((9000, 6000, 3000, 0), "run backwards")])
def test_without_times_that_run_forwards_seconds_are_not_defined(
    world: StudyWorld, starts: tuple[int, ...], words: str
) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    round_ = coded(world, PULLED)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transcripts_segment DISABLE TRIGGER USER")
        for position, start in enumerate(starts, start=1):
            Segment.objects.filter(position=position).update(start_ms=start)
        cursor.execute("ALTER TABLE transcripts_segment ENABLE TRIGGER USER")

    client = client_of(world.reader.user)
    everything_answers(client, round_)
    medians = table(client, round_, "medians", "?clock=seconds")

    assert words in medians["note"]


def test_a_layer_that_is_not_there_is_a_sentence_or_nothing(world: StudyWorld) -> None:
    round_ = coded(world, PULLED)
    client = client_of(world.reader.user)
    api = f"/api/v1/studies/{world.study.slug}/rounds/{round_.pk}/enactments/"

    refused = client.get(f"{api}?layer=adjudicated")

    assert client.get(reverse("enactments", args=[world.study.slug, round_.pk]) + "?layer=x").status_code == 404
    assert refused.status_code == 400
    assert "has been adjudicated yet" in refused.json()["layer"][0]
    assert client.get(f"{api}tables/turns/?by=nothing").json() == {"by": ["This round has: none."]}


# Blindness -----------------------------------------------------------------------------------------------------------


def test_a_transcript_that_somebody_still_codes_is_left_out_everywhere_with_a_sentence(world: StudyWorld) -> None:
    hidden, seen = make_transcript(world.study, name="HIDDEN"), make_transcript(world.study, name="SEEN")
    round_ = world.round(transcripts=[hidden, seen])
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 2, "PULL-APP")
    close(round_)
    make_round(world.version, [hidden], [world.coordinator])
    client = client_of(world.coordinator.user)

    texts = everything_answers(client, round_)

    for name, text in texts.items():
        assert "HIDDEN" not in text, name
        assert "left out here" in text, name
    for name in SHEETS:
        assert "HIDDEN" not in json.dumps(table(client, round_, name))
    for revision in hidden.revisions.all():
        hour = reverse("enactments-hour", args=[world.study.slug, round_.pk, revision.pk])
        file = reverse("enactments-file", args=[world.study.slug, round_.pk, f"timeline-{revision.pk}.svg"])
        assert client.get(hour).status_code == client.get(file).status_code == 404


def test_an_open_round_shows_nothing_of_its_codes(world: StudyWorld) -> None:
    round_ = world.round()
    client = client_of(world.reader.user)

    for name in PAGES:
        response = client.get(reverse(name, args=[world.study.slug, round_.pk]))
        assert response.status_code == 403
        assert "The results open when every assignment" in response.content.decode()
    assert (
        "No round has been coded to its end yet"
        in client.get(reverse("enactments-latest", args=[world.study.slug])).content.decode()
    )


# Cost ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PAGES, "hour"])
def test_twenty_more_sessions_cost_no_more_statements(world: StudyWorld, name: str) -> None:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    client = client_of(world.reader.user)

    def statements(sessions: int) -> int:
        transcripts = [make_transcript(world.study) for _ in range(sessions)]
        for place, transcript in enumerate(transcripts):
            SessionAttribute.objects.create(
                study=world.study, transcript=transcript, name="condition", value=f"c{place % 2}"
            )
        round_ = world.round(transcripts=transcripts)
        for assignment in round_.assignments.select_related("version"):
            judge(assignment, 2, "PULL-APP")
            judge(assignment, 3, "NAM-DIS")
        close(round_)
        revision = transcripts[0].revisions.get().pk
        address = reverse(
            "enactments-hour" if name == "hour" else name,
            args=[world.study.slug, round_.pk, *([revision] if name == "hour" else [])],
        )
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert statements(22) <= statements(2) + 1


# A study without numbers ---------------------------------------------------------------------------------------------


def test_a_study_that_wants_no_numbers_reads_its_hours_without_any_agreement(demo: tuple[Client, Round]) -> None:
    client, round_ = demo
    before = page(client, round_, "enactments-sequences")
    Study.objects.filter(pk=round_.study_id).update(discussion_only=True)

    texts = everything_answers(client, Round.objects.get(pk=round_.pk))

    assert "alpha" in before
    for name, text in texts.items():
        assert "alpha" not in text, name
        assert "below the threshold" not in text, name
    assert "computes no reliability" in table(client, round_, "agreement")["why_empty"]
    assert "computes no reliability" in table(client, round_, "links")["why_empty"]


@pytest.mark.parametrize(
    ("of", "words"), [("first pull", "Log-rank"), ("every pull", "No log-rank test: pulls of one")]
)
def test_the_test_of_waits_is_called_by_its_name(demo: tuple[Client, Round], of: str, words: str) -> None:
    note = table(*demo, "hazard_ratios", f"?of={of}&by=condition")["note"]

    assert note.startswith(words)
    assert of == "first pull" or "Log-rank p" not in note
