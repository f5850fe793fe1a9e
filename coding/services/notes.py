"""A rater's own note on an hour: written while they code, shared when they say so."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from coding import access
from coding.formats.links import LONGEST_NOTE
from coding.models import Assignment, ReflexiveNote
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal
from workbench.planned import planned_row

NOTE_FIELDS = ("id", "assignment_id", "text", "shared", "written_at")
NOTE = f"SELECT {', '.join(NOTE_FIELDS)} FROM coding_reflexivenote WHERE assignment_id = %s"  # noqa: S608 - our own names
QUESTION = "What did this hour pull me to feel or do?"


class NoteChanged(Refusal):
    """The note was written in another window meanwhile; `text` is what stands there."""

    code = "note_changed"

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__("Your note was changed in another window. Take over what stands there, or write again.")


class NoteTooLong(Refusal):
    code = "note_too_long"


class NoteUnreadable(Refusal):
    code = "note_unreadable"


def note_of(assignment: Assignment) -> ReflexiveNote:
    """Give the note of an assignment, or an empty one that is not stored."""
    row = planned_row(NOTE, [assignment.pk])
    found: ReflexiveNote = ReflexiveNote.from_db(connection.alias, NOTE_FIELDS, row) if row else ReflexiveNote()
    found.assignment = assignment
    return found


@transaction.atomic
def write_note(
    *, user: User, assignment_id: UUID, text: str | None = None, shared: bool | None = None, before: str | None = None
) -> ReflexiveNote:
    """
    Set the words of a rater's note, whether it is shared, or both; what is not said stays.

    `before` is what the writer saw: if something else stands there, nothing is written over. Setting what is set
    already changes nothing. Raises Assignment.DoesNotExist for strangers, PermissionDenied, NoteChanged, NoteTooLong
    or NoteUnreadable.
    """
    rows = Assignment.objects.visible_to(user).select_for_update(of=("self",)).select_related("rater", "round", "study")
    assignment: Assignment = rows.get(pk=assignment_id)
    require(access.may_read_desk(user, assignment))
    note = note_of(assignment)
    words = note.text if text is None else _checked(text)
    if words != note.text:
        require(access.may_change(user, assignment))
        if before is not None and before.replace("\r\n", "\n").strip() != note.text:
            raise NoteChanged(note.text)
    wanted = note.shared if shared is None else shared
    if note._state.adding:
        if words or (wanted and assignment.is_open):
            note = ReflexiveNote.objects.create(assignment=assignment, text=words, shared=wanted)
    elif (words, wanted) != (note.text, note.shared):
        written = {"written_at": Now()} if words != note.text else {}
        ReflexiveNote.objects.filter(pk=note.pk).update(text=words, shared=wanted, **written)
    return note_of(assignment)


def _checked(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if "\x00" in words or any("\ud800" <= sign <= "\udfff" for sign in words):
        raise NoteUnreadable("The note holds a character that cannot be stored.")
    if len(words) > LONGEST_NOTE:
        raise NoteTooLong(f"The note is too long: {len(words):,} characters, {LONGEST_NOTE:,} at most.")
    return words


def may_be_shared(note: ReflexiveNote) -> bool:
    """Tell whether its author decides who reads it: not where the study said so, nor where none can be written now."""
    assignment = note.assignment
    return not assignment.round.notes_for_study and (assignment.is_open or not note._state.adding)


def who_reads(note: ReflexiveNote) -> str:
    """Say in a plain sentence who reads the note."""
    if note.assignment.round.notes_for_study:
        said = "The study reads these notes once every rater has submitted; that was said before the round started."
    elif note.shared:
        said = "You share this note: the study reads it once every rater has submitted."
    else:
        said = "This note is yours alone. Nobody else reads it unless you share it."
    return said
