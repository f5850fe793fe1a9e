"""Which codings a codebook lets be linked: its optional part `links`, kept in the file as it was written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coding.formats import members
from coding.formats.members import MAX_KEY, refuse
from coding.formats.strict_json import joined, shown


@dataclass(frozen=True, slots=True)
class LinkRule:
    """One kind of link: from which families or codes to which; none named means any."""

    key: str
    name: str
    origins: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()

    def fits(self, origin: Collection[str], target: Collection[str]) -> bool:
        """Say whether a coding may be linked; each end is named by its code and its family."""
        return _among(self.origins, origin) and _among(self.targets, target)


def _among(allowed: Collection[str], names: Collection[str]) -> bool:
    return not allowed or any(name in allowed for name in names)


def check_link_rules(source: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a codebook whose links cannot be understood, or name what it does not have."""
    keys = []
    for path, item in members.objects(source, "links", ""):
        keys.append(members.label(item, "id", path, limit=MAX_KEY, required=True))
        members.label(item, "short_name", path)
        for end in ("from", "to"):
            for place, key in enumerate(members.labels(item, end, path)):
                if key not in known:
                    sentence = f"{shown(key)} is neither a family nor a code of this file; name an id."
                    refuse(f"{joined(path, end)}[{place}]", sentence)
    members.unique(keys, "links", "id")


def link_rules(items: Iterable[Mapping[str, Any]]) -> tuple[LinkRule, ...]:
    """Give the kinds of links of a codebook that was checked."""
    return tuple(
        LinkRule(
            item["id"], item.get("short_name") or item["id"], tuple(item.get("from", ())), tuple(item.get("to", ()))
        )
        for item in items
    )
