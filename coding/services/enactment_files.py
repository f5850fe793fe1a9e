"""Figures and data of an analysis of enactments as files: tables, pictures, and what programs read."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import IO

from coding.formats.pictures.svg import Picture
from coding.formats.pictures.timeline import timeline
from coding.formats.table import write_table
from coding.queries.enactment_counts import draw_counts, draw_together
from coding.queries.enactment_dyads import (
    COURSE_TITLE,
    course_called,
    course_name,
    course_title,
    courses,
    draw_courses,
    why_no_course,
)
from coding.queries.enactment_hours import hour_codes
from coding.queries.enactment_latency import draw_named, draw_waiting, waiting, why_no_pulls
from coding.queries.enactment_namings import draw_answers, why_no_namings
from coding.queries.enactment_pictures import stretches_of, timeline_of
from coding.queries.enactment_sequences import Sequences, groups_asked
from coding.queries.enactment_sheets import SHEETS, make_sheet
from coding.queries.enactment_words import paragraph
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.sequence_pictures import draw_lags, draw_states
from coding.queries.sheets import Sheet
from coding.services.analysis_files import WORDS, ZIP, analysis_files, analysis_zip
from transcripts.formats.guard import guard

RESULTS = "results.txt"
#: So many pictures of single sessions or dyads are listed.
MOST = 200
#: The tables as the pages show them are told from those that other programs read by their names.
SHOWN = "shown-"
CSV, SVG = "text/csv; charset=utf-8", "image/svg+xml"


@dataclass(frozen=True, slots=True)
class EnactmentFile:
    """One file to hand over."""

    name: str
    type: str
    content: IO[bytes]


def file_of(found: Enactments, asked: Asked, name: str) -> EnactmentFile | None:
    """Make the file of this name, or give None where there is none of it."""
    stem, _, ending = name.rpartition(".")
    shown = stem.removeprefix(SHOWN)
    if ending == "csv" and stem.startswith(SHOWN) and shown in SHEETS:
        return _file(name, CSV, csv_of(make_sheet(shown, found, asked)))
    if name == RESULTS:
        return _file(name, "text/plain; charset=utf-8", f"{paragraph(found, asked)}\n")
    if name == ZIP:
        packed = analysis_zip(found, asked)
        return None if packed is None else EnactmentFile(name, "application/zip", packed)
    if name in WORDS and name in (made := analysis_files(found, asked)):
        return _file(name, CSV if ending == "csv" else "text/plain; charset=utf-8", "".join(made[name]))
    if ending == "svg" and (drawn := picture_of(found, asked, stem)) is not None:
        return _file(name, SVG, drawn.file)
    return None


def csv_of(sheet: Sheet) -> str:
    """Write a table as csv; words that a spreadsheet could take for a formula are guarded."""
    rows = (
        [guard(cell) if isinstance(cell, str) and not _is_number(cell) else cell for cell in row]
        for row in sheet.lines()
    )
    return "".join(write_table([column.key for column in sheet.columns], rows))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def picture_of(found: Enactments, asked: Asked, stem: str) -> Picture | None:
    """Draw the picture of this name, or give None where there is none of it."""
    if stem.startswith("timeline-"):
        return _timeline(found, stem.removeprefix("timeline-"))
    if (dyad := course_called(found, stem)) is not None and not why_no_course(found):
        return draw_courses(found, [dyad])[0]
    make = PICTURES.get(stem)
    return make(found, asked) if make else None


def _timeline(found: Enactments, revision: str) -> Picture | None:
    hours = [hour for hour in found.hours if str(hour.revision) == revision]
    if not hours:
        return None
    (codes,) = hour_codes(found, found.layer, hours)
    session = found.material.sessions[found.hours.index(hours[0])]
    return timeline(replace(timeline_of(found, found.layer, codes), stretches=stretches_of(found, session)))


def _latency(found: Enactments, asked: Asked) -> Picture | None:
    return None if why_no_pulls(found) else draw_waiting(waiting(found, asked, found.by(asked)))


def _named(found: Enactments, asked: Asked) -> Picture | None:
    return None if why_no_pulls(found) else draw_named(found, asked)


def _states(found: Enactments, asked: Asked) -> Picture | None:
    groups = groups_asked(found, asked)
    if not groups or not found.material.sessions:
        return None
    return draw_states(found, Sequences(found, groups).square(asked), asked)


PICTURES: Mapping[str, Callable[[Enactments, Asked], Picture | None]] = {
    "answers": draw_answers,
    "latency": _latency,
    "named": _named,
    "states": _states,
    "lags": draw_lags,
    "comparison": draw_counts,
    "together": draw_together,
}
PICTURE_TITLES = {
    "answers": "What follows a naming, by condition",
    "latency": "How long pulls wait",
    "named": "Pulls named within some turns",
    "states": "What follows what, as a diagram",
    "lags": "One pair over the lags",
    "comparison": "How often each code was given",
    "together": "What goes together",
}


def _file(name: str, kind: str, text: str) -> EnactmentFile:
    return EnactmentFile(name, kind, io.BytesIO(text.encode()))


@dataclass(frozen=True, slots=True)
class Listed:
    """One file that can be taken away, or why it cannot be made."""

    name: str
    title: str
    why: str = ""


def files_of(found: Enactments, asked: Asked) -> list[tuple[str, list[Listed]]]:
    """List the files by kind."""
    tables = [Listed(f"{SHOWN}{name}.csv", kind.title) for name, kind in SHEETS.items()]
    pictures = [
        Listed(f"{name}.svg", title, why_no_picture(found, asked, name)) for name, title in PICTURE_TITLES.items()
    ]
    pictures += [
        Listed(f"timeline-{hour.revision}.svg", f"Timeline of {hour.transcript}") for hour in found.hours[:MOST]
    ]
    if why := why_no_course(found):
        pictures.append(Listed("course.svg", COURSE_TITLE, why))
    else:
        pictures += [Listed(f"{course_name(found, one)}.svg", course_title(one)) for one in courses(found)[:MOST]]
    no_session = "" if found.material.sessions else "No session of this round can be shown."
    words = [Listed(ZIP, "Everything below for other programs, with its data dictionary", no_session)]
    words += [Listed(name, title, no_session) for name, title in WORDS.items()]
    words.append(Listed(RESULTS, "The results in a paragraph"))
    return [("For other programs", words), ("Pictures, svg", pictures), ("Tables as the pages show them", tables)]


def why_no_picture(found: Enactments, asked: Asked, name: str) -> str:
    """Say why a picture cannot be drawn, without drawing it; nothing where it can."""
    if not found.material.sessions:
        return "No session of this round can be shown."
    if name == "answers":
        return why_no_namings(found)
    if name in ("latency", "named"):
        return why_no_pulls(found)
    groups = len(groups_asked(found, asked))
    if not groups:
        return "This codebook has no code that can be given."
    return "There are no two groups to hold against each other." if name == "together" and groups < 2 else ""
