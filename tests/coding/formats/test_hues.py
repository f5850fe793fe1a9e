"""The hues of families are told apart by people who do not see all colours: by their shapes, and as far as hues go."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

from coding.formats.slots import SLOTS, oklab

STATIC = Path(__file__).resolve().parents[3] / "workbench" / "static" / "workbench"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
MARKS = (STATIC / "components" / "mark.css").read_text(encoding="utf-8")

#: Machado, Oliveira and Fernandes (2009), A physiologically-based model for simulation of color vision deficiency,
#: IEEE Transactions on Visualization and Computer Graphics 15(6), tables of severity 1.0; on linear light.
SIGHT = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
#: The least OKLab distance between two families; .02 is about what the eye tells side by side.
LEAST = {"full": 0.07, "protanopia": 0.025, "deuteranopia": 0.025, "tritanopia": 0.025}


def hues(theme: str) -> dict[str, str]:
    """The ink of each slot as the style sheet has it: light first, dark where light-dark() or a second rule says so."""
    found = {}
    for slot in SLOTS:
        pair = re.findall(rf"--{slot}:\s*light-dark\((#\w+),\s*(#\w+)\)", TOKENS)
        assert pair, slot
        found[slot] = pair[0][theme == "dark"]
    return found


def seen(color: str, sight: str) -> str:
    """The colour as somebody with this sight sees it."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    turned = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in SIGHT[sight]]
    back = [12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in turned]
    return "#" + "".join(f"{round(255 * one):02x}" for one in back)


def test_the_slots_of_the_program_are_those_of_the_style_sheet() -> None:
    assert hues("light") == SLOTS


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_two_families_never_look_the_same(theme: str, sight: str) -> None:
    inks = {slot: seen(color, sight) for slot, color in hues(theme).items()}

    near = {
        pair: round(math.dist(oklab(inks[pair[0]]), oklab(inks[pair[1]])), 3)
        for pair in itertools.combinations(inks, 2)
    }

    assert {pair: distance for pair, distance in near.items() if distance < LEAST[sight]} == {}


def test_each_slot_has_a_shape_of_its_own() -> None:
    """Colour is never the only sign of a family."""
    shapes = [re.search(rf'\[data-slot="{slot}"\][^{{]*{{([^}}]*)}}', MARKS) for slot in SLOTS]

    assert all(shapes)
    assert len({shape[1].strip() for shape in shapes if shape}) == len(SLOTS)
