"""The zips that a person asked for, and what they could ask for."""

from __future__ import annotations

from coding import access
from coding.models import ExportFile, Round
from transcripts.models import Study
from workbench.accounts.models import User


def own_exports(user: User, study: Study) -> list[ExportFile]:
    """Give what the person asked for in this study, the latest first."""
    return list(
        ExportFile.objects.filter(study=study, asked_by=user).select_related("round").order_by("-asked_at", "-pk")
    )


def rounds_to_export(user: User, study: Study) -> list[Round]:
    """Give the rounds whose data the person may take away whole, the latest first."""
    return list(Round.objects.filter(access.downloads_open_to(user), study=study).order_by("-pk"))
