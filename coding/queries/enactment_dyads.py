"""Over the sessions of a dyad: the course of pulls and namings, who pulls whom, what was told and then lived."""

from __future__ import annotations

from collections.abc import Callable

from coding.analysis.relations import Course, Place, course, directions, recurrences, reworked
from coding.formats.pictures.course import CourseLine, CoursePoint, course_picture
from coding.formats.pictures.svg import Picture
from coding.queries import sheets
from coding.queries.enactment_latency import why_no_pulls
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.sheets import Sheet, TurnAt, sheet

#: So many dyads are drawn on a page.
SHOWN = 12
ONE_SESSION = "not a course: this dyad has one session"
DIRECTION, ARENA = "direction", "arena"


def courses(found: Enactments) -> tuple[Course, ...]:
    """Give the hours of each dyad in order."""
    return course(found.material, [group for group in reworked(found.roles) if group.codes])


def courses_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List the rates of each hour of each dyad."""
    columns = (
        sheets.text("dyad", "Dyad"),
        sheets.number("session", "Session", 0),
        sheets.text("transcript", "Transcript"),
        sheets.text("group", "Group"),
        sheets.number("per_100", "Per 100 turns", 1),
        sheets.count("known", "of turns"),
        sheets.text("why", "Why not"),
    )
    title = "The course over the sessions of a dyad"
    if not found.roles_table.says_something:
        why = "No code of this codebook stands in a role: say which ones are pulls and namings first."
        return sheet("course", title, columns, [], why=why)
    rows = [
        (one.dyad, hour.number, hour.transcript, name, figure.value, figure.n, figure.why or one.why)
        for one in courses(found)
        for hour in one.hours
        for name, figure in hour.rates.items()
    ]
    return sheet("course", title, columns, rows, why="No session of this round can be shown.")


def draw_course(found: Enactments, one: Course, href: Callable[[str], str] | None = None) -> Picture:
    """Draw the hours of one dyad."""
    slots = {named.group.name: named for named in found.in_roles}
    names = list(one.hours[0].rates) if one.hours else []
    lines = []
    for name in names:
        named = slots.get(name)
        points = tuple(
            CoursePoint(
                hour.number if hour.number is not None else float(place),
                hour.rates[name].value,
                f"{hour.transcript}, {name}: {_rate(hour.rates[name].value)}",
                href(hour.transcript) if href else "",
            )
            for place, hour in enumerate(one.hours, start=1)
        )
        slot = named.slot if named else "stone"
        lines.append(CourseLine(name, slot, points, bool(named and named.standing.is_below)))
    return course_picture(lines, f"Pulls and namings over the sessions of {one.dyad}")


def _rate(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.1f} per 100 turns"


def directions_sheet(found: Enactments, asked: Asked) -> Sheet:
    """Count who pulls whom, by the attribute direction."""
    columns = (sheets.text("speaker", "Speaker"), sheets.text("direction", "Direction"), sheets.count("pulls", "Pulls"))
    title = "Who pulls whom"
    if why := why_no_attribute(found, DIRECTION) or why_no_pulls_at_all(found):
        return sheet("directions", title, columns, [], why=why)
    rows = [(one.speaker, one.value, one.count) for one in directions(found.told_material, found.roles.pull)]
    return sheet("directions", title, columns, rows, why="Not defined: no pull occurs in this layer.")


def recurrences_sheet(found: Enactments, asked: Asked) -> Sheet:
    """Follow every pull that was told of elsewhere: does it come again in the room?"""
    columns = (
        sheets.text("dyad", "Dyad"),
        sheets.text("transcript", "Transcript"),
        sheets.turn("told", "Told of"),
        sheets.text("code", "Code"),
        sheets.text("person", "Of whom"),
        sheets.turn("same_hour", "Later in the hour"),
        sheets.text("later_hours", "In later hours"),
        sheets.count("later_known", "Later hours known"),
    )
    title = "Told of elsewhere, then lived here"
    if why := why_no_attribute(found, ARENA) or why_no_pulls_at_all(found):
        return sheet("recurrences", title, columns, [], why=why)
    hours = {hour.transcript: hour for hour in found.hours}

    def at(place: Place | None) -> TurnAt | None:
        if place is None:
            return None
        hour = hours[place.transcript]
        return TurnAt(hour.revision, found.position(hour, place.segment))

    rows = []
    for one in recurrences(found.told_material, found.roles.pull):
        later = "; ".join(
            f"{place.transcript}, turn {found.position(hours[place.transcript], place.segment)}"
            for place in one.later_hours
        )
        rows.append(
            (
                one.dyad,
                one.told.transcript,
                at(one.told),
                one.code,
                one.person,
                at(one.same_hour),
                later,
                one.later_known,
            )
        )
    note = "A pull without a word on where it was lived counts as lived here."
    return sheet("recurrences", title, columns, rows, note, "No pull in this layer was told of as lived elsewhere.")


def why_no_attribute(found: Enactments, name: str) -> str:
    """Say that the codebook does not ask for an attribute, or nothing where it does."""
    if any(attribute.key == name for attribute in found.rows.book.attributes):
        return ""
    return f"The codebook of this round does not ask for “{name}”, so this cannot be told."


def why_no_pulls_at_all(found: Enactments) -> str:
    """Say why there is no pull, whether or not anything names one."""
    return "" if found.roles.pull.codes and not why_no_pulls(found).startswith("Not defined") else why_no_pulls(found)


def course_sentence(found: Enactments) -> str:
    """Say how many dyads have a course."""
    made = courses(found)
    whole = [one for one in made if not one.why]
    if not found.material.sessions:
        return "No session of this round can be shown."
    if whole:
        number = len(whole)
        return f"{number} dyad{'' if number == 1 else 's'} can be followed over several sessions."
    if made and all(one.why == ONE_SESSION for one in made):
        return "No dyad can be followed over sessions: each has one session here."
    whys = {one.why.removeprefix("not a course: ") for one in made if one.why}
    return f"No dyad can be followed over sessions: {'; '.join(sorted(whys)) or 'no session has codes in roles'}."
