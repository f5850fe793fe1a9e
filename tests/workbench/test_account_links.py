"""One-time links: the first coordinator, and forgotten passwords."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.factories import PASSWORD, make_user
from workbench.accounts import services
from workbench.accounts.models import AccountLink, User, digest
from workbench.accounts.tokens import create_token

pytestmark = pytest.mark.django_db
NEW = "quite another password"
SPENT = "no longer opens anything"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def start(client: Client, key: str, **more: str) -> Any:
    return client.post(f"/start/{key}/", {"name": "Ada", "password": NEW, "again": NEW, **more})


def set_password(client: Client, key: str, **more: str) -> Any:
    return client.post(f"/password/{key}/", {"password": NEW, "again": NEW, **more})


def test_the_command_prints_a_link_that_makes_the_first_coordinator(client: Client) -> None:
    link = run("coordinator", "ada@example.org", "--name", "Ada").split()[-1]
    path = "/start/" + link.partition("/start/")[2]

    page = client.get(path)
    answer = client.post(path, {"name": "Ada", "password": NEW, "again": NEW})

    user = User.objects.get(email="ada@example.org")
    assert "ada@example.org" in page.content.decode()
    assert answer["Location"] == "/"
    assert user.may_create_studies
    assert client.get("/account/").status_code == 200


def test_the_command_makes_the_account_at_once_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NEW}\n"))

    run("coordinator", "ada@example.org", "--password-stdin")

    user = User.objects.get()
    assert user.may_create_studies
    assert user.check_password(NEW)


def test_the_command_refuses_a_weak_password_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))

    with pytest.raises(CommandError, match="too short"):
        run("coordinator", "ada@example.org", "--password-stdin")

    assert not User.objects.exists()


def test_the_command_refuses_an_address_that_is_taken() -> None:
    user = make_user()

    with pytest.raises(CommandError, match="already an account"):
        run("coordinator", user.email.upper())


def test_the_command_refuses_what_is_no_address() -> None:
    with pytest.raises(CommandError, match="valid email"):
        run("coordinator", "not an address")


def test_a_start_link_opens_once(client: Client) -> None:
    key = services.make_start_link(email="ada@example.org")
    start(client, key)

    again = start(Client(), key)

    assert again.status_code == 409
    assert SPENT in again.content.decode()
    assert User.objects.count() == 1


def test_a_start_link_runs_out_after_a_week(client: Client) -> None:
    key = services.make_start_link(email="ada@example.org")
    AccountLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    answer = client.get(f"/start/{key}/")

    assert answer.status_code == 409
    assert SPENT in answer.content.decode()


def test_a_link_is_kept_as_a_hash_alone() -> None:
    key = services.make_start_link(email="ada@example.org")

    assert AccountLink.objects.get().key_hash == digest(key)


def test_a_link_of_one_kind_does_not_open_the_other_page(client: Client) -> None:
    key = services.make_start_link(email="ada@example.org")

    assert set_password(client, key).status_code == 409
    assert client.get(f"/password/{key}/").status_code == 409


def test_two_passwords_that_differ_use_nothing_up(client: Client) -> None:
    key = services.make_start_link(email="ada@example.org")

    answer = start(client, key, again="something else")

    assert answer.status_code == 422
    assert "not the same" in answer.content.decode()
    assert AccountLink.objects.open().exists()


def test_an_account_made_meanwhile_uses_nothing_up(client: Client) -> None:
    key = services.make_start_link(email="ada@example.org")
    User.objects.create_user("ADA@example.org")

    answer = start(client, key)

    assert answer.status_code == 422
    assert "already an account" in answer.content.decode()
    assert AccountLink.objects.open().exists()


def test_a_password_link_sets_the_password_and_ends_the_sessions(client: Client) -> None:
    user, elsewhere = make_user(), Client()
    elsewhere.force_login(user)
    key = services.make_password_link(user=user, made_by=None)

    answer = set_password(client, key)

    user.refresh_from_db()
    assert answer["Location"] == "/account/login/"
    assert user.check_password(NEW)
    assert elsewhere.get("/account/").status_code == 302


def test_a_password_link_ends_the_tokens_too(client: Client) -> None:
    user = make_user()
    _, key = create_token(user, "a program")

    set_password(client, services.make_password_link(user=user, made_by=None))

    answer = Client().get("/api/v1/studies/", headers={"Authorization": f"Token {key}"})
    assert answer.status_code == 401


def test_a_password_link_signs_nobody_in(client: Client) -> None:
    key = services.make_password_link(user=make_user(), made_by=None)

    set_password(client, key)

    assert client.get("/account/").status_code == 302


def test_whoever_signs_in_hears_who_made_a_link_for_them(client: Client) -> None:
    user, maker = make_user(), make_user("grace")
    set_password(client, services.make_password_link(user=user, made_by=maker))

    client.post("/account/login/", {"login": user.email, "password": NEW})
    page = client.get("/account/").content.decode()

    assert "Grace made a link to set your password" in page
    assert f"{timezone.localtime():%Y}" in page


def test_after_a_month_the_sign_in_is_silent_and_the_account_page_still_tells(client: Client) -> None:
    user, maker = make_user(), make_user("grace")
    set_password(client, services.make_password_link(user=user, made_by=maker))
    AccountLink.objects.update(used_at=timezone.now() - timedelta(days=31))

    client.post("/account/login/", {"login": user.email, "password": NEW})
    page = client.get("/account/").content.decode()

    assert "made a link to set your password" not in page
    assert "<td>Grace</td>" in page


def test_a_new_password_link_ends_the_earlier_one(client: Client) -> None:
    user = make_user()
    earlier = services.make_password_link(user=user, made_by=None)
    later = services.make_password_link(user=user, made_by=None)

    assert set_password(client, earlier).status_code == 409
    assert set_password(client, later).status_code == 302


def test_a_link_for_a_closed_account_opens_nothing(client: Client) -> None:
    user = make_user()
    key = services.make_password_link(user=user, made_by=None)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert set_password(client, key).status_code == 409


def test_the_operator_makes_a_password_link(client: Client) -> None:
    user = make_user()

    link = run("password_link", user.email).split()[-1]

    assert set_password(client, link.partition("/password/")[2].strip("/")).status_code == 302


def test_the_operator_hears_of_an_unknown_address() -> None:
    with pytest.raises(CommandError, match="Nobody signs in as"):
        run("password_link", "nobody@example.org")


def test_a_password_like_the_address_is_refused(client: Client) -> None:
    key = services.make_start_link(email="bartholomew.longname@example.org")

    answer = start(client, key, password="bartholomew.longname", again="bartholomew.longname")

    assert answer.status_code == 422
    assert "too similar" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_follow_a_link_at_once_only_one_gets_through() -> None:
    """The second waits at the row until the first has committed, and then finds the link used."""
    import threading

    from django.db import connection

    key = services.make_start_link(email="ada@example.org")
    barrier, outcomes = threading.Barrier(2), []

    def follow() -> None:
        barrier.wait(timeout=10)
        try:
            services.follow_start_link(key=key, name="Ada", password=PASSWORD)
            outcomes.append("through")
        except services.LinkSpent:
            outcomes.append("spent")
        finally:
            connection.close()

    threads = [threading.Thread(target=follow) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["spent", "through"]
    assert User.objects.count() == 1
