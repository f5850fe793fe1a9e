"""Know the columns of a segments table by their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from .drafts import FormatError
from .times import parse_time

COLUMNS = ("transcript", "segment", "speaker", "role", "start", "end", "text")
SESSION_PREFIX = "session."

# Names that other programs and people give to the same columns; the first of `COLUMNS` always wins.
_ALSO_CALLED = {
    "transcript name": "transcript",
    "turn": "segment",
    "turn number": "segment",
    "segment number": "segment",
    "nr": "segment",
    "no": "segment",
    "speaker name": "speaker",
    "who": "speaker",
    "speaker role": "role",
    "time": "start",
    "timestamp": "start",
    "start time": "start",
    "begin": "start",
    "end time": "end",
    "utterance": "text",
    "utterance text": "text",
    "words": "text",
    "speech": "text",
    "content": "text",
}


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands (from 0), the session attributes, and the columns that mean nothing to us."""

    at: dict[str, int]
    session: dict[str, int]
    unknown: dict[str, int]
    width: int


def _plain(name: str) -> str:
    return " ".join(name.strip().strip("\ufeff").casefold().replace("_", " ").rstrip(".").split())


def meaning_of(name: str) -> str:
    """Give the column that a name stands for, or an empty string."""
    plain = _plain(name)
    return plain if plain in COLUMNS else _ALSO_CALLED.get(plain, "")


def looks_like_header(cells: Sequence[str]) -> bool:
    """Say whether a row names at least the text and one more column."""
    found = {meaning_of(cell) for cell in cells} - {""}
    return "text" in found and len(found) > 1


def read_header(cells: Sequence[str], *, line: int) -> Header:
    """Read the row of column names; raises FormatError when the text column is missing or a name stands twice."""
    at: dict[str, int] = {}
    session: dict[str, int] = {}
    exact = {_plain(cell) for cell in cells}
    unknown: dict[str, int] = {}
    for index, cell in enumerate(cells):
        plain, meaning = _plain(cell), meaning_of(cell)
        if plain.startswith(SESSION_PREFIX) and len(plain) > len(SESSION_PREFIX):
            key, places = cell.strip().strip("\ufeff")[len(SESSION_PREFIX) :].strip(), session
        elif meaning and (plain == meaning or (meaning not in exact and meaning not in at)):
            key, places = meaning, at
        elif plain:
            unknown[cell.strip()] = index
            continue
        else:
            continue
        if key in places:
            raise FormatError(
                f"Line {line}: the column “{cell.strip()[:60]}” stands twice; keep one of the two.",
                line=line,
                column=index + 1,
            )
        places[key] = index
    if "text" not in at:
        found = ", ".join(cell.strip()[:40] for cell in cells[:12] if cell.strip()) or "nothing"
        raise FormatError(
            f"Line {line} should name the columns and has no “text” column; it reads: {found}. "
            f"The columns are {','.join(COLUMNS)}; only “text” must be there.",
            line=line,
        )
    return Header(at, session, unknown, len(cells))


def guess_header(rows: Sequence[Sequence[str]]) -> Header:
    """Tell from what is in them which columns of a table without column names hold number, time, speaker and text."""
    width = max((len(row) for row in rows), default=0)
    columns = [[row[i].strip() if i < len(row) else "" for row in rows] for i in range(width)]
    at: dict[str, int] = {}
    for index, cells in enumerate(columns):
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        if filled == [str(number) for number in range(1, len(filled) + 1)]:
            at.setdefault("segment", index)
        elif all(":" in cell and parse_time(cell) is not None for cell in filled):
            at.setdefault("end" if "start" in at else "start", index)
    left = [index for index in range(width) if index not in at.values() and any(columns[index])]
    if not left:
        raise FormatError("The table has no column of words; a column named “text” would be read.", line=1)
    at["text"] = max(left, key=lambda index: sum(map(len, columns[index])))
    short = [index for index in left if index != at["text"] and max(map(len, columns[index])) <= 60]
    if short:
        at["speaker"] = short[0]
    used = set(at.values())
    unknown = {f"column {index + 1}": index for index in left if index not in used}
    return Header(at, {}, unknown, width)
