"""The apostrophe that keeps a cell from being run comes off again exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.formats.guard import guard, unguard

risky = st.text(alphabet="'=+-@\t\ra", max_size=8)


@given(st.one_of(st.text(), risky))
def test_unguarding_a_guarded_text_gives_the_text_back(text):
    guarded = guard(text)

    assert unguard(guarded) == text


@given(st.one_of(st.text(), risky))
def test_a_guarded_text_never_begins_like_a_formula(text):
    guarded = guard(text)

    assert guarded[:1] not in tuple("=+-@\t\r")


@given(st.one_of(st.text(), risky))
def test_guarding_adds_one_apostrophe_or_nothing(text):
    guarded = guard(text)

    assert guarded in (text, "'" + text)


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("", ""),
        ("'", "'"),
        ("'tis", "'tis"),
        ("- No.", "'- No."),
        ("=1+1", "'=1+1"),
        ("@all", "'@all"),
        ("\tindented", "'\tindented"),
        ("'=1+1", "''=1+1"),
        ("''=1+1", "'''=1+1"),
    ],
)
def test_only_cells_that_begin_like_a_formula_are_guarded(text, guarded):
    assert guard(text) == guarded


@pytest.mark.parametrize("text", ["'tis", "''", "a'=b"])
def test_an_apostrophe_of_the_text_itself_stays(text):
    assert unguard(text) == text
