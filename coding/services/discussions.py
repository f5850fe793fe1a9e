"""Saying something about a code, and turning it into a decision of the draft."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from coding import access
from coding.models import ChangeNote, CodebookVersion, Comment, Discussion
from coding.services import change_notes
from transcripts import access as material
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

LONGEST_COMMENT = 5000


class CommentRefused(Refusal):
    code = "comment_refused"


@transaction.atomic
def say(*, user: User, version: CodebookVersion, key: str, text: str, comment_id: UUID) -> Comment:
    """
    Say something about a code, in the discussion that all versions of its codebook share.

    The id is made by the page: said again, it is the same comment. Raises PermissionDenied or CommentRefused.
    """
    require(access.may_discuss(user, version.study))
    place = material.membership(user, version.study)
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST_COMMENT or "\0" in words:
        raise CommentRefused(f"Write something, of at most {LONGEST_COMMENT:,} characters.")
    if not version.codes.filter(key=key).exists():
        raise CommentRefused("This version has no such code.")
    discussion, _ = Discussion.objects.get_or_create(
        study_id=version.study_id, codebook_id=version.codebook_id, key=key
    )
    said = {"study_id": version.study_id, "discussion": discussion, "author": place, "text": words}
    comment, made = Comment.objects.get_or_create(id=comment_id, defaults=said)
    if not made and (comment.discussion_id, comment.author_id, comment.text) != (
        discussion.pk,
        place and place.pk,
        words,
    ):
        raise CommentRefused("This id belongs to another comment; make a new one.")
    return comment


def decide(*, user: User, draft: CodebookVersion, comment: Comment, kind: str) -> ChangeNote:
    """
    Make what was said the reason of a change in the draft.

    Raises PermissionDenied, VersionIsFrozen, NotThisWay or NotOfThisKind.
    """
    require(access.may_discuss(user, draft.study))
    return change_notes.decide(
        user=user, version=draft, key=comment.discussion.key, kind=kind, reason=comment.text, comment=comment
    )
