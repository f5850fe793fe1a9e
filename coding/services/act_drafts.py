"""An act as a page or a program sends it: said in JSON, read strictly before anything is looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

#: What each kind of act says beside its id, its order and the turn.
FIELDS: Mapping[str, frozenset[str]] = {
    "give": frozenset({"code", "rating", "spans", "attributes"}),
    "take": frozenset({"code"}),
    "rate": frozenset({"code", "rating"}),
    "outcome": frozenset({"outcome", "reason"}),
    "clear": frozenset(),
    "finish": frozenset(),
    "unfinish": frozenset(),
    "memo": frozenset({"memo"}),
    "coding_memo": frozenset({"code", "memo"}),
    "flag": frozenset({"flag"}),
    "evidence": frozenset({"code", "spans"}),
    "attribute": frozenset({"code", "attribute", "value"}),
    "link": frozenset({"code", "to_position", "to_code", "link"}),
    "unlink": frozenset({"code", "to_position", "to_code", "link"}),
    "undo": frozenset({"act"}),
}
NEEDED: Mapping[str, frozenset[str]] = {
    "give": frozenset({"code"}),
    "outcome": frozenset({"outcome"}),
    "link": frozenset({"code", "to_position", "to_code"}),
    "unlink": frozenset({"code", "to_position", "to_code"}),
}
KINDS = tuple(FIELDS)

MOST_ACTS = 200
LONGEST_MEMO, LONGEST_REASON, LONGEST_VALUE, LONGEST_KEY, MOST_SPANS = 20_000, 500, 200, 60, 100
BIG, SMALL = 2**63 - 1, 2**31 - 1


class ActError(ValueError):
    """Say what in an act cannot be understood; it was not looked at further."""


@dataclass(frozen=True, slots=True)
class ActDraft:
    """
    One act of a rater: it says *set* or *unset*, never toggle, so that doing it twice is the same as once.

    `payload` holds what the kind says, checked and in one shape, as it is kept on record.
    """

    client_id: UUID
    seq: int
    kind: str
    position: int
    payload: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """Give one word of the payload, or None when the act does not say it."""
        return self.payload.get(name)


def drafts_of(value: object) -> list[ActDraft]:
    """Read one act or a list of them from JSON, or raise ActError: then none of them is done."""
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise ActError("Send at least one act.")
    if len(listed) > MOST_ACTS:
        raise ActError(f"At most {MOST_ACTS} acts at a time.")
    return [draft_of(one) for one in listed]


def draft_of(value: object) -> ActDraft:
    """Read an act from JSON, or raise ActError with a sentence."""
    if not isinstance(value, dict):
        raise ActError("An act is an object: {“id”, “seq”, “kind”, “position”, …}.")
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise ActError(f"“kind” is one of: {', '.join(KINDS)}.")
    said = {name: part for name, part in value.items() if name not in ("id", "seq", "kind", "position")}
    if unknown := sorted(map(str, said.keys() - FIELDS[kind])):
        raise ActError(f"An act of kind “{kind}” does not say “{unknown[0]}”.")
    if lacking := sorted(NEEDED.get(kind, FIELDS[kind]) - said.keys()):
        raise ActError(f"An act of kind “{kind}” says “{lacking[0]}” too.")
    return ActDraft(
        client_id=_uuid(value.get("id"), "id"),
        seq=_number(value.get("seq"), "seq", 0, BIG),
        kind=kind,
        position=_number(value.get("position"), "position", 1, SMALL),
        payload={name: READERS[name](part, name) for name, part in sorted(said.items())},
    )


def _uuid(value: object, name: str) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise ActError(f"“{name}” is a UUID made by whoever sends the act.") from None


def _number(value: object, name: str, lowest: int, highest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise ActError(f"“{name}” is a whole number from {lowest} to {highest}.")
    return value


def _text(value: object, name: str, longest: int) -> str:
    if not isinstance(value, str):
        raise ActError(f"“{name}” is a text.")
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ActError(f"“{name}” holds a character that cannot be stored.")
    if len(value) > longest:
        raise ActError(f"“{name}” is too long: {len(value):,} characters, {longest:,} at most.")
    return value


def _rating(value: object, name: str) -> int | None:
    return None if value is None else _number(value, name, -SMALL, SMALL)


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise ActError(f"“{name}” is true or false.")
    return value


def _spans(value: object, name: str) -> list[list[int]]:
    """Read spans of code points, half-open; equal ones count once and the order does not matter."""
    sentence = f"“{name}” is a list of [start, end], code points of the turn's text, at most {MOST_SPANS}."
    if not isinstance(value, list) or len(value) > MOST_SPANS:
        raise ActError(sentence)
    found = set()
    for span in value:
        if not isinstance(span, list) or len(span) != 2:
            raise ActError(sentence)
        found.add((_number(span[0], name, 0, SMALL), _number(span[1], name, 0, SMALL)))
    return [list(span) for span in sorted(found)]


def _attributes(value: object, name: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ActError(f"“{name}” is an object of attributes and their values.")
    return {_text(key, name, LONGEST_KEY): _text(part, name, LONGEST_VALUE) for key, part in value.items()}


def _outcome(value: object, name: str) -> str:
    if value not in ("none", "uncodable"):
        raise ActError(f"“{name}” is “none” or “uncodable”.")
    return str(value)


READERS: Mapping[str, Callable[[object, str], Any]] = {
    "code": lambda value, name: _text(value, name, LONGEST_KEY),
    "rating": _rating,
    "spans": _spans,
    "attributes": _attributes,
    "outcome": _outcome,
    "reason": lambda value, name: _text(value, name, LONGEST_REASON),
    "memo": lambda value, name: _text(value, name, LONGEST_MEMO),
    "flag": _flag,
    "attribute": lambda value, name: _text(value, name, LONGEST_KEY),
    "value": lambda value, name: _text(value, name, LONGEST_VALUE),
    "to_position": lambda value, name: _number(value, name, 1, SMALL),
    "to_code": lambda value, name: _text(value, name, LONGEST_KEY),
    "link": lambda value, name: _text(value, name, LONGEST_KEY),
    "act": lambda value, name: str(_uuid(value, name)),
}
