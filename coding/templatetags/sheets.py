"""The rows of a table of results: hundreds of cells, which a template writes slowly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from coding.queries.sheets import Cell, Column, Sheet, TurnAt

register = template.Library()

#: Cells with more characters than this are words to read, and may break into lines.
LONG = 24


@register.simple_tag(takes_context=True)
def sheet_rows(context: Context, sheet: Sheet) -> SafeString:
    """Write the rows that a page shows; a turn leads to its place in the hour, under the layer that is looked at."""
    place = [context["scope"].study.slug, context["round"].pk]
    layer = getattr(context.get("asked"), "layer", "")
    asked = f"?layer={quote(layer)}" if layer else ""
    hours: dict[int, str] = {}

    def link(turn: TurnAt, words: str) -> str:
        if turn.revision not in hours:
            hours[turn.revision] = escape(reverse("enactments-hour", args=[*place, turn.revision]) + asked)
        return f'<a href="{hours[turn.revision]}#turn-{turn.position}">{words}</a>'

    rows = (f"<tr>{''.join(_cells(row, link))}</tr>" for row in sheet.shown())
    return mark_safe("".join(rows))  # noqa: S308 - all that is not ours is escaped in _cells


def _cells(row: list[tuple[Column, Cell, str]], link: Callable[[TurnAt, str], str]) -> Iterator[str]:
    for column, cell, words in row:
        kind = ' class="num"' if column.is_number else ' class="words"' if len(words) > LONG else ""
        yield f"<td{kind}>{_inside(cell, escape(words), link)}</td>"


def _inside(cell: Any, words: str, link: Callable[[TurnAt, str], str]) -> str:
    if isinstance(cell, TurnAt):
        return link(cell, words)
    if isinstance(cell, tuple) and not words:
        return ", ".join(link(one, str(one.position)) for one in cell)
    return words
