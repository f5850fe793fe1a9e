"""A rater's codings of a practice transcript beside the gold, turn by turn; whether they may is decided before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from coding.models import Assignment, Gold
from coding.queries.desk import DeskSpeaker, TurnRow, speakers_of, turn_states
from coding.queries.gold import gold_states, said_of, standing_golds
from coding.queries.palette import Palette, PaletteCode, palette
from coding.queries.turn import TurnState
from transcripts.models import Segment

TURNS_A_PAGE = 100
#: What a page can be narrowed to: turns that differ at all, with a code that only one side gave, that agree.
ONLY = ("differing", "mine", "gold", "agreeing")


@dataclass(frozen=True, slots=True)
class TurnFeedback:
    """
    One turn, as its rater said it and as the gold has it.

    `both`, `mine` and `only_gold` name codes; `rated` those that both gave with other ratings. Where one of the two
    has no judgement of the turn, or cannot code it, there is nothing to compare: `why` says so.
    """

    position: int
    own: TurnState | None
    gold: TurnState | None
    both: tuple[PaletteCode, ...]
    mine: tuple[PaletteCode, ...]
    only_gold: tuple[PaletteCode, ...]
    rated: tuple[PaletteCode, ...]
    why: str = ""

    @property
    def agrees(self) -> bool:
        """Say whether both gave the same codes; ratings may differ."""
        return not (self.why or self.mine or self.only_gold)

    def is_among(self, only: str) -> bool:
        """Say whether the turn stands on a page that is narrowed."""
        differs = bool(self.mine or self.only_gold)
        kept = {
            "differing": differs, "mine": bool(self.mine), "gold": bool(self.only_gold), "agreeing": self.agrees,
        }  # fmt: skip
        return kept.get(only, True)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One page of an hour; the counts are of the whole of it."""

    gold: Gold
    said: str
    palette: Palette
    speakers: Mapping[int, DeskSpeaker]
    turns: tuple[TurnFeedback, ...]
    page: Page[TurnFeedback]
    rows: Mapping[int, TurnRow]

    def count(self, only: str) -> int:
        """Count the turns of a page that would be narrowed so."""
        return sum(turn.is_among(only) for turn in self.turns)


def feedback(assignment: Assignment, number: str, *, only: str = "", code: str = "") -> Feedback:
    """Read own and gold of an hour; `only` is one of ONLY, `code` keeps the turns where one of the two gave it."""
    book = palette(assignment.version_id, published=assignment.version.is_published)
    gold: Gold = standing_golds([assignment.round_id]).get(transcript=assignment.transcript_id)
    mine, theirs = turn_states(assignment, book), gold_states(gold, book)
    segments = Segment.objects.filter(revision=assignment.revision_id).order_by("position")
    positions = list(segments.values_list("position", flat=True))
    turns = tuple(_compared(book, position, mine.get(position), theirs.get(position)) for position in positions)
    kept = [turn for turn in turns if turn.is_among(only) and (not code or _has(turn, code))]
    page = Paginator(kept, TURNS_A_PAGE).get_page(number)
    here = segments.filter(position__in=[turn.position for turn in page.object_list])
    rows = {row[0]: row for row in here.values_list("position", "speaker_id", "start_ms", "text")}
    return Feedback(gold, said_of(gold), book, speakers_of(assignment.revision_id), turns, page, rows)


def _has(turn: TurnFeedback, code: str) -> bool:
    return any(one.key == code for one in (*turn.both, *turn.mine, *turn.only_gold))


def _compared(book: Palette, position: int, own: TurnState | None, gold: TurnState | None) -> TurnFeedback:
    own = own if own is not None and own.finished else None
    if why := _why_not(own, gold):
        return TurnFeedback(position, own, gold, (), (), (), (), why)
    said, wanted = (set(state.codings) if state else set() for state in (own, gold))
    rated = {
        key
        for key in said & wanted
        if own and gold and own.codings[key].rating != gold.codings[key].rating
    }  # fmt: skip

    def codes(keys: set[str]) -> tuple[PaletteCode, ...]:
        return tuple(sorted((book.codes[key] for key in keys), key=lambda one: one.order))

    return TurnFeedback(
        position, own, gold, codes(said & wanted), codes(said - wanted), codes(wanted - said), codes(rated)
    )


def _why_not(own: TurnState | None, gold: TurnState | None) -> str:
    if own is None:
        return "You did not judge this turn."
    if gold is None:
        return "The gold has no judgement of this turn."
    uncodable = [state.outcome == "uncodable" for state in (own, gold)]
    if all(uncodable):
        return "Both call it uncodable."
    if any(uncodable):
        return "Only you call it uncodable." if uncodable[0] else "Only the gold calls it uncodable."
    return ""
