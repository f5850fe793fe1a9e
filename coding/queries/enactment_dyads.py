"""Over the sessions of a dyad: the course of pulls and namings, who pulls whom, what was told and then lived."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coding.analysis.figures import Figure
from coding.analysis.relations import Course, Place, course, directions, recurrences, reworked
from coding.formats.pictures.course import CourseLine, CoursePoint, course_picture, highest
from coding.formats.pictures.svg import Picture
from coding.queries import sheets
from coding.queries.enactment_latency import why_no_pulls
from coding.queries.enactments import Enactments, Named
from coding.queries.enactments_asked import Asked
from coding.queries.sheets import Sheet, Told, TurnAt, sheet

#: So many dyads are drawn on a page.
SHOWN = 12
COURSE_TITLE = "The course over the sessions of a dyad"
ONE_SESSION = "not a course: this dyad has one session"
DIRECTION, ARENA = "direction", "arena"


def courses(found: Enactments) -> tuple[Course, ...]:
    """Give the hours of each dyad in order."""
    groups = [group for group in reworked(found.roles) if group.codes]
    return found.once("courses", lambda: course(found.material, groups))


def course_called(found: Enactments, name: str) -> Course | None:
    """Find the course whose picture has this name."""
    return next((one for one in courses(found) if course_name(found, one) == name), None)


def why_no_course(found: Enactments) -> str:
    """Say why no course can be drawn, or nothing where one can."""
    if not found.material.sessions:
        return "No session of this round can be shown."
    if not any(group.codes for group in reworked(found.roles)):
        return "No code of this codebook stands in a role: say which ones are pulls and namings first."
    return ""


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
    if why := why_no_course(found):
        return sheet("course", COURSE_TITLE, columns, [], why=why)
    rows = [
        (one.dyad, hour.number, hour.transcript, name, figure.value, figure.n, figure.why or one.why)
        for one in courses(found)
        for hour in one.hours
        for name, figure in hour.rates.items()
    ]
    return sheet("course", COURSE_TITLE, columns, rows)


#: Gives the address of what lies behind a mark: of which group, in which session.
Behind = Callable[[Named, str], str]


def draw_courses(found: Enactments, made: Sequence[Course], href: Behind | None = None) -> list[Picture]:
    """Draw the hours of these dyads, on the scale that holds all dyads of the layer."""
    high = max((highest(_lines(found, one)) for one in courses(found)), default=0.0)
    return [course_picture(_lines(found, one, href), course_title(one), high=high, joined=not one.why) for one in made]


def draw_courses_by_rater(
    found: Enactments, made: Sequence[Course], href: Callable[[str], Behind] | None = None
) -> dict[str, list[tuple[str, Picture]]]:
    """Draw the same dyads in each rater's own codes, by dyad, all on one scale; `href` knows the pages of a rater."""
    wanted = {one.dyad for one in made}
    drawn = [
        (one, label, _lines(other, one, href(label) if href else None))
        for label, other in found.beside
        for one in courses(other)
        if one.dyad in wanted
    ]
    high = max((highest(lines) for _, _, lines in drawn), default=0.0)
    by_dyad: dict[str, list[tuple[str, Picture]]] = {one.dyad: [] for one in made}
    for one, label, lines in drawn:
        title = f"{course_title(one)}, {label}"
        small = course_picture(lines, title, "course-small", high=high, joined=not one.why, is_small=True)
        by_dyad[one.dyad].append((label, small))
    return by_dyad


def course_title(one: Course) -> str:
    """Say what the picture of a dyad shows."""
    return f"Pulls and namings over the sessions {f'of {one.dyad}' if one.dyad else 'without a dyad'}"


def course_name(found: Enactments, one: Course) -> str:
    """Name the picture of a dyad in files, after its first session: what people call a dyad makes no file name."""
    return f"course-{found.revisions[one.hours[0].transcript]}"


def _lines(found: Enactments, one: Course, href: Behind | None = None) -> list[CourseLine]:
    named_of = {named.group.name: named for named in found.in_roles}
    lines = []
    for name in one.hours[0].rates if one.hours else ():
        named = named_of[name]
        points = tuple(
            CoursePoint(
                hour.number if hour.number is not None else float(place),
                figure.value,
                f"{hour.transcript}, {name}: {_rate(figure)}",
                href(named, hour.transcript) if href and figure.value else "",
            )
            for place, hour in enumerate(one.hours, start=1)
            for figure in [hour.rates[name]]
        )
        lines.append(CourseLine(named.title, named.slot, points, named.standing.is_below))
    return lines


def _rate(figure: Figure) -> str:
    if figure.value is None:
        return figure.why
    return f"{figure.value:.1f} per 100 turns ({round(figure.value * figure.n / 100)} of {figure.n})"


def directions_sheet(found: Enactments, asked: Asked) -> Sheet:
    """Count who pulls whom, by the attribute direction."""
    columns = (sheets.text("speaker", "Speaker"), sheets.text("direction", "Direction"), sheets.count("pulls", "Pulls"))
    title = "Who pulls whom"
    if why := why_no_attribute(found, DIRECTION) or why_no_pulls_at_all(found):
        return sheet("directions", title, columns, [], why=why)
    (asked_for,) = [attribute for attribute in found.rows.book.attributes if attribute.key == DIRECTION]
    words = dict(zip(asked_for.values, asked_for.names, strict=True))
    rows = [
        (one.speaker, Told(one.value, words.get(one.value) or one.value), one.count)
        for one in directions(found.told_material, found.roles.pull)
    ]
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
                found.told_codes([one.code]),
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
