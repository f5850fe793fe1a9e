"""What a command finds ready before it runs, and what /healthz says."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from workbench import env, postgres, serving, start, version


@pytest.fixture
def taken_port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that somebody listens on, and that the settings name."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setenv("WORKBENCH_PORT", str(port))
        yield port


def test_a_database_that_fits_is_left_as_it_is(db: None) -> None:
    before = MigrationRecorder(connection).applied_migrations().keys()

    start.prepare()

    assert MigrationRecorder(connection).applied_migrations().keys() == before


def test_a_database_of_a_newer_version_is_refused_in_a_sentence(db: None) -> None:
    MigrationRecorder(connection).record_applied("coding", "0999_from_the_future")

    with pytest.raises(env.ConfigError, match=r"A newer version .*0999_from_the_future"):
        start.prepare(upgrade=True)


def test_a_database_of_an_older_version_is_refused_with_the_way_forward(db: None) -> None:
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="coding").order_by("-name")[:1].get().delete()

    with pytest.raises(env.ConfigError, match=r"older version .*manage\.py backup FILE.*manage\.py migrate"):
        start.prepare()


@pytest.mark.parametrize("words", [[], ["help"], ["check", "--deploy"], ["serve", "--help"], ["--version"]])
def test_a_command_that_needs_no_database_starts_none(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    def fail() -> None:
        raise AssertionError("a database was started")

    monkeypatch.setattr(postgres, "ensure", fail)

    start.ready(["manage.py", *words])


def test_health_is_told_to_anybody(client: Client, db: None) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok\n"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_silent_database_is_said_without_its_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("connection to server at db.example, user ann, failed")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert b"ann" not in answer.content


def test_a_taken_port_is_refused_in_a_sentence(taken_port: int) -> None:
    with pytest.raises(env.ConfigError, match=f"Port {taken_port} is taken. Set WORKBENCH_PORT"):
        serving.choose_port()


def test_the_demo_says_that_a_port_is_taken_and_takes_the_next(
    taken_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKBENCH_NEXT_PORT", "1")

    port = serving.choose_port()

    assert port > taken_port
    assert f"Port {taken_port} is taken; this is port {port}." in capsys.readouterr().err


def test_an_address_that_is_not_ours_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_BIND", "192.0.2.1")

    with pytest.raises(env.ConfigError, match=r"Nothing can listen on 192\.0\.2\.1"):
        serving.choose_port()


def test_versions_are_compared_by_their_numbers() -> None:
    major, minor, patch = map(int, version.product_version().split("."))

    assert version.is_newer(f"{major}.{minor + 10}.{patch}")
    assert version.is_newer(f"{major}.{minor}.{patch + 1}")
    assert not version.is_newer(version.product_version())
