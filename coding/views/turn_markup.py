"""
The markup of turns and their lanes.

A template would need a second for ten thousand turns; these few lines need some milliseconds, and they are the only
place where a lane is written, for the page and for the answer to an act alike. Every word that came from a person or
a file goes through `escape`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

from coding.queries.desk import WINDOW, DeskPage, DeskSpeaker
from coding.queries.palette import Palette, PaletteCode
from coding.queries.turn import Given, TurnState

FLAG = '<svg class="icon" aria-hidden="true"><use href="#i-flag"/></svg>'
MEMO = '<svg class="icon" aria-hidden="true"><use href="#i-memo"/></svg>'
#: How a turn is called that the assignment does not ask for; its `data-state` is "aside".
NOT_ASKED = "not asked for"
STONE = '<i class="mark" data-slot="stone" aria-hidden="true"></i>'


def clock(milliseconds: int) -> str:
    """Write a time of the hour as 5:29 or 1:02:07."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def state_word(state: TurnState | None) -> str:
    """Say in one word how far a turn is: open, judged, or judged and flagged."""
    if state is None or not state.finished:
        return "open"
    return "flagged" if state.flag else "judged"


def turns_markup(page: DeskPage) -> SafeString:
    """Write the turns of the page, each with its number, speaker, text and lane; around a window, what is left out."""
    turns = "".join(_turns(page))
    if page.is_window:
        before, after = _gap("before", 1, page.first - 1), _gap("after", page.last + 1, page.total)
        turns = f"{before}{turns}{after}"
    return mark_safe(turns)  # noqa: S308 - escaped piece by piece below


def rows_markup(page: DeskPage) -> SafeString:
    """Write turns alone, to be put into a page that is open."""
    return mark_safe("".join(_turns(page)))  # noqa: S308 - escaped piece by piece below


def place_of(page: DeskPage, position: int) -> str:
    """Write the link to a turn: of a long hour it asks the server for the turns around it."""
    return f"?turn={position}#turn-{position}" if page.is_window else f"#turn-{position}"


def _gap(where: str, first: int, last: int) -> str:
    """Stand in for the turns before or after the window; without script its link leads to the next of them."""
    if first > last:
        return f'<li class="turns-gap" data-gap="{where}" hidden></li>\n'
    near = max(first, last - WINDOW // 2) if where == "before" else first
    return (
        f'<li class="turns-gap" data-gap="{where}"><a href="?turn={near}#turn-{near}">'
        f"Turns {first:,} to {last:,}</a></li>\n"
    )


def _turns(page: DeskPage) -> Iterator[str]:
    names = {pk: (one.side, escape(one.role), escape(one.name)) for pk, one in page.speakers.items()}
    book, states = page.palette, page.states
    # All texts are escaped in one go; NUL is the one character that no text in the database can hold.
    # A carriage return is written as a reference: a browser would drop it before a line end, and offsets would shift.
    texts = escape("\0".join([turn[3] for turn in page.turns]), quote=False).replace("\r", "&#13;").split("\0")
    for (position, speaker, start, _), text in zip(page.turns, texts, strict=False):
        side, role, name = names[speaker]
        state = states.get(position)
        word, said = (state_word(state), lane(book, state)) if state else ("open", "")
        if page.is_aside(position):
            word = "aside"
        time = f' data-time="{clock(start)}"' if start is not None else ""
        yield (
            f'<li class="turn" id="turn-{position}" data-role="{side}" data-speaks="{role}" data-state="{word}">'
            f'<a class="turn-no" href="#turn-{position}" tabindex="-1"'
            f' aria-label="Turn {position}, {NOT_ASKED if word == "aside" else word}">{position}</a>'
            f'<p class="turn-who"{time}>{name}</p>'
            f'<p class="turn-text" dir="auto">{text}</p>{said}</li>\n'
        )


def lane(book: Palette, state: TurnState) -> SafeString:
    """Write what was said about a turn, as it stands in the margin; nothing said gives nothing."""
    parts = []
    if state.codings:
        inside = sorted(state.codings.items(), key=lambda item: book.codes[item[0]].order)
        chips = "".join(_chip(book, book.codes[key], given, _links(book, state, key)) for key, given in inside)
        parts.append(f'<ul class="lane-codes" role="list">{chips}</ul>')
    if state.outcome == "none":
        parts.append(f'<p class="chip-none" data-outcome="none">{STONE}none applies</p>')
    elif state.outcome:
        reason = f": <q>{escape(state.reason)}</q>" if state.reason else ""
        parts.append(f'<p class="chip-none" data-outcome="uncodable">{STONE}<span>uncodable{reason}</span></p>')
    if state.flag:
        parts.append(f'<p class="memo" data-flag>{FLAG}<span>Flagged for the meeting</span></p>')
    if state.memo:
        parts.append(f'<p class="memo" data-memo>{MEMO}<span dir="auto">{escape(state.memo)}</span></p>')
    # What people wrote was escaped on the way.
    return mark_safe(f'<div class="lane">{"".join(parts)}</div>' if parts else "")  # noqa: S308


def _links(book: Palette, state: TurnState, key: str) -> str:
    """Write where the links of a code lead: back to earlier turns, and here from later ones."""
    if not state.links and not state.linked:
        return ""
    names = {rule.key: f"{rule.name} " for rule in book.link_rules}
    back = (
        f'<a class="chip-link" href="#turn-{link.position}" data-kind="{escape(link.kind)}"'
        f' data-to="{link.position}:{escape(link.other)}">{escape(names.get(link.kind, link.kind and link.kind + " "))}'
        f"to turn {link.position}: {escape(book.codes[link.other].name)}</a>"
        for link in sorted(state.links)
        if link.code == key
    )
    here = (
        f'<a class="chip-link" href="#turn-{link.position}">'
        f"from turn {link.position}: {escape(book.codes[link.other].name)}</a>"
        for link in sorted(state.linked)
        if link.code == key
    )
    return "".join((*back, *here))


def _chip(book: Palette, code: PaletteCode, given: Given, links: str) -> str:
    parts = [
        f'<i class="mark" data-slot="{code.slot}" aria-hidden="true"></i>',
        f'<span class="chip-name">{escape(code.name)}</span>',
        rate_mark(book, code, given.rating),
    ]
    if words := _attribute_words(code, given):
        parts.append(f'<span class="chip-said">{words}</span>')
    if given.memo:
        parts.append(f'<span class="chip-memo" dir="auto">{escape(given.memo)}</span>')
    parts.append(links)
    data = f' data-spans="{",".join(f"{start}-{end}" for start, end in given.spans)}"' if given.spans else ""
    if given.attributes:
        data += f' data-attributes="{escape(json.dumps(dict(given.attributes)))}"'
    return f'<li class="chip" data-slot="{code.slot}" data-code="{escape(code.key)}"{data}>{"".join(parts)}</li>'


def rate_mark(book: Palette, code: PaletteCode, rating: int | None) -> str:
    """Write a rating as one element: bars for a scale up to 3, else its number; what is owed as dashed numbers."""
    if rating is None:
        if not book.owes_rating(code):
            return ""
        first = f"{book.lowest}–{book.highest}" if book.highest > 3 else " ".join(map(str, book.ratings))
        return f'<span class="owed" role="img" aria-label="rating owed">{first}</span>'
    kind = "rate" if book.highest <= 3 else "rate-number"
    number = "" if kind == "rate" else rating
    words = f"rated {rating} of {book.highest}"
    return f'<span class="{kind}" data-rate="{rating}" role="img" aria-label="{words}">{number}</span>'


def _attribute_words(code: PaletteCode, given: Given) -> str:
    """Write what was said beyond the defaults."""
    said = [
        f"{escape(one.label)}: {escape(one.names.get(given.attributes[one.key], given.attributes[one.key]))}"
        for one in code.attributes
        if given.attributes.get(one.key) and given.attributes[one.key] != one.default
    ]
    return " · ".join(said)


def speaker_initials(speakers: list[DeskSpeaker]) -> str:
    """Write the axis of the strip: who is on which side."""
    left = sorted({speaker.role[:1].upper() for speaker in speakers if speaker.side == "therapist"})
    right = sorted({speaker.role[:1].upper() for speaker in speakers if speaker.side != "therapist"})
    return mark_safe(f"<b>{escape(''.join(left))}</b><b>{escape(''.join(right))}</b>")  # noqa: S308 - escaped
