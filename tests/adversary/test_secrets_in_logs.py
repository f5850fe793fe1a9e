"""Law 8: what opens a door or was said in confidence never reaches a log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.factories import StudyWorld, judge, make_user
from transcripts.services.invitations import invite
from workbench.accounts import services


@pytest.fixture
def lines() -> Any:
    """What the product's own log handler writes."""
    handler = next(one for one in logging.getLogger().handlers if one.get_name() == "stderr")
    written: list[str] = []
    original = handler.emit
    handler.emit = lambda record: written.append(handler.format(record))  # type: ignore[method-assign]
    yield written
    handler.emit = original  # type: ignore[method-assign]


def test_a_link_that_still_opens_something_is_not_written_into_the_log(world: StudyWorld, lines: list[str]) -> None:
    assert world.coordinator.user is not None
    keys = {
        "join": invite(user=world.coordinator.user, study=world.study, role="rater", label="new")[1],
        "start": services.make_start_link(email="first@example.org"),
        "password-link": services.make_password_link(user=make_user("forgetful"), made_by=None),
    }

    for name, key in keys.items():
        assert Client().post(reverse(name, args=[key]), {"password": "short"}).status_code == 422

    assert lines
    assert not [line for line in lines for key in keys.values() if key in line]


def test_an_error_of_the_database_is_logged_without_the_row(world: StudyWorld, lines: list[str]) -> None:
    judgement = judge(world.assignment(world.round()), 1, memo="She said:\n\nThat her brother died.")

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE coding_judgement SET flag = NULL WHERE id = %s", [judgement.pk])
    except IntegrityError:
        logging.getLogger("django.request").exception("Internal Server Error")

    assert "Internal Server Error" in lines[0]
    assert "IntegrityError" in lines[0]
    assert "her brother" not in lines[0]
    assert "The above exception was the direct cause" in lines[0]
