"""JSON as an exchange format needs it: strict, bounded, and with the place of every fault."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from coding.formats.drafts import CodebookError

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_DIGITS = 18


class _Fault:
    """Stand in the parsed value where something may not be, until its path is known."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def load(data: bytes) -> Any:
    """Read one JSON value, or raise CodebookError with the line or the path of the fault."""
    if len(data) > MAX_BYTES:
        raise CodebookError(f"The file has {len(data):,} bytes; a codebook has at most {MAX_BYTES:,}.")
    text = _decoded(data)
    try:
        return parsed(text, whole=_whole, levels=MAX_DEPTH)
    except json.JSONDecodeError as error:
        sentence = f"This is not JSON ({error.msg[:1].lower()}{error.msg[1:]}). A codebook is one JSON object: {{ … }}."
        raise CodebookError(sentence, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise CodebookError(_too_deep()) from None


def parsed(text: str, *, whole: Callable[[str], Any] = int, levels: int) -> Any:
    """
    Read one JSON value strictly; `whole` understands whole numbers.

    Raises JSONDecodeError, CodebookError with the path of a fault, or RecursionError for more than so many levels.
    """
    value = json.loads(
        text,
        object_pairs_hook=_object,
        parse_constant=lambda name: _Fault(f"{name} is not a number in JSON; write a number or null."),
        parse_int=whole,
        parse_float=_real,
    )
    _refuse_faults(value, levels)
    return value


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CodebookError("The file is UTF-16; save it as UTF-8.", line=1, column=1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CodebookError("This line is not UTF-8 text; save the file as UTF-8.", line=line) from None
    if not text.strip():
        raise CodebookError("The file is empty; a codebook is one JSON object: { … }.")
    return text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Fault:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    repeated = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return _Fault(f"The name {shown(repeated)} stands twice in this object; keep one of them.")


def _whole(digits: str) -> int | _Fault:
    length = len(digits.lstrip("-"))
    if length > MAX_DIGITS:
        return _Fault(f"This number has {length:,} digits; write at most {MAX_DIGITS}.")
    return int(digits)


def _real(digits: str) -> float | _Fault:
    number = float(digits)
    return number if math.isfinite(number) else _Fault("This number is too large to be kept; write a smaller one.")


def shown(text: str) -> str:
    """Quote a piece of the file for a sentence: short, and printable whatever it holds."""
    clean = "".join(char if char.isprintable() else "�" for char in text[:60])
    return f"“{clean}…”" if len(text) > 60 else f"“{clean}”"


def _refuse_faults(value: Any, levels: int) -> None:
    for path, depth, part in _parts(value):
        if depth > levels:
            raise RecursionError
        if isinstance(part, _Fault):
            raise CodebookError(part.sentence, path=path)
        for text in part if isinstance(part, dict) else [part] if isinstance(part, str) else []:
            if "\0" in text:
                raise CodebookError("The text holds a NUL character, which cannot be stored; delete it.", path=path)
            if any("\ud800" <= char <= "\udfff" for char in text):
                raise CodebookError("The text holds half of a surrogate pair; write the whole character.", path=path)


def _parts(value: Any) -> Iterator[tuple[str, int, Any]]:
    """Walk every part in the order of the file, without recursion."""
    waiting: list[tuple[str, int, Any]] = [("", 0, value)]
    while waiting:
        path, depth, part = waiting.pop()
        yield path, depth, part
        below: list[tuple[str, int, Any]] = []
        if isinstance(part, dict):
            below = [(joined(path, name), depth + 1, inner) for name, inner in part.items()]
        elif isinstance(part, list):
            below = [(f"{path}[{place}]", depth + 1, inner) for place, inner in enumerate(part)]
        waiting.extend(reversed(below))


def joined(path: str, name: str) -> str:
    """Add a member's name to a path, as in codes[3].parent."""
    clean = "".join(char if char.isprintable() else "�" for char in name[:60])
    return f"{path}.{clean}" if path else clean


def _too_deep() -> str:
    return f"The file is nested more than {MAX_DEPTH} levels deep; a codebook needs no more than five."
