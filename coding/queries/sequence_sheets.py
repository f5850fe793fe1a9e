"""Sequences as tables: the square at one lag, one pair over the lags, one pair between conditions."""

from __future__ import annotations

from coding.analysis.comparing import compare_scores, session_scores
from coding.analysis.figures import Figure
from coding.analysis.permuting import SEED
from coding.queries import sheets
from coding.queries.enactment_sequences import Sequences, groups_asked, pair_asked
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import LAGS, UNITS, Asked
from coding.queries.sheets import Sheet, sheet


def transitions_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List every pair at the lag that is asked for, over all sessions or in the one that is asked for."""
    groups = groups_asked(found, asked)
    if not groups or not found.material.sessions:
        return _no_pairs()
    known = {session.transcript for session in found.material.sessions}
    square = Sequences(found, groups).square(asked, asked.session if asked.session in known else "")
    rows = []
    for cell in square.cells:
        q, odds = cell.yules_q, cell.log_odds
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
        f"against the normal distribution. p by shuffling: {square.shuffles:,} shuffles within sessions, seed {SEED}, "
        f"corrected for all cells of the table{' and all five lags' if asked.unit == 'segment' else ''} by the "
        "maximum. "
        "Yule’s Q, −1 to 1, and log odds say how strong an association is, whatever the number of pairs; 0 is none."
    )
    words = found.plainly(asked)
    return sheet("transitions", "What follows what", TRANSITION_COLUMNS, rows, note, words=words)


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
    sheets.number("yules_q_low", "95 % from"),
    sheets.number("yules_q_high", "to"),
    sheets.number("log_odds", "Log odds"),
    sheets.number("log_odds_low", "95 % from"),
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
        sheets.number("yules_q_low", "95 % from"),
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
    return sheet("lags", title, columns, rows, note, words=found.plainly(asked))


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
    why = "No session is in any condition."
    return sheet("scores", title, SCORE_COLUMNS, rows, note, why, words=found.plainly(asked))
