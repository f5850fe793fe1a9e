"""Write checked judgements in bulk: 50,000 codings in a few seconds, each named in the history."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from coding.models import Assignment, Round
from coding.services.codings_check import CheckedJudgement, Judgements

# COPY is fast, but what arrives by it is not named in the history: it fills temporary tables, and INSERT does the rest.
_TABLES = {
    "imported_judgement": (
        "id uuid, assignment_id uuid, revision_id bigint, segment_id bigint, outcome text, reason text, memo text, "
        "flag boolean, at timestamptz"
    ),
    "imported_coding": "id uuid, judgement_id uuid, code_id bigint, rating smallint, memo text, at timestamptz",
    "imported_evidence": 'coding_id uuid, "start" integer, "end" integer',
    "imported_attribute": "coding_id uuid, attribute_id bigint, value text",
}
_INSERTS = (
    """
    INSERT INTO coding_judgement (id, study_id, version_id, revision_id, assignment_id, segment_id, outcome, reason,
        memo, flag, begun_at, finished_at)
    SELECT id, %(study)s, %(version)s, revision_id, assignment_id, segment_id, outcome, reason, memo, flag, at, at
    FROM imported_judgement
    """,
    """
    INSERT INTO coding_coding (id, version_id, judgement_id, code_id, rating, memo, coded_at)
    SELECT id, %(version)s, judgement_id, code_id, rating, memo, at FROM imported_coding
    """,
    """
    INSERT INTO coding_evidence (coding_id, "start", "end") SELECT coding_id, "start", "end" FROM imported_evidence
    """,
    """
    INSERT INTO coding_codingattribute (version_id, coding_id, attribute_id, value)
    SELECT %(version)s, coding_id, attribute_id, value FROM imported_attribute
    """,
)


def copy_judgements(round_: Round, judgements: Judgements, assignments: Mapping[tuple[str, str], Assignment]) -> None:
    """Store checked judgements, finished, under their assignments."""
    tables = _rows(judgements, assignments, timezone.now())
    with connection.cursor() as cursor:
        for table, columns in _TABLES.items():
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in tables[table]:
                    copy.write_row(row)
        for statement in _INSERTS:
            cursor.execute(statement, {"study": round_.study_id, "version": round_.version_id})
        cursor.execute(f"DROP TABLE {', '.join(_TABLES)}")


def _rows(
    judgements: Judgements, assignments: Mapping[tuple[str, str], Assignment], now: datetime
) -> dict[str, list[tuple[Any, ...]]]:
    tables: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _TABLES}
    for place, said in judgements.items():
        assignment = assignments[place]
        for judgement in said.values():
            _rows_of(judgement, assignment, now, tables)
    return tables


def _rows_of(
    judgement: CheckedJudgement, assignment: Assignment, now: datetime, tables: Mapping[str, list[tuple[Any, ...]]]
) -> None:
    pk, at = uuid.uuid4(), judgement.judged_at or now
    tables["imported_judgement"].append(
        (
            *(pk, assignment.pk, assignment.revision_id, judgement.segment.id, judgement.outcome or None),
            *(judgement.reason, judgement.memo, judgement.flag, at),
        )
    )
    for coding in judgement.codings:
        coding_pk, row = uuid.uuid4(), coding.row
        tables["imported_coding"].append((coding_pk, pk, coding.code.id, row.rating, row.memo, row.coded_at or at))
        tables["imported_evidence"].extend((coding_pk, start, end) for start, end in dict.fromkeys(row.spans))
        tables["imported_attribute"].extend((coding_pk, attribute.id, value) for attribute, value in coding.attributes)
