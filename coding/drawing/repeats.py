"""Which of a rater's own turns come back in a drift check: a share of them by lot, the rare codes among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from coding.drawing.draw import DrawingError
from coding.drawing.lots import lot

#: The name of this way of drawing, stored with each drift check: a later way gets another name.
RULE = "repeats-1"
#: The days since a turn that its rater has not judged yet.
NEVER = 1_000_000
#: Each code is to come back so often, as long as half of the turns are left to chance alone.
FLOOR = 3


@dataclass(frozen=True, slots=True)
class CodedTurn:
    """One turn that can come: where it stands, what was given to it, and how many days ago its rater judged it."""

    transcript: str
    number: int
    codes: frozenset[str]
    days: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """The turns that come back, in the order of the text, and how many days lie between at the least."""

    turns: tuple[CodedTurn, ...]
    gap: int


def repeats(turns: Sequence[CodedTurn], rater: str, *, share: int, gap: int, seed: int) -> Repeats:
    """
    Draw which of one rater's turns come back; the same turns, share, gap and seed give the same, in whatever sequence.

    So many are drawn: `share` per cent (rounded half up), one at least. They come from the turns judged `gap` days ago
    or longer; where these are too few, from that half of all turns which was judged the longest ago. From the rarest
    code of the rater to the commonest, each takes a turn by lot until it has come back FLOOR times, with at most half
    of the places; the other places are by lot alone. Raises DrawingError.
    """
    if not 1 <= share <= 100:
        raise DrawingError("The share that comes back is between 1 and 100 per cent.")
    if not turns:
        return Repeats((), 0)
    wanted = max(1, (2 * share * len(turns) + 100) // 200)
    in_lots = sorted(turns, key=lambda turn: lot(seed, "repeat", rater, turn.transcript, str(turn.number)))
    pool = _old_enough(in_lots, wanted, gap)
    first = _with_rare_codes(pool, (wanted + 1) // 2, seed, rater)
    rest = [place for place in range(len(pool)) if place not in first][: wanted - len(first)]
    drawn = [pool[place] for place in (*first, *rest)]
    in_order = sorted(drawn, key=lambda turn: (turn.transcript, turn.number))
    return Repeats(tuple(in_order), min(turn.days for turn in drawn))


def _old_enough(turns: Sequence[CodedTurn], wanted: int, gap: int) -> list[CodedTurn]:
    """Keep those that were judged long enough ago, in the order in which they came; see above for too few of them."""
    old = [turn for turn in turns if turn.days >= gap]
    if len(old) >= wanted:
        return old
    places = sorted(range(len(turns)), key=lambda place: -turns[place].days)
    return [turns[place] for place in sorted(places[: max(wanted, (len(turns) + 1) // 2)])]


def _with_rare_codes(pool: Sequence[CodedTurn], most: int, seed: int, rater: str) -> dict[int, None]:
    """Draw turns for the codes, rarest first, so that each comes back up to FLOOR times; give their places."""
    carrying: dict[str, list[int]] = {}
    for place, turn in enumerate(pool):
        for code in turn.codes:
            carrying.setdefault(code, []).append(place)
    rarest_first = sorted(carrying, key=lambda code: (len(carrying[code]), lot(seed, "code", rater, code)))
    drawn: dict[int, None] = {}
    back: Counter[str] = Counter()
    for times in range(1, FLOOR + 1):
        for code in rarest_first:
            if len(drawn) == most:
                return drawn
            found = next((place for place in carrying[code] if place not in drawn), None)
            if back[code] < times and found is not None:
                drawn[found] = None
                back.update(pool[found].codes)
    return drawn
