"""What the pages about codebooks show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from coding import access
from coding.models import Attribute, AttributeValue, Code, CodebookVersion, CodeRole, Family
from coding.queries.discussions import said_of
from coding.queries.segment_examples import SeenExample, examples_of
from transcripts.models import Study
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class Entry:
    """One code as the manual shows it."""

    code: Code
    roles: tuple[str, ...]
    #: How much was said in its discussion; None where the person may not know.
    said: int | None = None
    segments: tuple[SeenExample, ...] = ()

    @property
    def where(self) -> str:
        """Say on whose turns it is given."""
        return f"{' and '.join(self.roles)} turns" if self.roles else "every turn"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One family with its codes."""

    family: Family
    entries: tuple[Entry, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether it has no codes, so that it can be taken out."""
        return not self.entries


@dataclass(frozen=True, slots=True)
class Book:
    """A version, ready to be read."""

    chapters: tuple[Chapter, ...]
    attributes: tuple[Attribute, ...]

    @property
    def codes(self) -> int:
        """Count the codes that can be given."""
        return sum(1 for chapter in self.chapters for entry in chapter.entries if not entry.code.outcome)


def versions_open_to(user: User, study: Study) -> QuerySet[CodebookVersion]:
    """Give the versions of a study that the person may read, the latest first, each with its number of codes."""
    drafts = bool(access.may_read_codebook(user, study, published=False))
    rows = CodebookVersion.objects.filter(study=study).select_related("codebook", "retirement")
    rows = rows if drafts else rows.exclude(published_at=None)
    counted: QuerySet[CodebookVersion] = rows.annotate(
        n_codes=Count("codes", filter=Q(codes__outcome=""), distinct=True),
        n_families=Count("families", distinct=True),
        n_rounds=Count("rounds", distinct=True),
    )
    return counted.order_by("codebook__key", "-number")


def book(version: CodebookVersion, user: User) -> Book:
    """Gather a version for reading, with what this person may see beside it: discussions, examples from sessions."""
    said, seen = said_of(user, version), examples_of(user, version)
    values = Prefetch("values", AttributeValue.objects.order_by("position"))
    roles: dict[int, list[str]] = defaultdict(list)
    for code_id, role in CodeRole.objects.filter(version=version).order_by("pk").values_list("code_id", "role__name"):
        roles[code_id].append(role)
    entries: dict[int, list[Entry]] = defaultdict(list)
    for code in Code.objects.filter(version=version).order_by("position"):
        known = None if said is None else said.get(code.key, 0)
        entries[code.family_id].append(Entry(code, tuple(roles[code.pk]), known, tuple(seen.get(code.pk, ()))))
    return Book(
        chapters=tuple(
            Chapter(family, tuple(entries[family.pk]))
            for family in Family.objects.filter(version=version).order_by("position")
        ),
        attributes=tuple(Attribute.objects.filter(version=version).order_by("position").prefetch_related(values)),
    )
