"""The turns that have gold, to be drawn for a drift check, and when raters judged them last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from coding.models import Judgement
from coding.queries.study_gold import StudyGold
from transcripts.models import Segment, Transcript


@dataclass(frozen=True, slots=True)
class GoldTurn:
    """One turn that the gold judged and did not call uncodable, with the keys of the codes that it gives."""

    transcript: Transcript
    revision_id: int
    segment: int
    number: int
    codes: frozenset[str]


def gold_turns(gold: StudyGold) -> list[GoldTurn]:
    """List the turns on which something can be compared with the gold."""
    hours = gold.hours()
    ids = [segment for hour in hours.values() for segment in hour.segments.tolist()]
    number = dict(Segment.objects.filter(pk__in=ids).values_list("pk", "position"))
    found = []
    for hour in hours.values():
        for place, segment in enumerate(hour.segments.tolist()):
            said = {key: int(values[place]) for key, values in hour.values.items()}
            if any(value >= 0 for value in said.values()):
                codes = frozenset(key for key, value in said.items() if value == 1)
                at = hour.gold.transcript, hour.gold.revision_id, segment
                found.append(GoldTurn(*at, number[segment], codes))
    return found


def last_judged(
    segments: Collection[int], raters: Collection[int], rounds: Collection[int]
) -> dict[tuple[int, int], datetime]:
    """Say when each rater (id) finished each segment last, in some rounds."""
    done = Judgement.objects.filter(
        segment__in=segments, assignment__rater__in=raters, assignment__round__in=rounds, finished_at__isnull=False
    )
    last = done.order_by().values_list("assignment__rater", "segment").annotate(at=Max("finished_at"))
    return {(rater, segment): at for rater, segment, at in last}
