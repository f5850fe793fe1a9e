"""Take members out of a JSON object, each with the type it must have, or say at which path it is wrong."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from coding.formats.drafts import CodebookError
from coding.formats.strict_json import joined, shown
from transcripts.formats.visible import is_visible

MAX_KEY = 60
MAX_NAME = 120
MAX_ITEMS = 2000
COLOR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
TYPES = {dict: "an object { … }", list: "a list [ … ]", str: "text", bool: "true or false", int: "a whole number"}


def refuse(path: str, sentence: str) -> NoReturn:
    """Raise the error of a codebook file at a path."""
    raise CodebookError(sentence, path=path)


def typed(value: Any, kind: type, path: str) -> Any:
    """Return the value if it is of this JSON type; true and false are no numbers."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        refuse(path, f"Here stands {_named(value)}; it must be {TYPES[kind]}.")
    return value


def _named(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, float):
        return "a number with a decimal point"
    return TYPES[type(value)]


def member(source: Mapping[str, Any], name: str, kind: type, path: str, *, required: bool = False) -> Any:
    """Return a member of this type, or None where it is absent or null and may be."""
    value = source.get(name)
    if value is None:
        if required:
            refuse(joined(path, name), f"“{name}” is missing; it is required and must be {TYPES[kind]}.")
        return None
    return typed(value, kind, joined(path, name))


def text(source: Mapping[str, Any], name: str, path: str) -> str:
    """Return free text of any length, or nothing."""
    return str(member(source, name, str, path) or "")


def label(source: Mapping[str, Any], name: str, path: str, *, limit: int = MAX_NAME, required: bool = False) -> str:
    """Return one line of text that a person can read and a database can index."""
    value = member(source, name, str, path, required=required)
    return checked_label(value, joined(path, name), limit) if value is not None and (required or value) else ""


def checked_label(value: str, path: str, limit: int = MAX_KEY) -> str:
    """Return the value if it is a line of visible text of at most so many characters."""
    if not is_visible(value):
        refuse(path, "The text is empty; write at least one visible character.")
    if value != value.strip():
        refuse(path, f"{shown(value)} begins or ends with a space; take it away.")
    if len(value) > limit:
        refuse(path, f"{shown(value)} has {len(value):,} characters; at most {limit} are allowed.")
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
        refuse(path, f"{shown(value)} holds a control character or a line break; write it in one line without.")
    return value


def texts(source: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    """Return a list of free texts."""
    here = joined(path, name)
    items = member(source, name, list, path) or []
    return tuple(str(typed(item, str, f"{here}[{place}]")) for place, item in enumerate(items))


def labels(source: Mapping[str, Any], name: str, path: str, *, limit: int = MAX_KEY) -> tuple[str, ...]:
    """Return a list of keys or role names, none of them twice."""
    found = texts(source, name, path)
    seen: set[str] = set()
    for place, item in enumerate(found):
        here = f"{joined(path, name)}[{place}]"
        checked_label(item, here, limit)
        if item in seen:
            refuse(here, f"{shown(item)} stands twice in this list; keep one of them.")
        seen.add(item)
    return found


def objects(source: Mapping[str, Any], name: str, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Return a list of objects, each with its path."""
    here = joined(path, name)
    items = member(source, name, list, path) or []
    if len(items) > MAX_ITEMS:
        refuse(here, f"The list has {len(items):,} items; at most {MAX_ITEMS:,} are allowed.")
    return [(f"{here}[{place}]", typed(item, dict, f"{here}[{place}]")) for place, item in enumerate(items)]


def flag(source: Mapping[str, Any], name: str, path: str, *, absent: bool = False) -> bool:
    """Return true or false, or what absence means."""
    value = member(source, name, bool, path)
    return absent if value is None else bool(value)


def whole(source: Mapping[str, Any], name: str, path: str, *, low: int, high: int) -> int | None:
    """Return a whole number within bounds, or None where it is absent."""
    value = member(source, name, int, path)
    if value is not None and not low <= value <= high:
        refuse(joined(path, name), f"{value} is out of range; write a whole number from {low} to {high}.")
    return None if value is None else int(value)


def one_of(source: Mapping[str, Any], name: str, path: str, *, choices: Sequence[str], absent: str) -> str:
    """Return one of a few words."""
    value = member(source, name, str, path)
    if value is not None and value not in choices:
        refuse(joined(path, name), f"{shown(value)} is not known here; write {' or '.join(choices)}.")
    return absent if value is None else str(value)


def color(source: Mapping[str, Any], path: str) -> str:
    """Return a colour written as #rrggbb or #rgb, or nothing."""
    value = text(source, "color", path)
    if value and not COLOR.match(value):
        refuse(joined(path, "color"), f"{shown(value)} is not a colour; write it as #rrggbb, such as #2f6f8f.")
    return value


def unique(keys: Sequence[str], path: str, name: str) -> None:
    """Refuse a key that an earlier item of the list has already."""
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key in first:
            here = f"{path}[{place}].{name}"
            refuse(here, f"{shown(key)} is already the {name} of {path}[{first[key]}]; every {name} must be unique.")
        first[key] = place
