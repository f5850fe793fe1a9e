"""
The portrait of the hour: one bar a turn, or one bar for many turns where the hour is long.

Its links are out of the tab order, as the numbers of the turns are: a hundred stops would lie between text and palette.
By keyboard the cursor moves over the turns themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe

from coding.queries.desk import DeskPage
from coding.queries.outline import ASIDE, FLAGGED, MOST_BARS, OPEN, Bar, bin_size
from coding.queries.turn import TurnState
from coding.views.turn_markup import NOT_ASKED, place_of, state_word

#: From how many words on a bar takes the next of six lengths.
LENGTHS = (4, 10, 20, 40, 80)
LETTERS_A_WORD = 6


def strip_markup(page: DeskPage) -> SafeString:
    """Write the strip: every turn up to 200, above that a hundred bins of equal size."""
    parts = _turns(page) if page.total <= MOST_BARS else _bins(page)
    return mark_safe("".join(parts))  # noqa: S308 - numbers and the house's own words; names are escaped


def _turns(page: DeskPage) -> Iterator[str]:
    for position, speaker, _, text in page.turns:
        state, side = page.states.get(position), page.speakers[speaker].side
        word = "aside" if page.is_aside(position) else state_word(state)
        yield (
            f'<li><a class="strip-turn" tabindex="-1" href="#turn-{position}" data-role="{side}" data-state="{word}"'
            f' aria-label="{_label(page, position, speaker, word, state)}">'
            f'<span class="strip-bar" data-len="{_length(text)}"></span>'
            f"{_marks(page, state.codings if state else ())}</a></li>\n"
        )


def _label(page: DeskPage, position: int, speaker: int, word: str, state: TurnState | None) -> str:
    said = NOT_ASKED if word == "aside" else word
    label = f"Turn {position}, {page.speakers[speaker].name}, {said}"
    if state and state.codings:
        label += ": " + ", ".join(page.palette.codes[key].name for key in state.codings)
    return escape(label)


def _length(text: str) -> int:
    return bisect_right(LENGTHS, text.count(" ")) + 1


def _marks(page: DeskPage, keys: Iterable[str]) -> str:
    """Write the shapes of the first three families among these codes."""
    slots = list(dict.fromkeys(page.palette.codes[key].slot for key in keys))[:3]
    marks = "".join(f'<i class="mark" data-slot="{slot}" aria-hidden="true"></i>' for slot in slots)
    return f'<span class="strip-codes">{marks}</span>'


def _bins(page: DeskPage) -> Iterator[str]:
    size, sides = bin_size(page.total), {pk: one.side for pk, one in page.speakers.items()}
    for place, bar in enumerate(page.outline.bars):
        yield _bin(page, sides, place, place * size + 1, bar)


def _bin(page: DeskPage, sides: Mapping[int, str], place: int, first: int, bar: Bar) -> str:
    """Write one bar for a run of turns: as filled as it is judged, the side of whoever says more."""
    count, last = bar.turns, first + bar.turns - 1
    marks = page.marks[first - 1 : last]
    size = count - marks.count(ASIDE)
    judged = size - marks.count(OPEN)
    leading = sum(turns for speaker, turns in bar.speakers if sides[speaker] == "therapist") * 2 > count
    words = bar.letters // (count * LETTERS_A_WORD)
    state = "judged" if judged == size else "part" if judged else "open"
    if not size:
        state = "aside"
    if state == "judged" and FLAGGED in marks:
        state = "flagged"
    side = "therapist" if leading else "patient"
    return (
        f'<li><a class="strip-turn" tabindex="-1" href="{place_of(page, first)}" data-role="{side}"'
        f' data-state="{state}" data-first="{first}" data-last="{last}" data-judged="{judged}" data-size="{size}"'
        f' aria-label="Turns {first} to {last}, {judged} of {size} judged">'
        f'<span class="strip-bar" data-len="{bisect_right(LENGTHS, words) + 1}"></span>'
        f"{_marks(page, page.codes.get(place, ()))}</a></li>\n"
    )
