"""The tables about enactments by name: one list for pages, files and the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coding import access
from coding.queries import enactment_latency as latency
from coding.queries import sheets
from coding.queries.enactment_counts import counts_sheet, together_sheet
from coding.queries.enactment_dyads import courses_sheet, directions_sheet, recurrences_sheet
from coding.queries.enactment_hours import hour_codes
from coding.queries.enactment_namings import answers_sheet, namings_sheet
from coding.queries.enactment_words import links_sheet
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.sequence_places import places_sheet
from coding.queries.sequence_sheets import lags_sheet, scores_sheet, transitions_sheet
from coding.queries.sheets import Sheet, TurnAt, sheet

Made = Callable[[Enactments, Asked], Sheet]


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One table that can be asked for: what it is about, and how it is made."""

    title: str
    make: Made


def turns_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List every turn on which the layer has a code, or the raters are tied."""
    rows = []
    for codes in hour_codes(found, found.layer, found.hours):
        for turn in codes.turns:
            at = TurnAt(codes.hour.revision, turn.position)
            for key, rating in zip(turn.codes, turn.intensity, strict=True):
                rows.append((codes.hour.transcript, at, turn.speaker, key, found.codes[key].name, rating, False))
            rows += [
                (codes.hour.transcript, at, turn.speaker, key, found.codes[key].name, None, True) for key in turn.ties
            ]
    columns = (
        sheets.text("transcript", "Transcript"),
        sheets.turn("turn"),
        sheets.text("speaker", "Speaker"),
        sheets.text("code", "Code", hidden=True),
        sheets.text("name", "Code"),
        sheets.number("intensity", "Intensity"),
        sheets.text("tie", "A tie, left out"),
    )
    return sheet("turns", "Codes turn by turn", columns, rows, why="No code was given in this layer.")


def ties_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List where exactly half of the raters gave a code."""
    rows = []
    place = {unit: (hour, turn) for hour in found.hours for turn, unit in enumerate(hour.units.tolist(), start=1)}
    keys = list(found.codes)
    for unit, code in found.layer.ties:
        hour, _ = place[unit]
        at = TurnAt(hour.revision, int(found.rows.units.position[unit]))
        rows.append((hour.transcript, at, keys[code], found.codes[keys[code]].name))
    columns = (
        sheets.text("transcript", "Transcript"),
        sheets.turn("turn"),
        sheets.text("code", "Code", hidden=True),
        sheets.text("name", "Code"),
    )
    why = "There is no tie: nowhere did exactly half of the raters give a code."
    return sheet("ties", "Ties, left out of the majority", columns, rows, why=why)


def standing_sheet(found: Enactments, asked: Asked) -> Sheet:
    """Say how reliable each code, family and group in a role is in this round."""
    rows = [
        (kind, named.title, ";".join(named.group.codes), named.standing.value, named.standing.threshold,
         named.standing.is_below, named.standing.words)
        for kind, group in (("role", found.in_roles), ("family", found.families), ("code", found.each_code))
        for named in group
    ]  # fmt: skip
    columns = (
        sheets.text("kind", "What"),
        sheets.text("name", "Name"),
        sheets.text("codes", "Codes"),
        sheets.number("agreement", "Agreement"),
        sheets.number("threshold", "Threshold", 3),
        sheets.text("below", "Below"),
        sheets.text("words", "In words"),
    )
    title = "Agreement of codes and groups in this round"
    if not found.numbers:
        return sheet("agreement", title, columns, [], why=access.NO_NUMBERS)
    return sheet("agreement", title, columns, rows)


SHEETS: Mapping[str, SheetKind] = {
    "turns": SheetKind("Codes turn by turn", turns_sheet),
    "namings": SheetKind("What became of each naming", namings_sheet),
    "answers": SheetKind("What follows a naming, by condition", answers_sheet),
    "pulls": SheetKind("Every pull and what became of it", latency.pulls_sheet),
    "latency": SheetKind("Latency curves, step by step", latency.curve_sheet),
    "medians": SheetKind("Median latencies", latency.medians_sheet),
    "hazard_ratios": SheetKind("Conditions compared", latency.contrasts_sheet),
    "named_within": SheetKind("Pulls named within some turns", latency.named_sheet),
    "transitions": SheetKind("What follows what", transitions_sheet),
    "places": SheetKind("Every place of one pair", places_sheet),
    "lags": SheetKind("One pair over the lags", lags_sheet),
    "scores": SheetKind("The same pair, session by session, by condition", scores_sheet),
    "counts": SheetKind("Counts and rates", counts_sheet),
    "together": SheetKind("What goes together", together_sheet),
    "course": SheetKind("The course over the sessions of a dyad", courses_sheet),
    "directions": SheetKind("Who pulls whom", directions_sheet),
    "recurrences": SheetKind("Told of elsewhere, then lived here", recurrences_sheet),
    "links": SheetKind("How far raters link the same turns", links_sheet),
    "ties": SheetKind("Ties, left out of the majority", ties_sheet),
    "agreement": SheetKind("Agreement of codes and groups", standing_sheet),
}


def make_sheet(name: str, found: Enactments, asked: Asked) -> Sheet:
    """Make a table. Raises KeyError for a name that there is none of."""
    return SHEETS[name].make(found, asked)
