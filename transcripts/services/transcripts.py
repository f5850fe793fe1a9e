"""What happens to a transcript after it was imported: its attributes change, or it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from transcripts import access
from transcripts.models import Segment, SessionAttribute, Speaker, Transcript
from transcripts.services.imports import BadTranscript, check_attributes
from transcripts.services.references import erase_unused
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class TranscriptInUse(Refusal):
    code = "transcript_in_use"


def attributes_of(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Turn rows of names and values into attributes, or refuse a name without a value, or one that stands twice."""
    found: dict[str, str] = {}
    for name, value in rows:
        if not name:
            raise BadTranscript(f"“{value[:60]}” has no name; say what it is, such as dyad or session number.")
        if name in found:
            raise BadTranscript(f"The session attribute “{name[:60]}” stands twice; keep one of the two.")
        found[name] = value
    return found


@transaction.atomic
def set_attributes(*, user: User, transcript: Transcript, session: Mapping[str, str]) -> None:
    """Replace what is known about the session; raises PermissionDenied or BadTranscript."""
    require(access.may_manage(user, transcript.study))
    wanted = {name.strip(): value.strip() for name, value in session.items() if value.strip()}
    check_attributes(wanted, transcript.name)
    # Two people who save at once come one after the other; the later one counts as a whole.
    Transcript.objects.select_for_update().get(pk=transcript.pk)
    transcript.session_attributes.all().delete()
    SessionAttribute.objects.bulk_create(
        SessionAttribute(study_id=transcript.study_id, transcript=transcript, name=name, value=value)
        for name, value in wanted.items()
    )


def delete_transcript(*, user: User, transcript: Transcript) -> None:
    """
    Delete a transcript that nobody was given to code, with its text and its file.

    Raises PermissionDenied, or TranscriptInUse where assignments or codings hang from it.
    """
    require(access.may_manage(user, transcript.study))
    hashes = list(transcript.revisions.values_list("sha256", flat=True))
    try:
        with transaction.atomic():
            transcript.session_attributes.all().delete()
            Segment.objects.filter(revision__transcript=transcript).delete()
            Speaker.objects.filter(revision__transcript=transcript).delete()
            transcript.revisions.all().delete()
            transcript.delete()
    except (ProtectedError, IntegrityError) as error:
        raise TranscriptInUse(
            f"“{transcript.name}” stays: it is part of a round, or an example in a codebook, and what was coded "
            "is never destroyed. So that nobody codes it any more, take it back from its raters on the page of the "
            "round."
        ) from error
    erase_unused(hashes)
