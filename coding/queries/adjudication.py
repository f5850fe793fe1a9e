"""What an adjudicator reads: the segments in dispute, and who gave what there, under letters."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np

from coding import access
from coding.models import Adjudication, AdjudicationOpening, Judgement, NamesShown, Round
from coding.queries.dispute_kinds import KINDS, Apart, apart, kind_name
from coding.queries.judged_rows import CODABLE, NOT_JUDGED, Ints, JudgedRows, place_among
from coding.queries.kept import KeptRound
from coding.queries.segment_votes import CodeVotes, code_votes, context_of, counted_judgements
from transcripts.models import Membership, Segment
from workbench.accounts.models import User

PAGE_SIZE = 50
FIRST_WORDS = 160
ORDERS = {"apart": "Most apart first", "text": "In the order of the text", "kind": "By kind"}


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One segment in dispute; `marks` stand in an order that says nothing about who gave them."""

    segment: int
    transcript: str
    position: int
    words: str
    kind: str
    marks: tuple[tuple[str, ...], ...]
    is_decided: bool


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of the segments in dispute, and how far the adjudication is."""

    cards: tuple[CaseCard, ...]
    total: int
    decided: int
    segments: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Case:
    """
    One segment under letters; `names` are the raters' in the order of the letters, where they may be read.

    `answer` is the person's own that stands, or anybody's once names are open to them; `n` numbers the last one.
    """

    segment: Segment
    transcript: str
    kind: str
    context: tuple[Segment, ...]
    letters: tuple[str, ...]
    names: tuple[str, ...]
    codes: tuple[CodeVotes, ...]
    judgements: tuple[Judgement, ...]
    answer: Adjudication | None
    n: int
    answered: bool


class Cases:
    """The segments of a closed round in dispute, on the transcripts that a person reads."""

    def __init__(self, user: User, round_: Round, order: str = "apart", kind: str = "") -> None:
        """Find them. Raises ValueError for a kind that there is not."""
        self.user, self.round = user, round_
        seen = access.transcripts_open_to(user, round_).values_list("pk", flat=True)
        self.kept = KeptRound(round_, seen)
        self.rows: JudgedRows = self.kept.rows()
        self.apart: Apart = apart(self.kept)
        self.order = order if order in ORDERS else "apart"
        self.kind = kind
        self.units = self._ordered()
        self.decided = decided_segments(round_)

    def _ordered(self) -> Ints:
        units = self.apart.units
        if self.kind:
            units = units[self.apart.kind[units] == list(KINDS).index(self.kind)]
        if self.order == "text":
            return np.sort(units)
        if self.order == "kind":
            return units[np.argsort(self.apart.kind[units], kind="stable")]
        return units

    def kinds(self) -> list[tuple[str, str, int]]:
        """Name each kind that occurs, with its number of segments."""
        counts = np.bincount(self.apart.kind[self.apart.units], minlength=len(KINDS))
        named = zip(KINDS.items(), counts.tolist(), strict=True)
        return [(key, name, number) for (key, (name, _)), number in named if number]

    def listed(self, page: int) -> CaseList:
        """Give one page of the list; a page beyond the last is the last."""
        pages = max(1, -(-len(self.units) // PAGE_SIZE))
        page = min(max(page, 1), pages)
        shown = self.units[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        ids = self.rows.units.ids
        done = sum(int(ids[unit]) in self.decided for unit in self.apart.units)
        return CaseList(self._cards(shown), len(self.apart.units), done, len(ids), page, pages)

    def _cards(self, units: Ints) -> tuple[CaseCard, ...]:
        ids = self.rows.units.ids[units].tolist()
        texts = dict(Segment.objects.filter(pk__in=ids).values_list("pk", "text"))
        marks = self._marks(units)
        return tuple(
            CaseCard(
                segment=segment,
                transcript=self.rows.transcripts[self.rows.units.transcript[unit]],
                position=int(self.rows.units.position[unit]),
                words=texts[segment][:FIRST_WORDS],
                kind=KINDS[kind_name(int(self.apart.kind[unit]))][0],
                marks=marks[unit],
                is_decided=segment in self.decided,
            )
            for unit, segment in zip(units.tolist(), ids, strict=True)
        )

    def _marks(self, units: Ints) -> dict[int, tuple[tuple[str, ...], ...]]:
        codes = {code.id: (place, code.slot) for place, code in enumerate(self.rows.book.codes)}
        here = self.rows.given[:, np.isin(self.rows.given[1], units)]
        given: dict[tuple[int, int], list[tuple[int, str]]] = {}
        for rater, unit, code in here[:3].T.tolist():
            given.setdefault((unit, rater), []).append(codes[code])
        found = {}
        for unit in units.tolist():
            said = []
            for rater in np.flatnonzero(self.rows.judged[:, unit] != NOT_JUDGED).tolist():
                rest = [(len(codes), "stone")] if self.rows.judged[rater, unit] == CODABLE else []
                said.append(sorted(given.get((unit, rater), rest)))
            found[unit] = tuple(tuple(slot for _, slot in one) for one in sorted(said))
        return found

    def page_of(self, segment: int) -> int:
        """Give the page of the list on which a segment stands; 1 where it is not in dispute."""
        return (place_among(self.rows.units.ids[self.units], segment) or 0) // PAGE_SIZE + 1

    def next_open(self, after: int = 0) -> int:
        """Give the next segment without an answer after this one, from the top at the end; 0 where there is none."""
        ids = self.rows.units.ids[self.units].tolist()
        start = ids.index(after) + 1 if after in ids else 0
        return next((pk for pk in [*ids[start:], *ids[:start]] if pk not in self.decided), 0)

    def case(self, opening: AdjudicationOpening, member: Membership, unit: int) -> Case:
        """Give one segment under letters."""
        segment = Segment.objects.select_related("speaker__role", "revision").get(pk=int(self.rows.units.ids[unit]))
        counted = counted_judgements(self.round, segment)
        said = lettered(opening.seed, member.pk, segment, list(counted))
        rows = {row.n: row for row in _answers(self.round, segment)}
        answered = any(row.author_id == member.pk for row in rows.values())
        shown = not access.hides_names(self.user, self.round)
        asked = NamesShown.objects.filter(round=self.round, segment=segment, member=member).exists()
        stands = rows.get(effective(rows, max(rows, default=0)))
        kind = int(self.apart.kind[unit])
        return Case(
            segment=segment,
            transcript=self.rows.transcripts[self.rows.units.transcript[unit]],
            kind=KINDS[kind_name(kind)][0] if kind >= 0 else "",
            context=context_of(segment),
            letters=tuple(letter(place) for place in range(len(said))),
            names=tuple(one.assignment.rater.label for one in said) if shown or (answered and asked) else (),
            codes=tuple(code_votes(segment, said)),
            judgements=tuple(said),
            answer=stands if answered or shown else None,
            n=max(rows, default=0),
            answered=answered,
        )


def letter(place: int) -> str:
    """Name the place of a rater: A to Z, then AA."""
    first, last = divmod(place, len(ascii_uppercase))
    return (ascii_uppercase[first - 1] if first else "") + ascii_uppercase[last]


def lettered(seed: int, member: int, segment: Segment, judgements: Sequence[Judgement]) -> list[Judgement]:
    """
    Order the judgements of a segment as one adjudicator reads them, by the stored seed; 0 stands for a meeting.

    They are sorted by what they say first, and only then shuffled: two raters who change places leave every letter as
    it was. Labels decide only between judgements that say the same.
    """
    found = sorted(judgements, key=lambda one: (_content(one), one.assignment.rater.label))
    random.Random(f"{seed}:{segment.pk}:{member}").shuffle(found)  # noqa: S311 - an order, not a secret
    return found


def _content(judgement: Judgement) -> str:
    """Write out everything that a judgement says."""
    codings = sorted(
        (
            coding.code.position,
            coding.rating or 0,
            sorted((mark.start, mark.end) for mark in coding.evidence.all()),
            coding.memo,
            sorted((str(part.attribute), part.value) for part in coding.attributes.all()),
        )
        for coding in judgement.codings.all()
    )
    return repr((judgement.outcome or "", codings, judgement.memo, judgement.reason, judgement.flag))


def effective(rows: Mapping[int, Adjudication], n: int) -> int:
    """Give the number of the answer that stands at the `n`th: itself, or what an undo restored; 0 for none."""
    row = rows.get(n)
    if row is None:
        return 0
    return row.n if row.restores is None else row.restores


def _answers(round_: Round, segment: Segment) -> list[Adjudication]:
    rows = Adjudication.objects.filter(round=round_, segment=segment).select_related("author").order_by("n")
    return list(rows.prefetch_related("codings__code", "codings__evidence", "codings__attributes__attribute"))


def decided_segments(round_: Round) -> frozenset[int]:
    """Give the segments whose last answer stands: it was not taken back."""
    latest = Adjudication.objects.filter(round=round_).order_by("segment", "-n").distinct("segment")
    found = latest.values_list("segment", "restores")
    return frozenset(segment for segment, restores in found if restores != 0)


def undecided_units(round_: Round) -> Ints:
    """Give the places of the segments in dispute, over the whole round, that nobody has answered."""
    kept = KeptRound(round_)
    ids, units = kept.rows().units.ids, apart(kept).units
    done = decided_segments(round_)
    return np.array([unit for unit in units.tolist() if int(ids[unit]) not in done], dtype=np.int64)
