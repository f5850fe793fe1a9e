"""Join and count the turns of what was read."""

from collections.abc import Iterable
from dataclasses import replace

from .drafts import DraftSegment, DraftTranscript


def _joined(first: DraftSegment, second: DraftSegment) -> DraftSegment:
    ends = [end for end in (first.end_ms, second.end_ms) if end is not None]
    start = first.start_ms if first.start_ms is not None else second.start_ms
    text = " ".join(text for text in (first.text, second.text) if text)
    return replace(first, text=text, start_ms=start, end_ms=max(ends, default=None))


def merge_turns(draft: DraftTranscript) -> DraftTranscript:
    """Join consecutive segments of one speaker; segments without a speaker stay as they are."""
    merged: list[DraftSegment] = []
    for segment in draft.segments:
        before = merged[-1] if merged else None
        if before is not None and segment.speaker and (before.speaker, before.role) == (segment.speaker, segment.role):
            merged[-1] = _joined(before, segment)
        else:
            merged.append(segment)
    numbered = tuple(replace(segment, position=number) for number, segment in enumerate(merged, start=1))
    joined = "; consecutive segments of one speaker joined" if len(merged) < len(draft.segments) else ""
    return replace(draft, segments=numbered, layout=draft.layout + joined)


def speakers(drafts: Iterable[DraftTranscript]) -> list[tuple[str, int, str]]:
    """List each speaker with the number of segments and the role the file names, in order of appearance."""
    found: dict[str, tuple[int, str]] = {}
    for draft in drafts:
        for segment in draft.segments:
            count, role = found.get(segment.speaker, (0, ""))
            found[segment.speaker] = (count + 1, role or segment.role)
    return [(label, count, role) for label, (count, role) in found.items()]
