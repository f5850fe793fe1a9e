"""A published codebook version as the desk uses it; it is frozen, so each process keeps it after the first reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from coding.formats.link_rules import LinkRule, link_rules
from coding.models import Attribute, AttributeValue, Code, CodebookVersion, CodeRole, Family

EVERY_CODE = "*"


@dataclass(frozen=True, slots=True)
class AskedAttribute:
    """A question asked about a given code; no `allowed` values means free text."""

    id: int
    key: str
    names: Mapping[str, str]
    required: bool
    default: str

    @property
    def label(self) -> str:
        """Give the key as people read it."""
        return self.key.replace("_", " ").replace("-", " ")

    def allows(self, value: str) -> bool:
        """Say whether the attribute can take this value."""
        return not self.names or value in self.names


@dataclass(frozen=True, slots=True)
class PaletteCode:
    """One code with everything the desk asks of it; no roles means every role."""

    id: int
    key: str
    name: str
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    near_misses: tuple[str, ...]
    examples: tuple[str, ...]
    letter: str
    rated: bool
    outcome: str
    family: str
    slot: str
    exclusive: bool
    roles: Mapping[int, str]
    attributes: tuple[AskedAttribute, ...]
    order: int

    def applies_to(self, role_id: int) -> bool:
        """Say whether the code may be given to a turn of this speaker role."""
        return not self.roles or role_id in self.roles

    @property
    def role_words(self) -> str:
        """Name the roles in a row: patient and therapist."""
        return " and ".join(self.roles.values())


@dataclass(frozen=True, slots=True)
class PaletteFamily:
    """A family with its codes; one that holds outcomes only is shown as status."""

    key: str
    name: str
    slot: str
    exclusive: bool
    codes: tuple[PaletteCode, ...]


@dataclass(frozen=True, slots=True)
class Palette:
    """A codebook version: families, codes by key and by id, the limit and the one rating scale."""

    version_id: int
    families: tuple[PaletteFamily, ...]
    codes: Mapping[str, PaletteCode]
    by_id: Mapping[int, PaletteCode]
    attribute_keys: Mapping[int, str]
    limit: int | None
    rating_name: str
    lowest: int
    highest: int
    rating_required: bool
    anchors: Mapping[str, str]
    link_rules: tuple[LinkRule, ...]

    def may_link(self, kind: str, origin: PaletteCode, target: PaletteCode) -> bool:
        """Say whether the codebook lets these be linked so; one that says nothing about links lets any."""
        if not self.link_rules:
            return True
        ends = (origin.key, origin.family), (target.key, target.family)
        return any(rule.key == kind and rule.fits(*ends) for rule in self.link_rules)

    @property
    def ratings(self) -> range:
        """List the ratings a given code can take; 0 is never one: it means that the code is not given."""
        return range(self.lowest, self.highest + 1)

    def owes_rating(self, code: PaletteCode) -> bool:
        """Say whether a turn with this code waits for its rating."""
        return self.rating_required and code.rated and bool(self.rating_name)


def palette(version_id: int, *, published: bool = True) -> Palette:
    """Give the codebook version; a published one is read once per process, a draft every time."""
    return _kept(version_id) if published else _read(version_id)


@lru_cache(maxsize=64)
def _kept(version_id: int) -> Palette:
    return _read(version_id)


def _read(version_id: int) -> Palette:
    version = CodebookVersion.objects.get(pk=version_id)
    attributes = _attributes(version_id)
    roles: dict[int, dict[int, str]] = {}
    for code_id, role_id, name in (
        CodeRole.objects.filter(version=version_id).order_by("role__name").values_list("code", "role", "role__name")
    ):
        roles.setdefault(code_id, {})[role_id] = name
    families: list[PaletteFamily] = []
    codes: dict[str, PaletteCode] = {}
    rows = list(Code.objects.filter(version=version_id).order_by("position", "pk"))
    for family in Family.objects.filter(version=version_id).order_by("position", "pk"):
        own = tuple(
            _code(row, family, roles.get(row.pk, {}), _asked(attributes, row.key, family.key), len(codes) + number)
            for number, row in enumerate(code for code in rows if code.family_id == family.pk)
        )
        codes |= {code.key: code for code in own}
        families.append(PaletteFamily(family.key, family.name, family.slot, family.exclusive, own))
    return Palette(
        version_id=version_id,
        families=tuple(families),
        codes=codes,
        by_id={code.id: code for code in codes.values()},
        attribute_keys={attribute.id: attribute.key for attribute, _ in attributes},
        limit=version.max_codes_per_turn,
        rating_name=version.rating_name,
        lowest=max(1, version.rating_minimum),
        highest=version.rating_maximum,
        rating_required=version.rating_required,
        anchors={str(key): str(words) for key, words in version.rating_anchors.items()},
        link_rules=link_rules(version.rest.get("links", ())),
    )


def _code(
    row: Code, family: Family, roles: dict[int, str], attributes: tuple[AskedAttribute, ...], order: int
) -> PaletteCode:
    return PaletteCode(
        id=row.pk, key=row.key, name=row.name, definition=row.definition,
        include=_words(row.include), exclude=_words(row.exclude),
        near_misses=_words(row.near_misses), examples=_words(row.examples),
        letter=row.letter.upper(), rated=row.rated, outcome=row.outcome,
        family=family.key, slot=family.slot, exclusive=family.exclusive,
        roles=roles, attributes=attributes, order=order,
    )  # fmt: skip


def _words(items: list[Any]) -> tuple[str, ...]:
    """Give the sentences of a list whose items are texts, or objects with a text."""
    return tuple(str(item.get("text", "")) if isinstance(item, dict) else str(item) for item in items)


def _attributes(version_id: int) -> list[tuple[AskedAttribute, frozenset[str]]]:
    named: dict[int, dict[str, str]] = {}
    for value in AttributeValue.objects.filter(version=version_id).order_by("position", "pk"):
        named.setdefault(value.attribute_id, {})[value.key] = value.name or value.key
    found = []
    for row in Attribute.objects.filter(version=version_id).order_by("position", "pk"):
        names = named.get(row.pk, {})
        if not names and row.minimum is not None and row.maximum is not None:
            names = {str(number): str(number) for number in range(row.minimum, row.maximum + 1)}
        found.append(
            (
                AskedAttribute(row.pk, row.key, names, row.required, row.default),
                frozenset(row.applies_to or [EVERY_CODE]),
            )
        )
    return found


def _asked(
    attributes: list[tuple[AskedAttribute, frozenset[str]]], code: str, family: str
) -> tuple[AskedAttribute, ...]:
    return tuple(attribute for attribute, where in attributes if where & {EVERY_CODE, code, family})
