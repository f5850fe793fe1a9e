"""
Statements that the database plans once for a connection instead of each time they are asked.

To plan what reads one turn, or an assignment with its six joins, takes five to ten times as long as to read it. Django
writes the values into the text of a statement, so that each is a new one. Within `planned_once` they are sent beside
it, and from the fifth time on psycopg has the database keep the plan. One statement at a time, and only where the types
of the values are plain: that is why it is not the rule for the whole site.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor

#: From the how manyth time on the database keeps the plan of a statement.
OFTEN = 5


@contextmanager
def planned_once() -> Iterator[None]:
    """Have the statements of a block, Django's own too, planned once for this connection."""
    connection.ensure_connection()
    raw = connection.connection
    factory, raw.cursor_factory, raw.prepare_threshold = raw.cursor_factory, ServerBindingCursor, OFTEN
    try:
        yield
    finally:
        raw.cursor_factory = factory


def planned_row(statement: str, values: Sequence[Any]) -> Any:
    """Give the first row of a statement that is asked again and again, None where there is none."""
    with planned_once(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()
