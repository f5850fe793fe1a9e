"""Which codes stand in which role of an enactment: a decision of the analysis, made and remade beside the codebook."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from coding.models.codebook import Codebook, key_words
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import Membership, Study


@keep_history
class AnalysisRole(models.Model):
    """
    The role of one code in analyses of one codebook, through all its versions; an empty role is a decision too.

    It is no part of a version, so publishing does not freeze it: what is enacted and what answers it is asked of the
    data afterwards, and each answer stays in the history.
    """

    class Role(models.TextChoices):
        PULL = "pull", "Pull"
        NOTICING = "noticing", "Noticing"
        NAMING = "naming", "Naming"
        RECOGNISED = "recognised", "Response: recognised"
        UNDERSTOOD = "understood", "Response: understood"
        NEW = "new", "Response: new"
        TURNED_AWAY = "turned_away", "Response: turned away"
        BESIDE = "beside", "Stands beside"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="analysis_roles")
    code_key = models.CharField(max_length=60, validators=[key_words])
    role = models.CharField(max_length=12, choices=Role, blank=True)
    set_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("codebook", "code_key", name="analysis_role_once_per_code"),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=[
                        *("", "pull", "noticing", "naming", "recognised", "understood"),
                        *("new", "turned_away", "beside"),
                    ]
                ),
                name="analysis_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code_key}: {self.role}"
