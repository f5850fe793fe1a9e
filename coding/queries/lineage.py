"""The way from one version of a codebook to another, over the versions that each of them changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from coding.models import ChangeNote, ChangeSuccessor, CodebookVersion
from coding.queries.definition_changes import UNDECIDED, Decided

Kind = ChangeNote.Kind
#: Kinds under which a code stands for what it stood for before.
STILL_THE_SAME = frozenset({Kind.SAME, Kind.REWORDED})


def with_successors() -> Prefetch[Any, Any, Any]:
    """Fetch with each note the codes that it leads to, in the order of their codebook."""
    return Prefetch("successors", ChangeSuccessor.objects.select_related("code").order_by("code__position"))


def decided_between(one: CodebookVersion, other: CodebookVersion) -> Decided:
    """Give what people decided on the way between two versions; nothing where no way leads from one to the other."""
    steps = steps_between(one, other)
    if not steps:
        return UNDECIDED
    kinds: dict[str, set[str]] = defaultdict(set)
    notes = ChangeNote.objects.filter(version__in=steps).exclude(old_code=None)
    for key, kind in notes.values_list("old_code__key", "kind"):
        kinds[key].add(kind)
    return Decided(
        reworded=frozenset(key for key, found in kinds.items() if found <= STILL_THE_SAME),
        parted={key: said for key, found in kinds.items() if (said := _parted(found))},
    )


def _parted(kinds: Iterable[str]) -> str:
    words = {
        Kind.REDEFINED: "redefined",
        Kind.SPLIT: "split into several codes",
        Kind.MERGED: "merged with another code",
    }
    return ", ".join(said for kind, said in words.items() if kind in kinds)


def steps_between(one: CodebookVersion, other: CodebookVersion) -> tuple[int, ...]:
    """Give the versions whose change notes lie on the way: those of each since the last one that both come from."""
    if one.pk == other.pk or one.codebook_id != other.codebook_id:
        return ()
    before = dict(CodebookVersion.objects.filter(codebook=one.codebook_id).values_list("pk", "predecessor"))
    first, second = _ancestry(one.pk, before), _ancestry(other.pk, before)
    shared = next((version for version in first if version in second), None)
    if shared is None:
        return ()
    return (*first[: first.index(shared)], *second[: second.index(shared)])


def _ancestry(version: int | None, before: dict[int, int | None]) -> list[int]:
    """List a version and those it comes from, the latest first."""
    found: list[int] = []
    while version is not None:
        found.append(version)
        version = before.get(version)
    return found
