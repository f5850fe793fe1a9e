"""Taking a segment of a session as an example of a code in a draft."""

from __future__ import annotations

from django.db import transaction

from coding import access
from coding.models import Code, CodebookVersion, SegmentExample
from coding.services.drafts import current, editing
from transcripts import access as material
from transcripts.models import Segment, Transcript
from workbench.accounts.access import no, require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

LONGEST_NOTE = 2000


class NoExample(Refusal):
    code = "example_refused"


@transaction.atomic
def add_example(
    *,
    user: User,
    version: CodebookVersion,
    code: Code,
    transcript: Transcript,
    position: int,
    words: str = "",
    kind: str = SegmentExample.Kind.EXAMPLE,
    note: str = "",
) -> SegmentExample:
    """
    Take a segment, or words of it, as an example of a code; taken already, its words, kind and note change.

    Raises PermissionDenied, VersionIsFrozen, NotThisWay or NoExample.
    """
    with editing(user, version) as draft:
        code = current(draft, code)
        if access.is_blind_to(user, transcript.pk):
            require(no(access.NOT_YET))
        segment = _segment(draft, transcript, position)
        start = segment.text.find(words) if words else None
        if start is not None and start < 0:
            raise NoExample("These words are not in the segment: copy them from it as they stand there.")
        if kind not in SegmentExample.Kind.values or len(note) > LONGEST_NOTE or "\0" in note:
            raise NoExample(
                f"Say whether it is an example or a near miss, and why in at most {LONGEST_NOTE:,} characters."
            )
        said = {
            "study_id": draft.study_id,
            "version": draft,
            "revision_id": segment.revision_id,
            "kind": kind,
            "start": start,
            "end": None if start is None else start + len(words),
            "note": note,
            "added_by": material.membership(user, draft.study),
        }
        example, _ = SegmentExample.objects.update_or_create(code=code, segment=segment, defaults=said)
        return example


def _segment(draft: CodebookVersion, transcript: Transcript, position: int) -> Segment:
    latest = transcript.revisions.order_by("-number").values("pk")[:1]
    found = Segment.objects.filter(study=draft.study_id, revision__in=latest, position=position).first()
    if found is None:
        raise NoExample(f"“{transcript.name}” has no segment {position}.")
    return found


def remove_example(*, user: User, version: CodebookVersion, example_id: int) -> None:
    """Take an example out of a draft; gone already, nothing happens. Raises PermissionDenied or VersionIsFrozen."""
    with editing(user, version) as draft:
        SegmentExample.objects.filter(access.examples_open_to(user), version=draft, pk=example_id).delete()
