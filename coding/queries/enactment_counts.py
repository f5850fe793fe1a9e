"""How often, and what goes together: codes and groups by condition, session, speaker and third of the hour."""

from __future__ import annotations

from collections.abc import Callable

from coding.analysis.counts import ALL, PHASE, SESSION, SPEAKER, Count, counts
from coding.analysis.figures import Figure
from coding.analysis.together import Together, together
from coding.formats.pictures.co_map import Spot, co_map, largest_share
from coding.formats.pictures.points import Measure, Point, highest, points_picture
from coding.formats.pictures.svg import Picture
from coding.queries import sheets
from coding.queries.enactment_sequences import groups_asked
from coding.queries.enactments import Enactments, Named, digest_of
from coding.queries.enactments_asked import Asked
from coding.queries.sheets import Sheet, sheet

RATES = "Turns with each code per 100 turns"
#: How the sessions are parted: what is asked, and what the analysis calls it; "" is the attribute to compare by.
PARTS = {"condition": "", "all": ALL, "session": SESSION, "speaker": SPEAKER, "third": PHASE}


def part_of(found: Enactments, asked: Asked) -> str:
    """Give what to part by; all together where there is no attribute to compare by."""
    return PARTS[asked.part] or found.by(asked) or ALL


def counted(found: Enactments, asked: Asked, by: str) -> tuple[Count, ...]:
    """Count the groups that are asked for in each part."""
    groups = [named.group for named in groups_asked(found, asked)]
    # What is known of a session may change: its value is part of the name under which the counts are kept.
    values = [session.attributes.get(by, "") for session in found.material.sessions]
    named = [f"{one.name}:{','.join(one.codes)}" for one in groups]
    return found.kept.kept(
        f"counts-{digest_of(found.layer.name, by, *named, '|', *values)}", lambda: counts(found.material, groups, by)
    )


COUNT_COLUMNS = (
    sheets.text("part", "Part"),
    sheets.text("group", "Code or group"),
    sheets.text("codes", "Codes", hidden=True),
    sheets.count("turns", "Turns with it"),
    sheets.count("known", "of turns"),
    *sheets.figure_columns("per_100", "Per 100 turns", 1),
    *sheets.figure_columns("per_minute", "Per minute"),
    *sheets.figure_columns("sessions", "Share of sessions"),
    sheets.text("below_threshold", "Below threshold", hidden=True),
)


def counts_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List how often each group was given in each part, with rates and their intervals."""
    title = "Counts and rates"
    if not found.material.sessions:
        return sheet("counts", title, COUNT_COLUMNS, [], why="No session of this round can be shown.")
    groups = {named.group.name: named for named in groups_asked(found, asked)}
    rows = [
        (
            one.part,
            groups[one.group].title,
            ";".join(groups[one.group].group.codes),
            one.turns,
            one.known,
            *sheets.figure_cells(one.per_100),
            *sheets.figure_cells(one.per_minute),
            *sheets.figure_cells(one.sessions),
            groups[one.group].standing.is_below,
        )
        for one in counted(found, asked, part_of(found, asked))
    ]
    note = (
        "Of turns: judged, and of a speaker role that may be given the code. Intervals leave out one session at a time."
    )
    why = "No session is in any of these parts."
    return sheet("counts", title, COUNT_COLUMNS, rows, note, why, words=found.plainly(asked))


def draw_counts(found: Enactments, asked: Asked, href: Callable[[Named, str], str] | None = None) -> Picture | None:
    """Draw the rates per 100 turns as points with intervals, part beside part."""
    parts, measures = _rates(found, asked, href)
    if not parts or not measures:
        return None
    return points_picture(parts, measures, RATES, "per 100 turns", name="comparison")


def draw_counts_by_rater(found: Enactments, asked: Asked) -> list[tuple[str, Picture]]:
    """Draw the same rates in each rater's own codes, all on one scale."""
    made = [(label, *_rates(other, asked, None)) for label, other in found.beside]
    high = max((highest(measures) for _, _, measures in made), default=0.0) * 1.06 or 1.0
    return [
        (
            label,
            points_picture(
                parts, measures, f"{RATES}, {label}", "per 100 turns", name="comparison-small", high=high, is_small=True
            ),
        )
        for label, parts, measures in made
        if parts and measures
    ]


def _rates(
    found: Enactments, asked: Asked, href: Callable[[Named, str], str] | None
) -> tuple[list[str], list[Measure]]:
    """Give the parts and, for each group, the points of its rates."""
    if not found.material.sessions:
        return [], []
    groups = groups_asked(found, asked)
    made = counted(found, asked, part_of(found, asked))
    parts = list(dict.fromkeys(one.part for one in made))[:6]
    measures, plainly = [], found.plainly(asked)
    for named in groups:
        points = tuple(
            Point(
                parts.index(one.part),
                one.per_100.value,
                one.per_100.low,
                one.per_100.high,
                f"{one.part}, {named.title}: {plainly(_rate_words(one))}",
                href(named, one.part) if href and one.turns else "",
            )
            for one in made
            if one.group == named.group.name and one.part in parts
        )
        measures.append(Measure(named.title, named.slot, points, named.standing.is_below))
    return parts, measures


def _rate_words(one: Count) -> str:
    figure: Figure = one.per_100
    if figure.value is None:
        return figure.why
    interval = f", {figure.low:.1f} to {figure.high:.1f}" if figure.low is not None and figure.high is not None else ""
    return f"{figure.value:.1f} ({one.turns} of {one.known}){interval}"


TOGETHER_COLUMNS = (
    sheets.text("one", "One"),
    sheets.text("other", "Other"),
    sheets.count("window", "Window, turns"),
    sheets.count("both", "Both"),
    sheets.count("one_only", "One only"),
    sheets.count("other_only", "Other only"),
    sheets.count("neither", "Neither"),
    sheets.number("jaccard", "Jaccard"),
    sheets.number("phi", "Phi"),
    sheets.number("odds_ratio_log", "Log odds"),
    sheets.number("odds_ratio_log_low", "95 % from"),
    sheets.number("odds_ratio_log_high", "to"),
    sheets.text("why", "Why not"),
)


def made_together(found: Enactments, asked: Asked) -> tuple[Together, ...]:
    """Hold every two groups against each other within the window that is asked for."""
    groups = [named.group for named in groups_asked(found, asked)]
    name = digest_of(found.layer.name, str(asked.window), *(f"{one.name}:{','.join(one.codes)}" for one in groups))
    return found.kept.kept(f"together-{name}", lambda: together(found.material, groups, asked.window))


def together_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List which groups go together, in one turn or within a window."""
    title = "What goes together"
    if not found.material.sessions:
        return sheet("together", title, TOGETHER_COLUMNS, [], why="No session of this round can be shown.")
    titles = {named.group.name: named.title for named in groups_asked(found, asked)}
    rows = [
        (
            titles[one.one],
            titles[one.other],
            one.window,
            *one.table,
            one.jaccard.value,
            one.phi.value,
            one.log_odds_ratio.value,
            one.log_odds_ratio.low,
            one.log_odds_ratio.high,
            one.jaccard.why or one.phi.why,
        )
        for one in made_together(found, asked)
    ]
    why = "There are no two groups to hold against each other."
    note = (
        "Jaccard: those with both among those with either, 0 to 1. Phi: their correlation, −1 to 1. Log odds above 0: "
        "more often together than apart; the interval leaves out one session at a time."
    )
    return sheet("together", title, TOGETHER_COLUMNS, rows, note, why, words=found.plainly(asked))


def draw_together(found: Enactments, asked: Asked, href: Callable[[Named, Named], str] | None = None) -> Picture | None:
    """Draw which groups go together as a map of bubbles."""
    names, spots = _spots(found, asked, href)
    return co_map(names, spots, _together_title(asked)) if spots else None


def draw_together_by_rater(found: Enactments, asked: Asked) -> list[tuple[str, Picture]]:
    """Draw the same map of each rater's own codes, with bubbles of one scale."""
    made = [(label, *_spots(other, asked, None)) for label, other in found.beside]
    largest = max((largest_share(spots) for _, _, spots in made), default=0.0)
    return [
        (
            label,
            co_map(
                names,
                spots,
                f"{_together_title(asked)}, {label}",
                name="together-small",
                largest=largest,
                is_small=True,
            ),
        )
        for label, names, spots in made
        if spots
    ]


def _unit(asked: Asked) -> str:
    return "turns" if asked.window == 1 else f"windows of {asked.window} turns"


def _together_title(asked: Asked) -> str:
    return f"What goes together, {_unit(asked)}"


def _spots(
    found: Enactments, asked: Asked, href: Callable[[Named, Named], str] | None
) -> tuple[list[tuple[str, str, bool]], dict[tuple[int, int], Spot]]:
    """Give the groups, and of every two of them the bubble."""
    groups = groups_asked(found, asked)
    if len(groups) < 2 or not found.material.sessions:
        return [], {}
    place = {named.group.name: number for number, named in enumerate(groups)}
    spots, plainly = {}, found.plainly(asked)
    for one in made_together(found, asked):
        first, second = groups[place[one.one]], groups[place[one.other]]
        words = f"{first.title} and {second.title}: {one.table[0]} {_unit(asked)} with both"
        words += (
            f", Jaccard {one.jaccard.value:.2f}" if one.jaccard.value is not None else plainly(f"; {one.jaccard.why}")
        )
        words += f", phi {one.phi.value:.2f}" if one.phi.value is not None else ""
        spots[place[one.one], place[one.other]] = Spot(
            one.jaccard.value, one.table[0], words, href(first, second) if href else ""
        )
    names = [(named.title, named.slot, named.standing.is_below) for named in groups]
    return names, spots


def counts_sentence(found: Enactments, asked: Asked) -> str:
    """Say which code was given most, and how many never."""
    if not found.material.sessions:
        return "No session of this round can be shown."
    groups = {named.group.name: named.title for named in groups_asked(found, asked)}
    made = sorted(counted(found, asked, ALL), key=lambda one: -one.turns)
    if not made or not made[0].turns:
        return "No code was given in this layer."
    never = sum(not one.turns for one in made)
    first = f"{groups[made[0].group]} was given most, on {made[0].turns} of {made[0].known} turns."
    return first + (f" {never} of {len(made)} never {'was' if never == 1 else 'were'}." if never else "")
