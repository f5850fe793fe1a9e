"""
Agreement on free spans of a continuum: the unitizing family of Krippendorff, Mathet, Bouvry and Widloecher (2016).

On the reliability of unitizing textual continua: further developments. Quality and Quantity 50, 2347-2364. Spans are
half-open [start, end) on a continuum of a given length; what a rater left unmarked are gaps, category 0 here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .results import Floats


@dataclass(frozen=True, slots=True)
class Span:
    """One marked stretch [start, end) with its category."""

    start: float
    end: float
    code: str


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of each rater on one continuum, with the coincidences made of them (make it with `Spans.of`)."""

    length: float
    raters: int
    codes: tuple[str, ...]
    observed: Floats
    expected: Floats
    valued_expected: Floats
    spans: tuple[tuple[Span, ...], ...]

    @classmethod
    def of(cls, raters: Sequence[Sequence[Span]], length: float) -> "Spans":
        """
        Cross the spans of all raters.

        observed l_ck: lengths of intersections of c and k over ordered pairs of raters, divided by m - 1 (eq. 1);
        expected e_ck (eq. 4) and, for valued units only, the one of eq. 10. Index 0 is the gap.
        Raises ValueError for a continuum without length or a span that is empty or reaches beyond it.
        """
        if not length > 0:
            raise ValueError("The continuum must have a length above 0.")
        for rater, spans in enumerate(raters):
            for span in spans:
                if not 0 <= span.start < span.end <= length:
                    raise ValueError(
                        f"Span {span.start:g}-{span.end:g} of rater {rater} is empty or not within 0-{length:g}."
                    )
        codes = tuple(sorted({span.code for spans in raters for span in spans}))
        place = {code: i + 1 for i, code in enumerate(codes)}
        sections = [_sections([(s.start, s.end, place[s.code]) for s in spans], length) for spans in raters]
        observed, valued = _coincidences(sections, len(codes) + 1)
        return cls(
            length,
            len(raters),
            codes,
            observed,
            _expected(observed, sections),
            _expected_valued(observed, valued, len(raters)),
            tuple(tuple(spans) for spans in raters),
        )


def _sections(spans: list[tuple[float, float, int]], length: float) -> Floats:
    """Add the gaps, (sections, 3): start, end, category with 0 for a gap."""
    out, reached = [], 0.0
    for start, end, code in sorted(spans):
        if start > reached:
            out.append((reached, start, 0))
        out.append((start, end, code))
        reached = max(reached, end)
    if reached < length:
        out.append((reached, length, 0))
    return np.array(out, dtype=np.float64).reshape(-1, 3)


def _coincidences(sections: list[Floats], q: int) -> tuple[Floats, Floats]:
    """Return l_ck (q, q) and, per category, the squared valued intersections of each unit that eq. 10 takes off."""
    m = len(sections)
    observed, squares = np.zeros((q, q)), np.zeros(q)
    for i, mine in enumerate(sections):
        for j, theirs in enumerate(sections):
            if i == j:
                continue
            shared = np.minimum(mine[:, None, 1], theirs[None, :, 1]) - np.maximum(mine[:, None, 0], theirs[None, :, 0])
            shared = np.maximum(shared, 0.0)
            c, k = mine[:, 2].astype(int), theirs[:, 2].astype(int)
            np.add.at(observed, (c[:, None], k[None, :]), shared / (m - 1))
            valued = (shared[:, k > 0].sum(axis=1) ** 2) * (c > 0)
            np.add.at(squares, c, valued / (m - 1))
    return observed, squares


def _expected(observed: Floats, sections: list[Floats]) -> Floats:
    """
    Return e_ck = l.. (l_c. l_k. - [c = k] s_c) / (l..^2 - sum s), eq. 4.

    s_c sums the squared lengths of the units of c; a gap can be cut anywhere, so that its length enters unsquared.
    """
    margins = observed.sum(axis=1)
    own = np.zeros(len(margins))
    for section in sections:
        lengths, c = section[:, 1] - section[:, 0], section[:, 2].astype(int)
        np.add.at(own, c, np.where(c > 0, lengths**2, lengths))
    total = margins.sum()
    under = total**2 - own.sum()
    if under <= 0:
        return np.full_like(observed, np.nan)
    return np.asarray(total * (np.outer(margins, margins) - np.diag(own)) / under)


def _expected_valued(observed: Floats, squares: Floats, raters: int) -> Floats:
    """Return e_ck among intersections of valued units: (l_c l_k - [c = k] s_c) / (l - sum s / l), eq. 10."""
    margins = observed[1:, 1:].sum(axis=1)
    total = margins.sum()
    if total <= 0:
        return np.full((len(margins), len(margins)), np.nan)
    under = total - squares.sum() / total
    if under <= 1e-12 * total:
        return np.full((len(margins), len(margins)), np.nan)
    return np.asarray((np.outer(margins, margins) - np.diag(squares[1:])) / under)


def _obstacle(spans: Spans) -> str:
    if spans.raters < 2:
        return "fewer than two raters"
    if not spans.codes:
        return "nobody marked a span"
    return ""


def _alpha(observed: float, expected: float, scale: float, why: str) -> float | str:
    """Return 1 - observed / expected, or why not."""
    if not np.isfinite(expected) or expected <= 1e-12 * scale:
        return why
    return 1 - observed / expected


NO_VARIATION = "no variation: expected disagreement is 0, 0/0"


def alpha_u(spans: Spans) -> float | str:
    """Return alpha over all sections, gaps included, each category a value of its own (eq. 5), or why not."""
    if stop := _obstacle(spans):
        return stop
    seen, e = spans.observed, spans.expected
    return _alpha(seen.sum() - np.trace(seen), e.sum() - np.trace(e), seen.sum(), NO_VARIATION)


def alpha_u_binary(spans: Spans) -> float | str:
    """Return alpha of marked against unmarked (|u alpha, eq. 6), or why not."""
    if stop := _obstacle(spans):
        return stop
    seen, e = spans.observed, spans.expected
    return _alpha(float(seen[0, 1:].sum()), float(e[0, 1:].sum()), seen.sum(), "everything is marked, or nothing: 0/0")


def alpha_cu(spans: Spans) -> float | str:
    """Return alpha of the categories where marked spans of two raters intersect (cu alpha, eq. 11), or why not."""
    if stop := _obstacle(spans):
        return stop
    seen, e = spans.observed[1:, 1:], spans.valued_expected
    if seen.sum() <= 0:
        return "no marked spans of two raters intersect"
    return _alpha(seen.sum() - np.trace(seen), e.sum() - np.trace(e), seen.sum(), NO_VARIATION)


def alpha_ku(spans: Spans, code: str) -> float | str:
    """Return the reliability of one category where marked spans intersect ((k)u alpha, eq. 13), or why not."""
    if stop := _obstacle(spans):
        return stop
    if code not in spans.codes:
        return f"nobody marked a span as {code!r}"
    k = spans.codes.index(code)
    seen, e = spans.observed[1:, 1:], spans.valued_expected
    observed = float(seen[k].sum())
    if observed <= 0:
        return f"no span marked {code!r} intersects a marked span of another rater"
    e_k = float(e[k].sum())
    apart = e_k - float(e[k, k])
    if not np.isfinite(apart) or apart <= 1e-12 * observed:
        return NO_VARIATION
    return 1 - (e_k / observed) * (observed - float(seen[k, k])) / apart


def coverage(spans: Spans) -> float | str:
    """Return the share of the continuum where marked spans of two raters intersect: sum l_ck / (m length)."""
    if spans.raters < 2:
        return "fewer than two raters"
    return float(spans.observed[1:, 1:].sum()) / (spans.raters * spans.length)


def _disagreement_1995(spans: Spans, code: str) -> tuple[float, float]:
    """
    Return observed and expected disagreement of one category (Krippendorff 1995; 2004, pp. 251-256).

    Two overlapping units differ by the squares of what sticks out at either end; a unit that lies within a gap by the
    square of its length; everything else by 0. Expected: the same over all positions that the sections could have.
    """
    length, m = spans.length, spans.raters
    sections = [_sections([(s.start, s.end, 1) for s in mine if s.code == code], length) for mine in spans.spans]
    observed = 0.0
    for i, mine in enumerate(sections):
        for j, theirs in enumerate(sections):
            if i == j:
                continue
            b, e, v = (mine[:, None, x] for x in range(3))
            b2, e2, v2 = (theirs[None, :, x] for x in range(3))
            overlap = np.minimum(e, e2) > np.maximum(b, b2)
            both = (v > 0) & (v2 > 0) & overlap
            inside = (v > 0) & (v2 == 0) & (b >= b2) & (e <= e2)
            around = (v == 0) & (v2 > 0) & (b2 >= b) & (e2 <= e)
            apart = (b - b2) ** 2 + (e - e2) ** 2
            gone = inside * (e - b) ** 2 + around * (e2 - b2) ** 2
            observed += float((both * apart + gone).sum())
    observed /= m * (m - 1) * length**2
    every = np.concatenate(sections)
    size = every[:, 1] - every[:, 0]
    units, gaps = size[every[:, 2] > 0], size[every[:, 2] == 0]
    number = len(units)
    room = np.where(gaps[None, :] >= units[:, None], gaps[None, :] - units[:, None] + 1, 0.0).sum(axis=1)
    over = 2 / length * float(((number - 1) / 3 * (2 * units**3 - 3 * units**2 + units) + units**2 * room).sum())
    under = m * length * (m * length - 1) - float((units * (units - 1)).sum())
    return observed, over / under if under > 0 else np.nan


def alpha_u_1995(spans: Spans, code: str | None = None) -> float | str:
    """Return the earlier coefficient (Krippendorff 1995/2004) of one category, or summed over all, or why not."""
    if stop := _obstacle(spans):
        return stop
    if code is not None and code not in spans.codes:
        return f"nobody marked a span as {code!r}"
    parts = [_disagreement_1995(spans, c) for c in ((code,) if code is not None else spans.codes)]
    return _alpha(sum(o for o, _ in parts), sum(e for _, e in parts), 0.0, NO_VARIATION)
