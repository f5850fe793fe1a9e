"""Deciding what became of each code of a draft against the version before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models.functions import Now

from coding.models import ChangeNote, ChangeSuccessor, Code, CodebookVersion, Comment
from coding.queries.change_notes import Fate, enough, fates
from coding.services.drafts import NotThisWay, editing
from coding.services.settling import drop
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

Kind = ChangeNote.Kind
LONGEST_REASON = 5000


class NotOfThisKind(Refusal):
    code = "change_not_possible"


def decide(
    *,
    user: User,
    version: CodebookVersion,
    key: str,
    kind: str,
    into: Sequence[str] = (),
    reason: str = "",
    comment: Comment | None = None,
) -> ChangeNote:
    """
    Say what became of one code of the version before; said again, the later word counts.

    `comment` is what was said in the code's discussion, where the decision comes from there.

    Raises PermissionDenied, VersionIsFrozen, NotThisWay or NotOfThisKind.
    """
    with editing(user, version) as draft:
        fate = next((one for one in fates(draft) if one.key == key), None)
        if fate is None:
            raise NotThisWay(f"Neither this draft nor the version before has a code “{key[:60]}”.", code="part_gone")
        codes = _successors(draft, fate, kind, into)
        if len(reason) > LONGEST_REASON or "\0" in reason:
            raise NotOfThisKind(f"Write the reason in at most {LONGEST_REASON:,} characters.")
        return _store(draft, fate, kind, codes, reason=reason.strip(), user=user, comment=comment)


def take_back(*, user: User, version: CodebookVersion, key: str) -> None:
    """Leave it open again what became of a code. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        drop(draft, key)


def _successors(draft: CodebookVersion, fate: Fate, kind: str, into: Sequence[str]) -> list[Code]:
    if kind not in fate.choices:
        allowed = " or ".join(choice.label for choice in fate.choices)
        raise NotOfThisKind(f"“{fate.name}” can only be called {allowed}.")
    if kind not in (Kind.SPLIT, Kind.MERGED):
        return []
    codes = list(Code.objects.filter(version=draft, key__in=into))
    missing = [key for key in into if key not in {code.key for code in codes}]
    if missing:
        raise NotOfThisKind(f"This draft has no code “{missing[0][:60]}”.")
    if not enough(kind, {code.key for code in codes}):
        asked = "the codes it was split into, two or more" if kind == Kind.SPLIT else "the one code it was merged into"
        raise NotOfThisKind(f"Choose {asked}.")
    if kind == Kind.MERGED and codes[0].key == fate.key:
        raise NotOfThisKind("A code is merged into another one; choose “redefined” for the code that takes it in.")
    return codes


def _store(
    draft: CodebookVersion,
    fate: Fate,
    kind: str,
    into: Iterable[Code],
    *,
    reason: str,
    user: User,
    comment: Comment | None,
) -> ChangeNote:
    drop(draft, fate.key)
    keeps = kind in (Kind.SAME, Kind.REWORDED, Kind.REDEFINED, Kind.NEW)
    ends: dict[str, Any] = {
        "predecessor_id": draft.predecessor_id,
        "old_code": Code.objects.filter(version=draft.predecessor_id, key=fate.key).first(),
        "code": Code.objects.filter(version=draft, key=fate.key).first() if keeps else None,
    }
    note = ChangeNote.objects.create(
        study_id=draft.study_id,
        version=draft,
        kind=kind,
        reason=reason,
        about=fate.about,
        decided_by=user,
        decided_at=Now(),
        comment=comment,
        **ends,
    )
    ChangeSuccessor.objects.bulk_create(
        ChangeSuccessor(study_id=draft.study_id, version=draft, note=note, code=code) for code in into
    )
    return note
