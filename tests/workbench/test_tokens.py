"""Personal tokens: made once, shown once, revoked for good."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.factories import make_user
from workbench.accounts.models import ApiToken, digest

pytestmark = pytest.mark.django_db


def make_token(client: Client, days: str = "90") -> str:
    page = client.post("/account/tokens/", {"name": "a script", "days": days}).content.decode()
    return re.search(r'<p class="raw copy">([^<]+)</p>', page)[1]  # type: ignore[index]


def test_the_key_is_shown_once_and_only_its_hash_is_kept(client: Client) -> None:
    client.force_login(make_user())

    key = make_token(client)

    assert ApiToken.objects.get().key_hash == digest(key)
    assert key not in client.get("/account/tokens/").content.decode()


def test_a_token_opens_the_api_until_it_is_revoked(client: Client) -> None:
    client.force_login(make_user())
    key, program = make_token(client), Client(headers={"Authorization": ""})
    header = {"Authorization": f"Token {key}"}

    before = program.get("/api/v1/studies/", headers=header).status_code
    client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    after = program.get("/api/v1/studies/", headers=header).status_code

    assert (before, after) == (200, 401)


def test_a_token_runs_out_when_it_was_said_to(client: Client) -> None:
    client.force_login(make_user())

    make_token(client, days="30")
    make_token(client, days="0")

    last, first = ApiToken.objects.order_by("-pk")
    assert first.expires_at is not None
    assert last.expires_at is None


def test_a_token_of_somebody_else_does_not_exist(client: Client) -> None:
    token = ApiToken.objects.create(user=make_user(), name="theirs", key_hash="0" * 64)
    client.force_login(make_user())

    answer = client.post(f"/account/tokens/{token.pk}/revoke/")

    token.refresh_from_db()
    assert answer.status_code == 404
    assert token.revoked_at is None


def test_a_token_without_a_purpose_is_refused_with_a_sentence(client: Client) -> None:
    client.force_login(make_user())

    answer = client.post("/account/tokens/", {"name": "", "days": "90"})

    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_twenty_more_tokens_cost_no_more_queries(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    few = _queries(client)

    ApiToken.objects.bulk_create(
        ApiToken(user=user, name=f"n{number}", key_hash=f"{number:064}") for number in range(20)
    )

    assert _queries(client) == few


def _queries(client: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get("/account/tokens/")
    return len(queries)
