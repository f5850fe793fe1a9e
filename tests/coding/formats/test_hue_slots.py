"""Which hue a family gets and which letter a code is given by."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.formats.codebook import CodeDraft, read_codebook
from coding.formats.slots import HUES, SLOTS, assign_slots, clash, oklab, propose_letters, slot_for

# A busy machine is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DEMO = Path(__file__).parents[3] / "fixtures" / "demo" / "relational_moves_codebook.json"
words = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=12)
codes = st.lists(
    st.builds(CodeDraft, key=words, name=words, family=st.just("F"), letter=st.sampled_from(["", "", "a", "B", "Q"])),
    max_size=40,
    unique_by=lambda code: code.key,
)


def test_the_families_of_the_demo_get_the_hues_they_were_drawn_with() -> None:
    codebook = read_codebook(DEMO.read_bytes())

    assert assign_slots(codebook) == {
        "PULL": "clay",
        "REC": "ochre",
        "NAM": "sea",
        "REW": "leaf",
        "ALL": "plum",
        "ADM": "stone",
    }


@pytest.mark.parametrize(
    ("color", "slot"),
    [
        ("#B5523B", "clay"),
        ("#B98A2F", "ochre"),
        ("#2F6F8F", "sea"),
        ("#3F7D4E", "leaf"),
        ("#6E6A86", "plum"),
        ("#777777", "stone"),
        ("#fff", "stone"),
        ("#000000", "stone"),
        ("#0aa", "teal"),
        ("#ff1493", "rose"),
    ],
)
def test_a_colour_picks_the_slot_of_its_hue(color: str, slot: str) -> None:
    assert slot_for(color, []) == slot


@pytest.mark.parametrize("slot", SLOTS)
def test_the_ink_of_a_slot_picks_that_slot(slot: str) -> None:
    assert slot_for(SLOTS[slot], []) == slot


def test_a_second_family_of_the_same_colour_gets_another_slot() -> None:
    assert slot_for("#B5523B", ["clay"]) == "ochre"


def test_families_without_a_colour_take_the_slots_in_order_and_then_again() -> None:
    taken: list[str] = []

    for _ in range(17):
        taken.append(slot_for(None, taken))

    assert taken == [*SLOTS, *HUES, *HUES][:17]


def test_stone_belongs_to_status_while_a_hue_is_free() -> None:
    assert slot_for(None, [], status=True) == "stone"
    assert slot_for("#9c3620", ["clay"], status=True) == "stone"
    assert "stone" not in [slot_for(None, list(HUES[:count])) for count in range(len(HUES))]


@pytest.mark.parametrize(("color", "lightness"), [("#ffffff", 1.0), ("#000", 0.0), ("#ff0000", 0.6279554)])
def test_oklab_gives_the_published_lightness(color: str, lightness: float) -> None:
    assert oklab(color)[0] == pytest.approx(lightness, abs=1e-4)


@PATIENT
@given(
    st.from_regex(r"#([0-9a-f]{3}|[0-9a-f]{6})", fullmatch=True), st.lists(st.sampled_from(list(SLOTS)), max_size=20)
)
def test_every_colour_gets_a_slot(color: str, taken: list[str]) -> None:
    assert slot_for(color, taken) in SLOTS


def test_the_codes_of_the_demo_get_telling_letters() -> None:
    codebook = read_codebook(DEMO.read_bytes())

    letters = propose_letters([code for code in codebook.codes if code.key not in codebook.exclusive_codes])

    telling = {"PULL-APP": "A", "PULL-IMP": "I", "PULL-DEF": "D", "PULL-ENV": "E", "PULL-CON": "C", "REC-NOT": "N"}
    telling |= {"NAM-OWN": "O", "NAM-LNK": "L", "NAM-INV": "V", "REW-UND": "U", "ALL-FBK": "F", "ALL-WRM": "W"}
    assert telling.items() <= letters.items()
    assert sorted(letters.values()) == sorted("ABCDEFGHILNOPQRSTUVWXY")


@PATIENT
@given(codes)
def test_no_two_codes_share_a_letter_and_none_takes_a_key_of_the_desk(drafts: list[CodeDraft]) -> None:
    letters = propose_letters(drafts)

    given_letters = [letter for letter in letters.values() if letter]
    assert set(letters) == {code.key for code in drafts}
    assert len(given_letters) == len(set(given_letters))
    assert set("".join(given_letters)) <= set("ABCDEFGHILNOPQRSTUVWXY")
    assert not any(clash(one, other) for one in given_letters for other in given_letters if one is not other)
    assert len(given_letters) == len(drafts)
    assert len(drafts) > 22 or all(len(letter) == 1 for letter in given_letters)


def test_a_codebook_with_more_codes_than_letters_gets_two_letter_keys_that_tell_the_family() -> None:
    drafts = [
        CodeDraft(key=f"{family}-{name}", name=name, family=family)
        for family in ("PULL", "PUSH", "NAM")
        for name in ("APP", "ENV", "DEF", "IMP", "CON", "INS", "IDL", "OWN", "DIS")
    ]

    letters = propose_letters(drafts)

    assert (letters["PULL-APP"], letters["PULL-ENV"], letters["PULL-DEF"]) == ("PA", "PE", "PD")
    assert {letters[code.key][0] for code in drafts if code.family == "PUSH"} == {"U"}
    assert letters["NAM-APP"] == "NA"


def test_of_a_thousand_codes_every_pair_of_letters_is_used_and_the_rest_are_found_by_searching() -> None:
    drafts = [CodeDraft(key=f"F{n // 100}-C{n}", name=f"Code {n}", family="F") for n in range(1000)]

    keys = list(propose_letters(drafts).values())

    assert len({key for key in keys if key}) == sum(map(bool, keys)) == 484


def test_a_new_code_of_a_large_codebook_joins_its_family() -> None:
    large = [CodeDraft(key=f"PULL-{n}A", name="n", family="P", letter=f"P{letter}") for n, letter in enumerate("ABCD")]

    assert propose_letters([*large, CodeDraft(key="PULL-ENV", name="Envy", family="P")])["PULL-ENV"] == "PE"


@PATIENT
@given(codes)
def test_a_letter_that_a_code_brings_is_kept_by_the_first_that_brings_it(drafts: list[CodeDraft]) -> None:
    letters = propose_letters(drafts)

    for letter in ("A", "B", "Q"):
        bringing = [code.key for code in drafts if code.letter.upper() == letter]
        assert not bringing or letters[bringing[0]] == letter
