"""Memos on a study, a transcript, a segment or a code: written, changed, shared, emptied; never deleted."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from coding import access
from coding.models import Code, Memo
from transcripts import access as material
from transcripts.models import Segment, Study, Transcript
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

LONGEST = 20_000


class MemoNotPossible(Refusal):
    code = "memo_not_possible"


class MemoChanged(Refusal):
    """The memo was changed in another window since this page saw it."""

    code = "memo_changed"


def _checked(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if "\x00" in words or any("\ud800" <= sign <= "\udfff" for sign in words):
        raise MemoNotPossible("The memo holds a character that cannot be stored.")
    if len(words) > LONGEST:
        raise MemoNotPossible(f"The memo is too long: {len(words):,} characters, {LONGEST:,} at most.")
    return words


@transaction.atomic
def write_memo(
    *,
    user: User,
    study: Study,
    text: str,
    shared: bool = False,
    transcript: Transcript | None = None,
    position: int | None = None,
    code: Code | None = None,
) -> Memo:
    """
    Write a memo about a study, or about one transcript, one segment of it (`position`) or one code.

    The same words about the same thing by the same member are one memo: a second click changes nothing. Raises
    PermissionDenied or MemoNotPossible.
    """
    require(access.may_write_memo(user, study, transcript))
    member = material.membership(user, study)
    if not (words := _checked(text)):
        raise MemoNotPossible("Write something first.")
    if code is not None and (transcript is not None or code.study_id != study.pk):
        raise MemoNotPossible("A memo is about one thing of this study: a text or a code.")
    if transcript is not None and transcript.study_id != study.pk:
        raise MemoNotPossible("The transcript belongs to another study.")
    segment = None if position is None else _segment(transcript, position)
    about = {"study": study, "author": member, "transcript": transcript, "segment": segment, "code": code}
    found = Memo.objects.filter(text=words, **about).first()
    if found is not None:
        return change_memo(user=user, memo_id=found.pk, shared=shared)
    return Memo.objects.create(
        **about,
        text=words,
        shared=shared,
        revision_id=segment.revision_id if segment else None,
        version_id=code.version_id if code else None,
    )


def _segment(transcript: Transcript | None, position: int) -> Segment:
    if transcript is None:
        raise MemoNotPossible("Say which transcript the segment belongs to.")
    found = Segment.objects.filter(revision__transcript=transcript, position=position).order_by("-revision__number")
    segment: Segment | None = found.first()
    if segment is None:
        raise MemoNotPossible(f"{transcript.name} has no segment {position}.")
    return segment


@transaction.atomic
def change_memo(
    *, user: User, memo_id: UUID, text: str | None = None, shared: bool | None = None, before: str | None = None
) -> Memo:
    """
    Set the words of one's own memo, whether it is shared, or both; emptied, it is gone from the pages.

    `before` is what the writer saw. Raises Memo.DoesNotExist, PermissionDenied, MemoChanged or MemoNotPossible.
    """
    rows = Memo.objects.filter(access.memos_open_to(user), author__user=user.pk)
    memo: Memo = rows.select_for_update(of=("self",)).get(pk=memo_id)
    words = memo.text if text is None else _checked(text)
    if before is not None and words != memo.text and before.replace("\r\n", "\n").strip() != memo.text:
        raise MemoChanged("Your memo was changed in another window. Load the page again to see what stands there.")
    wanted = memo.shared if shared is None else shared
    if (words, wanted) != (memo.text, memo.shared):
        written = {"written_at": Now()} if words != memo.text else {}
        Memo.objects.filter(pk=memo.pk).update(text=words, shared=wanted, **written)
        memo.refresh_from_db()
    return memo
