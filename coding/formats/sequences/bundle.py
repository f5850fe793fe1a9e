"""Everything of an analysis as files: the tables, the long table, SDIS, two scripts, the paragraph, the dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coding.analysis import counts, following, relations
from coding.analysis.comparing import compare_scores, session_scores
from coding.analysis.episodes import episodes
from coding.analysis.events import Transitions, streams_of, transitions
from coding.analysis.latencies import latencies
from coding.analysis.material import Group, Material, Roles
from coding.analysis.permuting import SEED, SHUFFLES, shuffled
from coding.analysis.sentences import Pair, results
from coding.analysis.stack import Stack
from coding.analysis.together import together
from coding.formats.sequences import tables
from coding.formats.sequences.long import long_table
from coding.formats.sequences.sdis import EVENT, INTERVAL, sdis

SCRIPTS = Path(__file__).parent / "scripts"
Pieces = Iterable[str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader chose on the page: condition, lags, window, which waits, how to shuffle, which pair to tell."""

    by: str = ""
    lags: tuple[int, ...] = (1, 2, 3, 4, 5)
    window: int = 1
    unit: str = "turns"
    of: str = "first pull"
    within: str = "session"
    shuffles: int = SHUFFLES
    seed: int = SEED
    pair: Pair | None = None
    weak: tuple[str, ...] = ()


def files(layers: Sequence[Material], roles: Roles, groups: Sequence[Group], choices: Choices) -> dict[str, Pieces]:
    """
    Return each file by its name.

    The tables are of the first layer and of `groups`, or of the roles where no group is named: each cell counts in the
    correction for their number. long.csv holds all layers. Raises ValueError for no layer, or for layers or
    choices that do not fit.
    """
    if not layers:
        raise ValueError("An analysis needs at least one layer of codings.")
    material, name = layers[0], layers[0].layer
    every = list(groups) or [group for group in roles.all() if group.codes]
    stack = Stack.of(material)
    found = shuffled(
        stack, every, every, choices.lags, shuffles=choices.shuffles, seed=choices.seed, within=choices.within
    )
    waits = latencies(
        material, roles, choices.by, unit=choices.unit, of=choices.of, shuffles=choices.shuffles, seed=choices.seed
    )
    pair = choices.pair or Pair(every[0].name, every[-1].name, choices.lags[0])
    scored = compare_scores(
        session_scores(found.tables, pair.given, pair.target, pair.lag),
        [session.attributes.get(choices.by, "") for session in material.sessions],
        [session.transcript for session in material.sessions],
        f"log odds ratio of {pair.target} {pair.lag} after {pair.given}",
        shuffles=choices.shuffles,
        seed=choices.seed,
    )
    parts = choices.by or counts.ALL
    text = results(material, choices.by, waits=waits, shuffles=found, pairs=[pair], weak=choices.weak)
    return {
        "sequences.csv": tables.sequences(name, found.tables, found),
        "transitions.csv": tables.transitions(name, _transitions(stack, every, choices.lags)),
        "counts.csv": tables.counts(name, parts, counts.counts(material, every, parts)),
        "together.csv": tables.together(name, together(material, every, choices.window)),
        "episodes.csv": tables.episodes(name, episodes(material, roles)),
        "namings.csv": tables.namings(name, following.namings(material, roles)),
        "waits.csv": tables.waits(name, waits),
        "contrasts.csv": tables.contrasts(name, waits),
        "scores.csv": tables.scores(name, scored),
        "courses.csv": tables.courses(name, relations.course(material, relations.reworked(roles))),
        "recurrences.csv": tables.recurrences(name, relations.recurrences(material, roles.pull)),
        "directions.csv": tables.directions(name, relations.directions(material, roles.pull)),
        "groups.csv": tables.groups(every),
        "long.csv": long_table(layers, every),
        "turns.sds": [sdis(material, every, INTERVAL)],
        "events.sds": [sdis(material, every, EVENT)],
        "results.txt": [f"{text}\n"],
        **{path.name: [path.read_text(encoding="utf-8")] for path in sorted(SCRIPTS.glob("lag_plot.*"))},
    }


def _transitions(stack: Stack, groups: Sequence[Group], lags: Sequence[int]) -> list[Transitions]:
    streams, names = streams_of(stack, groups), [group.name for group in groups]
    return [transitions(streams, names, lag) for lag in lags]
