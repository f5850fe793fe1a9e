"""Pages that say no: a sentence and a way on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from tests.factories import StudyWorld, make_user

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_there_says_so(client: Client) -> None:
    client.force_login(make_user())

    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()


def test_a_study_of_others_is_not_there(client: Client, world: StudyWorld) -> None:
    client.force_login(world.stranger)

    answer = client.get(f"/studies/{world.study.slug}/members/")

    assert answer.status_code == 404


def test_a_no_is_said_with_its_reason(client: Client, world: StudyWorld) -> None:
    client.force_login(world.rater.user)

    answer = client.get(f"/studies/{world.study.slug}/members/")

    assert answer.status_code == 403
    assert "Only a coordinator of the study can do this." in answer.content.decode()


def test_a_form_without_its_secret_gets_a_sentence() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/account/login/", {"login": "a@example.org", "password": "x"})

    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()


def test_too_many_fields_get_a_sentence(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    client.force_login(make_user())

    answer = client.post("/account/", {f"f{number}": "x" for number in range(5)})

    assert answer.status_code == 413
    assert "more fields than this server takes" in answer.content.decode()


def test_too_much_at_once_gets_a_sentence(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client.force_login(make_user())

    answer = client.post("/account/", {"name": "x" * 200}, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413
    assert "larger than this server takes" in answer.content.decode()


def test_an_unknown_host_gets_400(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


@pytest.mark.parametrize("path", ["/studies/a%00b/", "/account/login/?next=%00"])
def test_a_nul_byte_gets_400(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_nul_byte_in_a_form_is_refused_with_a_sentence(client: Client) -> None:
    client.force_login(make_user())

    answer = client.post("/account/", {"name": "a\x00b"})

    assert answer.status_code == 422
    assert "Null characters are not allowed" in answer.content.decode()


def test_the_page_for_what_went_wrong_needs_nothing_but_itself(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = server_error(RequestFactory().get("/"))

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong on this server." in page
    assert "Traceback" not in page


def test_no_page_has_a_script_or_a_style_in_it(client: Client, world: StudyWorld) -> None:
    """What the content security policy forbids would silently not work."""
    client.force_login(world.coordinator.user)
    pages = ["/account/", "/account/tokens/", f"/studies/{world.study.slug}/members/"]

    for path in pages:
        text = client.get(path).content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script type="module" src=') + text.count("<script defer src=")


def test_the_documentation_of_the_api_has_no_script_or_style_in_it_either(client: Client) -> None:
    client.force_login(make_user())

    text = client.get("/api/v1/docs/").content.decode()

    assert 'id="swagger-ui"' in text
    assert "<style" not in text
    assert text.count("<script") == text.count("<script src=") == 3
