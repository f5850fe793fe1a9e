"""Pulls and what became of them: how long they wait for a noticing or a naming, and each by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coding.analysis.episodes import Episode, How, Outcome, episodes, named_within, seconds_between
from coding.analysis.figures import Figure
from coding.analysis.latencies import ALL, LOG_RANK, Latencies, latencies
from coding.analysis.material import Material
from coding.analysis.survival import Curve
from coding.formats.pictures.curves import CurveStep, WaitCurve, wait_curves
from coding.formats.pictures.points import Measure, Point, points_picture
from coding.formats.pictures.svg import Picture
from coding.queries import sheets
from coding.queries.enactment_namings import share_words
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import WINDOWS, Asked
from coding.queries.sheets import Cell, Sheet, Told, TurnAt, sheet

VERBS = {"naming": "named", "noticing": "noticed"}
#: No more curves than these are told apart.
MOST = 6


def why_no_pulls(found: Enactments) -> str:
    """Say why there are no pulls to follow, or nothing where there are."""
    if not found.material.sessions:
        return "No session of this round can be shown."
    if not found.roles.pull.codes:
        return "No code of this codebook stands as a pull: say which ones do, and their pulls are followed here."
    if not found.roles.naming.codes:
        return "No code of this codebook stands as a naming: say which ones do, and pulls are followed to them."
    keys = found.material.keys
    columns = [keys.index(key) for key in found.roles.pull.codes]
    if not any((session.values[:, columns] == 1).any() for session in found.material.sessions):
        return "Not defined: no pull occurs in this layer."
    return ""


def waiting(found: Enactments, asked: Asked, by: str) -> Latencies:
    """Give how long pulls wait in the layer."""
    return found.once(
        f"waits-{by}-{asked.until}-{asked.clock}-{asked.of}",
        lambda: latencies(
            found.linked_material,
            found.roles,
            by,
            until=asked.until,
            unit=asked.clock,
            of=asked.of,
            every=pulls_of(found),
        ),
    )


def pulls_of(found: Enactments) -> tuple[Episode, ...]:
    """Give every pull of the layer and what became of it."""
    return found.once("pulls", lambda: episodes(found.linked_material, found.roles))


def draw_waiting(made: Latencies, href: Callable[[str], str] | None = None, *, is_small: bool = False) -> Picture:
    """Draw the curves of the conditions; `href` leads to the pulls of one."""
    curves = [
        _curve(title, curve, made, href("" if title == ALL else title) if href else "")
        for title, curve in list(made.curves.items())[:MOST]
    ]
    unit = f"{made.unit} from the {'first ' if made.of == 'first pull' else ''}pull"
    verb = VERBS[made.until]
    name = "latency-small" if is_small else "latency"
    return wait_curves(curves, f"Share of pulls not yet {verb}, by {made.unit}", unit, name, is_small=is_small)


def _curve(title: str, curve: Curve, made: Latencies, href: str) -> WaitCurve:
    verb = VERBS[made.until]
    steps = tuple(
        CurveStep(
            step.time,
            step.survival,
            step.low,
            step.high,
            step.censored,
            f"{title}, after {step.time:g} {_counted(step.time, made.unit)}: {step.waiting} still waited, "
            f"{step.happened} {verb}, at {step.censored} the hour ended; share not yet {verb} {step.survival:.2f}",
        )
        for step in curve.steps
    )
    median = curve.median
    said = f"half after {median.value:g}" if median.value is not None else "half not reached"
    return WaitCurve(
        title.capitalize() if title == ALL else title,
        steps,
        f"{curve.happened:,} of {curve.n:,}, {said}",
        curve.why,
        href,
    )


def medians_sheet(found: Enactments, asked: Asked, by: str | None = None) -> Sheet:
    """Give the median wait of each condition, and every two of them compared."""
    by = found.by(asked) if by is None else by
    columns = (
        sheets.text("condition", by.capitalize() or "Sessions"),
        sheets.count("pulls", "Pulls"),
        sheets.count("answered", "Answered"),
        sheets.count("sessions", "Sessions"),
        sheets.number("median", f"Median, {asked.clock}", 1),
        sheets.number("median_low", "95 % from", 1),
        sheets.number("median_high", "to", 1),
        sheets.text("why", "Why not"),
    )
    if why := why_no_pulls(found):
        return sheet("medians", "Median latencies", columns, [], why=why)
    made = waiting(found, asked, by)
    rows = [
        (name, curve.n, curve.happened, curve.sessions, curve.median.value, curve.median.low, curve.median.high,
         curve.median.why or curve.median.why_no_interval)
        for name, curve in made.curves.items()
    ]  # fmt: skip
    return sheet("medians", "Median latencies", columns, rows, _left_out(made), why="No session is in any condition.")


def _left_out(made: Latencies) -> str:
    words = [f"Left out: {'; '.join(made.left_out)}."] if made.left_out else []
    named = sum(made.how.values())
    linked = next((number for how, number in made.how.items() if how == "link"), 0)
    if named:
        words.append(
            f"Of {named:,} named pulls, {linked:,} by a link that raters made, {named - linked:,} by what came next."
        )
    return " ".join(words)


def contrasts_sheet(found: Enactments, asked: Asked) -> Sheet:
    """Compare every two conditions: the ratio of their chances per turn, with sessions as the unit."""
    by = found.by(asked)
    columns = (
        sheets.text("of", "Of"),
        sheets.text("to", "To"),
        *sheets.figure_columns("hazard_ratio", "Hazard ratio"),
        sheets.number("p", "p by shuffling", 3),
        sheets.text("p_why", "Why no p"),
    )
    why = why_no_pulls(found) or ("" if by else "No session attribute sorts these sessions into groups.")
    if why:
        return sheet("hazard_ratios", "Conditions compared", columns, [], why=why)
    made = waiting(found, asked, by)
    rows = [(one.of, one.to, *sheets.figure_cells(one.ratio), one.p.value, one.p.why) for one in made.contrasts]
    return sheet(
        "hazard_ratios", "Conditions compared", columns, rows, _tested(made), "There are no two conditions to compare."
    )


def _tested(made: Latencies) -> str:
    """Name the test over all conditions with its p, or with the reason why there is none."""
    if made.test == LOG_RANK:
        return (
            f"Log-rank: {made.p.why}."
            if made.p.value is None
            else f"Log-rank p over all conditions: {made.p.value:.3f}."
        )
    shuffled = (
        "" if made.p.value is None else f" By shuffling whole sessions over the conditions, p is {made.p.value:.3f}."
    )
    return f"No log-rank test: pulls of one session are not independent.{shuffled}"


def curve_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List every step of the curves."""
    columns = (
        sheets.text("condition", "Condition"),
        sheets.number("time", f"After, {asked.clock}", 0),
        sheets.count("waiting", "Waiting"),
        sheets.count("happened", "Answered"),
        sheets.count("censored", "Ended"),
        sheets.number("share", "Share waiting"),
        sheets.number("low", "95 % from"),
        sheets.number("high", "to"),
    )
    if why := why_no_pulls(found):
        return sheet("latency", "Latency curves", columns, [], why=why)
    made = waiting(found, asked, found.by(asked))
    rows = [
        (name, step.time, step.waiting, step.happened, step.censored, step.survival, step.low, step.high)
        for name, curve in made.curves.items()
        for step in curve.steps
    ]
    return sheet("latency", "Latency curves", columns, rows, why="No pull can be followed.")


@dataclass(frozen=True, slots=True)
class ShareNamed:
    """The share of pulls named within so many turns, in one condition."""

    turns: int
    condition: str
    figure: Figure


def shares_named(found: Enactments, by: str) -> list[ShareNamed]:
    """Give the share of pulls that are named within each window, by condition."""
    return found.once(f"named-{by}", lambda: _shares_named(found, by))


def _shares_named(found: Enactments, by: str) -> list[ShareNamed]:
    material, every = found.linked_material, pulls_of(found)
    condition = [session.attributes.get(by, "") if by else ALL for session in material.sessions]
    names = sorted({name for name in condition if name})
    return [
        ShareNamed(turns, name, named_within([e for e in every if condition[e.session] == name], turns))
        for turns in WINDOWS
        for name in names
    ]


def named_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List the shares of pulls that are named within so many turns."""
    columns = (
        sheets.count("within", "Within, turns"),
        sheets.text("condition", "Condition"),
        *sheets.figure_columns("share", "Share named"),
    )
    if why := why_no_pulls(found):
        return sheet("named_within", "Pulls named within some turns", columns, [], why=why)
    rows = [
        (one.turns, one.condition, *sheets.figure_cells(one.figure)) for one in shares_named(found, found.by(asked))
    ]
    note = (
        "Only pulls that are followed for that long; n is their number. Sessions, not pulls, are taken as independent."
    )
    return sheet("named_within", "Pulls named within some turns", columns, rows, note)


def draw_waiting_by_rater(found: Enactments, asked: Asked, by: str) -> list[tuple[str, Picture]]:
    """Draw the curves in each rater's own codes and links."""
    return [(label, draw_waiting(waiting(other, asked, by), is_small=True)) for label, other in found.beside]


def draw_named_by_rater(found: Enactments, asked: Asked) -> list[tuple[str, Picture]]:
    """Draw the shares of pulls that are named in each rater's own codes and links."""
    return [(label, draw_named(other, asked, is_small=True)) for label, other in found.beside]


def draw_named(
    found: Enactments, asked: Asked, href: Callable[[str], str] | None = None, *, is_small: bool = False
) -> Picture:
    """Draw these shares as points with intervals, condition beside condition."""
    made = shares_named(found, found.by(asked))
    conditions = list(dict.fromkeys(one.condition for one in made))[:MOST]
    weak = found.standing(found.roles.pull.codes).is_below or found.standing(found.roles.naming.codes).is_below
    slot = next((named.slot for named in found.in_roles if named.group.name == "naming"), "stone")
    measures = []
    for turns in WINDOWS:
        points = tuple(
            Point(
                conditions.index(one.condition),
                one.figure.value,
                one.figure.low,
                one.figure.high,
                f"{one.condition}, named within {turns}: {share_words(one.figure)}",
                href(one.condition) if href else "",
            )
            for one in made
            if one.turns == turns and one.condition in conditions
        )
        measures.append(Measure(f"named within {turns} turn{'' if turns == 1 else 's'}", slot, points, weak))
    name = "named-small" if is_small else "named"
    return points_picture(
        conditions, measures, "Pulls named, by condition", "share of pulls", name=name, high=1.0, is_small=is_small
    )


OUTCOME_WORDS = {
    Outcome.NAMED: "named",
    Outcome.TURNED_AWAY: "turned away from",
    Outcome.HOUR_ENDED: "the hour ended",
    Outcome.CODING_ENDED: "the coding ended",
}


#: What says that a naming is of this pull.
HOW_WORDS = {How.LINK: "linked by the rater", How.ADJACENCY: "the next one in the hour", How.NONE: ""}


def pulls_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List every pull and what became of it."""
    columns = (
        sheets.text("transcript", "Transcript"),
        sheets.text("condition", "Condition"),
        sheets.turn("pull", "Pull"),
        sheets.turn("pull_ends", "to"),
        sheets.text("codes", "Codes"),
        sheets.text("outcome", "What came first"),
        sheets.turn("noticed", "Noticed"),
        sheets.turn("named", "Named"),
        sheets.count("turns_to_naming", "Turns"),
        sheets.number("seconds_to_naming", "Seconds", 0),
        sheets.turn("turned_away", "Turned away"),
        sheets.text("how", "This naming because"),
    )
    if why := why_no_pulls(found):
        return sheet("pulls", "Every pull", columns, [], why=why)
    material, by = found.linked_material, found.by(asked)
    rows = []
    columns_of = [(key, material.keys.index(key)) for key in found.roles.pull.codes]
    for one in pulls_of(found):
        session = material.sessions[one.session]
        if (asked.session and one.transcript != asked.session) or (
            asked.where and session.attributes.get(by, "") != asked.where
        ):
            continue
        rows.append((one.transcript, session.attributes.get(by, ""), *_episode(found, material, one, columns_of)))
    note = "A pull is a run of turns with a pull code. What answers it stands after its first turn."
    return sheet("pulls", "Every pull", columns, rows, note, "Not defined: no pull occurs in this layer.")


def _episode(found: Enactments, material: Material, one: Episode, columns: list[tuple[str, int]]) -> tuple[Cell, ...]:
    hour, session = found.hours[one.session], material.sessions[one.session]

    def at(place: int | None) -> TurnAt | None:
        return None if place is None else TurnAt(hour.revision, found.position(hour, place))

    given = set(np.nonzero(session.values[one.start : one.end + 1] == 1)[1].tolist())
    keys = [key for key, column in columns if column in given]
    seconds = None if one.named_at is None else seconds_between(session, one.start, one.named_at).value
    how = Told(str(one.how), HOW_WORDS[one.how])
    return (
        at(one.start), at(one.end), found.told_codes(keys), OUTCOME_WORDS[one.outcome], at(one.noticed_at),
        at(one.named_at), one.turns_to(one.named_at), seconds, at(one.turned_away_at), how,
    )  # fmt: skip


def latency_sentence(found: Enactments, asked: Asked) -> str:
    """Say how soon pulls are answered, condition by condition."""
    if why := why_no_pulls(found):
        return why
    made = waiting(found, asked, found.by(asked))
    verb = VERBS[asked.until]
    first = asked.of == "first pull"
    said = [_wait_words(name, curve, verb, made.unit, first) for name, curve in list(made.curves.items())[:3]]
    if made.curves and not any(curve.n for curve in made.curves.values()) and made.left_out:
        return f"How long pulls wait is not defined: {'; '.join(made.left_out[:2])}."
    return " ".join(said) or "No session is in any condition."


def _wait_words(name: str, curve: Curve, verb: str, unit: str, first: bool) -> str:
    where = "" if name == ALL else f" in {name}"
    one, many = ("the first pull", "first pulls") if first else ("the pull", "pulls")
    median = curve.median.value
    if not curve.n:
        return f"No pull is followed{where}."
    if curve.n == 1:
        answer = f"is {verb} after {median:g} {_counted(median, unit)}" if median is not None else f"is not {verb}"
        return f"{one.capitalize()}{where} {answer}."
    if median is not None:
        return f"Half of the {curve.n:,} {many}{where} are {verb} within {median:g} {_counted(median, unit)}."
    happened = f"{curve.happened:,} are" if curve.happened > 1 else f"{curve.happened or 'none'} is"
    return f"Of {curve.n:,} {many}{where}, {happened} {verb}."


def _counted(number: float, unit: str) -> str:
    return unit.removesuffix("s") if number == 1 else unit
