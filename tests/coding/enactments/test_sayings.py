"""Links and what was said about codings, as far as they lead into the tables of a layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from coding.formats.drafts import AttributeDraft
from coding.models import Coding, CodingAttribute, CodingLink, Round
from coding.services.roles import set_roles
from tests.coding.enactments.test_pages import client_of, table
from tests.factories import (
    SMALL_CODEBOOK,
    StudyWorld,
    close,
    judge,
    make_member,
    make_round,
    make_transcript,
    make_version,
)
from transcripts.models import SessionAttribute

ASKED = (
    AttributeDraft("arena", "nominal", {"here": "here", "there": "there"}),
    AttributeDraft("direction", "nominal", {"to_therapist": "to", "to_patient": "back"}),
    AttributeDraft("target_person", "text"),
)


def coding(round_: Round, rater: str, position: int, code: str) -> Coding:
    return Coding.objects.select_related("judgement").get(
        judgement__assignment__round=round_,
        judgement__assignment__rater__label=rater,
        judgement__segment__position=position,
        judgement__assignment__transcript__name="H1",
        code__key=code,
    )


def link(start: Coding, end: Coding) -> None:
    CodingLink.objects.create(
        assignment_id=start.judgement.assignment_id,
        from_judgement=start.judgement,
        from_coding=start,
        to_judgement=end.judgement,
        to_coding=end,
    )


def say(round_: Round, one: Coding, **said: str) -> None:
    for key, value in said.items():
        attribute = round_.version.attributes.get(key=key)
        CodingAttribute.objects.create(version=round_.version, coding=one, attribute=attribute, value=value)


@pytest.fixture
def found(world: StudyWorld) -> tuple[Client, Round]:
    """Two hours of a dyad: pulls on turns 2 and 4, a naming on 5 that both raters link to the pull on 2."""
    version = make_version(world.study, replace(SMALL_CODEBOOK, attributes=ASKED))
    roles = {"PULL-APP": "pull", "PULL-DEF": "pull", "NAM-DIS": "naming"}
    set_roles(user=world.coordinator.user, version=version, roles=roles)
    hours = [make_transcript(world.study, 6, name=f"H{number}") for number in (1, 2)]
    for number, hour in enumerate(hours, start=1):
        for name, value in (("Dyad", "A"), ("Session_Number", str(number))):
            SessionAttribute.objects.create(study=world.study, transcript=hour, name=name, value=value)
    round_ = make_round(version, hours, [world.rater, world.other_rater])
    given: dict[int, tuple[str, ...]] = {2: ("PULL-APP",), 4: ("PULL-DEF",), 5: ("NAM-DIS",)}
    for assignment in round_.assignments.select_related("version", "rater", "transcript"):
        for position in range(1, 7):
            judge(assignment, position, *given.get(position, ()))
    for rater in ("rater_a", "rater_b"):
        link(coding(round_, rater, 5, "NAM-DIS"), coding(round_, rater, 2, "PULL-APP"))
        say(round_, coding(round_, rater, 2, "PULL-APP"), arena="there", target_person="mother")
    say(round_, coding(round_, "rater_a", 4, "PULL-DEF"), direction="to_therapist")
    close(round_)
    return client_of(world.reader.user), round_


def rows(found: tuple[Client, Round], name: str, query: str = "") -> list[dict[str, Any]]:
    return list(table(*found, name, query)["rows"])


def test_a_link_that_both_raters_made_says_which_pull_is_named(found: tuple[Client, Round]) -> None:
    named = {(row["transcript"], row["pull"]): (row["named"], row["how"]) for row in rows(found, "pulls")}

    assert named["H1", 2] == (5, "link")
    assert named["H1", 4] == (None, "")
    assert named["H2", 2] == named["H2", 4] == (5, "adjacency")


def test_how_far_raters_link_the_same_turns_is_measured(found: tuple[Client, Round]) -> None:
    measured = {row["coefficient"]: row for row in rows(found, "links")}

    assert measured["percent_agreement"]["value"] == 1
    assert measured["percent_agreement"]["n"] == 2


def test_a_pull_told_of_elsewhere_is_followed_into_later_hours(found: tuple[Client, Round]) -> None:
    (told,) = rows(found, "recurrences")

    assert (told["dyad"], told["transcript"], told["told"], told["person"]) == ("A", "H1", 2, "mother")
    assert told["later_hours"] == "H2, turn 2"


def test_what_half_of_the_raters_said_of_a_coding_is_not_the_majoritys(found: tuple[Client, Round]) -> None:
    everybody = {row["direction"]: row["pulls"] for row in rows(found, "directions")}
    alone = {row["direction"]: row["pulls"] for row in rows(found, "directions", "?layer=rater:rater_a")}

    assert everybody == {"not said": 4}
    assert alone == {"not said": 3, "to_therapist": 1}


def test_the_hours_of_a_dyad_are_a_course_whatever_the_attributes_are_spelt_like(found: tuple[Client, Round]) -> None:
    course = rows(found, "course")

    assert [(row["session"], row["transcript"]) for row in course if row["group"] == "pull"] == [(1, "H1"), (2, "H2")]
    assert not any(row["why"] for row in course)


def test_a_link_counts_where_more_than_half_of_those_who_judged_the_later_turn_made_it(world: StudyWorld) -> None:
    version = make_version(world.study, SMALL_CODEBOOK)
    set_roles(user=world.coordinator.user, version=version, roles={"PULL-APP": "pull", "NAM-DIS": "naming"})
    raters = [world.rater, world.other_rater, *(make_member(world.study, "rater", f"rater_{name}") for name in "cd")]
    round_ = make_round(version, [make_transcript(world.study, 6, name="H1")], raters)
    for assignment in round_.assignments.select_related("version", "rater", "transcript"):
        for position in range(1, 7):
            given = {2: ("PULL-APP",), 4: ("PULL-APP",), 5: ("NAM-DIS",)}.get(position, ())
            # Three of four name it; two of these three link it, which is half of those who judged the turn.
            judge(assignment, position, *(() if (assignment.rater.label, position) == ("rater_d", 5) else given))
    for rater in ("rater_a", "rater_b"):
        link(coding(round_, rater, 5, "NAM-DIS"), coding(round_, rater, 2, "PULL-APP"))
    close(round_)

    named = {row["pull"]: row["how"] for row in rows((client_of(world.reader.user), round_), "pulls")}

    assert named == {2: "adjacency", 4: "adjacency"}
