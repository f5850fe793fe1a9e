"""What counts as another definition of a code, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coding.formats.drafts import CodebookDraft, CodeDraft, ExampleDraft, RatingDraft
from coding.queries.definition_changes import (
    CHANGED,
    GONE,
    NEW,
    REWORDED,
    SAME,
    Change,
    Decided,
    Piece,
    compare_codes,
    compare_families,
    compare_whole,
    word_diff,
)
from tests.factories import SMALL_CODEBOOK


def with_code(key: str, **fields: Any) -> CodebookDraft:
    codes = tuple(replace(code, **fields) if code.key == key else code for code in SMALL_CODEBOOK.codes)
    return replace(SMALL_CODEBOOK, codes=codes)


def statuses(old: CodebookDraft, new: CodebookDraft) -> dict[str, str]:
    return {key: code.status for key, code in compare_codes(old, new).items() if code.status != SAME}


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"definition": "Wants to be liked."}, "definition"),
        ({"include": ("asks for praise",)}, "give it for"),
        ({"exclude": ("plain thanks",)}, "not for"),
        ({"near_misses": ("politeness",)}, "near misses"),
        ({"examples": (ExampleDraft("patient", "Was that good?"),)}, "examples"),
        ({"roles": ("patient",)}, "speakers"),
        ({"rated": False}, "rating"),
    ],
)
def test_whatever_tells_a_rater_when_to_give_a_code_is_its_definition(fields: dict[str, Any], what: str) -> None:
    new = with_code("PULL-APP", **fields)

    assert statuses(SMALL_CODEBOOK, new) == {"PULL-APP": CHANGED}
    assert [change.what for change in compare_codes(SMALL_CODEBOOK, new)["PULL-APP"].changes] == [what]


@pytest.mark.parametrize("fields", [{"name": "Wanting approval"}, {"color": "#123456"}, {"letter": "X"}])
def test_name_colour_and_letter_are_not(fields: dict[str, Any]) -> None:
    assert statuses(SMALL_CODEBOOK, with_code("PULL-APP", **fields)) == {}


def test_another_name_is_still_said() -> None:
    found = compare_codes(SMALL_CODEBOOK, with_code("PULL-APP", name="Wanting approval"))["PULL-APP"]

    assert (found.is_renamed, found.old_name) == (True, "Seeking approval")


def test_white_space_is_no_change_of_definition() -> None:
    old = with_code("PULL-APP", definition="Wants to  be\nliked.")

    assert statuses(old, with_code("PULL-APP", definition="Wants to be liked. ")) == {}


def test_the_scale_is_part_of_every_rated_code() -> None:
    scale = replace(SMALL_CODEBOOK.rating or RatingDraft("", "", 0, 1), anchors={3: "all through the turn"})

    found = statuses(SMALL_CODEBOOK, replace(SMALL_CODEBOOK, rating=scale))

    assert found == {"PULL-APP": CHANGED, "PULL-DEF": CHANGED}


def test_a_code_of_an_exclusive_family_changes_with_what_it_competes_with() -> None:
    more = (*SMALL_CODEBOOK.codes, CodeDraft(key="ST-FLAT", name="Flat", family="STANCE"))
    free = tuple(replace(family, exclusive=False) for family in SMALL_CODEBOOK.families)

    assert statuses(SMALL_CODEBOOK, replace(SMALL_CODEBOOK, codes=more)) == {
        "ST-WARM": CHANGED,
        "ST-COOL": CHANGED,
        "ST-FLAT": NEW,
    }
    assert statuses(SMALL_CODEBOOK, replace(SMALL_CODEBOOK, families=free)) == {"ST-WARM": CHANGED, "ST-COOL": CHANGED}


def test_a_family_changes_with_its_definition_its_codes_and_its_exclusivity() -> None:
    defined = with_code("PULL-APP", definition="Wants to be liked.")
    named = tuple(
        replace(one, definition="A stance") if one.key == "STANCE" else one for one in SMALL_CODEBOOK.families
    )

    for new, key in ((defined, "PULL"), (replace(SMALL_CODEBOOK, families=named), "STANCE")):
        found = compare_families(SMALL_CODEBOOK, new, compare_codes(SMALL_CODEBOOK, new))
        assert {family for family, one in found.items() if one.status != SAME} == {key}


def test_the_whole_changes_with_any_code_that_is_no_outcome() -> None:
    new = replace(with_code("UNC", definition="Nothing to hear."), codes=with_code("UNC").codes[1:])

    (change,) = compare_whole(compare_codes(SMALL_CODEBOOK, new), SMALL_CODEBOOK.exclusive_codes)

    assert compare_codes(SMALL_CODEBOOK, new)["PULL-APP"].status == GONE
    assert change.new == "gone: PULL-APP"
    assert compare_whole(compare_codes(SMALL_CODEBOOK, SMALL_CODEBOOK), ()) == ()


def test_words_that_went_stand_before_those_that_came() -> None:
    assert word_diff("so that the other will admire it", "so that the therapist will admire it") == (
        Piece("same", "so that the"),
        Piece("old", "other"),
        Piece("new", "therapist"),
        Piece("same", "will admire it"),
    )
    assert word_diff("", "new words") == (Piece("new", "new words"),)
    assert word_diff("", "") == ()


def test_a_list_is_compared_line_by_line() -> None:
    change = Change("give it for", "asks · begs for it · pleads", "asks · begs for praise · pleads · waits")

    assert change.lines == (
        (Piece("same", "asks"),),
        (Piece("same", "begs for"), Piece("old", "it"), Piece("new", "praise")),
        (Piece("same", "pleads"),),
        (Piece("new", "waits"),),
    )
    assert Change("not for", "", "plain thanks").lines == ((Piece("new", "plain thanks"),),)


def test_what_was_called_reworded_is_not_changed_and_what_was_parted_is() -> None:
    new = with_code("PULL-APP", definition="Wants to be liked.")
    decided = Decided(reworded={"PULL-APP", "PULL-DEF"}, parted={"NAM-DIS": "split into several codes"})

    found = compare_codes(SMALL_CODEBOOK, new, decided)

    assert (found["PULL-APP"].status, found["PULL-DEF"].status, found["NAM-DIS"].status) == (REWORDED, SAME, CHANGED)
    assert compare_families(SMALL_CODEBOOK, new, found)["PULL"].status == REWORDED
    assert compare_whole({key: found[key] for key in ("PULL-APP", "PULL-DEF")}, ()) == ()
