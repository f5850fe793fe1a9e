"""Editing which codings a draft of a codebook lets be linked: its kinds of links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coding.models import CodebookVersion
from coding.services.drafts import NotThisWay, editing
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class LinkText:
    """What a person writes about one kind of link; no families or codes at an end means any."""

    key: str
    name: str = ""
    origins: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


def save_link(*, user: User, version: CodebookVersion, was: str, text: LinkText) -> None:
    """
    Add a kind of link to a draft, or change the one that has the key `was`.

    Raises PermissionDenied, VersionIsFrozen or NotThisWay.
    """
    with editing(user, version) as draft:
        links = _links(draft)
        if any(link["id"] == text.key for link in links if link["id"] != was):
            raise NotThisWay("Another kind of link has that key.", code="link_key_once")
        said: dict[str, Any] = {"id": text.key}
        said |= {"short_name": text.name} if text.name else {}
        said |= {"from": list(text.origins)} if text.origins else {}
        said |= {"to": list(text.targets)} if text.targets else {}
        if was:
            place = _place(links, was)
            kept = {name: value for name, value in links[place].items() if name not in ("short_name", "from", "to")}
            links[place] = kept | said
        else:
            links.append(said)
        _store(draft, links)


def remove_link(*, user: User, version: CodebookVersion, key: str) -> None:
    """Take a kind of link out of a draft. Raises PermissionDenied, VersionIsFrozen or NotThisWay."""
    with editing(user, version) as draft:
        links = _links(draft)
        del links[_place(links, key)]
        _store(draft, links)


def _links(draft: CodebookVersion) -> list[dict[str, Any]]:
    return list(draft.rest.get("links", ()))


def _place(links: list[dict[str, Any]], key: str) -> int:
    for place, link in enumerate(links):
        if link["id"] == key:
            return place
    raise NotThisWay("This was taken out of the draft meanwhile.", code="part_gone")


def _store(draft: CodebookVersion, links: list[dict[str, Any]]) -> None:
    """Write the links; a codebook that names no kind says nothing about links, and lets any be made."""
    draft.rest = {name: value for name, value in draft.rest.items() if name != "links"}
    if links:
        draft.rest["links"] = links
    draft.save(update_fields=["rest"])
