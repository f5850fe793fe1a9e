"""What a team says about a code, over all versions of its codebook; nothing said is changed or taken back."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from coding.models.codebook import Codebook, key_words
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study


@keep_history
class Discussion(models.Model):
    """The thread on one code, found by its key in whatever version."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="discussions")
    key = models.CharField(max_length=60, validators=[key_words])

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("codebook", "key", name="discussion_once_per_code"),
            models.UniqueConstraint("id", "study", name="discussion_key_of_study"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="discussion_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.key


@keep_history
class Comment(models.Model):
    """One thing that somebody said in a discussion."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    said_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("id", "study", name="comment_key_of_study"),
            models.CheckConstraint(condition=~models.Q(text=""), name="comment_says_something"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="comment_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.text[:60]
