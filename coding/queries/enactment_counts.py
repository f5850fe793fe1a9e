"""How often, and what goes together: codes and groups by condition, session, speaker and third of the hour."""

from __future__ import annotations

from collections.abc import Callable

from coding.analysis.counts import ALL, PHASE, SESSION, SPEAKER, Count, counts
from coding.analysis.figures import Figure
from coding.analysis.together import Together, together
from coding.formats.pictures.co_map import Spot, co_map
from coding.formats.pictures.points import Measure, Point, points_picture
from coding.formats.pictures.svg import Picture
from coding.queries import sheets
from coding.queries.enactment_sequences import groups_asked
from coding.queries.enactments import Enactments, Named, digest_of
from coding.queries.enactments_asked import Asked
from coding.queries.sheets import Sheet, sheet

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
    return sheet("counts", title, COUNT_COLUMNS, rows, note, "No session is in any of these parts.")


def draw_counts(found: Enactments, asked: Asked, href: Callable[[Named, str], str] | None = None) -> Picture | None:
    """Draw the rates per 100 turns as points with intervals, part beside part."""
    if not found.material.sessions:
        return None
    groups = groups_asked(found, asked)
    made = counted(found, asked, part_of(found, asked))
    parts = list(dict.fromkeys(one.part for one in made))[:6]
    if not parts or not groups:
        return None
    measures = []
    for named in groups:
        points = tuple(
            Point(
                parts.index(one.part),
                one.per_100.value,
                one.per_100.low,
                one.per_100.high,
                f"{one.part}, {named.title}: {_rate_words(one)}",
                href(named, one.part) if href and one.turns else "",
            )
            for one in made
            if one.group == named.group.name and one.part in parts
        )
        measures.append(Measure(named.title, named.slot, points, named.standing.is_below))
    return points_picture(parts, measures, "Turns with each code per 100 turns", "per 100 turns", name="comparison")


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
    sheets.number("odds_ratio_log_low", "from"),
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
    return sheet("together", title, TOGETHER_COLUMNS, rows, why="There are no two groups to hold against each other.")


def draw_together(found: Enactments, asked: Asked, href: Callable[[Named], str] | None = None) -> Picture | None:
    """Draw which groups go together as a map of bubbles."""
    groups = groups_asked(found, asked)
    if len(groups) < 2 or not found.material.sessions:
        return None
    place = {named.group.name: number for number, named in enumerate(groups)}
    unit = "turns" if asked.window == 1 else f"windows of {asked.window} turns"
    spots = {}
    for one in made_together(found, asked):
        first, second = groups[place[one.one]], groups[place[one.other]]
        words = f"{first.title} and {second.title}: {one.table[0]} {unit} with both"
        words += f", Jaccard {one.jaccard.value:.2f}" if one.jaccard.value is not None else f"; {one.jaccard.why}"
        words += f", phi {one.phi.value:.2f}" if one.phi.value is not None else ""
        spots[place[one.one], place[one.other]] = Spot(
            one.jaccard.value, one.table[0], words, href(first) if href else ""
        )
    names = [(named.title, named.slot, named.standing.is_below) for named in groups]
    return co_map(names, spots, f"What goes together, {unit}")


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
