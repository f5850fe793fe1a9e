"""An analysis as files that other programs read: tables, the long table of all layers, SDIS, scripts, one zip."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from typing import IO

from coding.analysis.material import Material
from coding.analysis.sentences import Pair
from coding.formats.bundle import write_zip
from coding.formats.dictionary import sequence_dictionary
from coding.formats.sequences.bundle import Choices, files
from coding.queries.enactment_sequences import groups_asked, pair_asked
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.materials import Sayings, material_of

ZIP = "analysis.zip"
IN_MEMORY = 2_000_000
#: What each file is to a reader; the zip holds all of them with their data dictionary.
WORDS: Mapping[str, str] = {
    "long.csv": "One row a turn and layer, for mixed models",
    "turns.sds": "SDIS for GSEQ, turn by turn",
    "events.sds": "SDIS for GSEQ, code by code",
    "sequences.csv": "What follows what, all pairs and lags",
    "counts.csv": "Counts and rates",
    "together.csv": "What goes together",
    "episodes.csv": "Every pull and what became of it",
    "namings.csv": "Every naming and its answers",
    "waits.csv": "Latency curves",
    "contrasts.csv": "Hazard ratios between conditions",
    "scores.csv": "One pair session by session, by condition",
    "courses.csv": "The course over the sessions of a dyad",
    "recurrences.csv": "Told of elsewhere, then lived here",
    "directions.csv": "Who pulls whom",
    "groups.csv": "The codes of each group",
    "lag_plot.py": "A figure drawn again, Python",
    "lag_plot.R": "A figure drawn again, R",
}


def analysis_files(found: Enactments, asked: Asked) -> dict[str, Iterable[str]]:
    """Write the analysis as it is asked for; nothing where there is no session or no code."""
    groups = groups_asked(found, asked)
    pair = pair_asked(groups, asked)
    if not found.material.sessions or pair is None:
        return {}
    choices = Choices(
        by=found.by(asked),
        window=asked.window,
        unit=asked.clock,
        of=asked.of,
        pair=Pair(pair[0].group.name, pair[1].group.name, asked.lag),
        weak=tuple(named.title for named in groups if named.standing.is_below),
    )
    made: dict[str, Iterable[str]] = dict(
        files(layers_of(found), found.roles, [named.group for named in groups], choices)
    )
    made["data_dictionary.md"] = [sequence_dictionary()]
    return made


def layers_of(found: Enactments) -> list[Material]:
    """Give the layer that is asked for first, with links and details, then the others that there is something in."""
    layers = [found.told_material]
    for choice in found.choices:
        if not choice.why_not and choice.key != found.layer.key:
            layer = found.layer_named(choice.key)
            sayings = Sayings(found.kept, found.hours, layer)
            layers.append(material_of(found.columns, layer, found.hours, found.facts, links=sayings.links()))
    return layers


def analysis_zip(found: Enactments, asked: Asked) -> IO[bytes] | None:
    """Pack all of them; None where there is nothing to pack."""
    made = analysis_files(found, asked)
    if not made:
        return None
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    write_zip(made, stream)
    stream.seek(0)
    return stream
