"""The points of control charts: thousands of them on one page, which a template writes slowly."""

from __future__ import annotations

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from coding.queries.drift_page import Picture
from coding.templatetags.numbers import per_cent

register = template.Library()


@register.simple_tag
def chart_bands(picture: Picture) -> SafeString:
    """Shade where each transcript lies by chance."""
    parts = (
        f'<rect class="band" x="{dot.left}" y="{dot.high}" width="{dot.width}" height="{dot.height}"/>'
        for dot in picture.dots
    )
    return mark_safe("".join(parts))  # noqa: S308 - numbers alone


@register.simple_tag
def chart_dots(picture: Picture) -> SafeString:
    """Draw each transcript, with its name on hover."""
    parts = (
        f'<circle class="{"out" if dot.outside else "in"}" cx="{dot.x}" cy="{dot.y}" '
        f'r="{5 if dot.outside else 3.5}"><title>{escape(dot.place.transcript)}</title></circle>'
        for dot in picture.dots
    )
    return mark_safe("".join(parts))  # noqa: S308 - numbers and the house's own words; names are escaped


@register.simple_tag
def chart_rows(picture: Picture) -> SafeString:
    """Write each transcript as a row: where it was coded, how much was compared, and how often both gave the code."""
    parts = (
        f'<tr><th scope="row">{escape(dot.place.transcript)}</th><td>{escape(dot.place.round)}</td>'
        f'<td>{escape(dot.place.version)}</td><td class="num">{dot.point.units:.0f}</td>'
        f'<td class="num">{per_cent(dot.point.own)}</td><td class="num">{per_cent(dot.point.reference)}</td></tr>'
        for dot in picture.dots
    )
    return mark_safe("".join(parts))  # noqa: S308 - numbers; names are escaped
