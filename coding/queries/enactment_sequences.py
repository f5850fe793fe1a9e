"""What follows what in a layer: the square of groups at one lag, and one pair over the lags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coding.analysis.association import Association, associate
from coding.analysis.events import Stream, Transitions, tables_by_stream, transitions
from coding.analysis.figures import Figure, undefined
from coding.analysis.lags import Lagged, lagged
from coding.analysis.material import Ints, Session
from coding.analysis.permuting import SHUFFLES, Shuffled, shuffled
from coding.analysis.shuffled_events import affordable, shuffled_events
from coding.analysis.stack import Stack
from coding.queries.enactments import Enactments, Named, digest_of, plainly
from coding.queries.enactments_asked import LAGS, Asked

#: Beyond this an adjusted residual is framed: the two-sided 5 % of the normal distribution.
NOTABLE = 1.96
#: More groups than these make no square that can be read.
MOST = 30


@dataclass(frozen=True, slots=True)
class PairCell:
    """One given and one target at one lag; `p_chance` is by shuffling within sessions, corrected for all cells."""

    given: Named
    target: Named
    observed: int
    expected: float | None
    probability: float | None
    residual: float | None
    why: str
    p: float | None
    p_chance: float | None
    yules_q: Figure
    log_odds: Figure

    @property
    def sign(self) -> str:
        """Say whether it comes more or less often than by chance; "" for neither."""
        if self.residual is None or abs(self.residual) <= NOTABLE:
            return ""
        return "plus" if self.residual > 0 else "minus"


@dataclass(frozen=True, slots=True)
class Square:
    """All pairs of groups at one lag, in the whole layer or in one session."""

    title: str
    groups: tuple[Named, ...]
    rows: tuple[tuple[Named, tuple[PairCell, ...]], ...]
    pairs: int
    tested: int
    left_out: int = 0
    shuffles: int = SHUFFLES

    @property
    def cells(self) -> list[PairCell]:
        """Give the cells row by row."""
        return [cell for _, row in self.rows for cell in row]


def groups_asked(found: Enactments, asked: Asked) -> list[Named]:
    """Give the groups that are asked for: in roles, families, or every code alone."""
    named = {"roles": found.in_roles, "families": found.families, "codes": found.each_code}[asked.groups]
    return named[:MOST]


class Sequences:
    """The sequences of one layer among some groups."""

    def __init__(self, found: Enactments, groups: Sequence[Named], *, tests: bool = True) -> None:
        """Count all pairs of these groups at all lags, or take what was kept; `tests` says whether to shuffle."""
        self.found, self.groups, self.tests = found, list(groups), tests
        self.plainly = plainly(groups)
        self.plain = [named.group for named in groups]
        self.key = digest_of(found.layer.name, *[f"{group.name}:{','.join(group.codes)}" for group in self.plain])
        self.lagged: Lagged = found.kept.kept(f"lagged-{self.key}", self._lagged)

    def _lagged(self) -> Lagged:
        return lagged(Stack.of(self.found.bare_material), self.plain, self.plain, LAGS)

    @property
    def chance(self) -> Shuffled:
        """Hold all cells against chance by shuffling within sessions: seeded, and kept."""
        return self.found.kept.kept(
            f"chance-{self.key}",
            lambda: shuffled(Stack.of(self.found.bare_material), self.plain, self.plain, LAGS),
        )

    def square(self, asked: Asked, transcript: str = "") -> Square:
        """Give the square of all pairs at the lag that is asked for: turn by turn, or code by code."""
        make = self._by_segment if asked.unit == "segment" else self._by_event
        name = digest_of(
            self.key,
            asked.unit,
            str(asked.lag),
            transcript,
            str(self.found.numbers),
            str(self.tests),
            *(named.title for named in self.groups),
        )
        return self.found.kept.kept(f"square-{name}", lambda: make(asked, transcript))

    def _by_segment(self, asked: Asked, transcript: str) -> Square:
        rows = []
        for given in self.groups:
            cells = [self._cell(given, target, asked.lag, transcript) for target in self.groups]
            rows.append((given, tuple(cells)))
        at = self.lagged.lags.index(asked.lag)
        counts = self.lagged.counts[at]
        chosen = counts if not transcript else counts[self.lagged.transcripts.index(transcript)][None]
        pairs = int(chosen.sum(axis=(0, 3)).max(initial=0)) if chosen.size else 0
        tested = sum(cell.residual is not None for _, row in rows for cell in row)
        return Square(transcript or "All sessions", tuple(self.groups), tuple(rows), pairs, tested)

    def association(self, given: Named, target: Named, lag: int, transcript: str = "") -> Association:
        """Say how strongly one group follows another."""
        return self.lagged.of(given.group.name, target.group.name, lag, transcript or None)

    def _cell(self, given: Named, target: Named, lag: int, transcript: str) -> PairCell:
        pair = self.association(given, target, lag, transcript)
        shuffles = self.tests and not transcript
        chance = self.chance.of(given.group.name, target.group.name, lag)[2].value if shuffles else None
        return PairCell(
            given, target, pair.table[0], pair.expected.value, pair.probability.value, pair.read_residual.value,
            self.plainly(pair.read_residual.why), pair.p.value, chance, pair.yules_q, pair.log_odds_ratio,
        )  # fmt: skip

    def _by_event(self, asked: Asked, transcript: str) -> Square:
        names = [group.name for group in self.plain]
        repeats = asked.unit == "event"
        streams = self._streams(transcript, repeats=repeats)
        made: Transitions = transitions(streams, names, asked.lag, repeats=repeats)
        p_max = np.full(made.p.shape, np.nan)
        shuffles = affordable(streams, repeats=repeats)
        if self.tests:
            _, _, p_max = shuffled_events(streams, names, asked.lag, repeats=repeats, shuffles=shuffles)
        tables = tables_by_stream(streams, names, asked.lag, repeats=repeats)
        rows = []
        for i, given in enumerate(self.groups):
            cells = []
            for j, target in enumerate(self.groups):
                at, why = (i, j), self.plainly(made.why_undefined(names[i], names[j]))
                pair = None if why else associate(tables[:, i, j], names[i], names[j], "pair of codes")
                cells.append(
                    PairCell(
                        given=given,
                        target=target,
                        observed=int(made.frequencies[at]),
                        expected=_plain(made.expected[at]),
                        probability=_plain(made.probabilities[at]),
                        residual=_plain(made.adjusted_residuals[at]),
                        why=why,
                        p=_plain(made.p[at]),
                        p_chance=_plain(p_max[at]),
                        yules_q=pair.yules_q if pair else undefined(why),
                        log_odds=pair.log_odds_ratio if pair else undefined(why),
                    )
                )
            rows.append((given, tuple(cells)))
        tested = sum(cell.residual is not None for _, row in rows for cell in row)
        pairs = int(made.frequencies.sum())
        return Square(
            transcript or "All sessions", tuple(self.groups), tuple(rows), pairs, tested, made.left_out, shuffles
        )

    def _streams(self, transcript: str, *, repeats: bool) -> list[Stream]:
        """
        Give each session as a stream of groups: turn by turn, within a turn in the order of the groups.

        Without repeats, what follows itself is one event that lasts.
        """
        return [
            Stream(session.transcript, tuple(self.events(session, repeats=repeats)[1].tolist()))
            for session in self.found.bare_material.sessions
            if not transcript or session.transcript == transcript
        ]

    def events(self, session: Session, *, repeats: bool) -> tuple[Ints, Ints]:
        """Give the turns of a session on which there is an event, and the group of each event by its place."""
        keys = self.found.bare_material.keys
        columns = [[keys.index(key) for key in group.codes] for group in self.plain]
        given = np.stack([(session.values[:, places] == 1).any(axis=1) for places in columns], axis=1)
        turns, groups = np.nonzero(given)
        if not repeats:
            new = np.flatnonzero(np.diff(groups, prepend=-1))
            turns, groups = turns[new], groups[new]
        return turns, groups


def _plain(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return number if np.isfinite(number) else None


def pair_asked(groups: Sequence[Named], asked: Asked) -> tuple[Named, Named] | None:
    """Give the pair that is asked for, else the first group and the naming, or whatever comes second."""
    if not groups:
        return None
    by_name = {named.group.name: named for named in groups}
    given = by_name.get(asked.given, groups[0])
    usual = by_name.get("naming", groups[min(1, len(groups) - 1)])
    return given, by_name.get(asked.target, usual)
