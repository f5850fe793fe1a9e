"""Law 4: who did it is part of the history, and nothing leaves a table unseen."""

from __future__ import annotations

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tests.factories import StudyWorld, judge


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM pghistory_context",
        "TRUNCATE pghistory_context CASCADE",
        "TRUNCATE coding_coding CASCADE",
        "TRUNCATE coding_judgement CASCADE",
        "TRUNCATE coding_assignment CASCADE",
        "TRUNCATE coding_assignedsegment",
        "TRUNCATE coding_evidence",
        "TRUNCATE coding_codingattribute",
        "TRUNCATE coding_codinglink",
        "TRUNCATE transcripts_membership CASCADE",
        "TRUNCATE coding_reliabilityplan",
        "TRUNCATE coding_reliabilityrun CASCADE",
        "TRUNCATE coding_runtranscript",
    ],
)
def test_the_database_refuses(world: StudyWorld, statement: str) -> None:
    with pghistory.context(user=1):
        judge(world.assignment(world.round()), 1, "PULL-APP")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_every_table_with_a_history_refuses_truncate() -> None:
    tracked = {
        model.pgh_tracked_model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")
    }

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'history_is_kept'")
        kept = {name for (name,) in cursor.fetchall()}

    assert len(tracked) > 10
    assert tracked <= kept
