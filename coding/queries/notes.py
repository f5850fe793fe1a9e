"""Reflexive notes as far as they are shared, and as far as the reader may know of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import QuerySet

from coding import access
from coding.formats.links import NoteRow
from coding.models import ReflexiveNote, Round
from workbench.accounts.models import User


def shared_notes(user: User, round_: Round) -> QuerySet[ReflexiveNote]:
    """List the notes of others in a round that the person may read."""
    rows = ReflexiveNote.objects.filter(access.notes_open_to(user), assignment__round=round_).exclude(text="")
    return rows.select_related("assignment__transcript", "assignment__rater").order_by(
        "assignment__transcript__name", "assignment__rater__label"
    )


def note_rows(round_: Round, assignments: Iterable[UUID]) -> Iterator[NoteRow]:
    """Read the notes that the study may read, in a settled order; the others stay with their authors."""
    rows = ReflexiveNote.objects.filter(access.NOTE_IS_RELEASED, assignment__in=list(assignments)).exclude(text="")
    found = rows.values_list("assignment__transcript__name", "assignment__rater__label", "text", "written_at")
    for name, rater, text, written_at in sorted(found):
        yield NoteRow(name, rater, text, round_.name, written_at)
