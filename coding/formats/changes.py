"""What a codebook file says about the version that it changes: its optional part `changes`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from coding.formats import members
from coding.formats.members import MAX_KEY, refuse
from coding.formats.strict_json import joined, shown

KINDS = ("same", "reworded", "redefined", "split", "merged", "retired", "new")
LEADING = ("split", "merged")


@dataclass(frozen=True, slots=True)
class SaidChange:
    """What a file says became of one code."""

    code: str
    kind: str
    into: tuple[str, ...] = ()
    reason: str = ""


def check_changes(source: Mapping[str, Any], codes: Collection[str]) -> None:
    """Refuse changes that cannot be understood, or that lead to codes the file does not have."""
    item = members.member(source, "changes", dict, "")
    if item is None:
        return
    members.label(item, "from", "changes", limit=40, required=True)
    found = members.objects(item, "codes", "changes")
    for path, said in found:
        members.label(said, "id", path, limit=MAX_KEY, required=True)
        members.member(said, "change", str, path, required=True)
        kind = members.one_of(said, "change", path, choices=KINDS, absent="")
        members.text(said, "reason", path)
        for place, key in enumerate(members.labels(said, "into", path)):
            if key not in codes:
                refuse(f"{joined(path, 'into')}[{place}]", f"{shown(key)} is no code of this file; name an id.")
            if kind not in LEADING:
                refuse(joined(path, "into"), f"A code that is {kind} leads to no other; leave “into” out.")
    members.unique([said["id"] for _, said in found], "changes.codes", "id")


def changes_of(part: Mapping[str, Any]) -> tuple[SaidChange, ...]:
    """Give what a part that was checked says."""
    return tuple(
        SaidChange(one["id"], one["change"], tuple(one.get("into") or ()), one.get("reason") or "")
        for one in part.get("codes") or ()
    )


def changes_object(before: str, said: Collection[SaidChange]) -> dict[str, Any]:
    """Write the part of a file; `before` is the version that it changes."""
    codes = [
        {"id": one.code, "change": one.kind}
        | ({"into": list(one.into)} if one.into else {})
        | ({"reason": one.reason} if one.reason else {})
        for one in said
    ]
    return {"from": before, "codes": codes}
