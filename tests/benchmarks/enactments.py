"""
Does the comparison of conditions keep its word? `python -m tests.benchmarks.enactments [RUNS]` prints what
docs/methods.md shows.

Studies are planted again and again: 60 sessions in two conditions, 120 to 260 turns long. Each turn holds a pull with a
chance of .12; after the first pull each turn holds a naming with a chance (hazard) of .04 in one condition and of .01
in the other, so the true hazard ratio is 4. Three raters see what is there through errors that fit a kappa of .7:
with a code on a share p of the turns, a rater gives it where it is with chance s = p + (1 - p) sqrt(kappa), and where
it is not as often as makes them give it on a share p in all; two such raters then have that kappa. The analysis sees
the truth, the majority of the three, or one rater alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from coding.analysis.lags import lagged
from coding.analysis.latencies import OF, latencies
from coding.analysis.layers import majority
from coding.analysis.material import CodeOf, Group, Material, Roles, Session
from coding.analysis.permuting import shuffled, shuffled_pair
from coding.analysis.stack import Stack

SEED = 20_261_125
RUNS = 300
SESSIONS, SHORTEST, LONGEST = 60, 120, 260
PULL, KAPPA, RATERS = 0.12, 0.7, 3
PLANTED, NO_DIFFERENCE = (0.04, 0.01), (0.02, 0.02)
CODES = (CodeOf("PULL"), CodeOf("NAM"))
ROLES = Roles(pull=Group("pull", ("PULL",)), naming=Group("naming", ("NAM",)))
LAYERS = ("truth", "majority", "one rater")


def planted(chance: np.random.Generator, hazards: tuple[float, float], sessions: int = SESSIONS) -> dict[str, Material]:
    """Draw one study and return it as each layer sees it."""
    truth: list[Session] = []
    for s in range(sessions):
        turns = int(chance.integers(SHORTEST, LONGEST + 1))
        pull = chance.random(turns) < PULL
        naming = chance.random(turns) < hazards[s % 2]
        naming[: int(np.argmax(pull)) + 1 if pull.any() else turns] = False
        truth.append(_session(s, np.stack([pull, naming], axis=1)))
    raters = [tuple(_seen(chance, session, hazards) for session in truth) for _ in range(RATERS)]
    materials = [Material(CODES, sessions, f"rater {k}") for k, sessions in enumerate(raters)]
    layers = Material(CODES, tuple(truth), "truth"), majority(materials).material, materials[0]
    return dict(zip(LAYERS, layers, strict=True))


def _session(s: int, given: np.ndarray) -> Session:
    turns = len(given)
    attributes = {"condition": "often" if s % 2 == 0 else "seldom"}
    return Session(f"S{s}", given.astype(np.int8), np.ones(turns, dtype=bool), ("",) * turns, attributes=attributes)


def _seen(chance: np.random.Generator, session: Session, hazards: tuple[float, float]) -> Session:
    share = np.array([PULL, sum(hazards) / 2])
    hit = share + (1 - share) * np.sqrt(KAPPA)
    false_alarm = share * (1 - hit) / (1 - share)
    likely = np.where(session.values == 1, hit, false_alarm)
    return _session(int(session.transcript[1:]), chance.random(likely.shape) < likely)


@dataclass
class Tally:
    """What became of the hazard ratios of one layer, and of the p values."""

    ratios: list[float] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    p: list[float] = field(default_factory=list)

    @property
    def coverage(self) -> float:
        return float(np.mean(self.held))


def hazards_of(hazards: tuple[float, float], runs: int, layers: Sequence[str] = LAYERS) -> dict[tuple[str, str], Tally]:
    """Compare the conditions of so many studies; tallies by layer and by what waits."""
    chance = np.random.default_rng([SEED, round(1000 * hazards[0])])
    true = hazards[0] / hazards[1]
    tallies = {(layer, of): Tally() for layer in layers for of in OF}
    for run in range(runs):
        study = planted(chance, hazards)
        for (layer, of), tally in tallies.items():
            (contrast,) = latencies(study[layer], ROLES, "condition", of=of, shuffles=199, seed=run).contrasts
            ratio = contrast.ratio
            tally.ratios.append(ratio.value or np.nan)
            tally.held.append(ratio.low is not None and ratio.low <= true <= (ratio.high or np.inf))
            tally.p.append(contrast.p.value or 1.0)
    return tallies


def pairs_of(runs: int, sessions: int = 12) -> Iterator[tuple[float, float, float]]:
    """Test whether naming follows pulls, one turn later, in studies where it does so by chance only."""
    chance = np.random.default_rng([SEED, 1])
    for run in range(runs):
        stack = Stack.of(_unrelated(chance, sessions))
        found = shuffled(stack, [ROLES.pull], [ROLES.naming], [1, 2], shuffles=199, seed=run)
        tables = lagged(stack, [ROLES.pull], [ROLES.naming], [1]).tables("pull", "naming", 1)
        quick = shuffled_pair(tables, shuffles=199, seed=run).value
        yield float(found.p[0, 0, 0]), float(found.p_max.min()), quick or 1.0


def _unrelated(chance: np.random.Generator, sessions: int) -> Material:
    """Draw sessions that differ in how often each code is given; in none does the one follow the other."""
    made = []
    for s in range(sessions):
        rates = chance.uniform([0.05, 0.02], [0.3, 0.15])
        made.append(_session(s, chance.random((int(chance.integers(60, 120)), 2)) < rates))
    return Material(CODES, tuple(made))


def main(words: list[str]) -> int:
    """Print the tables of the manual."""
    runs = int(words[0]) if words else RUNS
    sys.stdout.write("| layer | what waits | median ratio | interval holds it | p < .05 |\n" + "| --- " * 5 + "|\n")
    for hazards in (PLANTED, NO_DIFFERENCE):
        for (layer, of), tally in hazards_of(hazards, runs).items():
            small = float(np.mean(np.array(tally.p) < 0.05))
            sys.stdout.write(
                f"| {layer}, true {hazards[0] / hazards[1]:.0f} | {of} | {np.median(tally.ratios):.2f} "
                f"| {tally.coverage:.3f} | {small:.3f} |\n"
            )
    below = np.mean([[p < 0.05 for p in row] for row in pairs_of(runs)], axis=0)
    sys.stdout.write(
        f"\nNo association, p < .05: one cell {below[0]:.3f}, maximum {below[1]:.3f}, pair {below[2]:.3f}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
