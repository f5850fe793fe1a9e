"""Join and count the turns of what was read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from .drafts import DraftSegment, DraftTranscript


def _turns(segments: Iterable[DraftSegment]) -> Iterator[list[DraftSegment]]:
    for (speaker, _), run in groupby(segments, key=lambda segment: (segment.speaker, segment.role)):
        if speaker:
            yield list(run)
        else:
            yield from ([segment] for segment in run)


def _joined(turn: list[DraftSegment], position: int) -> DraftSegment:
    starts = [segment.start_ms for segment in turn if segment.start_ms is not None]
    ends = [segment.end_ms for segment in turn if segment.end_ms is not None]
    text = " ".join(segment.text for segment in turn if segment.text)
    start = starts[0] if starts else None
    return replace(turn[0], text=text, start_ms=start, end_ms=max(ends, default=None), position=position)


def merge_turns(draft: DraftTranscript) -> DraftTranscript:
    """Join consecutive segments of one speaker; segments without a speaker stay as they are."""
    merged = tuple(_joined(turn, number) for number, turn in enumerate(_turns(draft.segments), start=1))
    joined = "; consecutive segments of one speaker joined" if len(merged) < len(draft.segments) else ""
    return replace(draft, segments=merged, layout=draft.layout + joined)


def speakers(drafts: Iterable[DraftTranscript]) -> list[tuple[str, int, str]]:
    """List each speaker with the number of segments and the role the file names, in order of appearance."""
    found: dict[str, tuple[int, str]] = {}
    for draft in drafts:
        for segment in draft.segments:
            count, role = found.get(segment.speaker, (0, ""))
            found[segment.speaker] = (count + 1, role or segment.role)
    return [(label, count, role) for label, (count, role) in found.items()]
