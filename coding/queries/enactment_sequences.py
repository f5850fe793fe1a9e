"""What follows what in a layer: the square of groups at one lag, and one pair over the lags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coding.analysis.association import Association
from coding.analysis.comparing import compare_scores, session_scores
from coding.analysis.events import Stream, Transitions, transitions
from coding.analysis.figures import Figure
from coding.analysis.lags import Lagged, lagged
from coding.analysis.permuting import SEED, SHUFFLES, Shuffled, shuffled
from coding.analysis.shuffled_events import shuffled_events
from coding.analysis.stack import Stack
from coding.queries import sheets
from coding.queries.enactments import Enactments, Named, digest_of
from coding.queries.enactments_asked import LAGS, UNITS, Asked
from coding.queries.sheets import Sheet, sheet

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
    yules_q: Figure | None
    log_odds: Figure | None

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

    def __init__(self, found: Enactments, groups: Sequence[Named]) -> None:
        """Count all pairs of these groups at all lags, or take what was kept."""
        self.found, self.groups = found, list(groups)
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
        chance = None if transcript else self.chance.of(given.group.name, target.group.name, lag)[2].value
        return PairCell(
            given, target, pair.table[0], pair.expected.value, pair.probability.value, pair.adjusted_residual.value,
            pair.adjusted_residual.why, pair.p.value, chance, pair.yules_q, pair.log_odds_ratio,
        )  # fmt: skip

    def _by_event(self, asked: Asked, transcript: str) -> Square:
        names = [group.name for group in self.plain]
        repeats = asked.unit == "event"
        streams = self._streams(transcript, repeats=repeats)
        made: Transitions = transitions(streams, names, asked.lag, repeats=repeats)
        _, _, p_max = shuffled_events(streams, names, asked.lag, repeats=repeats)
        rows = []
        for i, given in enumerate(self.groups):
            cells = []
            for j, target in enumerate(self.groups):
                at = (i, j)
                cells.append(
                    PairCell(
                        given=given,
                        target=target,
                        observed=int(made.frequencies[at]),
                        expected=_plain(made.expected[at]),
                        probability=_plain(made.probabilities[at]),
                        residual=_plain(made.adjusted_residuals[at]),
                        why=made.why_undefined(names[i], names[j]),
                        p=_plain(made.p[at]),
                        p_chance=_plain(p_max[at]),
                        yules_q=None,
                        log_odds=None,
                    )
                )
            rows.append((given, tuple(cells)))
        tested = sum(cell.residual is not None for _, row in rows for cell in row)
        pairs = int(made.frequencies.sum())
        return Square(transcript or "All sessions", tuple(self.groups), tuple(rows), pairs, tested, made.left_out)

    def _streams(self, transcript: str, *, repeats: bool) -> list[Stream]:
        """
        Give each session as a stream of groups: turn by turn, within a turn in the order of the groups.

        Without repeats, what follows itself is one event that lasts.
        """
        material = self.found.bare_material
        columns = [[material.keys.index(key) for key in group.codes] for group in self.plain]
        streams = []
        for session in material.sessions:
            if transcript and session.transcript != transcript:
                continue
            given = np.stack([(session.values[:, places] == 1).any(axis=1) for places in columns], axis=1)
            events = [int(group) for turn in given for group in np.flatnonzero(turn)]
            if not repeats:
                events = [event for event, before in zip(events, [None, *events], strict=False) if event != before]
            streams.append(Stream(session.transcript, tuple(events)))
        return streams


def _plain(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return number if np.isfinite(number) else None


def transitions_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List every pair at the lag that is asked for, over all sessions or in the one that is asked for."""
    groups = groups_asked(found, asked)
    if not groups or not found.material.sessions:
        return _no_pairs()
    known = {session.transcript for session in found.material.sessions}
    square = Sequences(found, groups).square(asked, asked.session if asked.session in known else "")
    rows = []
    for cell in square.cells:
        q = cell.yules_q or Figure(None, why="by event there is no table of turns")
        odds = cell.log_odds or Figure(None, why="by event there is no table of turns")
        rows.append(
            (
                square.title,
                asked.lag,
                cell.given.title,
                cell.target.title,
                cell.observed,
                cell.expected,
                cell.probability,
                cell.residual,
                cell.p,
                cell.p_chance,
                q.value,
                q.low,
                q.high,
                odds.value,
                odds.low,
                odds.high,
                odds.kind,
                cell.given.standing.is_below or cell.target.standing.is_below,
                cell.why,
            )
        )
    note = (
        f"{square.pairs:,} pairs, {UNITS[asked.unit]}; pairs never cross a session. p: of the adjusted residual "
        f"against the normal distribution. p by shuffling: {SHUFFLES:,} shuffles within sessions, seed {SEED}, "
        "corrected for all cells of the table and all five lags by the maximum."
    )
    return sheet("transitions", "What follows what", TRANSITION_COLUMNS, rows, note)


TRANSITION_COLUMNS = (
    sheets.text("sessions", "Sessions"),
    sheets.count("lag", "Lag"),
    sheets.text("given", "Given"),
    sheets.text("target", "Then"),
    sheets.count("observed", "Observed"),
    sheets.number("expected", "Expected", 1),
    sheets.number("probability", "Follows"),
    sheets.number("adjusted_residual", "Residual"),
    sheets.number("p", "p", 3),
    sheets.number("p_shuffled", "p by shuffling", 3),
    sheets.number("yules_q", "Yule’s Q"),
    sheets.number("yules_q_low", "from"),
    sheets.number("yules_q_high", "to"),
    sheets.number("log_odds", "Log odds"),
    sheets.number("log_odds_low", "from"),
    sheets.number("log_odds_high", "to"),
    sheets.text("interval", "Interval", hidden=True),
    sheets.text("below_threshold", "Below threshold", hidden=True),
    sheets.text("why", "Why not"),
)


def _no_pairs() -> Sheet:
    return sheet(
        "transitions", "What follows what", TRANSITION_COLUMNS, [], why="There is no session or no code to follow."
    )


def lags_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List one pair over all lags, pooled and session by session."""
    groups = groups_asked(found, asked)
    columns = (
        sheets.text("sessions", "Sessions"),
        sheets.text("given", "Given"),
        sheets.text("target", "Then"),
        sheets.count("lag", "Lag"),
        sheets.count("a", "Both"),
        sheets.count("b", "Given only"),
        sheets.count("c", "Then only"),
        sheets.count("d", "Neither"),
        sheets.number("expected", "Expected", 1),
        sheets.number("adjusted_residual", "Residual"),
        sheets.number("p", "p", 3),
        sheets.number("yules_q", "Yule’s Q"),
        sheets.number("yules_q_low", "from"),
        sheets.number("yules_q_high", "to"),
        sheets.text("why", "Why not"),
    )
    title = "One pair over the lags"
    pair = pair_asked(groups, asked)
    if pair is None or not found.material.sessions:
        return sheet("lags", title, columns, [], why="There are no two groups to follow.")
    counted, (given, target) = Sequences(found, groups), pair
    rows = []
    for transcript in ("", *counted.lagged.transcripts):
        for lag in LAGS:
            one = counted.association(given, target, lag, transcript)
            rows.append(
                (
                    transcript or "All sessions",
                    given.title,
                    target.title,
                    lag,
                    *one.table,
                    one.expected.value,
                    one.adjusted_residual.value,
                    one.p.value,
                    one.yules_q.value,
                    one.yules_q.low,
                    one.yules_q.high,
                    one.adjusted_residual.why,
                )
            )
    note = "An empty cell counts as 0.5 in the residual; Q has the interval of the log odds ratio."
    return sheet("lags", title, columns, rows, note)


SCORE_COLUMNS = (
    sheets.text("condition", "Condition"),
    *sheets.figure_columns("mean", "Mean log odds ratio"),
    *sheets.figure_columns("difference", "Difference"),
    sheets.number("p", "p by shuffling", 3),
    sheets.text("p_why", "Why no p"),
)


def scores_sheet(found: Enactments, asked: Asked) -> Sheet:
    """Compare one pair between conditions: the log odds ratio of each session is its score, the session the unit."""
    title, by = "The same pair, session by session, by condition", found.by(asked)
    pair = pair_asked(groups := groups_asked(found, asked), asked)
    if pair is None or not found.material.sessions:
        return sheet("scores", title, SCORE_COLUMNS, [], why="There are no two groups to follow.")
    if not by:
        why = "No session attribute sorts these sessions into groups: give one, such as condition, first."
        return sheet("scores", title, SCORE_COLUMNS, [], why=why)
    tables = Sequences(found, groups).lagged
    scores = session_scores(tables, pair[0].group.name, pair[1].group.name, asked.lag)
    conditions = [session.attributes.get(by, "") for session in found.material.sessions]
    made = compare_scores(scores, conditions, tables.transcripts, "log odds ratio")
    none = Figure(None, why="")
    rows = []
    for place, mean in enumerate(made.means):
        first = place == 0
        difference = sheets.figure_cells(made.difference) if first else (*sheets.figure_cells(none)[:3], 0, "")
        p = (made.p.value, made.p.why) if first else (None, "")
        rows.append((mean.condition, *sheets.figure_cells(mean.mean), *difference, *p))
    left = f" Left out: {'; '.join(made.left_out)}." if made.left_out else ""
    note = f"The difference is of the first two conditions (Welch); p: conditions shuffled over sessions.{left}"
    return sheet("scores", title, SCORE_COLUMNS, rows, note, "No session is in any condition.")


def pair_asked(groups: Sequence[Named], asked: Asked) -> tuple[Named, Named] | None:
    """Give the pair that is asked for, else the first group and the naming, or whatever comes second."""
    if not groups:
        return None
    by_name = {named.group.name: named for named in groups}
    given = by_name.get(asked.given, groups[0])
    usual = by_name.get("naming", groups[min(1, len(groups) - 1)])
    return given, by_name.get(asked.target, usual)
