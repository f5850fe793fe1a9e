"""Law 3 in the database: what a closed round rests on neither leaves it nor becomes something else."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from coding.models import Evidence
from tests.factories import StudyWorld, close, judge, make_round, submit


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE coding_assignment SET phase = 'revision', revises_id = id",
        "UPDATE coding_assignment SET withdrawn_at = now(), submitted_at = NULL",
        "UPDATE coding_assignment SET submitted_at = NULL",
        "UPDATE coding_assignment SET round_id = (SELECT id FROM coding_round WHERE closed_at IS NULL)",
        "DELETE FROM coding_assignment WHERE round_id = (SELECT id FROM coding_round WHERE closed_at IS NOT NULL)",
        "UPDATE coding_round SET closed_at = NULL",
    ],
)
def test_the_first_codings_of_a_closed_round_stay_first(world: StudyWorld, statement: str) -> None:
    close(world.round())
    make_round(world.version, [], [])

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["judgement", "coding", "evidence"])
def test_what_was_coded_never_moves(world: StudyWorld, table: str) -> None:
    final, still_open = world.round(), world.round()
    for round_ in (final, still_open):
        judgement = judge(world.assignment(round_), 1, "PULL-APP")
        Evidence.objects.create(coding=judgement.codings.get(), start=0, end=2)
    spare = judge(world.assignment(final), 2, "PULL-APP")
    submit(world.assignment(final))
    theirs = {
        "judgement": ("assignment_id", world.assignment(still_open).pk, spare.pk),
        "coding": ("judgement_id", judge(world.assignment(still_open), 3, "ST-WARM").pk, spare.codings.get().pk),
        "evidence": ("coding_id", judgement.codings.get().pk, Evidence.objects.earliest("pk").pk),
    }
    parent, new, pk = theirs[table]

    with pytest.raises(IntegrityError, match="never moves"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE coding_{table} SET {parent} = %s WHERE id = %s", [new, pk])
