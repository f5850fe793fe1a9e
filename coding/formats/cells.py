"""Understand single cells of the codings table; each refusal is a sentence of what would be right."""

import re
from datetime import UTC, datetime

from coding.formats.table import quoted
from transcripts.formats.guard import unguard

HIGHEST_RATING = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


class CellError(ValueError):
    """Say what would be right in a cell."""


def free_text(cell: str) -> str:
    """Return the words of a cell as they were before export."""
    return unguard(cell) if cell[:1] == "'" else cell


def limited(cell: str, limit: int) -> str:
    """Return free text of at most so many characters."""
    text = free_text(cell)
    if len(text) > limit:
        raise CellError(f"The text has {len(text):,} characters; at most {limit} can be kept.")
    return text


def label(cell: str, limit: int) -> str:
    """Return the name of something: one line, no space around it."""
    text = free_text(cell.strip())
    if len(text) > limit:
        raise CellError(f"{quoted(text)} has {len(text):,} characters; at most {limit} are allowed.")
    if _CONTROL.search(text):
        raise CellError(f"{quoted(text)} holds a line break or a control character; write a name in one line.")
    return text


def segment_number(cell: str) -> int:
    """Return the number of a segment."""
    text = cell.strip()
    if not _DIGITS.match(text):
        raise CellError(f"{quoted(text)} is not the number of a segment; write a whole number such as 12.")
    return int(text)


def rating(cell: str) -> int | None:
    """Return a rating, or None where there is none."""
    text = cell.strip()
    if not text:
        return None
    if not _DIGITS.match(text):
        raise CellError(f"{quoted(text)} is not a rating; write a whole number such as 2, or nothing.")
    number = int(text)
    if number == 0:
        raise CellError("A rating of 0 means that the code is absent: leave the code out.")
    if number > HIGHEST_RATING:
        raise CellError(f"{number} is too high for a rating; no scale goes above {HIGHEST_RATING}.")
    return number


def outcome(cell: str) -> str:
    """Return none, uncodable or, of the final layer, open; or nothing."""
    text = cell.strip().lower()
    if text not in ("", "none", "uncodable", "open"):
        raise CellError(f"{quoted(text)} is not an outcome; write none (none applies), uncodable, or nothing.")
    return text


def layer(cell: str) -> str:
    """Return raw or final; an empty cell is raw."""
    text = cell.strip().lower() or "raw"
    if text not in ("raw", "final"):
        raise CellError(f"{quoted(text)} is not a layer; write raw or final.")
    return text


def one_of(cell: str, words: tuple[str, ...]) -> str:
    """Return one of these words, or nothing."""
    text = cell.strip().lower()
    if text and text not in words:
        raise CellError(f"{quoted(text)} is none of {', '.join(words)}; write one of them, or nothing.")
    return text


def yes_or_no(cell: str) -> bool:
    """Return whether a cell says yes."""
    answer = _TRUTH.get(cell.strip().lower())
    if answer is None:
        raise CellError(f"{quoted(cell.strip())} is neither true nor false; write true, false, 1, 0, yes or no.")
    return answer


def revision(cell: str) -> int | None:
    """Return the number of a transcript's revision."""
    text = cell.strip()
    if not text:
        return None
    if not _DIGITS.match(text) or int(text) == 0:
        raise CellError(f"{quoted(text)} is not the number of a revision; write a whole number from 1.")
    return int(text)


def instant(cell: str) -> datetime | None:
    """Return a moment in UTC; one without a zone is taken as UTC."""
    text = free_text(cell.strip())
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError(f"{quoted(text)} is not a time; write it as 2026-11-23T14:30:00Z.") from None


def spans(starts: str, ends: str) -> tuple[tuple[int, int], ...]:
    """Return pairs of offsets, in the order of the cells."""
    begin, end = _offsets(starts), _offsets(ends)
    if len(begin) != len(end):
        raise CellError(f"There are {len(begin)} starts and {len(end)} ends; write as many of one as of the other.")
    pairs = tuple(zip(begin, end, strict=True))
    for first, last in pairs:
        if first >= last:
            raise CellError(f"The span from {first} to {last} is empty or backward; its end must be above its start.")
    return pairs


def _offsets(cell: str) -> list[int]:
    if _DIGITS.match(cell):
        return [int(cell)]
    parts = [part.strip() for part in cell.split(";")] if cell.strip() else []
    for part in parts:
        if not _DIGITS.match(part):
            raise CellError(f"{quoted(part)} is not an offset; write whole numbers from 0, several as 12;40.")
    return [int(part) for part in parts]
