"""Examples of codes from the study's own sessions, with their words, for those who may see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from coding import access
from coding.models import CodebookVersion, SegmentExample
from transcripts.queries.transcripts import SEGMENTS_PER_PAGE
from workbench.accounts.models import User

LONGEST_WORDS = 600


def place_of(position: int) -> str:
    """Give what leads to a segment on the page of its transcript."""
    page = (position - 1) // SEGMENTS_PER_PAGE + 1
    return f"{f'?page={page}' if page > 1 else ''}#segment-{position}"


@dataclass(frozen=True, slots=True)
class SeenExample:
    """One example as its reader sees it."""

    id: int
    code: str
    kind: str
    transcript_id: int
    transcript: str
    position: int
    speaker: str
    words: str
    is_part: bool
    note: str

    @property
    def place(self) -> str:
        """Give what leads to the segment on the page of its transcript."""
        return place_of(self.position)

    @property
    def is_near_miss(self) -> bool:
        """Tell whether it only seems to be the code."""
        return self.kind == SegmentExample.Kind.NEAR_MISS


def examples_of(user: User, version: CodebookVersion) -> dict[int, list[SeenExample]]:
    """Give the examples of a version that the person may see, by the id of their code: one query."""
    rows = (
        SegmentExample.objects.filter(access.examples_open_to(user), version=version)
        .select_related("code", "segment__speaker", "revision__transcript")
        .order_by("kind", "revision__transcript__name", "segment__position")
    )
    found: dict[int, list[SeenExample]] = defaultdict(list)
    for row in rows:
        found[row.code_id].append(_seen(row))
    return dict(found)


def _seen(row: SegmentExample) -> SeenExample:
    text = row.segment.text
    words = text if row.start is None else text[row.start : row.end]
    return SeenExample(
        id=row.pk,
        code=row.code.key,
        kind=row.kind,
        transcript_id=row.revision.transcript_id,
        transcript=row.revision.transcript.name,
        position=row.segment.position,
        speaker=row.segment.speaker.label,
        words=words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]}…",
        is_part=row.start is not None,
        note=row.note,
    )
