"""Labels of pictures: shortened with a sign, and never in the middle of a number."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from coding.formats.pictures.curves import CurveStep, WaitCurve, wait_curves
from coding.formats.pictures.svg import cut

words = st.lists(st.sampled_from(["half", "after", "14", "1400", "0.57", "of", "Psychodynamic"]), max_size=12)


@given(words, st.integers(8, 40))
def test_every_number_that_is_left_is_whole(parts: list[str], most: int) -> None:
    shown = cut(" ".join(parts), most)

    assert len(shown) <= most + 1
    if shown != " ".join(parts):
        assert shown.endswith("…")
        assert " ".join(parts).startswith(shown.removesuffix("…").rstrip())
        assert not re.search(r"\d…", shown)


def test_a_small_curve_says_the_whole_median() -> None:
    step = CurveStep(14, 0.0, None, None, 0, "14 turns")
    curve = WaitCurve("Psychodynamic", (step,), note="1 of 1, half after 14")

    assert "half after 14<" in wait_curves([curve], "Waits", "turns", is_small=True).markup
