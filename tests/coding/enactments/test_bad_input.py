"""
What odd material gets: the answer with its reason, on every page, in every table and file, and never an empty picture.

The cases are those that studies have: no coded session, one session, a code that never occurs, sessions of one turn, no
times, times that run backwards.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from coding.models import Round
from coding.queries.enactment_sheets import SHEETS
from coding.services.enactment_files import PICTURES
from coding.services.roles import set_roles
from tests.coding.enactments.test_every_picture import MARKS
from tests.coding.enactments.test_layers import coded
from tests.coding.enactments.test_pages import PAGES, PULLED, ROLES, client_of, page, table
from tests.factories import StudyWorld, make_round
from transcripts.models import Segment

Given = dict[int, tuple[str, ...]]
ONE_PULL: Given = {1: (), 2: ("PULL-APP",), 3: (), 4: ()}
PULL_ALONE = {"rater_a": ONE_PULL, "rater_b": ONE_PULL}
NAMING_ALONE = {"rater_a": {3: ("NAM-DIS",)}, "rater_b": {3: ("NAM-DIS",)}}
NONE_GIVEN: dict[str, Given] = {"rater_a": {1: (), 2: ()}, "rater_b": {1: (), 2: ()}}
#: What a picture without a mark says instead.
REASON = re.compile(r"not defined|never|nothing|no \w+", re.IGNORECASE)


def timed(round_: Round, starts: tuple[int, ...]) -> Round:
    """Give the turns these times, which nothing but an import may."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transcripts_segment DISABLE TRIGGER USER")
        for position, start in enumerate(starts, start=1):
            Segment.objects.filter(position=position).update(start_ms=start)
        cursor.execute("ALTER TABLE transcripts_segment ENABLE TRIGGER USER")
    return round_


@dataclass(frozen=True)
class Case:
    """One kind of material, and the reasons that must be read: by page, and by table."""

    make: Callable[[StudyWorld], Round]
    pages: dict[str, str]
    tables: dict[str, str]
    query: str = ""


CASES = {
    "nothing was given": Case(
        lambda world: coded(world, NONE_GIVEN),
        {
            "enactments": "No code was given in this layer",
            "enactments-pulls": "no pull occurs in this layer",
            "enactments-sequences": "never occurs",
            "enactments-counts": "No code was given in this layer",
            "enactments-reading": "In this layer no turn carries what you ask for",
            "enactments-files": "naming never occurs in this layer",
        },
        {"pulls": "no pull occurs", "namings": "naming never occurs", "turns": "No code was given", "ties": "no tie"},
    ),
    "nobody judged a turn": Case(
        lambda world: coded(world, {"rater_a": {}, "rater_b": {}}),
        {
            "enactments": "No code was given in this layer",
            "enactments-pulls": "no pull occurs in this layer",
            "enactments-sequences": "not defined: there is no pair of judged turns",
            "enactments-dyads": "was judged for pull",
        },
        {"pulls": "no pull occurs", "latency": "no pull occurs"},
    ),
    "one session": Case(
        lambda world: coded(world, PULLED),
        {
            "enactments-pulls": "No session attribute sorts these sessions into groups",
            "enactments-dyads": "it is not known who met in these sessions",
            "enactments-counts": "no interval: 1 session, fewer than 5",
        },
        {
            "scores": "No session attribute sorts these sessions into groups",
            "hazard_ratios": "No session attribute sorts these sessions into groups",
        },
    ),
    "no pull": Case(
        lambda world: coded(world, NAMING_ALONE),
        {"enactments": "no pull before", "enactments-pulls": "no pull occurs in this layer"},
        {"pulls": "no pull occurs", "medians": "no pull occurs", "named_within": "no pull occurs"},
    ),
    "no naming": Case(
        lambda world: coded(world, PULL_ALONE),
        {
            "enactments": "naming never occurs in this layer",
            "enactments-pulls": "naming never happens in 1 wait",
            "enactments-sequences": "naming never occurs",
            "enactments-files": "naming never occurs in this layer",
        },
        {"namings": "naming never occurs", "answers": "naming never occurs"},
    ),
    "sessions of one turn": Case(
        lambda world: coded(world, {"rater_a": {1: ("PULL-APP",)}, "rater_b": {1: ("PULL-APP",)}}, turns=1),
        {
            "enactments-sequences": "there is no pair of judged turns 1 apart",
            "enactments-pulls": "no pull is followed by 1 turn",
        },
        {"places": "never follows"},
    ),
    "no times": Case(
        lambda world: coded(world, PULLED),
        {"enactments-pulls": "has no times", "enactments-counts": "no session has times that run forwards"},
        {},
        "?clock=seconds",
    ),
    "times that run backwards": Case(
        lambda world: timed(coded(world, PULLED), (9000, 6000, 3000, 0)),
        {"enactments-pulls": "run backwards", "enactments-counts": "no session has times that run forwards"},
        {},
        "?clock=seconds",
    ),
}


@pytest.fixture
def odd(request: pytest.FixtureRequest, world: StudyWorld) -> tuple[Case, Client, Round]:
    case = CASES[request.param]
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    return case, client_of(world.coordinator.user), case.make(world)


def svg(text: str) -> list[ET.Element]:
    return [ET.fromstring(one) for one in re.findall(r'<svg class="picture .*?</svg>', text)]  # noqa: S314 - our own


def says_something(drawn: ET.Element) -> bool:
    """Say whether there is a mark to look at, or the reason for there being none."""
    marks = any(MARKS & set(part.attrib.get("class", "").split()) for part in drawn.iter())
    return marks or bool(REASON.search(" ".join(part.text or "" for part in drawn.iter("text"))))


@pytest.mark.parametrize("odd", CASES, indirect=True)
def test_every_page_says_why_and_draws_nothing_without_a_word(odd: tuple[Case, Client, Round]) -> None:
    case, client, round_ = odd

    texts = {name: page(client, round_, name, case.query) for name in PAGES}

    for name, words in case.pages.items():
        assert words.lower() in unescape(texts[name]).lower(), name
    for name, text in texts.items():
        for drawn in svg(text):
            assert says_something(drawn), (name, drawn.attrib["aria-label"])


@pytest.mark.parametrize("odd", CASES, indirect=True)
def test_every_table_and_file_of_the_api_says_why(odd: tuple[Case, Client, Round]) -> None:
    case, client, round_ = odd
    api = f"/api/v1/studies/{round_.study.slug}/rounds/{round_.pk}/enactments/"

    tables: dict[str, dict[str, Any]] = {name: table(client, round_, name, case.query) for name in SHEETS}
    pictures = {name: client.get(f"{api}file/{name}.svg/{case.query}") for name in PICTURES}
    files = unescape(page(client, round_, "enactments-files", case.query))

    for name, found in tables.items():
        assert found["rows"] or found["why_empty"], name
        for row in found["rows"]:
            for key in [key for key, value in row.items() if value is None and f"{key}_why" in row]:
                assert row[f"{key}_why"], (name, key, row)
    for name, words in case.tables.items():
        assert words in tables[name]["why_empty"], name
    for name, answer in pictures.items():
        listed = re.search(rf">{name}\.svg</(a|span)>", files)
        assert listed, name
        # What cannot be drawn is listed without a link, and with its reason.
        assert (answer.status_code == 200) == (listed.group(1) == "a"), name
        if answer.status_code == 200:
            assert b"<svg" in b"".join(answer.streaming_content)
        else:
            assert answer.status_code == 404


def test_a_study_without_a_coded_session_says_what_comes_first(world: StudyWorld) -> None:
    client = client_of(world.coordinator.user)
    text = client.get(reverse("enactments-latest", args=[world.study.slug])).content.decode()
    round_ = world.round()

    refused = client.get(f"/api/v1/studies/{world.study.slug}/rounds/{round_.pk}/enactments/")

    assert "No round has been coded to its end yet" in text
    assert refused.status_code == 403
    assert refused.json()["detail"].endswith(".")


def test_whoever_still_codes_every_transcript_is_told_why_there_is_nothing(world: StudyWorld) -> None:
    round_ = coded(world, PULLED)
    transcripts = [assignment.transcript for assignment in round_.assignments.select_related("transcript")][:1]
    make_round(world.version, transcripts, [world.coordinator])
    client = client_of(world.coordinator.user)

    for name in PAGES:
        answer = client.get(reverse(name, args=[world.study.slug, round_.pk]))
        assert answer.status_code == 403
        assert "not for your eyes yet" in answer.content.decode().lower()
