"""
How strongly two things go together in a 2 x 2 table: adjusted residual, Yule's Q, log odds ratio, phi, Jaccard.

A table is a, b, c, d: given and target, given without target, target without given, neither. r = a + b, k = a + c,
n = a + b + c + d. Arrays of tables have the four in their last axis; inside, what is undefined is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtrit

from .figures import Figure, number, undefined
from .material import Floats

Tables = npt.NDArray[Any]
LEAST_SESSIONS = 5
Z = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class Association:
    """
    One given and one target, from one table.

    `expected` is r k / n, `probability` a / r (how often the target follows), `base` k / n (how often it follows
    anything). `adjusted_residual` counts an empty cell as 0.5 and says so in its `kind`; `textbook_residual` does not.
    Both are of the sessions added up, so differences between sessions are in them; `within_residual` leaves these out.
    `read_residual` is the one to read: the adjusted residual, but the textbook's where the 0.5 turns the sign. `p` is
    two-sided, of that one against the normal distribution.
    """

    table: tuple[int, int, int, int]
    expected: Figure
    probability: Figure
    base: Figure
    adjusted_residual: Figure
    textbook_residual: Figure
    read_residual: Figure
    within_residual: Figure
    p: Figure
    yules_q: Figure
    log_odds_ratio: Figure

    @property
    def n(self) -> int:
        """Return the number of pairs."""
        return sum(self.table)


def expected_of(tables: Tables) -> Floats:
    """Return r k / n."""
    a, b, c, d = _parts(tables)
    return quotient((a + b) * (a + c), a + b + c + d)


def residuals(tables: Tables) -> Floats:
    """
    Return the adjusted residuals z = (a - r k / n) / sqrt(r k / n (1 - r / n) (1 - k / n)).

    Haberman (1973), Biometrics 29, 205-220; as z in Bakeman & Quera (2011), Sequential Analysis and Observational
    Methods for the Behavioral Sciences, ch. 9. Undefined where a margin is 0.
    """
    a, b, c, d = _parts(tables)
    r, k, n = a + b, a + c, a + b + c + d
    # The same, multiplied out: (a n - r k) sqrt(n) / sqrt(r k (n - r) (n - k)).
    return quotient((a * n - r * k) * np.sqrt(n), np.sqrt(r * k * (n - r) * (n - k)))


def cautious_residuals(tables: Tables) -> Floats:
    """
    Return the adjusted residuals with an empty cell counted as 0.5, as statsmodels does (`shift_zeros`).

    Nearer to 0 than the textbook's where a cell is empty, or on the other side of it; the same where none is. Undefined
    where a margin is 0.
    """
    counts = np.asarray(tables, dtype=np.float64)
    z = residuals(np.where(counts == 0, 0.5, counts))
    return np.where(_marginless(counts), np.nan, z)


def read_residuals(tables: Tables) -> Floats:
    """
    Return the cautious residuals, but the textbook's where counting an empty cell as 0.5 turns the sign.

    Of a pair that was never seen and hardly ever expected, 0.5 would make one that comes more often than by chance.
    """
    cautious, textbook = cautious_residuals(tables), residuals(tables)
    return np.where(cautious * textbook < 0, textbook, cautious)


def p_two_sided(z: Floats) -> Floats:
    """Return 2 (1 - Phi(|z|)); NaN stays NaN."""
    p: Floats = 2 * ndtr(-np.abs(z))
    return p


def yules_q(tables: Tables) -> Floats:
    """Return (a d - b c) / (a d + b c), Yule (1912); undefined where both products are 0."""
    a, b, c, d = _parts(tables)
    return quotient(a * d - b * c, a * d + b * c)


def log_odds(tables: Tables) -> tuple[Floats, Floats]:
    """
    Return ln(a d / b c) and its standard error sqrt(1/a + 1/b + 1/c + 1/d), Woolf (1955).

    Where a cell is 0 but no margin is, 0.5 is added to every cell (Haldane 1956, Anscombe 1956). Where a margin is 0
    both are undefined.
    """
    parts = np.moveaxis(np.asarray(tables, dtype=np.float64), -1, 0)
    empty = (parts == 0).any(axis=0)
    a, b, c, d = parts + 0.5 * empty
    with np.errstate(divide="ignore", invalid="ignore"):
        value, error = np.log(a * d / (b * c)), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    gone = _marginless(tables)
    return np.where(gone, np.nan, value), np.where(gone, np.nan, error)


def phi(tables: Tables) -> Floats:
    """Return (a d - b c) / sqrt(r k (n - r) (n - k)), the correlation of two yes-or-no variables."""
    a, b, c, d = _parts(tables)
    return quotient(a * d - b * c, np.sqrt((a + b) * (a + c) * (b + d) * (c + d)))


def jaccard(tables: Tables) -> Floats:
    """Return a / (a + b + c), Jaccard (1901): of the places with either, the share with both."""
    a, b, c, _ = _parts(tables)
    return quotient(a, a + b + c)


def associate(
    tables: Tables, given: str, target: str, pair: str = "pair of turns", where: str = "",
    *, unpaired: tuple[str, str] = ("", ""),
) -> Association:  # fmt: skip
    """
    Say how strongly `target` follows `given`, from the tables of the sessions (sessions, 4), added up.

    `unpaired` says of given and target what to say where they are in no pair: that they never occur, unless told.

    The log odds ratio gets the interval of a delete-one-session jackknife (t with S - 1 degrees of freedom), since
    turns of a session are not independent; with fewer than 5 sessions with pairs, Woolf's, which says that it takes
    turns as independent. Yule's Q = (e^l - 1) / (e^l + 1) of the log odds ratio l, and so are the ends of its interval.
    """
    every = np.asarray(tables, dtype=np.int64).reshape(-1, 4)
    total = every.sum(axis=0)
    a, b, c, d = (int(cell) for cell in total)
    n, why = a + b + c + d, why_undefined((a, b, c, d), given, target, pair, where, unpaired=unpaired)
    z, read = float(cautious_residuals(total)), read_residuals(total)
    kind = "an empty cell counted as 0.5" if (total == 0).any() else ""
    odds = _odds_with_interval(every[every.sum(axis=1) > 0], total, why)
    return Association(
        (a, b, c, d),
        expected=_figure(expected_of(total), n, why),
        probability=_figure(quotient(a, a + b), a + b, why if not a + b else ""),
        base=_figure(quotient(a + c, n), n, f"there is no {pair}{where}" if not n else ""),
        adjusted_residual=_figure(z, n, why, kind),
        textbook_residual=_figure(residuals(total), n, why),
        read_residual=_figure(read, n, why, kind if float(read) == z else ""),
        within_residual=_within(every, n, why),
        p=_figure(p_two_sided(read), n, why),
        yules_q=_q_of(total, odds, why),
        log_odds_ratio=odds,
    )


def within_sessions(tables: Tables) -> float:
    """
    Return (sum a - sum r k / n) / sqrt(sum r k (n - r) (n - k) / (n^2 (n - 1))) over sessions, NaN where none can vary.

    Mantel & Haenszel (1959), J. Natl. Cancer Inst. 22, 719-748, without correction for continuity: each session is
    held against its own margins.
    """
    a, b, c, d = _parts(np.asarray(tables).reshape(-1, 4))
    r, k, n = a + b, a + c, a + b + c + d
    varies = r * k * (n - r) * (n - k) > 0
    a, r, k, n = a[varies], r[varies], k[varies], n[varies]
    spread = (r * k * (n - r) * (n - k) / (n**2 * (n - 1))).sum()
    return float((a - r * k / n).sum() / np.sqrt(spread)) if spread > 0 else float("nan")


def why_undefined(
    table: Sequence[int], given: str, target: str, pair: str = "pair of turns", where: str = "",
    *, unpaired: tuple[str, str] = ("", ""),
) -> str:  # fmt: skip
    """Say why a table has no adjusted residual, or nothing if it has one."""
    a, b, c, d = table
    if not a + b + c + d:
        return f"not defined: there is no {pair}{where}"
    if not a + b:
        return f"not defined: {unpaired[0] or f'{given} never occurs{where}'}"
    if not a + c:
        return f"not defined: {unpaired[1] or f'{target} never occurs{where}'}"
    if not c + d:
        return f"not defined: {given} is in every {pair}{where}"
    if not b + d:
        return f"not defined: {target} is in every {pair}{where}"
    return ""


def holm(p: Floats) -> Floats:
    """Return p values corrected for their number by Holm (1979); NaN is no test and stays NaN."""
    flat = np.asarray(p, dtype=np.float64).ravel()
    out = np.full(flat.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(flat))
    order = tested[np.argsort(flat[tested], kind="stable")]
    steps = flat[order] * np.arange(len(order), 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return out.reshape(np.shape(p))


def _within(every: Tables, n: int, why: str) -> Figure:
    z = number(within_sessions(every))
    if z is None:
        return undefined(why or "not defined: in no session do both occur and fail to occur", n)
    return Figure(z, n, kind="within sessions")


def _odds_with_interval(every: Tables, total: Tables, why: str) -> Figure:
    value, error = (float(part) for part in log_odds(total))
    n = int(total.sum())
    if why:
        return undefined(why, n)
    kind = "0.5 added to each cell" if (total == 0).any() else ""
    sessions = len(every)
    if sessions >= LEAST_SESSIONS:
        left_out, _ = log_odds(total - every)
        if not np.isnan(left_out).any():
            spread = (sessions - 1) / sessions * ((left_out - left_out.mean()) ** 2).sum()
            half = float(stdtrit(sessions - 1, 0.975)) * float(np.sqrt(spread))
            return Figure(value, n, low=value - half, high=value + half, kind=_joined(kind, "jackknife over sessions"))
    kind = _joined(kind, "turns taken as independent")
    return Figure(value, n, low=value - Z * error, high=value + Z * error, kind=kind)


def _q_of(total: Tables, odds: Figure, why: str) -> Figure:
    n, value = int(total.sum()), number(yules_q(total))
    if value is None or why:
        return undefined(why or "not defined: no pair speaks for or against an association", n)
    if odds.low is None or odds.high is None:
        return Figure(value, n, why_no_interval=odds.why_no_interval)
    return Figure(value, n, low=float(np.tanh(odds.low / 2)), high=float(np.tanh(odds.high / 2)), kind=odds.kind)


def _figure(value: Any, n: int, why: str, kind: str = "") -> Figure:
    if why:
        return undefined(why if why.startswith("not defined") else f"not defined: {why}", n)
    return Figure(number(value), n, kind=kind)


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _parts(tables: Tables) -> tuple[Any, Any, Any, Any]:
    a, b, c, d = np.moveaxis(np.asarray(tables, dtype=np.float64), -1, 0)
    return a, b, c, d


def _marginless(tables: Tables) -> npt.NDArray[np.bool_]:
    a, b, c, d = _parts(tables)
    none: npt.NDArray[np.bool_] = ((a + b) * (a + c) * (b + d) * (c + d)) == 0
    return none


def quotient(above: Any, below: Any) -> Floats:
    """Return the quotient, NaN where the divisor is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        out: Floats = np.where(np.asarray(below) == 0, np.nan, np.divide(above, below))
    return out
