"""Hours too long for one page: a window of turns, the rest on demand, and words found in all of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import Assignment
from coding.queries.desk import WHOLE, WINDOW, desk_page, window
from coding.queries.outline import outline
from coding.views.strip_markup import strip_markup
from coding.views.turn_markup import turns_markup
from tests.factories import StudyWorld, judge, make_round, make_transcript, submit
from transcripts.models import Segment

LONG = WHOLE + 300


@pytest.fixture
def assignment(world: StudyWorld) -> Assignment:
    texts = [f"Turn {number} of a long hour." for number in range(1, LONG + 1)]
    texts[4], texts[800] = "Ich sage: ÜBER <i>100%_</i> Wörter.", "Und über\nall das."
    transcript = make_transcript(world.study, texts)
    return make_round(world.version, [transcript], [world.rater]).assignments.get(rater=world.rater)


@pytest.fixture
def client(assignment: Assignment) -> Client:
    client = Client()
    assert assignment.rater.user is not None
    client.force_login(assignment.rater.user)
    return client


def shown(markup: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li class="turn" id="turn-(\d+)"', markup)]


def ask(client: Client, assignment: Assignment, body: Any) -> Any:
    place = reverse("find", args=[assignment.pk])
    return client.post(place, json.dumps(body), content_type="application/json")


# The window ----------------------------------------------------------------------------------------------------------


def test_a_long_hour_shows_the_turns_around_the_first_open_one(client: Client, assignment: Assignment) -> None:
    for position in range(1, 301):
        judge(assignment, position)

    page = client.get(reverse("desk", args=[assignment.pk])).content.decode()

    assert shown(page) == list(range(241, 441))
    assert 'data-first="301"' in page
    assert f'data-marks="{"j" * 300}{"o" * (LONG - 300)}"' in page
    assert f"<b>300 / {LONG}</b> judged" in page
    assert 'href="?turn=140#turn-140">Turns 1 to 240</a>' in page
    assert f'href="?turn=441#turn-441">Turns 441 to {LONG}</a>' in page


@pytest.mark.parametrize(
    ("asked", "first"),
    [("850", LONG - WINDOW + 1), ("500", 440), ("1", 1), ("0", 1), ("99999", 1), ("-5", 1), ("x", 1), ("٣", 1)],
)
def test_a_link_to_a_turn_shows_the_turns_around_it(
    client: Client, assignment: Assignment, asked: str, first: int
) -> None:
    page = client.get(reverse("desk", args=[assignment.pk]), {"turn": asked}).content.decode()

    assert shown(page)[0] == first
    assert len(shown(page)) == WINDOW


def test_an_hour_that_fits_is_shown_whole(world: StudyWorld) -> None:
    transcript = make_transcript(world.study, WHOLE)
    page = desk_page(make_round(world.version, [transcript], [world.rater]).assignments.get(), at=5)

    assert not page.is_window
    assert len(shown(turns_markup(page))) == WHOLE
    assert "turns-gap" not in turns_markup(page)


@pytest.mark.parametrize("at", [1, 60, 61, 300, 899, 900])
def test_a_window_holds_the_turn_asked_for_and_stays_inside_the_hour(at: int) -> None:
    first, last = window(900, at)

    assert 1 <= first <= at <= last <= 900
    assert last - first + 1 == WINDOW


def test_the_strip_of_a_long_hour_knows_the_turns_that_are_not_shown(assignment: Assignment) -> None:
    judge(assignment, 890, "PULL-APP")

    page = desk_page(assignment, at=1)

    assert shown(turns_markup(page))[-1] == WINDOW
    assert 'aria-label="Turns 883 to 891, 1 of 9 judged"' in strip_markup(page)
    assert strip_markup(page).count('class="mark"') == 1


def test_codes_are_found_along_the_hour_whatever_the_ids_of_its_segments(world: StudyWorld) -> None:
    transcript = make_transcript(world.study, LONG)
    make_transcript(world.study, 2)
    last = Segment.objects.select_related("speaker").get(revision__transcript=transcript, position=LONG)
    further = Segment.objects.create(
        study=last.study, revision=last.revision, speaker=last.speaker, position=LONG + 1,
        char_start=last.char_end + 1, char_end=last.char_end + 5, text="More",
    )  # fmt: skip
    assignment = make_round(world.version, [transcript], [world.rater]).assignments.get()
    judge(assignment, further.position, "PULL-APP", flag=True)

    page = desk_page(assignment)

    assert isinstance(outline(assignment.revision_id).places, dict)
    assert page.marks == "o" * LONG + "f"
    assert page.codes == {LONG // 10: ["PULL-APP"]}


# More turns ----------------------------------------------------------------------------------------------------------


def test_more_turns_come_as_the_page_would_show_them(client: Client, assignment: Assignment) -> None:
    judge(assignment, 700, "PULL-APP")
    place = reverse("turns", args=[assignment.pk])

    part = client.get(place, {"first": 699, "last": 701}).content.decode()
    page = client.get(reverse("desk", args=[assignment.pk]), {"turn": 700}).content.decode()

    assert shown(part) == [699, 700, 701]
    assert part in page
    assert "Seeking approval" in part


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "0"},
        {"first": "5", "last": "4"},
        {"first": "1", "last": "400"},
        {"last": str(LONG + 1)},
        {"first": "a"},
    ],
)
def test_turns_that_are_not_there_are_refused(client: Client, assignment: Assignment, asked: dict[str, str]) -> None:
    assert client.get(reverse("turns", args=[assignment.pk]), asked).status_code == 400


def test_a_longer_hour_that_is_judged_costs_no_more_queries(world: StudyWorld) -> None:
    client, counts = Client(), []
    assert world.rater.user is not None
    client.force_login(world.rater.user)
    for length in (WHOLE + 1, WHOLE + 1, WHOLE + 200):
        transcript = make_transcript(world.study, length)
        assignment = make_round(world.version, [transcript], [world.rater]).assignments.get()
        for position in range(1, 40):
            judge(assignment, position, "PULL-APP")
        client.get(reverse("desk", args=[assignment.pk]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk", args=[assignment.pk]), {"turn": 10})
        counts.append(len(queries))

    assert counts[1] == counts[2]
    # Two for the session, nine for the desk: links, notes and what the round says of them included.
    assert counts[1] <= 2 + 9


# Words ---------------------------------------------------------------------------------------------------------------


def test_words_are_found_in_turns_that_are_not_shown_whatever_their_case(
    client: Client, assignment: Assignment
) -> None:
    answer = ask(client, assignment, {"words": " über "})

    assert answer.json() == {
        "turns": [5, 801],
        "said": [[5, "Ich sage: ", "ÜBER", " <i>100%_</i> Wörter."], [801, "Und ", "über", "\nall das."]],
    }


@pytest.mark.parametrize(("words", "turns"), [("100%_", [5]), ("%", [5]), ("'; --", []), ("hour", None)])
def test_every_sign_is_looked_for_as_it_is(
    client: Client, assignment: Assignment, words: str, turns: list[int] | None
) -> None:
    found = ask(client, assignment, {"words": words}).json()

    assert found["turns"] == ([n for n in range(1, LONG + 1) if n not in (5, 801)] if turns is None else turns)
    assert len(found["said"]) == min(len(found["turns"]), 60)


@pytest.mark.parametrize(
    "body", [{}, [], {"words": ""}, {"words": "  "}, {"words": 5}, {"words": "a" * 201}, {"words": "a\0"}]
)
def test_a_search_that_says_nothing_is_refused(client: Client, assignment: Assignment, body: Any) -> None:
    assert ask(client, assignment, body).status_code == 400


def test_memos_and_other_peoples_words_are_not_searched(
    client: Client, assignment: Assignment, world: StudyWorld
) -> None:
    judge(assignment, 1, memo="zebra")
    other = make_round(world.version, [assignment.transcript], [world.other_rater]).assignments.get()
    judge(other, 2, memo="zebra")
    submit(other)

    assert ask(client, assignment, {"words": "zebra"}).json() == {"turns": [], "said": []}
