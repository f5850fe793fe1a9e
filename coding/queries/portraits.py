"""The portrait of an hour: how much each side says, along its turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Length, Sqrt

from coding.queries.round_pages import Material
from transcripts.models import Revision, Segment, Study, Transcript

#: More sessions than these are found on the transcripts page.
SHOWN = 12
WIDTH, MIDDLE, _REACH, _MOST_BINS = 640.0, 24.0, 22.0, 100


@dataclass(frozen=True, slots=True)
class Bar:
    """What was said in one stretch, above the line the patient, below it the therapist."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Portrait:
    """One session."""

    transcript: Transcript
    turns: int
    bars: tuple[Bar, ...]


def portraits(study: Study, material: Sequence[Material]) -> tuple[Portrait, ...]:
    """Draw the first sessions of a study, in two statements."""
    shown = material[:SHOWN]
    latest = Revision.objects.filter(transcript=OuterRef("pk")).order_by("-number").values("pk")[:1]
    revisions = Transcript.objects.filter(pk__in=[row.transcript.pk for row in shown]).annotate(latest=Subquery(latest))
    rows = (
        Segment.objects.filter(revision__in=revisions.values("latest"))
        .order_by("revision__transcript", "position")
        .annotate(size=Sqrt(Length("text")), role=F("speaker__role__name"))
        .values_list("revision__transcript", "role", "size")
    )
    bars = {
        transcript: tuple(_bars([(role == "therapist", size) for _, role, size in group]))
        for transcript, group in groupby(rows, key=lambda row: row[0])
    }
    return tuple(Portrait(row.transcript, row.segments, bars.get(row.transcript.pk, ())) for row in shown)


def _bars(turns: Sequence[tuple[bool, float]]) -> Iterable[Bar]:
    """Gather the turns into stretches of equal size and draw both sides of each."""
    size = -(-len(turns) // _MOST_BINS)
    stretches = [turns[first : first + size] for first in range(0, len(turns), size)]
    sides = [[sum(said for below, said in stretch if below is side) for side in (False, True)] for stretch in stretches]
    largest = max((said for both in sides for said in both), default=0) or 1
    step = WIDTH / len(stretches)
    for number, both in enumerate(sides):
        for below, said in zip((False, True), both, strict=True):
            if said:
                height = round(max(1.5, _REACH * said / largest), 1)
                y = MIDDLE + 1 if below else MIDDLE - 1 - height
                yield Bar(round(step * number + step * 0.1, 1), round(y, 1), round(step * 0.8, 1), height)
