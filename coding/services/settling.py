"""Writing down what is plain about the changes of a version, as it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Now

from coding.formats.changes import changes_of
from coding.models import ChangeNote, ChangeSuccessor, Code, CodebookVersion
from coding.queries.change_notes import Fate, enough, fates

Kind = ChangeNote.Kind


def take_from_file(version: CodebookVersion) -> None:
    """
    Keep what a file said about the version before, where that is here; no access check.

    What does not fit the texts, such as “reworded” for a code whose scale is another, is not taken: it waits for a
    person, or gets the careful reading.
    """
    part = version.rest.get("changes")
    if part is None or version.predecessor is None or part["from"] != version.predecessor.name:
        return
    known = {fate.key: fate for fate in fates(version)}
    old, new = (
        dict(Code.objects.filter(version=one).values_list("key", "pk")) for one in (version.predecessor, version)
    )
    for said in changes_of(part):
        fate = known.get(said.code)
        leads = said.kind in (Kind.SPLIT, Kind.MERGED)
        if fate is None or said.kind not in fate.choices or (leads and not enough(said.kind, said.into)):
            continue
        keeps = said.kind in (Kind.SAME, Kind.REWORDED, Kind.REDEFINED, Kind.NEW)
        note = ChangeNote.objects.create(
            study_id=version.study_id, version=version, predecessor=version.predecessor, kind=said.kind,
            old_code_id=old.get(said.code), code_id=new.get(said.code) if keeps else None, reason=said.reason,
            about=fate.about, decided_at=Now(),
        )  # fmt: skip
        ChangeSuccessor.objects.bulk_create(
            ChangeSuccessor(study_id=version.study_id, version=version, note=note, code_id=new[key])
            for key in said.into
        )
    version.rest = {name: value for name, value in version.rest.items() if name != "changes"}
    version.save(update_fields=["rest"])


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
