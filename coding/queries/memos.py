"""The memos that a person may read, about everything or about one thing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from coding import access
from coding.models import Code, Memo
from transcripts.models import Study, Transcript
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class About:
    """What memos are asked for: all of a study where nothing is said."""

    transcript: Transcript | None = None
    position: int | None = None
    code: Code | None = None


def memos(user: User, study: Study, about: About) -> QuerySet[Memo]:
    """Give the memos about something that the person may read, the latest first."""
    rows = Memo.objects.filter(access.memos_open_to(user), study=study).exclude(text="")
    if about.transcript is not None:
        rows = rows.filter(transcript=about.transcript)
    if about.position is not None:
        rows = rows.filter(segment__position=about.position)
    if about.code is not None:
        # A code is the same through the versions of its codebook.
        rows = rows.filter(code__key=about.code.key, code__version__codebook=about.code.version.codebook_id)
    found: QuerySet[Memo] = rows.select_related("author", "transcript", "segment", "code").order_by(
        "-written_at", "-pk"
    )
    return found
