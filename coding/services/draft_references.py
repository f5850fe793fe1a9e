"""What else in a draft names its codes and families: attributes that are asked of them, links between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coding.models import Attribute, Code, CodebookVersion, Family

ENDS = ("from", "to")


def rename(draft: CodebookVersion, old: str, new: str) -> None:
    """Let attributes and links follow the new key of a code or family."""
    if old == new or _is_shared(draft, old):
        return
    for attribute in _asking_for(draft, old):
        attribute.applies_to = [new if key == old else key for key in attribute.applies_to]
        attribute.save(update_fields=["applies_to"])
    found = list(_naming(draft, old))
    for link, end in found:
        link[end] = [new if key == old else key for key in link[end]]
    if found:
        draft.save(update_fields=["rest"])


def forget(draft: CodebookVersion, key: str) -> str:
    """
    Take a code or family out of the attributes and links, or name the one that stands in the way.

    One that names nothing else would be asked of everything, or link anything.
    """
    if _is_shared(draft, key):
        return ""
    for attribute in _asking_for(draft, key):
        attribute.applies_to = [other for other in attribute.applies_to if other != key]
        if not attribute.applies_to:
            return f"The attribute “{attribute.key}” is asked of nothing else."
        attribute.save(update_fields=["applies_to"])
    found = list(_naming(draft, key))
    for link, end in found:
        link[end] = [other for other in link[end] if other != key]
        if not link[end]:
            return f"The kind of link “{link['id']}” goes {end} nothing else."
    if found:
        draft.save(update_fields=["rest"])
    return ""


def _is_shared(draft: CodebookVersion, key: str) -> bool:
    """Say whether a family and a code share the key; the other one still has it."""
    return sum(model.objects.filter(version=draft, key=key).count() for model in (Family, Code)) > 1


def _asking_for(draft: CodebookVersion, key: str) -> list[Attribute]:
    return [row for row in Attribute.objects.filter(version=draft) if key in row.applies_to]


def _naming(draft: CodebookVersion, key: str) -> Iterator[tuple[dict[str, Any], str]]:
    for link in draft.rest.get("links", ()):
        for end in ENDS:
            if key in link.get(end, ()):
                yield link, end
