"""Drift in words and pictures: sentences with the next step, and control charts as places in an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coding.queries.against_gold import AgainstGold
from coding.queries.drift import CodeDrift, StudyDrift
from coding.queries.drift_charts import Place, RaterChart
from coding.queries.own_past import OwnPast
from coding.queries.reliability_json import value_object
from coding.reliability.drift import Point, chart

LEFT, RIGHT, TOP, BOTTOM = 46.0, 590.0, 12.0, 128.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One transcript in a chart: where it lies, its limits, and what it is; `version` where a new one begins."""

    x: float
    y: float
    left: float
    width: float
    high: float
    height: float
    outside: bool
    place: Place
    point: Point
    version: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One rater's control chart; `before` and `after` are the heights of the means on either side of a change."""

    line: RaterChart
    dots: tuple[Dot, ...]
    zero: float
    centre: float
    top_label: str
    bottom_label: str
    path: str
    change_x: float | None
    before: float | None
    after: float | None

    @property
    def versions(self) -> list[Dot]:
        """Give the points with which another version of the codebook begins."""
        return [dot for dot in self.dots if dot.version]


@dataclass(frozen=True, slots=True)
class Alert:
    """A sentence about one rater and one code, and against what they moved: the others, their own past, or gold."""

    code: CodeDrift
    line: RaterChart
    sentence: str
    next_step: str
    against: str = "others"


def points_of(share: float) -> str:
    """Say a difference of shares in percentage points."""
    number = round(100 * abs(share))
    return f"{number} point{'' if number == 1 else 's'}"


def sentence(drift: StudyDrift) -> str:
    """Say what the page has found."""
    past = [one for rows in drift.own_past.values() for one in rows]
    gold = [one for rows in drift.against_gold.values() for one in rows]
    if not past and not gold and not any(one.chart.counts for code in drift.codes for one in code.charts):
        return "Nothing to chart yet."
    moved: list[tuple[CodeDrift, RaterChart | OwnPast | AgainstGold]]
    moved = [*drift.alerts, *drift.own_alerts, *drift.gold_alerts]
    if not moved:
        others = any(one.chart.change for code in drift.codes for one in code.charts)
        own = any(one.moved for one in past)
        standard = any(one.line.chart.change for one in gold)
        whom = ["the others"] * others + ["the gold"] * standard + ["their own past"] * own
        return (
            f"Nobody has drifted from {_either(whom)}." if whom else "Too few transcripts to tell a change from chance."
        )
    raters = {one.rater for _, one in moved}
    codes = {code.key for code, _ in moved}
    who = next(iter(raters)) if len(raters) == 1 else f"{len(raters)} raters"
    what = next(code.name for code, _ in moved) if len(codes) == 1 else f"{len(codes)} codes"
    return f"{who} {'has' if len(raters) == 1 else 'have'} moved on {what}."


def _either(names: Sequence[str]) -> str:
    """Join names with commas, and "or" before the last."""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def alerts_of(drift: StudyDrift) -> list[Alert]:
    """Give the alerts, each a sentence with the next step: against the others, the own past, and the gold."""
    others = [Alert(code, one, _said(code, one), _next_step(code, one)) for code, one in drift.alerts]
    own = [
        Alert(code, one.line, _said_of_past(code, one), _next_of_past(code, one), "own past")
        for code, one in drift.own_alerts
    ]
    gold = [
        Alert(code, one.line, _said_of_gold(code, one.line), _next_of_gold(code, one.line), "gold")
        for code, one in drift.gold_alerts
    ]
    return [*others, *own, *gold]


def _said_of_past(code: CodeDrift, one: OwnPast) -> str:
    if one.moved is None:
        return ""
    way = "more" if one.moved.now > one.moved.then else "less"
    shares = f"{100 * one.moved.then:.0f} % of them then, {100 * one.moved.now:.0f} % now"
    return (
        f"{one.rater} gives {code.name} {way} often than they did themselves, on {one.segments} turns of "
        f"{one.transcripts} transcripts that came back: {shares} ({_p(one.moved.p)})."
    )


def _next_of_past(code: CodeDrift, one: OwnPast) -> str:
    return (
        f"Next: read with {one.rater} the definition of {code.name} and the turns judged otherwise the second "
        f"time, write down what holds, and look at the codings of {code.name} since then once more."
    )


def _p(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")


def _said_of_gold(code: CodeDrift, line: RaterChart) -> str:
    return _said_of_change(code, line, "the gold", "it")


def _next_of_gold(code: CodeDrift, line: RaterChart) -> str:
    return (
        f"Next: read with {line.rater} the definition of {code.name} and the turns on which they and the gold differ, "
        f"write down what holds, and have what they coded since then looked at again."
    )


def _said_of_change(code: CodeDrift, line: RaterChart, whom: str, them: str) -> str:
    """Say since when a rater gives a code more or less often, against others or against gold."""
    change, since = line.chart.change, line.since
    if change is None or since is None:
        return ""
    way = "more" if change.size > 0 else "less"
    before, after = (_beside(share, whom, them) for share in (change.before, change.after))
    return (
        f"{line.rater} gives {code.name} {way} often than before, against {whom}, since {since.transcript} "
        f"({since.round}): {before} until then, {after} since ({_p(change.p)})."
    )


def _said(code: CodeDrift, line: RaterChart) -> str:
    both = len(code.alerts) == 2 and sum(bool(one.chart.counts) for one in code.charts) == 2
    unsure = " Which of the two changed, two raters alone cannot tell." if both else ""
    return _said_of_change(code, line, "the others", "them") + unsure


def _beside(difference: float, whom: str, them: str) -> str:
    if round(100 * difference) == 0:
        return f"as often as {whom}"
    return f"{points_of(difference)} {'above' if difference > 0 else 'below'} {them}"


def _next_step(code: CodeDrift, line: RaterChart) -> str:
    rest = len(line.places) - line.chart.change.at if line.chart.change else 0
    transcripts = "the transcript" if rest == 1 else f"the {rest} transcripts"
    return (
        f"Next: look together at the turns on which {line.rater} and the others differ, settle what {code.name} means, "
        f"write it into the codebook, and have {transcripts} coded since then looked at again."
    )


def pictures(code: CodeDrift) -> list[Picture]:
    """Lay out the charts of one code on one scale, so that they can be compared."""
    return _on_one_scale(code.charts)


def pictures_of(rows: Sequence[OwnPast] | Sequence[AgainstGold]) -> list[Picture]:
    """Lay out each rater's chart against their own past, or against gold, on one scale."""
    return _on_one_scale([one.line for one in rows])


def _on_one_scale(lines: Sequence[RaterChart]) -> list[Picture]:
    drawn = [(one, *chart(one.chart.counts.batches)) for one in lines if one.chart.counts]
    points = [point for _, some, _ in drawn for point in some]
    reach = max([0.05, *(abs(value) for point in points for value in (point.difference, point.low, point.high))])
    reach = min(reach, 1.0)
    return [_picture(line, some, centre, reach) for line, some, centre in drawn]


def _picture(line: RaterChart, points: Sequence[Point], centre: float, reach: float) -> Picture:
    def y(value: float) -> float:
        return round((TOP + BOTTOM) / 2 - max(min(value / reach, 1), -1) * (BOTTOM - TOP) / 2, 1)

    change = line.chart.change if line.chart.alert else None
    step = (RIGHT - LEFT) / len(points)
    xs = [round(LEFT + step * (number + 0.5), 1) for number in range(len(points))]
    dots = tuple(
        Dot(
            x=x,
            y=y(point.difference),
            left=round(x - step / 2, 1),
            width=round(step, 1),
            high=y(point.high),
            height=round(y(point.low) - y(point.high), 1),
            outside=not point.low <= point.difference <= point.high,
            place=place,
            point=point,
            version=_begins(line.places, number),
        )
        for number, (x, point, place) in enumerate(zip(xs, points, line.places, strict=True))
    )
    return Picture(
        line=line,
        dots=dots,
        zero=y(0),
        centre=y(centre),
        top_label=f"+{round(100 * reach)}",
        bottom_label=f"−{round(100 * reach)}",
        path=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        change_x=round(LEFT + step * change.at, 1) if change else None,
        before=y(change.before) if change else None,
        after=y(change.after) if change else None,
    )


def _begins(places: Sequence[Place], number: int) -> str:
    """Name the version of the codebook that begins with a point."""
    version = places[number].version
    return version if number and places[number - 1].version != version else ""


def drift_object(drift: StudyDrift) -> dict[str, object]:
    """Lay everything out as JSON."""
    return {
        "raters": list(drift.raters),
        "rounds": [round_.name for round_ in drift.rounds],
        "alerts": [
            {
                "code": one.code.key,
                "rater": one.line.rater,
                "against": one.against,
                "sentence": one.sentence,
                "next_step": one.next_step,
            }
            for one in alerts_of(drift)
        ],
        "codes": {code.key: {one.rater: _chart_object(one) for one in code.charts} for code in drift.codes},
        "own_past": {
            key: {one.rater: _own_past_object(one) for one in rows} for key, rows in drift.own_past.items() if rows
        },
        "against_gold": {
            key: {one.rater: _gold_object(one) for one in rows} for key, rows in drift.against_gold.items()
        },
    }


def _gold_object(one: AgainstGold) -> dict[str, object]:
    return {
        "transcripts": one.transcripts,
        "segments": one.segments,
        "own": one.own,
        "gold": one.gold,
        "percent_agreement": value_object(one.agreement),
        "cohen_kappa": value_object(one.kappa),
        **_chart_object(one.line, units="segments", reference="gold"),
    }


def _own_past_object(one: OwnPast) -> dict[str, object]:
    return {
        "transcripts": one.transcripts,
        "segments": one.segments,
        "then": one.then,
        "now": one.now,
        "percent_agreement": value_object(one.agreement),
        "cohen_kappa": value_object(one.kappa),
        "points": [
            {
                "transcript": place.transcript,
                "round": place.round_id,
                "codebook_version": place.version,
                "segments": point.units,
                "then": point.reference,
                "now": point.own,
                "difference": point.difference,
                "low": point.low,
                "high": point.high,
            }
            for place, point in zip(one.line.places, one.line.chart.points, strict=True)
        ],
        "p": one.moved.p if one.moved else None,
        "alert": one.alert,
        "why": one.line.chart.why,
    }


def _chart_object(line: RaterChart, units: str = "comparisons", reference: str = "others") -> dict[str, object]:
    change, since = line.chart.change, line.since
    return {
        "points": [
            {
                "transcript": place.transcript,
                "round": place.round_id,
                "codebook_version": place.version,
                units: point.units,
                "own": point.own,
                reference: point.reference,
                "difference": point.difference,
                "low": point.low,
                "high": point.high,
            }
            for place, point in zip(line.places, line.chart.points, strict=True)
        ],
        "centre": line.chart.centre if line.chart.counts else None,
        "change": None
        if change is None or since is None
        else {"since": since.transcript, "before": change.before, "after": change.after, "p": change.p},
        "alert": line.chart.alert,
        "why": line.chart.why,
    }
