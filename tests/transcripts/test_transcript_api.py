"""Transcripts and segments over the API."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import StudyWorld, make_study, make_transcript
from tests.transcripts.material import TWO_TURNS
from transcripts.models import Segment, Transcript
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token


@pytest.fixture
def api(world: StudyWorld) -> Callable[[str], Client]:
    def _api(place: str) -> Client:
        someone = getattr(world, place)
        user = someone if isinstance(someone, User) else someone.user
        return Client(headers={"Authorization": f"Token {create_token(user, 'test')[1]}"})

    return _api


@pytest.fixture
def url(world: StudyWorld) -> str:
    return f"/api/v1/studies/{world.study.slug}/transcripts/"


def body(data: bytes = TWO_TURNS, name: str = "new.txt", **more: Any) -> dict[str, Any]:
    return {"file_name": name, "content_base64": base64.b64encode(data).decode(), **more}


def send(client: Client, url: str, data: Any) -> Any:
    return client.post(url, data, content_type="application/json")


def test_a_file_comes_in_with_roles_attributes_and_notes(api: Callable[[str], Client], url: str) -> None:
    data = b"# Remark\nT: So?\nP: Yes.\nT: And?\nP: No.\n"

    answer = send(api("coordinator"), url, body(data, roles={"T": "therapist"}, session={"dyad": "7"}))

    assert answer.status_code == 201
    (one,) = answer.json()["transcripts"]
    assert (one["name"], one["segments"], one["session"]) == ("new", 4, {"dyad": "7"})
    assert one["speakers"] == [{"label": "T", "role": "therapist"}, {"label": "P", "role": "other"}]
    assert answer.json()["other"] == ["P"]
    assert answer.json()["notes"]["new"][0]["line"] == 1


def test_merging_is_asked_for(api: Callable[[str], Client], url: str) -> None:
    data = b"T: One.\nT: Two.\nP: Yes.\nT: So.\nP: Well.\n"

    answer = send(api("coordinator"), url, body(data, merge=True))

    assert answer.json()["transcripts"][0]["segments"] == 4
    assert answer.json()["transcripts"][0]["merged"] is True


def test_segments_come_in_pages_with_offsets(api: Callable[[str], Client], url: str) -> None:
    client = api("coordinator")
    transcript = send(client, url, body(b"T: One.\nP: Two.\nT: Three.\n")).json()["transcripts"][0]

    answer = client.get(f"{url}{transcript['id']}/segments/?page_size=2&page=2")

    assert answer.json()["count"] == 3
    assert answer.json()["results"] == [
        {
            "position": 3,
            "speaker": "T",
            "role": "other",
            "start_ms": None,
            "end_ms": None,
            "char_start": 10,
            "char_end": 16,
            "text": "Three.",
        }
    ]


def test_the_list_can_be_asked_for_one_name(api: Callable[[str], Client], url: str, world: StudyWorld) -> None:
    make_transcript(world.study, name="other one")

    answer = api("reader").get(url, {"name": "other one"})

    assert [one["name"] for one in answer.json()["results"]] == ["other one"]


def test_attributes_are_replaced(api: Callable[[str], Client], url: str, world: StudyWorld) -> None:
    client, one = api("coordinator"), f"{url}{world.transcript.pk}/"
    client.patch(one, {"session": {"dyad": "7", "old": "x"}}, content_type="application/json")

    answer = client.patch(one, {"session": {"dyad": "8"}}, content_type="application/json")

    assert answer.json()["session"] == {"dyad": "8"}


def test_a_transcript_goes_unless_it_is_part_of_a_round(
    api: Callable[[str], Client], url: str, world: StudyWorld
) -> None:
    client, free = api("coordinator"), make_transcript(world.study)
    world.round()

    gone, stays = client.delete(f"{url}{free.pk}/"), client.delete(f"{url}{world.transcript.pk}/")

    assert (gone.status_code, stays.status_code) == (204, 409)
    assert stays.json()["code"] == "transcript_in_use"
    assert list(Transcript.objects.filter(study=world.study)) == [world.transcript]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (body(b"segment,text\n2,Yes.\n", "t.csv"), 409, "file_unreadable"),
        (body(b"MZ", "t.exe"), 409, "file_unreadable"),
        (body("T: Ünd?\nP: Jä.\n".encode("cp1252")), 409, "file_unreadable"),
        (body(b"speaker,role,text\nA,x,1\nA,y,2\n", "t.csv"), 409, "file_unreadable"),
        (body(b"T: Yes.\nP: No.\n", "taken.txt"), 409, "transcript_name_taken"),
        (body(session={"": "x"}), 409, "bad_transcript"),
        (body(name="x" * 300), 400, None),
        ({"file_name": "a.txt", "content_base64": "not base64!"}, 400, None),
        ({"file_name": "a.txt", "content_base64": "é"}, 400, None),
        ({"file_name": "a.txt"}, 400, None),
        (body(roles=["T"]), 400, None),
        (body(roles={"T": "x" * 41}), 400, None),
        (body(encoding="\x00"), 400, None),
        ([], 400, None),
        ("text", 400, None),
    ],
)
def test_bad_input_is_refused_in_a_sentence(
    api: Callable[[str], Client], url: str, world: StudyWorld, data: Any, status: int, code: str | None
) -> None:
    make_transcript(world.study, name="taken")
    before = Segment.objects.count()

    answer = send(api("coordinator"), url, data)

    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert Segment.objects.count() == before


@pytest.mark.parametrize(
    ("place", "status"), [("stranger", 404), ("rater", 403), ("reader", 200), ("adjudicator", 200)]
)
def test_only_readers_of_the_material_read_it(
    api: Callable[[str], Client], url: str, world: StudyWorld, place: str, status: int
) -> None:
    client = api(place)

    for path in (url, f"{url}{world.transcript.pk}/", f"{url}{world.transcript.pk}/segments/"):
        assert client.get(path).status_code == status


@pytest.mark.parametrize(
    ("place", "status"), [("stranger", 404), ("rater", 403), ("reader", 403), ("adjudicator", 403)]
)
def test_only_coordinators_change_it(
    api: Callable[[str], Client], url: str, world: StudyWorld, place: str, status: int
) -> None:
    client, one = api(place), f"{url}{world.transcript.pk}/"

    answers = [
        send(client, url, body()),
        client.patch(one, {"session": {}}, content_type="application/json"),
        client.delete(one),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert Transcript.objects.filter(pk=world.transcript.pk).exists()


def test_a_transcript_of_another_study_does_not_exist(
    api: Callable[[str], Client], url: str, world: StudyWorld
) -> None:
    foreign = make_transcript(make_study())

    for path in (f"{url}{foreign.pk}/", f"{url}{foreign.pk}/segments/", f"{url}{10**30}/"):
        assert api("coordinator").get(path).status_code == 404


def test_twenty_more_cost_no_more_queries(api: Callable[[str], Client], url: str, world: StudyWorld) -> None:
    client = api("coordinator")
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(20):
        make_transcript(world.study, 2)

    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
