"""What was said about the codes of a codebook."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from coding import access
from coding.models import ChangeNote, CodebookVersion, Comment
from coding.queries.change_notes import Fate, fates
from workbench.accounts.models import User


def comments_on(user: User, version: CodebookVersion, key: str) -> QuerySet[Comment]:
    """Give what was said of a code in any version, the first first; nothing to those who may not read it."""
    rows = Comment.objects.filter(access.discussions_open_to(user), discussion__codebook=version.codebook_id)
    found: QuerySet[Comment] = (
        rows.filter(discussion__key=key)
        .select_related("author__user")
        .prefetch_related("change_notes__version")
        .order_by("said_at", "id")
    )
    return found


def said_of(user: User, version: CodebookVersion) -> dict[str, int] | None:
    """Count what was said of each code by its key, or None where the person may not know."""
    if not access.may_discuss(user, version.study):
        return None
    rows = Comment.objects.filter(discussion__codebook=version.codebook_id).values_list("discussion__key")
    return dict(rows.annotate(n=Count("*")))


def open_draft(version: CodebookVersion) -> CodebookVersion | None:
    """Give the draft in which a decision about a code can be kept: the latest one that changes another version."""
    drafts = CodebookVersion.objects.filter(codebook=version.codebook_id, published_at=None)
    found: CodebookVersion | None = (
        drafts.exclude(predecessor=None)
        .select_related("codebook", "study", "predecessor__codebook")
        .order_by("-number")
    ).first()
    return found


def fate_in(draft: CodebookVersion, key: str) -> Fate | None:
    """Give what became of a code in a draft."""
    return next((fate for fate in fates(draft) if fate.key == key), None)


#: Kinds that one click decides; a split or merged code asks first where it leads.
ONE_CLICK = (ChangeNote.Kind.REWORDED, ChangeNote.Kind.REDEFINED, ChangeNote.Kind.RETIRED)
