"""Statements that the database plans once: the same answers, and everything else as before."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.factories import make_study
from transcripts.models import Study
from workbench.planned import OFTEN, planned_once


def plans() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_a_statement_asked_for_often_is_planned_once() -> None:
    study = make_study()

    for _ in range(OFTEN + 1):
        with planned_once():
            found = Study.objects.filter(pk=study.pk).get()

    assert found == study
    assert [sql for sql in plans() if "transcripts_study" in sql]


@pytest.mark.django_db
def test_outside_of_the_block_statements_are_sent_as_before() -> None:
    with planned_once():
        pass

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s; SELECT %s", [1, 2])  # two in one text can only be sent the old way

        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_a_failure_inside_leaves_the_connection_as_it_was() -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), planned_once():
        raise RuntimeError

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s; SELECT %s", [1, 2])

        assert cursor.fetchone() == (1,)
