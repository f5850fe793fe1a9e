"""Who is asking is read by statements of our own; they decide as Django's do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("somebody@example.org", "a long enough password")


@pytest.fixture
def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def is_asked_to_sign_in(client: Client) -> bool:
    response = client.get("/")
    assert response.status_code in (200, 302)
    return response.status_code == 302


def test_somebody_who_is_signed_in_is_known_with_everything_about_them(signed_in: Client) -> None:
    response = signed_in.get("/")

    assert response.status_code == 200
    found = response.context["user"]
    stored = User.objects.get()
    fields = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(found, name) for name in fields] == [getattr(stored, name) for name in fields]
    assert not found._state.adding


def test_the_session_and_the_person_are_one_query_each(signed_in: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        signed_in.get("/")

    assert sum("django_session" in query["sql"] for query in queries) == 1
    assert sum("FROM accounts_user WHERE id" in query["sql"] for query in queries) == 1


def test_a_session_that_ran_out_or_was_ended_is_nobodys(signed_in: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert is_asked_to_sign_in(signed_in)


def test_a_session_that_was_deleted_is_nobodys(signed_in: Client) -> None:
    Session.objects.all().delete()
    assert is_asked_to_sign_in(signed_in)


@pytest.mark.parametrize("key", ["", "short", "no such session at all", "ein Schlüssel mit Umlauten", "'; SELECT 1 --"])
def test_a_cookie_that_somebody_made_up_is_nobodys(client: Client, key: str) -> None:
    client.cookies["sessionid"] = key
    assert is_asked_to_sign_in(client)


def test_an_account_that_was_switched_off_is_signed_out(signed_in: Client) -> None:
    assert not is_asked_to_sign_in(signed_in)
    User.objects.update(is_active=False)
    assert is_asked_to_sign_in(signed_in)


def test_a_new_password_ends_the_sessions_of_the_old_one(signed_in: Client, person: User) -> None:
    person.set_password("another long password")
    person.save()
    assert is_asked_to_sign_in(signed_in)
