"""Write the segments of many revisions at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection

from transcripts.formats.drafts import DraftSegment
from transcripts.models import Revision, Speaker

# COPY wrote 45,000 rows a second with all constraints, INSERT from arrays 33,000, bulk_create 17,000.
# Segments have no history of their own (they are never edited), so the copy needs no detour.
_COPY = """
    COPY transcripts_segment
        (study_id, revision_id, position, speaker_id, char_start, char_end, start_ms, end_ms, text)
    FROM STDIN
"""

Row = tuple[int, int, int, int, int, int, int | None, int | None, str]


def rows_of(revision: Revision, segments: Iterable[DraftSegment], speakers: Mapping[str, Speaker]) -> Iterator[Row]:
    """Number the segments and place them in the revision's text, which is their texts with a line end between."""
    start = 0
    for position, segment in enumerate(segments, start=1):
        end = start + len(segment.text)
        speaker = speakers[segment.speaker]
        yield (
            revision.study_id,
            revision.pk,
            position,
            speaker.pk,
            start,
            end,
            segment.start_ms,
            segment.end_ms,
            segment.text,
        )
        start = end + 1


def write_segments(rows: Iterable[Row] | Sequence[Row]) -> None:
    """Copy the rows into the table."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
