"""Read and write the times of segments, and report what is odd about them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from .drafts import DraftSegment, LineNote

# Times are stored as 32-bit milliseconds; nothing that was recorded in one sitting comes near this.
LONGEST_MS = 500 * 3_600_000

CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,6})?"
SPAN = rf"({CLOCK})(?:\s*(?:-->|->|--|[-–—,])\s*({CLOCK}))?"

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,6}))?")
_SECONDS = re.compile(r"(\d{1,7})(?:[.,](\d{1,12}))?\s*s?")


def _fraction_ms(digits: str | None) -> int:
    return round(int(digits) * 1000 / 10 ** len(digits)) if digits else 0


def parse_clock(text: str) -> int | None:
    """Turn `m:ss`, `hh:mm:ss`, `hh:mm:ss.mmm` or `hh:mm:ss,mmm` into milliseconds, or None when it is none of them."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    total = whole * 1000 + _fraction_ms(fraction)
    return total if total <= LONGEST_MS else None


def parse_time(text: str) -> int | None:
    """Turn a clock time or a number of seconds into milliseconds, or None when it is neither."""
    bare = text.strip().strip("[](){}<>").strip()
    if ":" in bare:
        return parse_clock(bare)
    match = _SECONDS.fullmatch(bare)
    if match is None:
        return None
    total = int(match[1]) * 1000 + _fraction_ms(match[2])
    return total if total <= LONGEST_MS else None


def format_time(milliseconds: int) -> str:
    """Write milliseconds as `hh:mm:ss.mmm`."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def _oddities(segment: DraftSegment, before: DraftSegment | None) -> Iterator[str]:
    start, end = segment.start_ms, segment.end_ms
    if start is not None and end is not None and end < start:
        yield f"ends at {format_time(end)}, before it begins at {format_time(start)}"
    if before is None or start is None:
        return
    if before.start_ms is not None and start < before.start_ms:
        yield f"begins at {format_time(start)}, before the segment above it begins ({format_time(before.start_ms)})"
    elif start == before.start_ms:
        yield f"begins at {format_time(start)}, the same time as the segment above it"
    elif before.end_ms is not None and start < before.end_ms:
        yield f"begins at {format_time(start)}, before the segment above it ends ({format_time(before.end_ms)})"


def time_notes(segments: Sequence[DraftSegment]) -> Iterable[LineNote]:
    """Report times that repeat, overlap or go backward; they are kept as they are."""
    before: DraftSegment | None = None
    for number, segment in enumerate(segments, start=1):
        if segment.start_ms is None and segment.end_ms is None:
            continue
        for oddity in _oddities(segment, before):
            message = f"Segment {segment.position or number} {oddity}. The times are kept as they are."
            yield LineNote(segment.line or number, None, segment.text[:80], message, "time")
        before = segment
