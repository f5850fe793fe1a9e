"""A second click on the same button: what was made a moment ago is shown instead of a refusal."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from coding.models import CodebookVersion, Round
from workbench.accounts.models import User

ONE_CLICK = timedelta(seconds=10)


def made_just_now(row: CodebookVersion | Round, user: User) -> bool:
    """Tell whether this person made the row within the last seconds."""
    return row.created_by_id == user.pk and timezone.now() - row.created_at < ONE_CLICK
