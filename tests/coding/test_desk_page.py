"""The desk as a page and as an API: what it shows, what it costs, and how it says no."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import Act, Assignment, Coding
from coding.queries.desk import desk_page, side_of
from coding.views.strip_markup import strip_markup
from coding.views.turn_markup import clock, turns_markup
from tests.coding.test_acts import CODEBOOK, Desk
from tests.factories import StudyWorld, close, judge, make_round, make_transcript, make_version, submit
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token

NASTY = """<script>alert("x")</script> & 'so' on"""


@pytest.fixture
def desk(world: StudyWorld) -> Desk:
    version = make_version(world.study, CODEBOOK)
    transcript = make_transcript(world.study, ["Please sit down.", NASTY, "Third.", "Fourth."])
    return Desk(make_round(version, [transcript], [world.rater, world.other_rater]).assignments.get(rater=world.rater))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(desk: Desk) -> Client:
    return signed_in(desk.user)


def place(desk: Desk, name: str = "desk") -> str:
    return reverse(name, args=[desk.assignment.pk])


def act(kind: str, position: int = 1, **said: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "seq": 1, "kind": kind, "position": position, **said}


def post(client: Client, desk: Desk, value: Any) -> Any:
    body = value if isinstance(value, bytes) else json.dumps(value)
    return client.post(place(desk, "acts"), body, content_type="application/json")


# The page ------------------------------------------------------------------------------------------------------------


def test_the_desk_shows_turns_codes_and_what_is_left(client: Client, desk: Desk) -> None:
    desk.do("give", code="PULL-APP", rating=2)
    desk.do("finish")

    page = client.get(place(desk)).content.decode()

    assert page.count('<li class="turn"') == 4
    assert 'id="turn-1" data-role="therapist" data-speaks="therapist" data-state="judged"' in page
    assert 'aria-label="rated 2 of 3"' in page
    assert "Submit: 3 turns left" in page
    assert 'data-first="2"' in page


def test_words_of_a_transcript_and_of_a_rater_are_never_markup(client: Client, desk: Desk) -> None:
    desk.do("memo", 2, memo=NASTY)
    desk.do("give", 2, code="PULL-APP", attributes={"target_person": NASTY})
    desk.do("coding_memo", 2, code="PULL-APP", memo=NASTY)
    desk.do("outcome", 3, outcome="uncodable", reason=NASTY)

    page = client.get(place(desk)).content.decode()

    assert "<script>alert" not in page
    assert unescape(page).count(NASTY) >= 5


def test_the_page_runs_under_a_policy_without_inline_code(client: Client, desk: Desk) -> None:
    page = client.get(place(desk)).content.decode()

    assert not re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert not re.findall(r"\son\w+=", page)
    assert " style=" not in page


def test_every_module_of_the_desk_is_named_in_the_page(client: Client, desk: Desk) -> None:
    page = client.get(place(desk)).content.decode()
    folder = Path(settings.BASE_DIR) / "workbench/static/workbench/desk"

    for module in folder.glob("*.js"):
        assert f"workbench/desk/{module.name}" in page


def test_a_submitted_assignment_can_be_read_and_not_coded(client: Client, desk: Desk) -> None:
    submit(desk.assignment)

    page = client.get(place(desk)).content.decode()
    answer = post(client, desk, act("give", code="ST-WARM"))

    assert "data-final" in page
    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"


def test_an_empty_transcript_says_so(world: StudyWorld) -> None:
    assignment = make_round(world.version, [make_transcript(world.study, [])], [world.rater]).assignments.get()

    page = signed_in(world.rater.user).get(reverse("desk", args=[assignment.pk]))

    assert page.status_code == 200
    assert "This transcript has no turns." in page.content.decode()


@pytest.mark.parametrize("name", ["desk", "submit"])
def test_nobody_but_its_rater_opens_an_assignment(desk: Desk, world: StudyWorld, name: str) -> None:
    statuses = {
        who: signed_in(user).get(place(desk, name)).status_code
        for who, user in {
            "stranger": world.stranger,
            "other rater": world.other_rater.user,
            "coordinator": world.coordinator.user,
            "reader": world.reader.user,
        }.items()
    }
    nobody = Client().get(place(desk, name))

    assert statuses == {"stranger": 404, "other rater": 403, "coordinator": 403, "reader": 403}
    assert nobody.status_code == 302


def test_nothing_on_the_desk_tells_of_another_rater(client: Client, desk: Desk, world: StudyWorld) -> None:
    others = Assignment.objects.exclude(pk=desk.assignment.pk).get(round=desk.assignment.round)
    before = client.get(place(desk))
    judge(others, 1, "PULL-DEF", memo="Seen by the other rater.")
    judge(others, 2)
    submit(others)

    after = client.get(place(desk))

    assert strip_tokens(before.content) == strip_tokens(after.content)
    assert "ETag" not in after.headers
    assert "Last-Modified" not in after.headers


def strip_tokens(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


def test_earlier_judgements_of_a_transcript_are_closed_while_it_is_coded_again(
    desk: Desk, client: Client, world: StudyWorld
) -> None:
    desk.do("give", code="ST-WARM")
    close(desk.assignment.round)
    readable = client.get(place(desk)).status_code
    make_round(desk.assignment.version, [desk.assignment.transcript], [world.rater])

    again = client.get(place(desk))

    assert readable == 200
    assert again.status_code == 403


# What it costs -------------------------------------------------------------------------------------------------------


def cost(client: Client, assignment: Assignment) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("desk", args=[assignment.pk])).status_code == 200
    return len(queries)


def test_a_longer_hour_costs_no_more_queries(world: StudyWorld) -> None:
    client, counts = signed_in(world.rater.user), []
    for length in (3, 3, 60):
        transcript = make_transcript(world.study, length)
        assignment = make_round(world.version, [transcript], [world.rater]).assignments.get()
        for position in range(1, length + 1):
            judge(assignment, position, "PULL-APP", "ST-WARM")
        counts.append(cost(client, assignment))

    # The first reading of a codebook is kept by the process. Session and person are two of the queries.
    assert counts[1] == counts[2]
    assert counts[1] <= 2 + 9


def test_acts_in_a_list_are_done_in_order_and_refusals_do_not_stop_the_next(client: Client, desk: Desk) -> None:
    acts = [act("give", code="PULL-APP"), act("finish"), act("rate", code="PULL-APP", rating=3), act("finish")]

    answer = post(client, desk, acts)

    answers = answer.json()["answers"]
    assert answer.status_code == 200
    assert [one["id"] for one in answers] == [one["id"] for one in acts]
    assert [one.get("refused") for one in answers] == [None, "rating_owed", None, None]
    assert answers[-1]["state"] == "judged"
    assert 'data-rate="3"' in answers[-1]["lane"]
    assert re.match(r"\d{4}-\d\d-\d\dT", answer.json()["at"])


def test_a_single_act_that_is_refused_is_a_conflict_with_its_sentence(client: Client, desk: Desk) -> None:
    answer = post(client, desk, act("finish"))

    assert answer.status_code == 409
    assert answer.json()["code"] == "nothing_said"
    assert "press 0" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": NaN}',
        b'"give"',
        b"{}",
        b"[[]]",
        json.dumps([act("give", code="ST-WARM"), {"kind": "toggle"}]).encode(),
        json.dumps([act("give", code="ST-WARM")] * 201).encode(),
        json.dumps(act("memo", memo="a\x00b")).encode(),
        json.dumps(act("memo", memo="\ud800")).encode(),
        json.dumps(act("give", position=10**40, code="ST-WARM")).encode(),
    ],
)
def test_what_cannot_be_read_is_refused_whole_in_one_shape(client: Client, desk: Desk, body: bytes) -> None:
    answer = post(client, desk, body)

    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "detail"}
    assert not Act.objects.exists()


def test_an_expired_session_is_answered_in_json(desk: Desk) -> None:
    answer = post(Client(), desk, act("give", code="ST-WARM"))

    assert answer.status_code == 401
    assert answer.json()["code"] == "signed_out"


def test_a_forged_request_is_refused(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.user)

    assert post(client, desk, act("give", code="ST-WARM")).status_code == 403
    assert not Coding.objects.exists()


def test_strangers_and_others_cannot_act(desk: Desk, world: StudyWorld) -> None:
    stranger = post(signed_in(world.stranger), desk, act("give", code="ST-WARM"))
    other = post(signed_in(world.other_rater.user), desk, act("give", code="ST-WARM"))

    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")


def test_acts_only_come_by_post(client: Client, desk: Desk) -> None:
    assert client.get(place(desk, "acts")).status_code == 405


# Handing in ----------------------------------------------------------------------------------------------------------


def test_the_submit_page_names_the_open_turns_and_refuses(client: Client, desk: Desk) -> None:
    desk.do("outcome", 1, outcome="none")
    desk.do("finish", 1)
    desk.do("give", 3, code="ST-WARM")

    answer = client.post(place(desk, "submit"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "3 turns of" in page
    assert f'{place(desk)}?turn=2#turn-2"' in page
    assert page.count("begun, not finished") == 1


def test_handing_in_twice_by_double_click_is_handing_in_once(client: Client, desk: Desk) -> None:
    for position in range(1, 5):
        judge(desk.assignment, position)

    question = client.get(place(desk, "submit")).content.decode()
    first = client.post(place(desk, "submit"))
    second = client.post(place(desk, "submit"))

    assert "Hand in for good" in question
    assert first.status_code == second.status_code == 302
    assert "is handed in" in client.get(place(desk, "submit")).content.decode()


# Markup --------------------------------------------------------------------------------------------------------------


def test_a_long_hour_has_a_strip_of_a_hundred_bars(world: StudyWorld) -> None:
    assignment = make_round(world.version, [make_transcript(world.study, 450)], [world.rater]).assignments.get()
    judge(assignment, 1)

    page = desk_page(assignment)

    assert strip_markup(page).count("strip-turn") == 90
    assert 'aria-label="Turns 1 to 5, 1 of 5 judged"' in strip_markup(page)
    assert turns_markup(page).count("<li") == 450


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(0, "0:00"), (329_000, "5:29"), (3_727_000, "1:02:07"), (359_999_000, "99:59:59")]
)
def test_times_are_written_as_people_read_them(milliseconds: int, words: str) -> None:
    assert clock(milliseconds) == words


def test_a_text_reaches_the_browser_sign_by_sign(world: StudyWorld) -> None:
    text = "a\r\nb <i>&amp;</i> \u2028\u202e\x1f é 👩‍🎨"
    assignment = make_round(world.version, [make_transcript(world.study, [text, ""])], [world.rater]).assignments.get()

    page = turns_markup(desk_page(assignment))

    shown = re.findall(r'dir="auto">(.*?)</p>', page, re.DOTALL)
    assert [
        one.replace("&#13;", "\r").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for one in shown
    ] == [
        text,
        "",
    ]
    assert "\r" not in page


def test_therapists_speak_from_the_left_and_patients_are_set_in() -> None:
    assert [side_of(role) for role in ("therapist", "Counselor", "patient", "client", "other")] == [
        "therapist", "therapist", "patient", "patient", "other",
    ]  # fmt: skip


def test_a_scale_with_more_than_three_steps_is_written_in_numbers(world: StudyWorld) -> None:
    assert CODEBOOK.rating is not None
    version = make_version(world.study, replace(CODEBOOK, rating=replace(CODEBOOK.rating, maximum=7)))
    assignment = make_round(version, [make_transcript(world.study)], [world.rater]).assignments.get()
    desk = Desk(assignment)
    desk.do("give", 1, code="PULL-APP", rating=6)
    desk.do("give", 2, code="PULL-APP")

    page = turns_markup(desk_page(assignment))

    assert 'aria-label="rated 6 of 7">6<' in page
    assert 'aria-label="rating owed">1–7<' in page


# The API -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def program(desk: Desk) -> Client:
    _, key = create_token(desk.user, "a program")
    return Client(headers={"Authorization": f"Token {key}"})


def api(desk: Desk, rest: str = "") -> str:
    return f"/api/v1/assignments/{desk.assignment.pk}/{rest}"


def test_a_program_codes_and_hands_in(program: Client, desk: Desk, world: StudyWorld) -> None:
    mine = program.get("/api/v1/assignments/").json()
    acts = [part for n in range(1, 5) for part in (act("outcome", n, outcome="none"), act("finish", n))]
    early = program.post(api(desk, "submit/"))
    done = program.post(api(desk, "acts/"), json.dumps(acts), content_type="application/json")
    single = program.post(api(desk, "acts/"), json.dumps(act("flag", flag=True)), content_type="application/json")
    judgements = program.get(api(desk, "judgements/"), {"page_size": 3}).json()
    segments = program.get(api(desk, "segments/")).json()
    submitted = program.post(api(desk, "submit/"))

    assert [row["id"] for row in mine["results"]] == [str(desk.assignment.pk)]
    assert (early.status_code, early.json()["code"], early.json()["positions"]) == (409, "turns_open", [1, 2, 3, 4])
    assert [one["turn"]["finished"] for one in done.json()["answers"]] == [False, True] * 4
    assert single.json()["turn"]["flag"]
    assert (judgements["count"], len(judgements["results"])) == (4, 3)
    assert "text" not in judgements["results"][0]
    assert segments["results"][1]["text"] == NASTY
    assert segments["results"][0]["judgement"]["outcome"] == "none"
    assert submitted.json()["turns"] == 4
    assert program.post(api(desk, "submit/")).json() == submitted.json()


def test_the_api_answers_bad_and_refused_acts_in_one_shape(program: Client, desk: Desk) -> None:
    bad = program.post(api(desk, "acts/"), json.dumps({"kind": "toggle"}), content_type="application/json")
    refused = program.post(api(desk, "acts/"), json.dumps(act("finish")), content_type="application/json")
    submit(desk.assignment)
    late = program.post(api(desk, "acts/"), json.dumps([act("give", code="ST-WARM")]), content_type="application/json")

    assert (bad.status_code, bad.json()["code"]) == (400, "bad_act")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_said")
    assert (late.status_code, late.json()["code"], late.json()["answers"]) == (403, "forbidden", [])


@pytest.mark.parametrize("rest", ["", "segments/", "judgements/"])
def test_the_api_opens_an_assignment_to_its_rater_alone(desk: Desk, world: StudyWorld, rest: str) -> None:
    answers = [signed_in(user).get(api(desk, rest)).status_code for user in (
        desk.user, world.other_rater.user, world.coordinator.user, world.stranger,
    )]  # fmt: skip

    assert answers == [200, 403, 403, 404]
    assert Client().get(api(desk, rest)).status_code == 401


def test_a_page_of_turns_costs_the_same_however_many_there_are(program: Client, world: StudyWorld) -> None:
    counts = []
    for length in (3, 3, 40):
        transcript = make_transcript(world.study, length)
        assignment = make_round(world.version, [transcript], [world.rater]).assignments.get()
        for position in range(1, length + 1):
            judge(assignment, position, "PULL-APP")
        with CaptureQueriesContext(connection) as queries:
            assert program.get(f"/api/v1/assignments/{assignment.pk}/segments/").status_code == 200
        counts.append(len(queries))

    assert counts[1] == counts[2]
