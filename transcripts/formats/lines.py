"""Hold the lines of a text and read what may stand at the head of one: number, time, speaker."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .labels import LONGEST_LABEL, can_be_label, clean_label
from .times import SPAN, parse_clock

Family = Literal["colon", "bracket", "heading", "stamped", "tab", "dash", "name", "time"]

_LINE_END = re.compile(r"\r\n|\r|\n")
# A head stands within the first characters; looking no further keeps an endless line cheap.
_REACH = 240

_BRACKETED = rf"[\[(<{{【（#]\s*{SPAN}(?:-\d)?\s*[\])>}}】）#]"
_BARE = rf"{SPAN}(?![\d:])"
_STAMP = rf"(?:{_BRACKETED}|{_BARE})"
_NUMBER = re.compile(r"(\d{1,5})(?:[.)|]\s*|\s+)(?=\S)")
_PREFIX = re.compile(rf"{_STAMP}\s*(?:[-–—|]\s+)?")
_STAMP_AFTER = re.compile(rf"\s*{_BRACKETED}\s*")
_LABEL_STAMP = re.compile(
    rf"([^:：\t\[\]{{}}<>]{{1,{LONGEST_LABEL}}}?)(?:\s*{_BRACKETED}|\s+{_BARE})\s*([:：]?)\s*[*_]*"
)
_IN_BRACKETS = re.compile(
    rf"[\[<【({{]\s*([^\[\]<>【】(){{}}:：]{{1,{LONGEST_LABEL}}}?)\s*[\]>】)}}]\s*[:：]?\s*(?:{_STAMP}\s*)?"
)
_DASH = re.compile(rf"([^\t:：]{{1,{LONGEST_LABEL}}}?)\s+[-–—]\s+")
_COLON = re.compile(r"[:：]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line (or paragraph, or cue) with its number, and whether a blank line stands before it."""

    number: int
    text: str
    opens_block: bool = False
    is_heading: bool = False

    @property
    def is_indented(self) -> bool:
        return self.text[:1] in (" ", "\t", "\xa0")


@dataclass(frozen=True, slots=True)
class Head:
    """What one reading of a line's beginning gives; `text` is what follows it."""

    family: Family
    label: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    number: int | None = None


def split_lines(text: str) -> Iterator[Line]:
    """Give the lines that are not blank, each with its number in the file."""
    after_blank = True
    for number, raw in enumerate(_LINE_END.split(text), start=1):
        if not raw.strip().strip("\ufeff"):
            after_blank = True
            continue
        yield Line(number, raw, opens_block=after_blank)
        after_blank = False


def _times(groups: Sequence[str | None]) -> tuple[int | None, int | None] | None:
    found = [group for group in groups if group]
    if not found:
        return None
    start = parse_clock(found[0])
    return None if start is None else (start, parse_clock(found[1]) if len(found) > 1 else None)


def _labelled(rest: str, tail: str) -> Iterator[Head]:
    """Read the families that begin with a speaker; `rest` is short, `tail` is what it leaves out of the line."""
    whole = not tail
    if (match := _LABEL_STAMP.match(rest)) and (times := _times(match.groups()[1:-1])):
        after = rest[match.end() :]
        family: Family = "colon" if match[match.lastindex or 0] else "stamped" if after or tail else "heading"
        yield Head(family, match[1], after + tail, *times)
    elif colon := _COLON.search(rest):
        label, after = rest[: colon.start()], rest[colon.end() :]
        if not (label[-1:].isdigit() and after[:1].isdigit()) and not after.startswith("//"):
            stamp = _STAMP_AFTER.match(after)
            times = _times(stamp.groups()) if stamp else None
            if stamp and times:
                yield Head("colon", label, after[stamp.end() :] + tail, *times)
            else:
                yield Head("colon", label, after.lstrip("*_") + tail if label[:1] in "*_" else after + tail)
    if match := _IN_BRACKETS.match(rest):
        after, times = rest[match.end() :] + tail, _times(match.groups()[1:])
        yield Head("heading" if times and not after else "bracket", match[1], after, *(times or (None, None)))
    if "\t" in rest:
        label, _, after = rest.partition("\t")
        yield Head("tab", label, after + tail)
    if match := _DASH.match(rest):
        yield Head("dash", match[1], rest[match.end() :] + tail)
    if whole and len(rest) <= LONGEST_LABEL and not _COLON.search(rest):
        yield Head("name", rest, "")


def _after_prefix(stripped: str) -> tuple[int | None, tuple[int | None, int | None] | None, int]:
    number, position = None, 0
    prefix = _PREFIX.match(stripped, 0, _REACH)
    if prefix is None and (match := _NUMBER.match(stripped)):
        number, position = int(match[1]), match.end()
        prefix = _PREFIX.match(stripped, position, _REACH)
    times = _times(prefix.groups()) if prefix else None
    return number, times, prefix.end() if prefix and times else position


def heads(line: Line) -> tuple[Head, ...]:
    """Give every reading of the line's beginning, at most one for each family."""
    stripped = line.text.strip()
    number, times, position = _after_prefix(stripped)
    rest, tail = stripped[position:_REACH], stripped[_REACH:]
    found: dict[Family, Head] = {}
    for head in _labelled(rest, tail):
        label = clean_label(head.label)
        if not can_be_label(label):
            continue
        timed = replace(head, label=label, text=head.text.strip(), number=number)
        if times:
            family: Family = "heading" if head.family == "name" else head.family
            timed = replace(timed, family=family, start_ms=times[0], end_ms=times[1])
        found.setdefault(timed.family, timed)
    if times and number is None:
        found["time"] = Head("time", "", stripped[position:].strip(), *times)
    return tuple(found.values())


def lone_time(line: Line) -> Head | None:
    """Give the time of a line that holds nothing else."""
    if len(line.text) > _REACH or not any(sign.isdigit() for sign in line.text[:20]):
        return None
    number, times, position = _after_prefix(line.text.strip())
    if times is None or number is not None or line.text.strip()[position:].strip(" -–—|:"):
        return None
    return Head("time", "", "", *times)
