"""The majority layer: more than half, ties listed and left out, links and attributes likewise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coding.analysis.layers import Tie, majority
from coding.analysis.material import Detail
from coding.analysis.stack import Stack
from tests.coding.analysis.making import group, link, material, session


def test_more_than_half_of_those_who_judged_decide() -> None:
    found = majority([material("A A ? A", codes="A"), material("A . ? ?", codes="A"), material(". . ? .", codes="A")])

    assert found.material.sessions[0].values[:, 0].tolist() == [1, 0, -1, -1]
    assert found.material.sessions[0].judged.tolist() == [True, True, False, True]
    assert found.ties == (Tie("T0", 3, "A", 1, 2),)


def test_a_tie_is_no_value_for_that_code_and_leaves_the_others() -> None:
    found = majority([material("AB", codes="ABC"), material("B", codes="ABC")]).material

    assert found.sessions[0].values.tolist() == [[-1, 1, 0]]
    stack = Stack.of(found)
    assert stack.given(group("A")).tolist() == [-1]
    assert stack.given(group("AB")).tolist() == [1]
    assert stack.given(group("AC")).tolist() == [-1]


def test_a_transcript_that_some_did_not_code_is_decided_by_those_who_did() -> None:
    both, alone = (
        material(session("A .", "X", codes="A"), session("A", "Y", codes="A"), codes="A"),
        session("A A", "X", codes="A"),
    )

    found = majority([both, material(alone, codes="A")]).material

    assert [one.transcript for one in found.sessions] == ["X", "Y"]
    assert found.sessions[0].values[:, 0].tolist() == [1, -1]
    assert found.sessions[1].values[:, 0].tolist() == [1]


def test_links_and_attributes_need_a_majority_and_codes_that_are_kept() -> None:
    one = link(1, "N", 0, "P")
    here, there = Detail(0, "P", "arena", "here"), Detail(0, "P", "arena", "there")
    agreed = material(session("P N", links=(one,), details=(here,)))
    other = material(session("P N", links=(), details=(there,)))
    without = material(session("P .", links=(), details=(here,)))

    found = majority([agreed, agreed, other]).material.sessions[0]
    lost = majority([agreed, without, without]).material.sessions[0]

    assert (found.links, found.details) == ((one,), (here,))
    assert (lost.links, lost.details) == ((), (here,))


def test_the_order_of_raters_changes_nothing() -> None:
    raters = [material("A AB .", codes="AB"), material(". B B", codes="AB"), material("A . B", codes="AB")]

    forth, back = majority(raters), majority(raters[::-1])

    assert (forth.material.sessions[0].values == back.material.sessions[0].values).all()


def test_raters_whose_material_differs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one rater"):
        majority([])
    with pytest.raises(ValueError, match="same codes"):
        majority([material("A", codes="A"), material("A", codes="AB")])
    with pytest.raises(ValueError, match="2 segments for one rater and 1 for another"):
        majority([material("A A", codes="A"), material("A", codes="A")])


def test_material_that_does_not_hold_together_is_refused() -> None:
    fine = session("A .", codes="A")

    with pytest.raises(ValueError, match="in the material twice"):
        material(fine, fine, codes="A")
    with pytest.raises(ValueError, match="speakers has 1 entries for 2 segments"):
        material(replace(fine, speakers=("",)), codes="A")
    with pytest.raises(ValueError, match="one column for each of 1 codes"):
        material(session("A", codes="AB"), codes="A")
    with pytest.raises(ValueError, match="must be 1, 0 or -1"):
        material(replace(fine, values=np.full((2, 1), 3, dtype=np.int8)), codes="A")
    with pytest.raises(ValueError, match="code 'A' is in the material twice"):
        material(session("A", codes="AA"), codes="AA")
