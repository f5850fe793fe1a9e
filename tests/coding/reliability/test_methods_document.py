"""Every coefficient, weight, ending and benchmark has its place in docs/methods.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coding.reliability.benchmarks import BANDS
from coding.reliability.cases import SPAN_COEFFICIENTS
from coding.reliability.catalogue import BASES, METRICS, find
from coding.reliability.levels import Scale
from coding.reliability.naming import ENDINGS
from coding.reliability.rating import FOR_TWO, TABLES
from coding.reliability.variables import Variable
from coding.reliability.weights import AGREEMENT_WEIGHTS

METHODS = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")
HEADINGS = set(re.findall(r"^#{3,4} (\S+)$", METHODS, flags=re.MULTILINE))
ICC = [f"icc_{model}_{k}" for model in "123" for k in "1k"]


@pytest.mark.parametrize(
    "name",
    [
        *BASES,
        "gwet_ac2",
        *ICC,
        *(f"krippendorff_alpha_{metric}" for metric in METRICS),
        *SPAN_COEFFICIENTS,
        "alpha_ku",
        *BANDS,
    ],
)
def test_a_coefficient_has_its_own_heading(name: str) -> None:
    assert name in HEADINGS


@pytest.mark.parametrize("ending", [f"_{weights}" for weights in AGREEMENT_WEIGHTS] + [name for name, _ in ENDINGS])
def test_an_ending_is_explained(ending: str) -> None:
    assert f"`{ending}`" in METHODS


def test_the_headings_name_nothing_that_does_not_exist() -> None:
    written = {name for name in HEADINGS if "_" in name}
    others = {"gwet_ac2", "alpha_ku", *SPAN_COEFFICIENTS, *BANDS}

    assert [name for name in written - others if find(name) is None] == []


def test_every_block_of_sums_is_listed() -> None:
    variable = Scale.from_ratings([[0, 1, 1], [0, 1, 0]], [0.0, 1.0])
    listed = re.findall(r"^\| `([a-z_]+)[^`]*`(?:, `([a-z_]+)`)? \|", METHODS, flags=re.MULTILINE)
    names = {name for pair in listed for name in pair if name}
    asked = {"margins": ":0,1", "gap": ":0,1:linear", "gaps": ":linear", "pair_moments": ":0,1"}
    blocks = {name for name in names if can_be_made(variable, name + asked.get(name, ""))}

    assert blocks == {
        "counts", "share", "pairable", "within", "agree", "by_rater", "joint", "margins", "gap", "cells", "cell_shares",
        "gaps", "moments", "pair_moments",
    }  # fmt: skip


def can_be_made(variable: Variable, name: str) -> bool:
    try:
        variable.block(name)
    except KeyError:
        return False
    return True


@pytest.mark.parametrize("level", TABLES)
def test_the_command_asks_for_known_coefficients_only(level: str) -> None:
    assert all(find(name) for name in (*TABLES[level], *FOR_TWO[level]))
