"""What to mend in a draft before it is published, each with the place where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from coding.models import Code, CodebookVersion, Family
from coding.queries.change_notes import fates
from coding.queries.definition_changes import GONE


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: a sentence, and the part (with its id and field) that the page leads to."""

    sentence: str
    part: str
    id: int
    field: str = ""


def faults(version: CodebookVersion) -> tuple[Fault, ...]:
    """List what stands in the way of publishing a draft; a handful of queries, whatever its size."""
    codes = list(Code.objects.filter(version=version).order_by("position"))
    families = list(Family.objects.filter(version=version).order_by("position"))
    return (*_codes(codes), *_families(families, codes), *_undecided(version))


def _codes(codes: list[Code]) -> Iterator[Fault]:
    alike: dict[str, list[Code]] = defaultdict(list)
    for code in codes:
        alike[code.key.casefold()].append(code)
        if not code.definition.strip() and not code.outcome:
            yield Fault(f"“{code.name}” has no definition: say when to give it.", "code", code.pk, "definition")
    for first, *others in alike.values():
        for code in others:
            yield Fault(
                f"“{code.name}” has the key {code.key}, and “{first.name}” has {first.key}: in data they are easily "
                "taken for each other.",
                "code",
                code.pk,
                "key",
            )


def _families(families: list[Family], codes: list[Code]) -> Iterator[Fault]:
    has = Counter(code.family_id for code in codes)
    for family in families:
        if not has[family.pk]:
            yield Fault(f"“{family.name}” has no codes: add one, or remove it.", "family", family.pk)
        elif family.exclusive and has[family.pk] == 1:
            yield Fault(
                f"“{family.name}” takes one code at most and has only one: there is nothing to choose from.",
                "family",
                family.pk,
                "exclusive",
            )


def _undecided(version: CodebookVersion) -> Iterator[Fault]:
    for number, fate in enumerate(fates(version), start=1):
        if fate.is_open:
            what = "is not in this version any more" if fate.compared.status == GONE else "changed"
            yield Fault(f"“{fate.name}” {what}: say what that means for its codings.", "change", number)
