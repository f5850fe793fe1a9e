"""What the API says when it says no: always a code and a sentence, never the name of a table."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import StudyWorld
from tests.matrix import all_routes, fill, make_everything
from workbench.accounts.tokens import create_token

STUDIES = "/api/v1/studies/"


@pytest.fixture
def api(world: StudyWorld) -> Client:
    _, key = create_token(world.coordinator.user, "for a test")
    return Client(headers={"Authorization": f"Token {key}"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "code"), [({}, "not_authenticated"), ({"Authorization": "Token unknown"}, "authentication_failed")]
)
def test_a_request_without_a_token_that_is_known_gets_a_code(headers: dict[str, str], code: str) -> None:
    answer = Client(headers=headers).get(STUDIES)

    assert (answer.status_code, answer.json()["code"]) == (401, code)


@pytest.mark.parametrize("path", ["strangers/", "strangers/rounds/", "{study}/rounds/999/", "{study}/transcripts/999/"])
def test_what_is_not_there_is_not_named_by_its_table(api: Client, world: StudyWorld, path: str) -> None:
    answer = api.get(STUDIES + path.format(study=world.study.slug))

    assert answer.status_code == 404
    assert answer.json() == {
        "code": "not_found",
        "detail": "There is nothing here, or nothing that you may see.",
    }


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"method": "POST", "data": "{", "content_type": "application/json"}, 400, "parse_error"),
        ({"method": "POST", "data": "x", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ({"method": "PUT"}, 405, "method_not_allowed"),
    ],
)
def test_a_request_that_cannot_be_understood_gets_a_code(
    api: Client, request_: dict[str, Any], status: int, code: str
) -> None:
    answer = api.generic(path=STUDIES, **request_)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_name_that_stands_twice_in_a_body_is_refused_with_its_place(api: Client, world: StudyWorld) -> None:
    path = f"{STUDIES}{world.study.slug}/rounds/"
    body = '{"name": "One", "shares": [{"transcript": 1, "raters": [], "raters": ["rater_a"]}]}'

    answer = api.post(path, body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert answer.json()["detail"].endswith(
        "shares[0]: The name “raters” stands twice in this object; keep one of them."
    )


def test_faults_in_fields_stand_under_the_name_of_the_field(api: Client) -> None:
    answer = api.post(STUDIES, {"title": ""}, content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, {"title": ["This field may not be blank."]})


@pytest.mark.parametrize("path", ["", "?page=%00", "{study}/rounds/?state=%00", "{study}/%00/", "nothing/here/?x=%00"])
def test_a_nul_in_an_address_is_refused_as_every_other_bad_value(api: Client, world: StudyWorld, path: str) -> None:
    answer = api.get(STUDIES + path.format(study=world.study.slug))

    if path:
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_value")
    else:
        assert answer.status_code == 200


@pytest.mark.django_db
def test_every_address_says_what_it_is_and_tells_nothing_of_the_study() -> None:
    everything = make_everything()
    routes = {route.path for route in all_routes() if route.path.startswith("api/v1/")} - {"api/v1/docs/"}
    client, somebody = Client(raise_request_exception=False), Client(raise_request_exception=False)
    somebody.force_login(everything.world.coordinator.user)

    found = {path: somebody.options(fill(path, everything.arguments)) for path in routes}
    unknown = {path: client.options(fill(path, everything.arguments)).status_code for path in routes}

    assert len(routes) > 70
    assert somebody.options("/api/v1/docs/").status_code == 405
    assert {path: answer.status_code for path, answer in found.items() if answer.status_code != 200} == {}
    assert [path for path, answer in found.items() if b'"actions"' in answer.content] == []
    assert set(unknown.values()) == {401}
