"""How numbers are written on the pages of results."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from coding.formats.report.words import decimal
from coding.reliability import Result

register = template.Library()
MINUS, DASH = "\u2212", "–"


@register.filter
def coefficient(value: float | None) -> str:
    """Write a coefficient with two decimals and no leading zero: .45, −.02, 1.00."""
    if value is None:
        return DASH
    text = f"{abs(value):.2f}"
    sign = MINUS if value < 0 and text != "0.00" else ""
    return sign + (text[1:] if text.startswith("0") else text)


@register.filter
def signed(value: float) -> str:
    """Write a residual with its sign and one decimal: +2.2, −0.3."""
    return f"{MINUS if value < 0 else '+'}{abs(value):.1f}"


@register.filter
def coefficient_three(value: float) -> str:
    """Write a threshold or coefficient with three decimals, as reports do: .667."""
    return decimal(float(value))


@register.filter
def coefficient_or(value: float | None, why: str) -> str:
    """Write a coefficient, or a dash that says on hover and to screen readers why there is none."""
    if value is not None:
        return coefficient(value)
    return format_html('<abbr class="quiet" title="Undefined: {}">–</abbr>', why)


@register.filter
def per_cent(value: float | None) -> str:
    """Write a share in per cent with one decimal; 100 without."""
    if value is None:
        return DASH
    text = f"{100 * value:.1f}"
    return "100" if text == "100.0" else text


@register.filter
def figure(result: Result) -> str:
    """Write the value of a coefficient as is its custom: shares in per cent, all else with two decimals."""
    return per_cent(result.value) if result.scale == "logit" else coefficient(result.value)


@register.filter
def learned(value: float, coefficient_name: str) -> str:
    """Write agreement with the gold as is the custom of its coefficient: .71, or 92 %."""
    value = float(value)
    return f"{per_cent(value)} %" if coefficient_name == "percent_agreement" else coefficient(value)


@register.filter
def interval(result: Result) -> str:
    """Write an interval, in brackets one that is too narrow, or nothing where there is none."""
    if result.low is None or result.high is None:
        return ""
    written = per_cent if result.scale == "logit" else coefficient
    ends = f"{written(result.low)} to {written(result.high)}"
    return f"({ends})" if result.kind == "optimistic" else ends


@register.filter
def amount(value: float) -> str:
    """Write a count, which may be a share of one: 12, 1,204, 3.50."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


@register.filter
def chance(value: float | None) -> str:
    """Write how well something is supported, in whole per cent; what is nearly sure or nearly out is not rounded up."""
    if value is None:
        return DASH
    return "> 99 %" if value > 0.99 else "< 1 %" if value < 0.01 else f"{100 * value:.0f} %"


@register.simple_tag
def number(result: Result, page: str) -> str:
    """Write a coefficient as a way to how it is computed, with its n or the reason why there is none."""
    stands_on = f"Undefined: {result.why}" if result.value is None else f"n = {result.n:,}"
    return format_html(
        '<a class="how" href="{}#how-{}" title="{}. How is this computed?">{}</a>',
        page, result.coefficient, stands_on, figure(result),
    )  # fmt: skip


@register.filter
def bar(share: float) -> SafeString:
    """Draw a share in per cent as a bar; it stands beside its number, and is for eyes alone."""
    return mark_safe(  # noqa: S308 - a number, and nothing that anybody wrote
        '<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="8"/>'
        f'<rect class="v" width="{float(share):.1f}" height="8"/></svg>'
    )


@register.filter
def shade(value: float | None) -> int:
    """Give the shade of a heat cell, darker for worse: 1 below .40, 5 from .90; 0 for undefined."""
    if value is None:
        return 0
    return next((step for step, limit in ((1, 0.4), (2, 0.6), (3, 0.8), (4, 0.9)) if value < limit), 5)
