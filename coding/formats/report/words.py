"""How numbers, counts and lists are written in a report, as is the custom of the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from coding.formats.report.facts import Number, Row

MINUS, DASH = "\u2212", "–"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def decimal(value: float | None, places: int = 3) -> str:
    """Write a number that lies between -1 and 1 without its leading zero: .667, −.020, 1.000."""
    if value is None:
        return DASH
    text = f"{abs(value):.{places}f}"
    sign = MINUS if value < 0 and float(text) != 0 else ""
    return sign + (text[1:] if text.startswith("0.") else text)


def interval(number: Number, level: float) -> str:
    """Write an interval as 95 % CI [.41, .72], or nothing where there is none."""
    if number.low is None or number.high is None:
        return ""
    return f"{per_cent(level, 0)} CI [{decimal(number.low)}, {decimal(number.high)}]"


def figure(number: Number | None, level: float) -> str:
    """Write a coefficient with its interval in brackets, or a dash where it is undefined."""
    if number is None or number.value is None:
        return DASH
    ends = "" if number.low is None or number.high is None else f" [{decimal(number.low)}, {decimal(number.high)}]"
    return decimal(number.value) + ends


def per_cent(share: float | None, places: int = 1) -> str:
    """Write a share in per cent: 11.4 %."""
    return DASH if share is None else f"{100 * share:.{places}f} %"


def count(number: int) -> str:
    """Write a count in figures: 1,234."""
    return f"{number:,}"


def number_word(number: int) -> str:
    """Write a small count as a word, a larger one in figures."""
    return _WORDS[number] if number < len(_WORDS) else count(number)


def many(number: int, one: str, more: str = "") -> str:
    """Write a count with its noun: one code, twelve codes."""
    return f"{number_word(number)} {one if number == 1 else more or one + 's'}"


def exactly(number: int, one: str, more: str = "") -> str:
    """Write a count in figures with its noun: 1 segment, 158 segments."""
    return f"{count(number)} {one if number == 1 else more or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Write names as a list in a sentence: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def day(moment: datetime) -> str:
    """Write a day in UTC: 25 November 2026."""
    when = moment.astimezone(UTC)
    months = (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    )
    return f"{when.day} {months[when.month - 1]} {when.year}"


def minute(moment: datetime) -> str:
    """Write a moment in UTC: 25 November 2026, 14:05 UTC."""
    return f"{day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def capital(sentence: str) -> str:
    """Begin a sentence with a capital."""
    return sentence[:1].upper() + sentence[1:]


def called(row: Row) -> str:
    """Name a row as people do, with its key where that says something else."""
    return row.name if row.name == row.key else f"{row.name} ({row.key})"


def round_name(name: str) -> str:
    """Say a round's name as a sentence needs it: a bare number becomes Round 2."""
    return f"Round {name}" if name.isdigit() else name
