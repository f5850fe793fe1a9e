"""Writing down what is plain about the changes of a version, as it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coding.models import ChangeNote, Code, CodebookVersion
from coding.queries.change_notes import Fate, fates

Kind = ChangeNote.Kind


def drop(draft: CodebookVersion, key: str) -> None:
    """Forget what was said of a code; no access check."""
    notes = ChangeNote.objects.filter(version=draft)
    (notes.filter(old_code__key=key) | notes.filter(old_code=None, code__key=key)).delete()


def settle(draft: CodebookVersion) -> None:
    """
    Write down what is plain, before the version is frozen; no access check.

    What nobody decided, as in a file that is published at once, gets the careful reading: a changed code counts as
    redefined and a missing one as retired.
    """
    found = fates(draft)
    kept = {fate.key for fate in found if fate.decided_at is not None}
    for key in _keys(draft) - kept:
        drop(draft, key)
    if draft.predecessor_id is None:
        return
    known = [
        dict(Code.objects.filter(version=version).values_list("key", "pk"))
        for version in (draft.predecessor_id, draft.pk)
    ]
    ChangeNote.objects.bulk_create(
        _plain(draft, fate, *known) for fate in found if fate.decided_at is None and not _is_made(fate)
    )


def _is_made(fate: Fate) -> bool:
    """Say whether a code is new, but comes from a split or a merger, whose notes tell of it."""
    return fate.kind == Kind.NEW and bool(fate.sources)


def _plain(draft: CodebookVersion, fate: Fate, old: Mapping[str, int], new: Mapping[str, int]) -> ChangeNote:
    kind = fate.kind or (Kind.REDEFINED if fate.key in new else Kind.RETIRED)
    ids: dict[str, Any] = {
        "predecessor_id": draft.predecessor_id,
        "old_code_id": old.get(fate.key),
        "code_id": new.get(fate.key),
    }
    return ChangeNote(
        study_id=draft.study_id,
        version=draft,
        kind=kind,
        about=fate.about,
        **ids,
    )


def _keys(draft: CodebookVersion) -> set[str]:
    """Give the keys of all codes that the draft has a note on."""
    notes = ChangeNote.objects.filter(version=draft)
    return set(notes.exclude(old_code=None).values_list("old_code__key", flat=True)) | set(
        notes.filter(old_code=None).values_list("code__key", flat=True)
    )
