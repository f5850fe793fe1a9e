"""The agenda of a calibration meeting: what raters differ on, in the order of weight, under letters until revealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count

from coding.models import CodebookProposal, Judgement, MeetingEntry, NamesShown, Round
from coding.queries.adjudication import letter, lettered
from coding.queries.dispute_kinds import KINDS, Apart, apart, kind_name
from coding.queries.judged_rows import Ints
from coding.queries.kept import KeptRound
from coding.queries.segment_votes import CodeVotes, code_votes, context_of, counted_judgements
from transcripts.models import Segment

PAGE_SIZE = 50
FIRST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Item:
    """One segment on the agenda."""

    segment: int
    transcript: str
    position: int
    words: str
    kind: str
    is_decided: bool
    remarks: int
    flags: int


@dataclass(frozen=True, slots=True)
class Part:
    """The items of one kind on this page of the agenda, with what the kind means."""

    name: str
    meaning: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """One page of an agenda, grouped by kind."""

    parts: tuple[Part, ...]
    total: int
    decided: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Talk:
    """One segment as the meeting sees it; `names` are empty until somebody chose to reveal them."""

    segment: Segment
    transcript: str
    kind: str
    context: tuple[Segment, ...]
    letters: tuple[str, ...]
    names: tuple[str, ...]
    revealed: NamesShown | None
    codes: tuple[CodeVotes, ...]
    judgements: tuple[Judgement, ...]
    remarks: tuple[MeetingEntry, ...]
    decision: MeetingEntry | None
    proposals: tuple[CodebookProposal, ...]
    before: int
    after: int


class Meeting:
    """
    The agenda of a closed round, over the transcripts that whoever leads the meeting, or follows it, may read.

    Raters who follow read no memos and flags: as beside their own codings, these stay with their authors.
    """

    def __init__(self, round_: Round, transcripts: Sequence[int], kind: str = "", *, memos: bool = True) -> None:
        """Find what is in dispute. Raises ValueError for a kind that there is not."""
        self.round, self.kind, self.memos = round_, kind, memos
        self.kept = KeptRound(round_, transcripts)
        self.rows = self.kept.rows()
        self.apart: Apart = apart(self.kept)
        units = self.apart.units
        if kind:
            units = units[self.apart.kind[units] == list(KINDS).index(kind)]
        #: Grouped by kind, within each the heaviest first.
        self.units: Ints = units[np.argsort(self.apart.kind[units], kind="stable")]

    @property
    def segments(self) -> list[int]:
        """Give the ids of the segments in the order of the agenda."""
        found: list[int] = self.rows.units.ids[self.units].tolist()
        return found

    def kinds(self) -> list[tuple[str, str, int]]:
        """Name each kind that occurs, with its number of segments."""
        counts = np.bincount(self.apart.kind[self.apart.units], minlength=len(KINDS)).tolist()
        return [(key, name, n) for (key, (name, _)), n in zip(KINDS.items(), counts, strict=True) if n]

    def agenda(self, page: int) -> Agenda:
        """Give one page of the agenda; a page beyond the last is the last."""
        pages = max(1, -(-len(self.units) // PAGE_SIZE))
        page = min(max(page, 1), pages)
        shown = self.units[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        items = self._items(shown)
        decided = len(decided_in(self.round) & set(self.segments))
        parts = [
            Part(name, meaning, tuple(item for item in items if item.kind == name)) for name, meaning in KINDS.values()
        ]
        return Agenda(tuple(part for part in parts if part.items), len(self.units), decided, page, pages)

    def _items(self, units: Ints) -> list[Item]:
        ids = self.rows.units.ids[units].tolist()
        texts = dict(Segment.objects.filter(pk__in=ids).values_list("pk", "text"))
        said = MeetingEntry.objects.filter(round=self.round, segment__in=ids, kind=MeetingEntry.Kind.REMARK)
        remarks = dict(said.values_list("segment").annotate(n=Count("*")).order_by())
        flagged = Judgement.objects.filter(
            segment__in=ids, assignment__round=self.round, flag=True, assignment__phase="blind",
            assignment__submitted_at__isnull=False,
        )  # fmt: skip
        flags = dict(flagged.values_list("segment").annotate(n=Count("*")).order_by())
        decided = decided_in(self.round)
        return [
            Item(
                segment=segment,
                transcript=self.rows.transcripts[self.rows.units.transcript[unit]],
                position=int(self.rows.units.position[unit]),
                words=texts[segment][:FIRST_WORDS],
                kind=KINDS[kind_name(int(self.apart.kind[unit]))][0],
                is_decided=segment in decided,
                remarks=remarks.get(segment, 0),
                flags=flags.get(segment, 0) if self.memos else 0,
            )
            for unit, segment in zip(units.tolist(), ids, strict=True)
        ]

    def page_of(self, segment: int) -> int:
        """Give the page of the agenda on which a segment stands; 1 where it is not on it."""
        return self.segments.index(segment) // PAGE_SIZE + 1 if segment in self.segments else 1

    def talk(self, unit: int) -> Talk:
        """Give one segment with all that was said of it, by raters under letters and in the meeting."""
        segment = Segment.objects.select_related("speaker__role", "revision").get(pk=int(self.rows.units.ids[unit]))
        counted = counted_judgements(self.round, segment)
        said = lettered(self.round.seed, 0, segment, list(counted))
        if not self.memos:
            _leave_out_memos(said)
        shown = NamesShown.objects.filter(round=self.round, segment=segment, place=NamesShown.Place.MEETING)
        revealed = shown.select_related("member").order_by("at").first()
        entries = list(
            MeetingEntry.objects.filter(round=self.round, segment=segment).select_related("author").order_by("at", "pk")
        )
        decisions = [entry for entry in entries if entry.kind == MeetingEntry.Kind.DECISION]
        order = self.segments
        at = order.index(segment.pk) if segment.pk in order else -1
        kind = int(self.apart.kind[unit])
        return Talk(
            segment=segment,
            transcript=self.rows.transcripts[self.rows.units.transcript[unit]],
            kind=KINDS[kind_name(kind)][0] if kind >= 0 else "",
            context=context_of(segment),
            letters=tuple(letter(place) for place in range(len(said))),
            names=tuple(one.assignment.rater.label for one in said) if revealed else (),
            revealed=revealed,
            codes=tuple(code_votes(segment, said)),
            judgements=tuple(said),
            remarks=tuple(entry for entry in entries if entry.kind == MeetingEntry.Kind.REMARK),
            decision=decisions[-1] if decisions and decisions[-1].words else None,
            proposals=tuple(
                CodebookProposal.objects.filter(round=self.round, segment=segment)
                .select_related("code", "author")
                .order_by("at", "pk")
            ),
            before=order[at - 1] if at > 0 else 0,
            after=order[at + 1] if 0 <= at < len(order) - 1 else 0,
        )


def _leave_out_memos(judgements: Sequence[Judgement]) -> None:
    """Empty memos and flags in what was read; nothing of it is stored."""
    for judgement in judgements:
        judgement.memo, judgement.flag = "", False
        for coding in judgement.codings.all():
            coding.memo = ""


def decided_in(round_: Round) -> frozenset[int]:
    """Give the segments about which the meeting decided something that stands."""
    latest = MeetingEntry.objects.filter(round=round_, kind=MeetingEntry.Kind.DECISION)
    found = latest.order_by("segment", "-at", "-pk").distinct("segment").values_list("segment", "words")
    return frozenset(segment for segment, words in found if words)
