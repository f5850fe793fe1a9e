"""
The results in plain words, for a paper: which unit, which layer, how many sessions, which test and correction.

Everything that is not defined is said with its reason. The last sentence is always the same: associations within coded
turns are not effects of therapies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .figures import Figure
from .hazards import Contrast
from .latencies import ALL, Latencies
from .material import Material
from .permuting import Shuffled

NOT_EFFECTS = (
    "These are associations within coded turns: they say what followed what in these sessions. They are not effects of "
    "therapies, and they do not say what caused what."
)
FEWEST = 5
COMMA = (", ", "")


@dataclass(frozen=True, slots=True)
class Pair:
    """One cell of a table that the paragraph is to tell: given, target and lag."""

    given: str
    target: str
    lag: int


def results(
    material: Material, by: str = "", *, waits: Latencies | None = None, shuffles: Shuffled | None = None,
    pairs: Sequence[Pair] = (), weak: Sequence[str] = (),
) -> str:  # fmt: skip
    """
    Return the paragraph.

    `by` names the attribute that parts the conditions, `waits` and `shuffles` the results to tell, `pairs` which cells
    of the table; `weak` lists codes or groups whose reliability is below the study's threshold.
    """
    said = [_basis(material, by)]
    if weak:
        said.append(f"Below the study's threshold of reliability are {_listed(weak)}; so is what rests on them.")
    if waits is not None:
        said += _waits(waits)
    if shuffles is not None:
        said += [_pair(shuffles, pair) for pair in pairs]
        if pairs:
            said.append(_corrected(shuffles))
    return " ".join([*said, NOT_EFFECTS])


def _basis(material: Material, by: str) -> str:
    n = len(material.sessions)
    if not n:
        return "There is no coded session in this layer."
    turns = sum(int(session.judged.sum()) for session in material.sessions)
    words = f"{_many(n, 'session')} with {_many(turns, 'judged turn')}"
    if by:
        sizes = Counter(session.attributes.get(by, "") for session in material.sessions)
        named = [f"{count} {name}" for name, count in sorted(sizes.items()) if name]
        named += [f"{sizes['']} without a known {by}"] if sizes[""] else []
        words += f" ({', '.join(named)})"
    layer = material.layer or "one layer"
    # A layer is called "majority (two of three raters)", "adjudicated" or by its rater.
    layer = f"the {layer}" if layer.startswith("majority") else layer
    text = f"The figures rest on the codings of {layer}: {words}."
    if n < FEWEST:
        text += (
            f" {'One session describes' if n == 1 else f'{n} sessions describe'}; so few are no ground to generalise."
        )
    return text


def _waits(waits: Latencies) -> list[str]:
    out = []
    which = "The first pull" if waits.of == "first pull" else "A pull"
    done = "named" if waits.until == "naming" else "noticed"
    for name, curve in waits.curves.items():
        place = "" if name == ALL else f" in {name}"
        if curve.why:
            out.append(f"How long pulls waited to be {done}{place} is {curve.why}.")
            continue
        cases = _many(curve.n, "session" if waits.of == "first pull" else "case")
        text = f"{which} was {done} in {curve.happened} of {cases}{place}"
        out.append(f"{text}; {_median(curve.median, waits.unit)}.")
    out.append(
        f"Waits are counted in {waits.unit} from the pull, censored at the end of the hour or of what was judged "
        "(Kaplan-Meier; medians with the interval of Brookmeyer and Crowley)."
    )
    out += [_contrast(contrast, done, waits.unit) for contrast in waits.contrasts]
    if waits.left_out:
        out.append(f"Left out: {_listed(waits.left_out)}.")
    return out


def _median(median: Figure, unit: str) -> str:
    if median.value is None:
        return f"the median wait is {median.why}"
    unit = unit.removesuffix("s") if median.value == 1 else unit
    return f"the median wait was {_number(median.value)} {unit}{_interval(median)}"


def _contrast(contrast: Contrast, done: str, unit: str) -> str:
    ratio, p = contrast.ratio, contrast.p
    pair = f"{contrast.of} and {contrast.to}"
    if ratio.value is None:
        return f"The hazard ratio between {pair} is {ratio.why}."
    each = "from turn to turn" if unit == "turns" else "from second to second"
    text = (
        f"A waiting pull was {_number(ratio.value)} times as likely to be {done} in {contrast.of} as in {contrast.to}, "
    )
    text += f"{each}{_interval(ratio)}"
    if p.value is None:
        return f"{text}; a test is {p.why}."
    return f"{text}; {_p(p.value)} ({p.kind}; the session is the unit)."


def _pair(shuffles: Shuffled, pair: Pair) -> str:
    found = shuffles.tables.of(pair.given, pair.target, pair.lag)
    when = "one turn later" if pair.lag == 1 else f"{pair.lag} turns later"
    a, b, _, _ = found.table
    if found.read_residual.value is None:
        return f"Whether {pair.target} follows {pair.given} {when} is {found.read_residual.why}."
    expected, residual = found.expected.value or 0.0, found.read_residual.value
    less = "more" if residual > 0 else "less"
    text = f"{_capital(pair.given)} was followed {when} by {pair.target} {a} of {a + b} times, {less} often than the "
    text += f"{_number(expected)} expected by chance (adjusted residual {_number(residual)}, "
    within = found.within_residual
    text += f"within sessions {_number(within.value)}, " if within.value is not None else ""
    q, odds = found.yules_q, found.log_odds_ratio
    text += f"Yule's Q {_number(q.value)}, " if q.value is not None else ""
    text += f"log odds ratio {_number(odds.value)}{_interval(odds, COMMA)}" if odds.value is not None else ""
    single, by_holm, by_max = shuffles.of(pair.given, pair.target, pair.lag)
    if single.value is None or by_holm.value is None or by_max.value is None:
        return f"{text}; a test is {single.why})."
    return f"{text}; {_p(single.value)}, corrected {_p(by_holm.value)} by Holm and {_p(by_max.value)} by the maximum)."


def _corrected(shuffles: Shuffled) -> str:
    tables = shuffles.tables
    cells = len(tables.givens) * len(tables.targets) * len(tables.lags)
    same = "" if shuffles.within == "session" else " among turns of the same speaker roles"
    return (
        f"P values are from {shuffles.shuffles:,} shuffles within sessions{same} (seed {shuffles.seed}), corrected for "
        f"{_many(cells, 'cell')}; the unit of a table is the turn, pairs of turns never cross a session."
    )


def _interval(figure: Figure, around: tuple[str, str] = (" (", ")")) -> str:
    begin, end = around
    if figure.low is None or figure.high is None:
        return f"{begin}{figure.why_no_interval}{end}" if figure.why_no_interval else ""
    return f"{begin}95 % interval {_number(figure.low)} to {_number(figure.high)}, {figure.kind}{end}"


def _p(value: float) -> str:
    if value < 0.001:
        return "p < .001"
    return f"p = {value:.3f}".replace("0.", ".", 1)


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return str(int(value)).replace("-", "−")
    return f"{value:.2f}".replace("-", "−")


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (f" and {words[-1]}" if len(words) > 1 else words[0])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
