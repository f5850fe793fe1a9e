"""What the API says when it says no: always a code and a sentence, never the name of a table."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import StudyWorld
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


def test_faults_in_fields_stand_under_the_name_of_the_field(api: Client) -> None:
    answer = api.post(STUDIES, {"title": ""}, content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, {"title": ["This field may not be blank."]})
