"""
Three experts rate empathy in 50 exchanges on three scales from 0 to 2: nine published quadratic-weighted kappas.

The ratings were published with the kappas, which have two decimals. They are not shipped.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coding.reliability import Scale, estimate, pairs

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "formats" / "multirater"
pytestmark = pytest.mark.skipif(
    not FOLDER.exists(),
    reason="EPITOME is not shipped: ../shared/data/formats/multirater is not beside this repository",
)
EXPERTS = (1, 2, 3)
PUBLISHED = {
    "emotional_reactions": {(1, 2): 0.35, (2, 3): 0.56, (1, 3): 0.53},
    "interpretations": {(1, 2): 0.26, (2, 3): 0.62, (1, 3): 0.29},
    "explorations": {(1, 2): 0.76, (2, 3): 0.84, (1, 3): 0.74},
}
NINE = [(scale, pair, kappa) for scale, row in PUBLISHED.items() for pair, kappa in row.items()]


@cache
def ratings(scale: str) -> Scale:
    """Read what each expert gave each exchange, an exchange that one of them did not rate being missing there."""
    given: list[dict[tuple[str, str], int]] = []
    for expert in EXPERTS:
        with (FOLDER / f"epitome_expert{expert}.csv").open(encoding="utf-8", newline="") as lines:
            given.append({(r["sp_id"], r["rp_id"]): int(r[f"level_{scale}"]) for r in csv.DictReader(lines)})
    exchanges = sorted(set().union(*given))
    return Scale.from_ratings(np.array([[row.get(unit, -1) for unit in exchanges] for row in given]), [0, 1, 2])


@cache
def elsewhere() -> Any:
    return json.loads((FOLDER / "expected_epitome.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("scale", "experts", "published"), NINE)
def test_a_published_weighted_kappa_is_reproduced(scale: str, experts: tuple[int, int], published: float) -> None:
    one, two = experts
    found = pairs(ratings(scale), ["cohen_kappa_quadratic"])[one - 1, two - 1]["cohen_kappa_quadratic"]

    assert found.value is not None
    assert round(found.value, 2) == published, f"published {published}, ours {found.value:.4f} on {found.n} exchanges"
    computed = elsewhere()["computed"][f"level_{scale}"]["quadratic_weighted_kappa"][f"{one}|{two}"]
    assert found.value == pytest.approx(computed, abs=1e-5)


@pytest.mark.parametrize("scale", PUBLISHED)
def test_alpha_of_all_three_experts_comes_out_as_computed_elsewhere(scale: str) -> None:
    computed = elsewhere()["computed"][f"level_{scale}"]

    for metric in ("ordinal", "interval"):
        name = f"krippendorff_alpha_{metric}"
        assert estimate(ratings(scale), name).value == pytest.approx(computed[name], abs=1e-5)
