"""Which turns an assignment asks for: all of its revision, unless it was made for some of them alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from coding.models import AssignedSegment, Assignment
from transcripts.models import Segment

#: For statements in which `s` is a segment of the assignment's revision; the assignment's id fills both marks.
ASKED_FOR = """(
    NOT EXISTS (SELECT 1 FROM coding_assignedsegment g WHERE g.assignment_id = %s)
    OR EXISTS (SELECT 1 FROM coding_assignedsegment g WHERE g.assignment_id = %s AND g.segment_id = s.id))
"""
COUNT = """
    SELECT coalesce(nullif((SELECT count(*) FROM coding_assignedsegment WHERE assignment_id = %s), 0),
                    (SELECT count(*) FROM transcripts_segment WHERE revision_id = %s))
"""


def with_asked(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Annotate assignments with `asked`, the numbers of the turns that each asks for; none means all of them."""
    rows = AssignedSegment.objects.filter(assignment=OuterRef("pk")).order_by("segment__position")
    return assignments.annotate(asked=ArraySubquery(rows.values("segment__position")))


def asked_positions(assignment: Assignment) -> frozenset[int]:
    """Give the numbers of the turns that an assignment asks for; none means all of them."""
    known: Sequence[int] | None = getattr(assignment, "asked", None)
    if known is None:
        rows = AssignedSegment.objects.filter(assignment=assignment.pk)
        known = list(rows.values_list("segment__position", flat=True))
    return frozenset(known)


def count_asked(assignment: Assignment) -> int:
    """Count the turns that an assignment asks for."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [assignment.pk, assignment.revision_id])
        return int(cursor.fetchone()[0])


def n_asked() -> Coalesce:
    """Count the same for many assignments, as an annotation."""
    some = AssignedSegment.objects.filter(assignment=OuterRef("pk")).order_by().values("assignment")
    every = Segment.objects.filter(revision=OuterRef("revision_id")).order_by().values("revision")
    counts = (Subquery(rows.annotate(n=Count("*")).values("n")) for rows in (some, every))
    return Coalesce(*counts, 0)


def asked_for(assignment: OuterRef) -> Q:
    """Say of segments of an assignment's revision whether it asks for them; `assignment` is the way to its id."""
    asked = AssignedSegment.objects.filter(assignment=assignment)
    return ~Q(Exists(asked)) | Q(Exists(asked.filter(segment=OuterRef("pk"))))
