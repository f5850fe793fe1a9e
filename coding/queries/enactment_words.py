"""The results of a layer as a paragraph for a paper, and how far raters link the same turns."""

from __future__ import annotations

from coding import access
from coding.analysis.link_agreement import link_agreement
from coding.analysis.material import Material
from coding.analysis.sentences import Pair, results
from coding.queries import sheets
from coding.queries.enactment_latency import waiting, why_no_pulls
from coding.queries.enactment_sequences import Sequences, groups_asked, pair_asked
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.layers import RATER
from coding.queries.materials import Sayings, material_of
from coding.queries.sheets import Sheet, sheet


def paragraph(found: Enactments, asked: Asked) -> str:
    """Say unit, layer, sessions, test and correction, and that associations are no effects."""
    groups = groups_asked(found, asked)
    pair = pair_asked(groups, asked)
    shuffles = Sequences(found, groups).chance if groups and found.material.sessions else None
    pairs = [Pair(pair[0].group.name, pair[1].group.name, asked.lag)] if pair and shuffles else []
    waits = None if why_no_pulls(found) else waiting(found, asked, found.by(asked))
    weak = [named.title for named in groups if named.standing.is_below]
    said = results(found.material, found.by(asked), waits=waits, shuffles=shuffles, pairs=pairs, weak=weak)
    return found.plainly(asked)(said)


def linking_raters(found: Enactments) -> list[Material]:
    """Give every rater's own layer with the links that they made; one statement a rater."""
    made = []
    for label in found.rows.raters:
        layer = found.layer_named(f"{RATER}{label}")
        links = Sayings(found.kept, found.hours, layer).links()
        made.append(material_of(found.columns, layer, found.hours, found.facts, links=links))
    return made


def links_sheet(found: Enactments, asked: Asked) -> Sheet:
    """Say how far raters link namings to the same pulls, and responses to the same namings."""
    columns = (
        sheets.text("links", "Links"),
        sheets.text("coefficient", "Coefficient"),
        sheets.number("value", "Value"),
        sheets.number("low", "95 % from"),
        sheets.number("high", "to"),
        sheets.count("n", "Rests on"),
        sheets.text("why", "Why not"),
    )
    title = "How far raters link the same turns"
    if not found.numbers:
        return sheet("links", title, columns, [], why=access.NO_NUMBERS)
    if len(found.rows.raters) < 2:
        return sheet("links", title, columns, [], why="One rater: there is no agreement to measure.")
    raters = linking_raters(found)
    if not any(session.links for material in raters for session in material.sessions):
        return sheet("links", title, columns, [], why="No rater linked any coding in this round.")
    roles = found.roles
    rows = []
    for words, group, to in (
        ("from a naming to the pull it names", roles.naming, roles.pull),
        *((f"from “{group.name}” to the naming it answers", group, roles.naming) for group in roles.responses),
    ):
        if not group.codes or not to.codes:
            continue
        for name, result in link_agreement(raters, group, to=to).items():
            why = result.why or result.why_no_interval
            rows.append((words, name, result.value, result.low, result.high, result.n, why))
    note = "A unit is a turn where two raters gave the group; the value is the turn that the link leads to, or no link."
    return sheet("links", title, columns, rows, note, "No code stands in a role that links lead from.")
