"""The transcripts of a study, and one of them to read."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min

from transcripts import access
from transcripts.models import Revision, Segment, SessionAttribute, ShownAttribute, Speaker, Study, Transcript, Upload
from workbench.accounts.models import User

ROWS_PER_PAGE = 100
SEGMENTS_PER_PAGE = 300


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """One transcript with what is known about it, as of its latest revision."""

    transcript: Transcript
    revision: Revision
    segments: int
    speakers: tuple[Speaker, ...]
    session: tuple[SessionAttribute, ...]


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """Files that were uploaded and not imported yet."""

    batch: uuid.UUID
    files: int
    first_name: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class TranscriptPage:
    """One transcript to read: its facts, and one page of its segments."""

    row: TranscriptRow
    segments: Page[Segment]


def transcript_list(study: Study, number: str | int = 1) -> Page[Transcript]:
    """Give one page of the study's transcripts, by name."""
    names = Transcript.objects.filter(study=study).order_by("name", "pk")
    return Paginator(names, ROWS_PER_PAGE).get_page(number)


def transcript_rows(user: User, transcripts: Iterable[Transcript]) -> list[TranscriptRow]:
    """Gather what the list shows to a person, in four queries however many transcripts there are."""
    rows = list(transcripts)
    latest = {
        revision.transcript_id: revision
        for revision in Revision.objects.filter(transcript__in=rows)
        .order_by("transcript_id", "-number")
        .distinct("transcript_id")
        .select_related("imported_by")
    }
    pks = [revision.pk for revision in latest.values()]
    counted = Segment.objects.filter(revision__in=pks).values_list("revision").annotate(n=Count("*"))
    segments: dict[int, int] = dict(counted)
    speakers: dict[int, list[Speaker]] = defaultdict(list)
    for speaker in Speaker.objects.filter(revision__in=pks).select_related("role").order_by("pk"):
        speakers[speaker.revision_id].append(speaker)
    session: dict[int, list[SessionAttribute]] = defaultdict(list)
    for attribute in SessionAttribute.objects.filter(access.attributes_open_to(user), transcript__in=rows).order_by(
        "pk"
    ):
        session[attribute.transcript_id].append(attribute)
    return [
        TranscriptRow(
            transcript=row,
            revision=latest[row.pk],
            segments=segments.get(latest[row.pk].pk, 0),
            speakers=tuple(speakers[latest[row.pk].pk]),
            session=tuple(session[row.pk]),
        )
        for row in rows
        if row.pk in latest
    ]


def transcript_page(user: User, transcript: Transcript, number: str | int = 1) -> TranscriptPage:
    """Gather one transcript with one page of its segments."""
    row = transcript_rows(user, [transcript])[0]
    segments = Segment.objects.filter(revision=row.revision).select_related("speaker__role").order_by("position")
    return TranscriptPage(row, Paginator(segments, SEGMENTS_PER_PAGE).get_page(number))


def attribute_choices(study: Study) -> list[tuple[str, bool]]:
    """Name the session attributes of a study, each with whether its raters see it."""
    names = set(SessionAttribute.objects.filter(study=study).values_list("name", flat=True))
    shown = set(ShownAttribute.objects.filter(study=study).values_list("name", flat=True))
    return [(name, name in shown) for name in sorted(names | shown)]


def waiting_batches(study: Study) -> list[WaitingBatch]:
    """List the batches that wait for their preview to be confirmed, the newest first."""
    found = (
        Upload.objects.filter(study=study, imported_at=None)
        .values("batch")
        .annotate(files=Count("*"), first_name=Min("file_name"), uploaded=Max("uploaded_at"))
        .order_by("-uploaded")
    )
    return [WaitingBatch(row["batch"], row["files"], row["first_name"], row["uploaded"]) for row in found]
