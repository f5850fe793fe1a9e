"""The one door: rows of a study are reached through its members."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from workbench.accounts.models import User


class StudyScopedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a study, however many joins away."""

    study_path = "study"

    def visible_to(self, user: User) -> Self:
        """Keep the rows of studies that this person is a member of."""
        path = f"{self.study_path}__memberships" if self.study_path else "memberships"
        return self.filter(**{f"{path}__user": user.pk, f"{path}__left_at": None})


class StudyQuerySet(StudyScopedQuerySet):
    """Studies themselves."""

    study_path = ""
