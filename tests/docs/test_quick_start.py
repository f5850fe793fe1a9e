"""The quick start names what there is: its buttons and links stand on the pages, its keys on the desk."""

from __future__ import annotations

import re

import pytest

from coding.formats.codebook import read_codebook
from coding.formats.slots import propose_letters
from tests.docs.pages import ROOT, Block, parts, section, text_of
from transcripts import access
from transcripts.formats.read import read_transcripts

PAGE = text_of("quick-start.md")
TEMPLATES = " ".join(
    path.read_text(encoding="utf-8")
    for package in ("workbench", "coding", "transcripts")
    for path in sorted((ROOT / package).rglob("templates/**/*.html"))
)
#: What templates put together from parts, by the part that is fixed.
FILLED = {"Import 1 transcript": "Import {{", "Publish 1.0.0": "Publish {{", "Discard the file": "Discard {{"}


def _bold() -> list[str]:
    words = (" ".join(found.split()) for found in re.findall(r"\*\*(.+?)\*\*", PAGE, flags=re.DOTALL))
    # A bold sentence is emphasis; what is clicked has no full stop and begins with a capital.
    return sorted({word for word in words if word[0].isupper() and not re.search(r"[.,]", word.replace("1.0.0", ""))})


@pytest.mark.parametrize("words", _bold())
def test_what_is_to_be_clicked_stands_on_a_page(words: str) -> None:
    shown = re.escape(FILLED.get(words, words))

    assert re.search(rf"[>}}\s“]{shown}", TEMPLATES), f"no page shows “{words}”"


def test_the_tour_names_its_main_buttons() -> None:
    assert {"Make the account", "Start the round", "Hand in for good", "Make the zip"} <= set(_bold())


def test_the_table_of_keys_is_that_of_the_desk() -> None:
    source = (ROOT / "workbench" / "static" / "workbench" / "desk" / "keys.js").read_text(encoding="utf-8")
    bound = set(re.findall(r'^  "?([A-Z0-9,./?;:>-])"?: \[', source, flags=re.MULTILINE))
    named = set(re.findall(r"`(.)`", section(PAGE, "7. Code at the desk").partition("Try it")[0]))

    assert bound
    assert bound <= named


def test_the_keys_of_the_example_give_what_the_page_says() -> None:
    book = read_codebook((ROOT / "fixtures" / "demo" / "relational_moves_codebook.json").read_bytes())
    given = [code for code in book.codes if code.key not in book.exclusive_codes]
    (letter,) = (propose_letters(given)[code.key] for code in book.codes if code.name == "Deference")

    assert f"`{letter}` for *Deference*" in PAGE


def test_the_transcript_to_copy_is_read_as_the_page_says() -> None:
    block = next(part for part in parts(PAGE) if isinstance(part, Block) and part.language == "txt")

    (draft,) = read_transcripts(block.words[0], block.text.encode())

    assert draft.name == "P07-03"
    assert [segment.speaker for segment in draft.segments] == ["T", "P"] * 3


def test_the_table_of_roles_is_that_of_the_rules() -> None:
    rows = re.findall(r"^\| (rater|reader|adjudicator|coordinator) \| (.+) \|$", PAGE, flags=re.MULTILINE)
    said = {role: [not cell.startswith(("no", "only")) for cell in cells.split(" | ")] for role, cells in rows}
    powers = ("code", "read_material", "see_results", "manage")

    assert said == {role: [power in access.POWERS[role] for power in powers] for role in access.POWERS}
