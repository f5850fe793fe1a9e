"""
What changed in a code or a family between two versions of a codebook.

A code counts as changed when anything changed that tells a rater when to give it, where it can be given, or what it
competes with: definition, inclusion, exclusion, near misses, examples, speaker roles, whether and on what scale it is
rated, and the codes it excludes. Its name, colour, letter and place, and white space in texts, do not count.

Whether another text gives the code to other segments no rule can tell: a person says so in the change notes of the
version. A code that they called reworded counts as the one it was; one that they redefined, split or merged does not,
whatever its text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from coding.formats.drafts import CodebookDraft, CodeDraft, ExampleDraft, FamilyDraft

SAME, REWORDED, CHANGED, NEW, GONE = "same", "reworded", "changed", "new", "gone"
BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Decided:
    """What people said of the codes on the way between two versions, by the keys of the codes."""

    reworded: Collection[str] = field(default_factory=frozenset)
    parted: Mapping[str, str] = field(default_factory=dict)


UNDECIDED = Decided()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that stayed ("same"), went ("old") or came ("new")."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a definition, before and after."""

    what: str
    old: str
    new: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return the words of both, those that went before those that came."""
        return word_diff(self.old, self.new)

    @property
    def lines(self) -> tuple[tuple[Piece, ...], ...]:
        """Return the same for a list, line by line: a line that only moved its words stays one line."""
        before, after = (text.split(BETWEEN) if text else [] for text in (self.old, self.new))
        found: list[tuple[Piece, ...]] = []
        for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind == "equal":
                found += [(Piece("same", line),) for line in before[i:j]]
                continue
            # As many as there are on both sides are taken for the same lines in other words.
            both = min(j - i, m - k)
            found += [word_diff(*pair) for pair in zip(before[i : i + both], after[k : k + both], strict=True)]
            found += [(Piece("old", line),) for line in before[i + both : j]]
            found += [(Piece("new", line),) for line in after[k + both : m]]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a code or family of one version stands to that of another."""

    key: str
    old_name: str
    new_name: str
    changes: tuple[Change, ...]
    status: str

    @property
    def is_renamed(self) -> bool:
        """Say whether only its name is another."""
        return bool(self.old_name and self.new_name) and self.old_name != self.new_name


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """Compare two texts word by word."""
    before, after = old.split(), new.split()
    pieces = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", " ".join(before[i:j])))
            continue
        pieces += [Piece(name, " ".join(words)) for name, words in (("old", before[i:j]), ("new", after[k:m])) if words]
    return tuple(pieces)


def compare_codes(old: CodebookDraft, new: CodebookDraft, decided: Decided = UNDECIDED) -> dict[str, Comparison]:
    """Compare the codes of two versions by their keys, in the order of the newer one, those that are gone last."""
    before, after = ({code.key: code for code in book.codes} for book in (old, new))
    out = {}
    for key in (*after, *(key for key in before if key not in after)):
        one, other = before.get(key), after.get(key)
        changes: tuple[Change, ...] = ()
        if one is not None and other is not None:
            changes = _differences(parts_of(old, one), parts_of(new, other))
            if not changes and key in decided.parted:
                changes = (Change("what became of it", "", decided.parted[key]),)
        out[key] = _compared(key, one, other, changes, is_reworded=key in decided.reworded)
    return out


def compare_families(old: CodebookDraft, new: CodebookDraft, codes: Mapping[str, Comparison]) -> dict[str, Comparison]:
    """Compare the families; one counts as changed with its definition, its exclusivity, or any of its codes."""
    before, after = ({family.key: family for family in book.families} for book in (old, new))
    out = {}
    for key in (*after, *(key for key in before if key not in after)):
        one, other = before.get(key), after.get(key)
        changes: tuple[Change, ...] = ()
        only_words = False
        if one is not None and other is not None:
            before_it, after_it = _family_parts(old, one, {}), _family_parts(new, other, codes)
            changes = _differences(before_it, after_it)
            only_words = not _differences(before_it, _family_parts(new, other, codes, silent=True))
        out[key] = _compared(key, one, other, changes, is_reworded=bool(changes) and only_words)
    return out


def compare_whole(codes: Mapping[str, Comparison], outcomes: Sequence[str]) -> tuple[Change, ...]:
    """Say which codes differ between the versions: what "none applies" and whole sets of codes rest on all of them."""
    parts = [
        f"{word}: {', '.join(keys)}"
        for status, word in ((CHANGED, "changed"), (NEW, "new"), (GONE, "gone"))
        if (keys := [key for key, code in codes.items() if code.status == status and key not in outcomes])
    ]
    return (Change("the other codes", "", "; ".join(parts)),) if parts else ()


def _compared(
    key: str,
    one: CodeDraft | FamilyDraft | None,
    other: CodeDraft | FamilyDraft | None,
    changes: tuple[Change, ...],
    *,
    is_reworded: bool,
) -> Comparison:
    changed = REWORDED if is_reworded else CHANGED
    status = NEW if one is None else GONE if other is None else changed if changes else SAME
    return Comparison(key, one.name if one else "", other.name if other else "", changes, status)


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(what, before[what], after[what]) for what in before if before[what].split() != after[what].split()
    )


def parts_of(book: CodebookDraft, code: CodeDraft) -> dict[str, str]:
    """Write out everything that decides when a code is given."""
    return {
        "definition": code.definition,
        "give it for": BETWEEN.join(code.include),
        "not for": BETWEEN.join(code.exclude),
        "near misses": BETWEEN.join(code.near_misses),
        "examples": BETWEEN.join(_example(example) for example in code.examples),
        "speakers": ", ".join(sorted(code.roles)) or "every role",
        "rating": _scale(book) if code.rated else "not rated",
        "excludes": ", ".join(_rivals(book, code)) or "no other code",
        "stands for": "an outcome of the judgement" if code.key in book.exclusive_codes else "a code",
    }


def _example(example: ExampleDraft) -> str:
    rated = f" (rated {example.rating})" if example.rating is not None else ""
    return f"{example.role}: {example.text}{rated}" if example.role else f"{example.text}{rated}"


def _scale(book: CodebookDraft) -> str:
    scale = book.rating
    if scale is None:
        return "not rated"
    anchors = BETWEEN.join(f"{number} {words}" for number, words in sorted(scale.anchors.items()))
    return f"{scale.type}, {scale.minimum} to {scale.maximum}{': ' if anchors else ''}{anchors}"


def _rivals(book: CodebookDraft, code: CodeDraft) -> Iterator[str]:
    exclusive = {family.key for family in book.families if family.exclusive}
    if code.family in exclusive:
        yield from sorted(other.key for other in book.codes if other.family == code.family and other.key != code.key)


def _family_parts(
    book: CodebookDraft, family: FamilyDraft, codes: Mapping[str, Comparison], *, silent: bool = False
) -> dict[str, str]:
    """Write out what a family is; `silent` passes over codes that were only reworded."""
    told = {CHANGED} if silent else {CHANGED, REWORDED}
    notes = {key: f"{key} ({code.status})" for key, code in codes.items() if code.status in told}
    return {
        "definition": family.definition,
        "codes": ", ".join(sorted(notes.get(code.key, code.key) for code in book.codes if code.family == family.key)),
        "one code per segment at most": "yes" if family.exclusive else "no",
    }
