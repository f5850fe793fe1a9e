"""The assignment of a desk with what its page says of it, read by one statement that the database plans once."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from coding.models import Assignment, CodebookVersion, Round
from transcripts.models import Membership, Study, Transcript
from workbench.accounts.models import User
from workbench.planned import planned_row

#: What hangs from an assignment, by the name of its field.
PARTS: dict[str, type[models.Model]] = {
    "rater": Membership,
    "round": Round,
    "study": Study,
    "transcript": Transcript,
    "version": CodebookVersion,
}
ASKED = """
    ARRAY(SELECT s.position FROM coding_assignedsegment g JOIN transcripts_segment s ON s.id = g.segment_id
          WHERE g.assignment_id = own.id ORDER BY s.position)
"""
WAITS = """
    EXISTS (SELECT 1 FROM coding_roundgate g WHERE g.round_id = own.round_id AND NOT EXISTS (
        SELECT 1 FROM coding_clearance c WHERE c.training_id = g.training_id AND c.rater_id = own.rater_id))
"""


class Columns(NamedTuple):
    """The fields of one model in a row: from where, and which; those that Django would convert are read when needed."""

    start: int
    names: tuple[str, ...]

    def of(self, model: type[models.Model], row: Any) -> Any:
        """Make the instance that stands in these columns."""
        return model.from_db(connection.alias, self.names, row[self.start : self.start + len(self.names)])


def desk_assignment(user: User, assignment_id: UUID) -> Assignment:
    """
    Give an assignment of a study that the person is a member of, with its rater, round, study, transcript and version.

    As `with_asked` does, it names the turns that are asked for; `waits` says whether its rater is to be cleared first.

    Raises Assignment.DoesNotExist.
    """
    statement, own, parts = _statement()
    row = planned_row(statement, [assignment_id, user.pk])
    if row is None:
        raise Assignment.DoesNotExist
    assignment: Assignment = own.of(Assignment, row)
    for name, columns in parts.items():
        setattr(assignment, name, columns.of(PARTS[name], row))
    vars(assignment).update(asked=row[-2], waits=row[-1])
    return assignment


@cache
def _statement() -> tuple[str, Columns, dict[str, Columns]]:
    selected: list[str] = []

    def columns(alias: str, model: type[models.Model]) -> Columns:
        plain = [field for field in model._meta.concrete_fields if not field.get_db_converters(connection)]
        start = len(selected)
        selected.extend(f'{alias}."{field.column}"' for field in plain)
        return Columns(start, tuple(field.attname for field in plain))

    own = columns("own", Assignment)
    parts = {name: columns(f"its_{name}", model) for name, model in PARTS.items()}
    joins = " ".join(
        f"JOIN {model._meta.db_table} its_{name} ON its_{name}.id = own.{name}_id" for name, model in PARTS.items()
    )
    statement = f"""
        SELECT {", ".join(selected)}, {ASKED}, {WAITS} FROM coding_assignment own {joins} WHERE own.id = %s AND EXISTS (
            SELECT 1 FROM transcripts_membership me
            WHERE me.study_id = own.study_id AND me.user_id = %s AND me.left_at IS NULL)
    """  # noqa: S608 - names of our own tables and columns
    return statement, own, parts
