"""Reliability of links: the unit is a segment where two raters gave the source group, the value its target."""

from __future__ import annotations

import pytest

from coding.analysis.link_agreement import link_agreement
from tests.coding.analysis.making import ROLES, link, material, session


def rater(turns: str, *links: tuple[int, int], name: str = "T"):
    return material(session(turns, name, links=tuple(link(one, "N", to, "P") for one, to in links)))


def test_raters_agree_who_link_to_the_same_turn_or_both_to_none() -> None:
    one, two = rater("P P N N N", (2, 0), (3, 1)), rater("P P N N N", (2, 0), (3, 0))

    found = link_agreement([one, two], ROLES.naming)

    assert found["percent_agreement"].value == pytest.approx(2 / 3)
    assert found["percent_agreement"].n == 3
    # Values 0|0, 1|0, none|none: of six, three 0, one 1, two none. Disagreement 1/3 over 1 - (3*2 + 2*1) / (6*5).
    assert found["krippendorff_alpha"].value == pytest.approx(1 - (1 / 3) / (1 - 8 / 30))


def test_a_naming_that_only_one_rater_gave_is_no_unit() -> None:
    found = link_agreement([rater("P N .", (1, 0)), rater("P . N", (2, 0))], ROLES.naming)

    assert found["percent_agreement"].value is None
    assert found["percent_agreement"].why


def test_the_same_turn_number_of_another_transcript_is_another_target() -> None:
    both = [
        material(session("P N", "A", links=(link(1, "N", 0, "P"),)), session("P N", "B", links=(link(1, "N", 0, "P"),)))
        for _ in range(2)
    ]

    found = link_agreement(both, ROLES.naming)

    assert found["krippendorff_alpha"].value == 1


def test_links_to_other_groups_can_be_left_out() -> None:
    one = material(session("S P N", links=(link(2, "N", 0, "S"),)))
    two = material(session("S P N"))

    assert link_agreement([one, two], ROLES.naming)["percent_agreement"].value == 0
    assert link_agreement([one, two], ROLES.naming, to=ROLES.pull)["percent_agreement"].value == 1


def test_a_rater_who_did_not_code_a_transcript_has_no_value() -> None:
    absent = material(session("P", "other"))

    found = link_agreement([rater("P N", (1, 0)), rater("P N", (1, 0)), absent], ROLES.naming)

    assert (found["percent_agreement"].value, found["percent_agreement"].n) == (1, 1)
