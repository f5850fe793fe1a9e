"""Two versions of a codebook side by side, code by code and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coding.formats.codebook_objects import attribute_object
from coding.formats.drafts import CodebookDraft, CodeDraft
from coding.models import CodebookVersion, Family
from coding.queries.change_notes import Fate, fates
from coding.queries.codebooks import draft_of
from coding.queries.definition_changes import (
    CHANGED,
    GONE,
    NEW,
    REWORDED,
    SAME,
    Change,
    Comparison,
    compare_codes,
    compare_families,
    parts_of,
)
from coding.queries.lineage import decided_between

#: What a reader calls the parts of a code that stay silent where they are empty.
TEXTS = ("definition", "give it for", "not for", "examples", "near misses")
WORDS = {SAME: "the same", REWORDED: "reworded", CHANGED: "changed", NEW: "new", GONE: "gone"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One code in both versions; `fate` is what was decided, where the one version changes the other."""

    number: int
    key: str
    family: str
    slot: str
    compared: Comparison
    parts: tuple[Change, ...]
    fate: Fate | None

    @property
    def name(self) -> str:
        """Give the later name."""
        return self.compared.new_name or self.compared.old_name

    @property
    def is_changed(self) -> bool:
        """Tell whether there is anything to show."""
        if self.compared.status != SAME or self.compared.is_renamed:
            return True
        return self.fate is not None and self.fate.kind != SAME

    @property
    def word(self) -> str:
        """Say in a word what became of it."""
        if self.fate is not None:
            if self.fate.is_open:
                return "to decide"
            return "made from others" if self.fate.kind == NEW and self.fate.sources else self.fate.kind
        return WORDS[self.compared.status]

    @property
    def stays_together(self) -> bool:
        """Tell whether codings under both versions are put together."""
        return self.fate.is_safe if self.fate else self.compared.status in (SAME, REWORDED)


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """Two versions; `decides` where the newer one says what it changes in the older one."""

    old: CodebookVersion
    new: CodebookVersion
    entries: tuple[Entry, ...]
    families: tuple[Comparison, ...]
    others: tuple[str, ...]
    decides: bool

    @property
    def changed(self) -> tuple[Entry, ...]:
        """Give the codes in which something changed."""
        return tuple(entry for entry in self.entries if entry.is_changed)

    @property
    def open(self) -> int:
        """Count the codes on which somebody still has to decide."""
        return sum(1 for entry in self.entries if entry.fate is not None and entry.fate.is_open)


def version_diff(old: CodebookVersion, new: CodebookVersion) -> VersionDiff:
    """Compare two versions of a study; no access check."""
    before, after = draft_of(old), draft_of(new)
    decides = new.predecessor_id == old.pk
    found = {fate.key: fate for fate in fates(new)} if decides else {}
    compared = compare_codes(before, after, decided_between(old, new))
    slots = {
        key: slot
        for version in (old.pk, new.pk)
        for key, slot in Family.objects.filter(version=version).values_list("key", "slot")
    }
    codes = {code.key: code for code in (*before.codes, *after.codes)}
    entries = tuple(
        Entry(
            number=number,
            key=key,
            family=codes[key].family,
            slot=slots.get(codes[key].family, ""),
            compared=one,
            parts=tuple(_parts(before, after, one)),
            fate=found.get(key),
        )
        for number, (key, one) in enumerate(compared.items(), start=1)
    )
    families = map(_without_codes, compare_families(before, after, {}).values())
    told = tuple(family for family in families if family.status != SAME or family.is_renamed)
    return VersionDiff(old, new, entries, told, tuple(_others(before, after)), decides)


def _without_codes(family: Comparison) -> Comparison:
    """Leave out which codes a family has: each of them is told of by itself."""
    changes = tuple(change for change in family.changes if change.what != "codes")
    return replace(family, changes=changes, status=SAME if family.changes and not changes else family.status)


def _parts(old: CodebookDraft, new: CodebookDraft, one: Comparison) -> Iterator[Change]:
    """Give what a reader needs of a code: its texts, changed or not, and the rules that changed."""
    before, after = (
        next((parts_of(book, code) for code in book.codes if code.key == one.key), {}) for book in (old, new)
    )
    changed = {change.what for change in one.changes}
    for what in (*TEXTS, *(what for what in (after or before) if what not in TEXTS)):
        told = before.get(what, ""), after.get(what, "")
        if what in changed or (what in TEXTS and any(told) and (what == "definition" or one.status in (NEW, GONE))):
            yield Change(what, *told)
    yield from (change for change in one.changes if change.what not in (after or before))
    codes = [next((code for code in book.codes if code.key == one.key), None) for book in (old, new)]
    yield from _names(*codes)


def _names(old: CodeDraft | None, new: CodeDraft | None) -> Iterator[Change]:
    """Give what does not count as another definition, and is still to be seen."""
    if old is None or new is None:
        return
    for what, before, after in (
        ("name", old.name, new.name),
        ("family", old.family, new.family),
        ("key on the desk", old.letter, new.letter),
    ):
        if before != after:
            yield Change(what, before, after)


def _others(old: CodebookDraft, new: CodebookDraft) -> Iterator[str]:
    """Say what changed beside codes and families."""
    if old.title != new.title:
        yield f"The title was “{old.title}” and is “{new.title}”."
    if old.max_codes_per_turn != new.max_codes_per_turn:
        limits = [str(book.max_codes_per_turn or "any number of") for book in (old, new)]
        yield f"A segment could take {limits[0]} codes and can take {limits[1]}."
    yield from _changed_parts(
        "attribute",
        *({attribute.id: attribute_object(attribute) for attribute in book.attributes} for book in (old, new)),
    )
    links = ({link["id"]: link for link in book.rest.get("links", ())} for book in (old, new))
    yield from _changed_parts("kind of link", *links)


def _changed_parts(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for key in (*new, *(key for key in old if key not in new)):
        if key not in old:
            yield f"The {what} “{key}” is new."
        elif key not in new:
            yield f"The {what} “{key}” is gone."
        elif old[key] != new[key]:
            yield f"The {what} “{key}” changed."


def sentence(diff: VersionDiff) -> str:
    """Say in one breath what the newer version changes."""
    name = diff.new.name if diff.new.is_published else f"Draft {diff.new.name}"
    words = [entry.word for entry in diff.changed if entry.compared.status != NEW]
    fresh = sum(1 for entry in diff.changed if entry.compared.status == NEW)
    if not words and fresh:
        return f"{name} adds {fresh} to the codes of {diff.old.name} and changes none."
    if not words:
        return f"{name} changes no code of {diff.old.name}."
    parts = [f"{words.count(word)} {word}" for word in dict.fromkeys(words)]
    total = sum(1 for entry in diff.entries if entry.compared.status != NEW)
    also = f", and adds {fresh}" if fresh else ""
    return f"{name} changes {len(words)} of the {total} codes of {diff.old.name}: {_listed(parts)}{also}."


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def diff_object(diff: VersionDiff) -> dict[str, object]:
    """Lay out two versions for programs."""
    return {
        "from": {"id": diff.old.pk, "version": diff.old.name},
        "to": {"id": diff.new.pk, "version": diff.new.name},
        "decides": diff.decides,
        "undecided": diff.open,
        "codes": {entry.key: _entry_object(entry) for entry in diff.entries},
        "families": {family.key: _changes_object(family) for family in diff.families},
        "other_changes": list(diff.others),
    }


def _changes_object(one: Comparison) -> dict[str, object]:
    return {
        "old_name": one.old_name,
        "new_name": one.new_name,
        "status": one.status,
        "changes": [
            {
                "what": change.what,
                "old": change.old,
                "new": change.new,
                "words": [{"kind": piece.kind, "words": piece.words} for piece in change.pieces],
            }
            for change in one.changes
        ],
    }


def _entry_object(entry: Entry) -> dict[str, object]:
    fate = entry.fate
    note: dict[str, object] | None = None
    if fate is not None:
        note = {
            "change": fate.kind or None,
            "into": list(fate.into),
            "made_from": list(fate.sources),
            "reason": fate.reason,
            "decided_by": fate.decided_by or None,
            "decided_at": fate.decided_at,
            "proposed": fate.proposed or None,
            "why": fate.why,
            "choices": [str(kind) for kind in fate.choices],
        }
    return {"family": entry.family, **_changes_object(entry.compared), "together": entry.stays_together, "note": note}
