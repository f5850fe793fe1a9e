"""The codings of one code under earlier versions that call for another look, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from django.db.models import QuerySet

from coding.models import CodebookVersion, Coding
from coding.queries.mapping import Reading, codings_of
from coding.queries.segment_examples import place_of
from transcripts.models import Transcript
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One coding to look at again."""

    transcript_id: int
    transcript: str
    position: int
    speaker: str
    words: str
    rater: str
    rating: int | None
    round: str
    version: str

    @property
    def segment(self) -> tuple[str, int]:
        """Name the segment, to tell its codings together."""
        return self.transcript, self.position

    @property
    def place(self) -> str:
        """Give what leads to the segment on the page of its transcript."""
        return place_of(self.position)


class ToReview(Sequence[ReviewRow]):
    """
    The list, in the order of the text.

    How many stand in each transcript is known: a page reads the transcripts that it shows, and does not sort all that
    comes before it in order to put it aside.
    """

    def __init__(self, user: User, version: CodebookVersion, key: str, found: Sequence[Reading]) -> None:
        again = [one for one in found if one.key == key and not one.is_safe]
        self.codings = codings_of(user, version, [one.version.pk for one in again]).filter(code__key=key)
        self.sizes: Counter[int] = Counter()
        for one in again:
            self.sizes.update(one.by_transcript)

    def __len__(self) -> int:
        return self.sizes.total()

    @overload
    def __getitem__(self, asked: int) -> ReviewRow: ...

    @overload
    def __getitem__(self, asked: slice) -> list[ReviewRow]: ...

    def __getitem__(self, asked: int | slice) -> ReviewRow | list[ReviewRow]:
        if isinstance(asked, int):
            return self[asked : asked + 1 or None][0]
        start, stop, _ = asked.indices(len(self))
        transcripts = Transcript.objects.filter(pk__in=self.sizes).order_by("name", "pk").values_list("pk", flat=True)
        shown, before, seen = [], 0, 0
        for transcript in transcripts:
            first, seen = seen, seen + self.sizes[transcript]
            if seen <= start:
                before = seen
            elif first < stop:
                shown.append(transcript)
        return [_row(coding) for coding in self._in(shown)[start - before : stop - before]]

    def _in(self, transcripts: Sequence[int]) -> QuerySet[Coding]:
        rows = self.codings.filter(judgement__assignment__transcript__in=transcripts)
        return rows.select_related(
            "judgement__segment__speaker", "judgement__assignment__transcript", "judgement__assignment__rater",
            "judgement__assignment__round", "judgement__assignment__version",
        ).order_by(
            "judgement__assignment__transcript__name", "judgement__assignment__transcript",
            "judgement__segment__position", "judgement__assignment__rater__label", "pk",
        )  # fmt: skip


def _row(coding: Coding) -> ReviewRow:
    judgement = coding.judgement
    segment, assignment = judgement.segment, judgement.assignment
    return ReviewRow(
        transcript_id=assignment.transcript_id,
        transcript=assignment.transcript.name,
        position=segment.position,
        speaker=segment.speaker.label,
        words=segment.text[:240],
        rater=assignment.rater.label,
        rating=coding.rating,
        round=assignment.round.name,
        version=assignment.version.name,
    )
