"""The course over the sessions of a dyad: dyad beside dyad and rater beside rater on one scale, each a file."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from coding.formats.pictures.course import CourseLine, CoursePoint, course_picture
from coding.formats.pictures.scales import spread
from coding.models import Round
from coding.queries.enactment_dyads import course_name, courses, draw_courses, draw_courses_by_rater
from coding.queries.enactments import Enactments
from coding.services.roles import set_roles
from tests.coding.enactments.test_layers import coded
from tests.coding.enactments.test_pages import PULLED, ROLES, client_of, page
from tests.factories import StudyWorld, close, judge, make_transcript
from transcripts.models import SessionAttribute

#: Who met in their how manyeth session, and on which turns rater_a gave a pull; rater_b gave it on the first of them.
MET = {"A1": ("A", 1, (2, 4)), "A2": ("A", 2, (2, 4, 6)), "B1": ("B", 1, (2,)), "B3": ("B", 3, (2, 4))}


@pytest.fixture
def met(world: StudyWorld) -> tuple[Client, Round]:
    set_roles(user=world.coordinator.user, version=world.version, roles=ROLES)
    hours = [make_transcript(world.study, 8, name=name) for name in MET]
    for hour in hours:
        dyad, number, _ = MET[hour.name]
        for name, value in (("dyad", dyad), ("session number", str(number))):
            SessionAttribute.objects.create(study=world.study, transcript=hour, name=name, value=value)
    round_ = world.round(transcripts=hours)
    for assignment in round_.assignments.select_related("version", "rater", "transcript"):
        _, _, pulls = MET[assignment.transcript.name]
        mine = pulls if assignment.rater.label == "rater_a" else pulls[:1]
        for position in range(1, 9):
            judge(assignment, position, *(["PULL-APP"] if position in mine else []))
    close(round_)
    return client_of(world.reader.user), round_


def ticks(markup: str) -> list[str]:
    written = re.findall(r'text-anchor="end" class="tick-label">([^<]+)', markup)
    assert written
    return written


def test_dyads_are_drawn_on_one_scale_and_so_is_the_file_of_one(met: tuple[Client, Round]) -> None:
    client, round_ = met
    found = Enactments(round_, None, "rater:rater_a")
    made = courses(found)

    drawn = draw_courses(found, made)
    address = reverse("enactments-file", args=[round_.study.slug, round_.pk, f"{course_name(found, made[1])}.svg"])
    file = b"".join(client.get(address + "?layer=rater:rater_a").streaming_content).decode()

    assert ticks(drawn[0].markup) == ticks(drawn[1].markup)
    written = [part.text for part in ET.fromstring(file).iter() if part.attrib.get("text-anchor") == "end"]  # noqa: S314
    assert ticks(drawn[1].markup) == [text for text in written if text != "session"]


def test_each_rater_is_drawn_beside_the_others_as_on_their_own_page(met: tuple[Client, Round]) -> None:
    client, round_ = met
    found = Enactments(round_, None)
    small = draw_courses_by_rater(found, courses(found))

    assert {dyad: [label for label, _ in drawn] for dyad, drawn in small.items()} == {
        "A": ["rater_a", "rater_b"],
        "B": ["rater_a", "rater_b"],
    }
    assert len({tuple(ticks(drawn.markup)) for several in small.values() for _, drawn in several}) == 1
    for label in ("rater_a", "rater_b"):
        own = page(client, round_, "enactments-dyads", f"?layer=rater:{label}").split("The same, rater by rater")[0]
        drawn = "".join(dict(several)[label].markup for several in small.values())
        told = re.findall(r"<title>([^<]+ per 100 turns [^<]+)</title>", drawn)
        assert len(told) == 2 * len(MET)
        assert all(f"<title>{words}</title>" in own for words in told)


def test_a_sign_leads_to_its_session_in_the_layer_that_it_is_drawn_of_and_nothing_leads_to_nothing(
    met: tuple[Client, Round],
) -> None:
    text = page(*met, "enactments-dyads")
    small = text.split('class="picture picture-course-small"')[1].split("</svg>")[0]

    links = re.findall(r'<a href="([^"]+)"><title>([^<]+)</title>', small)

    assert {words.split(",")[0] for _, words in links} == {"A1", "A2"}
    for address, words in links:
        assert "layer=rater%3Arater_a" in address
        assert f"session={words.split(',')[0]}" in address
        assert "(0 of" not in words


def test_sessions_that_are_no_course_are_not_joined_by_a_line(met: tuple[Client, Round], world: StudyWorld) -> None:
    client, round_ = met
    before = page(client, round_, "enactments-dyads")
    SessionAttribute.objects.filter(name="session number").update(value="2")

    after = page(client, round_, "enactments-dyads")

    assert before.count('class="whisker"') > after.count('class="whisker"') == 0
    assert "two sessions have the same number" in after


def test_without_roles_the_page_and_the_list_of_files_say_what_to_do(world: StudyWorld) -> None:
    round_ = coded(world, PULLED)
    client = client_of(world.reader.user)

    for name in ("enactments-dyads", "enactments-files"):
        assert "say which ones are pulls and namings first" in page(client, round_, name)
    assert "rater by rater" not in page(client, round_, "enactments-dyads")


def test_a_line_without_any_value_is_named_with_its_reason() -> None:
    lines = [
        CourseLine("Pull", "clay", (CoursePoint(1, 12.0, "S1, pull: 12.0"),)),
        CourseLine("Naming", "sea", (CoursePoint(1, None, "not defined: no turn of S1 was judged"),)),
    ]

    markup = course_picture(lines, "Over the sessions").markup

    assert ">Naming: –<title>not defined: no turn of S1 was judged</title>" in markup


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ([10.0, 12.0, 90.0], [10.0, 27.0, 90.0]),
        ([100.0, 100.0, 100.0], [66.0, 83.0, 100.0]),
        ([50.0, 10.0], [50.0, 10.0]),
    ],
)
def test_names_beside_lines_keep_apart_and_stay_in_the_picture(wanted: list[float], places: list[float]) -> None:
    assert spread(wanted, 17, 100) == places
