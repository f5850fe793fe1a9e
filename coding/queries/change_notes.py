"""What became of each code of a version against the one before: what people decided, and what is still to decide."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from coding.formats.drafts import CodebookDraft
from coding.models import ChangeNote, CodebookVersion
from coding.queries.codebooks import draft_of
from coding.queries.definition_changes import CHANGED, GONE, NEW, SAME, Comparison, compare_codes, parts_of
from coding.queries.lineage import with_successors

Kind = ChangeNote.Kind
#: Parts that decide by rule where a code can be given; when one of them changed, the code was not only reworded.
RULES = frozenset({"speakers", "rating", "excludes", "stands for"})
CHOICES: Mapping[str, tuple[Kind, ...]] = {
    SAME: (Kind.SAME, Kind.REDEFINED, Kind.SPLIT, Kind.MERGED),
    CHANGED: (Kind.REWORDED, Kind.REDEFINED, Kind.SPLIT, Kind.MERGED),
    GONE: (Kind.RETIRED, Kind.SPLIT, Kind.MERGED),
    NEW: (Kind.NEW,),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """One code of either version: what changed in it, and what that was said to be; no kind while it is undecided."""

    key: str
    name: str
    compared: Comparison
    kind: str
    into: tuple[str, ...]
    sources: tuple[str, ...]
    reason: str
    decided_by: str
    decided_at: datetime | None
    proposed: str
    why: str
    choices: tuple[Kind, ...]
    about: str

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to decide."""
        return not self.kind

    @property
    def is_safe(self) -> bool:
        """Tell whether a coding under the old version may be read as one under the new."""
        return self.kind in (Kind.SAME, Kind.REWORDED)

    @property
    def words(self) -> str:
        """Say what became of the code."""
        if self.compared.status == NEW and self.sources:
            return f"made from {' and '.join(self.sources)}"
        label = Kind(self.kind).label if self.kind else "not decided yet"
        return f"{label} into {', '.join(self.into)}" if self.into else label


def fates(version: CodebookVersion) -> tuple[Fate, ...]:
    """Say of every code of a version, and of the one before, what became of it; nothing for a first version."""
    if version.predecessor is None:
        return ()
    old, new = draft_of(version.predecessor), draft_of(version)
    rows = ChangeNote.objects.filter(version=version).select_related("old_code", "code", "decided_by")
    notes = {_key(note): note for note in rows.prefetch_related(with_successors())}
    compared = compare_codes(old, new)
    abouts = {key: about(key, old, new) for key in compared}
    held = {key: note for key, note in notes.items() if note.about == abouts.get(key)}
    sources: dict[str, list[str]] = defaultdict(list)
    for key, note in held.items():
        for successor in note.successors.all():
            sources[successor.code.key].append(key)
    made = [_fate(one, held.get(key), tuple(sources[key]), abouts[key]) for key, one in compared.items()]
    return tuple(_remembering(fate, notes.get(fate.key)) for fate in made)


def _remembering(fate: Fate, note: ChangeNote | None) -> Fate:
    """Propose what was decided before the words changed again, with its reason."""
    if note is None or not fate.is_open or note.kind not in fate.choices:
        return fate
    said = f"It was called {note.get_kind_display()} before its words changed again."
    return replace(fate, proposed=note.kind, why=said, reason=note.reason)


def _key(note: ChangeNote) -> str:
    """Give the key of the code that a note is about: the old one, whatever the draft calls it now."""
    code = note.old_code or note.code
    return code.key if code else ""


def _fate(one: Comparison, note: ChangeNote | None, sources: tuple[str, ...], told: str) -> Fate:
    proposed, why, is_plain = propose(one)
    kind = note.kind if note else proposed if is_plain else ""
    into = tuple(successor.code.key for successor in note.successors.all()) if note else ()
    if kind in (Kind.SPLIT, Kind.MERGED) and not enough(kind, into):
        kind = ""
    return Fate(
        key=one.key,
        name=one.new_name or one.old_name,
        compared=one,
        kind=kind,
        into=into,
        sources=tuple(source for source in sources if source != one.key),
        reason=note.reason if note else "",
        decided_by=note.decided_by.name if note and note.decided_by else "",
        decided_at=note.decided_at if note else None,
        proposed=proposed,
        why=why,
        choices=choices(one),
        about=told,
    )


def enough(kind: str, into: Collection[str]) -> bool:
    """Say whether a code leads to as many others as its kind needs: split into two or more, merged into one."""
    return len(into) >= 2 if kind == Kind.SPLIT else len(into) == 1


def choices(one: Comparison) -> tuple[Kind, ...]:
    """Give what a code can be said to be, by what changed in it."""
    allowed = CHOICES[one.status]
    if RULES & {change.what for change in one.changes}:
        allowed = tuple(kind for kind in allowed if kind != Kind.REWORDED)
    return allowed


def propose(one: Comparison) -> tuple[str, str, bool]:
    """Propose what became of a code, with the reason, and whether it is so plain that nobody has to say it."""
    if one.status == SAME:
        return Kind.SAME, "Nothing in its definition changed.", True
    if one.status == NEW:
        return Kind.NEW, "The version before has no code of this key.", True
    if one.status == GONE:
        return Kind.RETIRED, "It is not in this version any more.", False
    ruled = [change.what for change in one.changes if change.what in RULES]
    if ruled:
        return Kind.REDEFINED, f"It is given elsewhere than before: {', '.join(ruled)} changed.", False
    if all(_letters(change.old) == _letters(change.new) for change in one.changes):
        return Kind.REWORDED, "Only signs, spaces or capitals changed.", False
    return "", "Its words changed. Would the same segments get it as before?", False


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def about(key: str, old: CodebookDraft, new: CodebookDraft) -> str:
    """Give a digest of what a code was and is, so that a decision holds only for the text it was made on."""
    parts = [next((parts_of(book, code) for code in book.codes if code.key == key), None) for book in (old, new)]
    return hashlib.sha256(json.dumps([key, *parts], sort_keys=True).encode()).hexdigest()
