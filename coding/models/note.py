"""A rater's own note on an hour: what it pulled them to feel or do."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from coding.models.assignment import Assignment
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet


@keep_history
class ReflexiveNote(models.Model):
    """
    What a rater wrote about themselves while coding; it belongs to its author.

    Its words, and when they were written, are final once the assignment is handed in, like the codings they stand
    beside; whether it is shared the author decides at any time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="note")
    text = models.TextField(blank=True)
    shared = models.BooleanField(default=False, help_text="The author lets the study read it.")
    written_at = models.DateTimeField(db_default=Now())

    class NoteQuerySet(StudyScopedQuerySet):
        study_path = "assignment__study"

    objects = NoteQuerySet.as_manager()

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="note_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("open", "boolean")],
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        IF NEW.id <> OLD.id OR NEW.assignment_id <> OLD.assignment_id THEN
                            RAISE EXCEPTION 'a note never moves'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'note_never_moves';
                        ELSIF NEW.text = OLD.text AND NEW.written_at = OLD.written_at THEN
                            RETURN NEW;
                        END IF;
                    ELSIF TG_OP = 'DELETE' THEN
                        RAISE EXCEPTION 'a note is kept: emptying it is a change of its words'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'note_is_kept';
                    END IF;
                    SELECT submitted_at IS NULL AND withdrawn_at IS NULL INTO open
                        FROM coding_assignment WHERE id = NEW.assignment_id FOR SHARE;
                    IF NOT open THEN
                        RAISE EXCEPTION 'a submitted assignment is final'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'submitted_is_final';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return "note"
