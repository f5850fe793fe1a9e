"""Names that show nothing."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from coding.forms.fields import one_line
from coding.models.assignment import Round
from coding.models.codebook import Code, Family, key_words
from coding.models.codebook import CodebookVersion as Version
from transcripts.formats.visible import is_visible
from transcripts.models import Invitation, Membership, Study, Transcript
from transcripts.models.study import plain_words

UNSEEN = ["\u202e\u200b", "\u00a0", "\u3164", "\u2800\u2800", "\ufe0f", "\u034f", " "]


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.parametrize("validator", [plain_words, key_words, one_line], ids=["plain", "key", "line"])
def test_a_name_of_which_nothing_can_be_seen_is_none(validator: RegexValidator, text: str) -> None:
    with pytest.raises(ValidationError, match="at least one character that can be seen"):
        validator(text)


@pytest.mark.parametrize("text", ["1", "é", "e\u0301", "名", "👍🏽", "\u200fשם", "-", "ﬁ"])
def test_whatever_shows_something_is_a_name(text: str) -> None:
    assert is_visible(text)
    plain_words(text)
    key_words(text)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        *((Round, "name"), (Study, "title"), (Membership, "label"), (Invitation, "label"), (Transcript, "name")),
        *((Code, "name"), (Code, "key"), (Family, "name"), (Family, "key"), (Version, "name"), (Version, "title")),
    ],
)
def test_whatever_has_a_name_has_one_that_can_be_seen(model: type, field: str) -> None:
    with pytest.raises(ValidationError, match="at least one character that can be seen"):
        model._meta.get_field(field).clean("\u202e\u200b", None)  # type: ignore[attr-defined]
