"""Signing in, and the pages that belong to it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_user
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": user.email, "password": password, **more})


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06d}"


def test_whoever_knows_the_password_is_taken_home(client: Client) -> None:
    user = make_user()

    answer = sign_in(client, user)

    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_the_case_of_the_address_does_not_matter(client: Client) -> None:
    user = make_user()

    answer = client.post(LOGIN, {"login": user.email.upper(), "password": PASSWORD})

    assert answer.status_code == 302


def test_a_wrong_password_gets_a_sentence(client: Client) -> None:
    user = make_user()

    answer = sign_in(client, user, "something else")

    assert answer.status_code == 200
    assert "not correct" in answer.content.decode()


def test_an_unknown_address_gets_the_same_sentence_as_a_wrong_password(client: Client) -> None:
    user = make_user()
    errors = re.compile(r'<ul class="errorlist.*?</ul>', re.S)

    wrong = errors.findall(sign_in(client, user, "something else").content.decode())
    unknown = errors.findall(
        client.post(LOGIN, {"login": "nobody@example.org", "password": "something else"}).content.decode()
    )

    assert wrong == unknown != []


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    user = make_user()
    for _ in range(5):
        sign_in(client, user, "something else")

    answer = sign_in(client, user)

    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


def test_after_thirty_tries_in_a_minute_the_page_says_to_wait(client: Client) -> None:
    for _ in range(30):
        client.post(LOGIN, {"login": "", "password": ""})

    answer = client.post(LOGIN, {"login": "", "password": ""})

    assert answer.status_code == 429
    assert "Wait a few minutes" in answer.content.decode()


def test_the_page_that_was_asked_for_is_opened_after_signing_in(client: Client) -> None:
    user = make_user()
    way = client.get("/account/tokens/")

    page = client.get(way["Location"]).content.decode()
    answer = sign_in(client, user, next="/account/tokens/")

    assert 'name="next" value="/account/tokens/"' in page
    assert answer["Location"] == "/account/tokens/"


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(client: Client, away: str) -> None:
    user = make_user()

    answer = sign_in(client, user, next=away)

    assert answer["Location"] == "/"


def test_a_closed_account_does_not_open(client: Client) -> None:
    user = make_user(is_active=False)

    answer = sign_in(client, user)
    page = client.get("/account/tokens/")

    assert answer.status_code in (200, 302)
    assert page.status_code == 302
    assert page["Location"].startswith(LOGIN)


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password", "account_set_password"])
def test_pages_that_nobody_can_use_are_not_there(name: str) -> None:
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/account/signup/", "/account/email/", "/account/password/reset/"])
def test_open_registration_is_nowhere(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_signing_out_is_a_post(client: Client) -> None:
    client.force_login(make_user())

    asked = client.get("/account/logout/")
    still_in = client.get("/account/").status_code
    client.post("/account/logout/")
    out = client.get("/account/").status_code

    assert asked.status_code == 200
    assert (still_in, out) == (200, 302)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    user = make_user()
    here, elsewhere = Client(), Client()
    sign_in(here, user)
    sign_in(elsewhere, user)

    new = "quite another password"
    answer = here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert answer.status_code == 302
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_second_factor_is_turned_on_and_asked_for(client: Client) -> None:
    user = make_user()
    sign_in(client, user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret

    on = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    codes = client.get(on["Location"])
    client.post("/account/logout/")
    first_step = sign_in(client, user)
    not_in_yet = client.get("/account/").status_code
    recovery = codes.context["unused_codes"][0]
    client.post(first_step["Location"], {"code": recovery})

    assert page.status_code == codes.status_code == 200
    assert first_step["Location"].startswith("/account/2fa/authenticate/")
    assert not_in_yet == 302
    assert client.get("/account/").status_code == 200


def test_a_wrong_code_gets_a_sentence(client: Client) -> None:
    user = make_user()
    TOTP.activate(user, generate_totp_secret())
    step = sign_in(client, user)

    answer = client.post(step["Location"], {"code": "000000"})

    assert answer.status_code == 200
    assert "Incorrect code" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/account/",
        "/account/tokens/",
        "/account/password/change/",
        "/account/2fa/totp/activate/",
        "/account/2fa/totp/deactivate/",
        "/account/2fa/recovery-codes/",
        "/account/2fa/recovery-codes/generate/",
        "/account/2fa/reauthenticate/",
        "/account/logout/",
    ],
)
def test_every_page_of_the_account_opens_with_a_second_factor_on(client: Client, path: str) -> None:
    user = make_user()
    client.force_login(user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    if "totp/activate" not in path:
        TOTP.activate(user, generate_totp_secret())
        client.post("/account/2fa/recovery-codes/generate/")

    answer = client.get(path, follow=True)

    assert answer.status_code == 200
    assert "<h1" in answer.content.decode()


def test_the_second_factor_is_turned_off_after_the_password(client: Client) -> None:
    user = make_user()
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)

    asked = client.post("/account/2fa/totp/deactivate/")
    client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"].startswith("/account/reauthenticate/")
    assert not Authenticator.objects.filter(user=user, type="totp").exists()


def test_a_name_is_kept(client: Client) -> None:
    user = make_user()
    client.force_login(user)

    client.post("/account/", {"name": " Ada Lovelace "})

    user.refresh_from_db()
    assert user.name == "Ada Lovelace"
