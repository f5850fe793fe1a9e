"""What became of each code from one version of a codebook to the next: decided by a person, frozen with the version."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from coding.models.codebook import Code, CodebookVersion, frozen_with_version
from coding.models.discussion import Comment
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Study
from workbench.accounts.models import User


@keep_history
class ChangeNote(models.Model):
    """
    What became of one code against the version before.

    A draft holds what somebody decided; publishing adds what is plain (the same, new), and freezes all of it. A code
    that was split or merged leads on to its successors.
    """

    class Kind(models.TextChoices):
        SAME = "same", "the same"
        REWORDED = "reworded", "reworded"
        REDEFINED = "redefined", "redefined"
        SPLIT = "split", "split"
        MERGED = "merged", "merged"
        RETIRED = "retired", "retired"
        NEW = "new", "new"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="change_notes")
    predecessor = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    old_code = models.ForeignKey(Code, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, null=True, on_delete=models.CASCADE, related_name="change_notes")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.TextField(blank=True)
    # A digest of both definitions as they were when somebody decided: another text asks for another look.
    about = models.CharField(max_length=64)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    comment = models.ForeignKey(
        Comment,
        null=True,
        on_delete=models.PROTECT,
        related_name="change_notes",
        help_text="What was said and decided.",
    )
    decided_at = models.DateTimeField(null=True, help_text="Empty where the program took what was plain.")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("version", "old_code", name="change_once_per_old_code"),
            models.UniqueConstraint("version", "code", name="change_once_per_code"),
            models.UniqueConstraint("id", "version", name="change_key_of_version"),
            models.CheckConstraint(
                name="change_names_its_codes",
                condition=Q(kind__in=("same", "reworded", "redefined"), old_code__isnull=False, code__isnull=False)
                | Q(kind__in=("split", "merged", "retired"), old_code__isnull=False, code__isnull=True)
                | Q(kind="new", old_code__isnull=True, code__isnull=False),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [frozen_with_version("change_is_frozen")]

    def __str__(self) -> str:
        return self.get_kind_display()


@keep_history
class ChangeSuccessor(models.Model):
    """A code of the new version to which a split or merged one leads."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    note = models.ForeignKey(ChangeNote, on_delete=models.CASCADE, related_name="successors")
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="+")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("note", "code", name="successor_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            frozen_with_version("successor_is_frozen"),
            pgtrigger.Trigger(
                name="successor_of_split_or_merged",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM coding_changenote WHERE id = NEW.note_id AND kind IN ('split', 'merged')
                    ) THEN
                        RAISE EXCEPTION 'only a code that was split or merged leads to others'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'successor_of_split_or_merged';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)
