"""Putting a published version of a codebook aside, and taking it up again."""

from __future__ import annotations

from coding.models import CodebookVersion, VersionRetirement
from transcripts import access as material
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

LONGEST_REASON = 2000


class VersionNotRetired(Refusal):
    code = "version_not_retired"


def retire(*, user: User, version: CodebookVersion, reason: str = "") -> None:
    """
    Put a published version aside, so that new rounds do not use it; said twice is said once.

    Raises PermissionDenied or VersionNotRetired.
    """
    require(material.may_manage(user, version.study))
    if not version.is_published:
        raise VersionNotRetired("Only a published version is retired; a draft is discarded.")
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise VersionNotRetired(f"Write the reason in at most {LONGEST_REASON:,} characters.")
    VersionRetirement.objects.get_or_create(
        version=version,
        defaults={
            "study_id": version.study_id,
            "reason": reason.strip(),
            "retired_by": material.membership(user, version.study),
        },
    )


def take_up_again(*, user: User, version: CodebookVersion) -> None:
    """Let new rounds use a retired version again. Raises PermissionDenied."""
    require(material.may_manage(user, version.study))
    VersionRetirement.objects.filter(version=version).delete()
