"""Bytes become text by mark, by name or as UTF-8, and otherwise somebody is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.formats import EncodingUnclear, FormatError, read_transcripts
from transcripts.formats.encodings import decode_text

TALK = "T: I’m afraid “so”.\nP: Für mich nicht, naïve.\nT: Hm.\nP: Ja.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_or_without_a_mark_is_read(encoding):
    (draft,) = read_transcripts("x.txt", TALK.encode(encoding))

    assert draft.segments[0].text == "I’m afraid “so”."


@pytest.mark.parametrize("encoding", ["windows-1252", "mac-roman"])
def test_another_encoding_is_asked_for_with_previews_and_read_when_named(encoding):
    data = TALK.encode(encoding)

    with pytest.raises(EncodingUnclear) as caught:
        read_transcripts("x.txt", data)
    (draft,) = read_transcripts("x.txt", data, encoding=encoding)

    offered = {candidate.encoding: candidate.preview for candidate in caught.value.candidates}
    assert offered[encoding] == "T: I’m afraid “so”.\nP: Für mich nicht, naïve."
    assert next(iter(offered)) == encoding
    assert caught.value.line == 1
    assert draft.segments[1].text == "Für mich nicht, naïve."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Т: Как прошла неделя?\nП: Хорошо, спасибо.\n", "windows-1251"),
        ("咨询师：你好吗？\n来访者：还好，谢谢你。\n", "gb18030"),
        ("療法士：元気ですか。\n患者：はい、げんきです。\n", "shift_jis"),
        ("T: Proszę usiąść, święto będzie później.\n", "windows-1250"),
    ],
)
def test_the_encodings_of_other_languages_are_among_those_offered(text, encoding):
    with pytest.raises(EncodingUnclear) as caught:
        decode_text(text.encode(encoding))

    offered = {candidate.encoding: candidate.preview for candidate in caught.value.candidates}
    assert offered[encoding] == "\n".join(line for line in text.split("\n") if not line.isascii())


def test_utf_16_without_a_mark_is_asked_for():
    with pytest.raises(EncodingUnclear) as caught:
        decode_text(TALK.encode("utf-16-le"))

    assert [candidate.encoding for candidate in caught.value.candidates] == ["utf-16-le"]


@pytest.mark.parametrize("encoding", ["no-such", "base64", "rot13", "unicode_escape", "utf-7", "idna", "\x00", "ü", ""])
def test_a_name_that_is_no_encoding_gets_a_sentence(encoding):
    with pytest.raises(FormatError, match="is not an encoding that can be read"):
        decode_text(b"T: \\ud800 +2AA-\n", encoding=encoding)


def test_bytes_that_are_not_in_the_named_encoding_are_refused_with_the_line():
    with pytest.raises(FormatError, match="Line 2 holds bytes that are not utf-8") as caught:
        decode_text(b"T: a\r\nP: \xff\n", encoding="utf-8")

    assert caught.value.line == 2


@pytest.mark.parametrize("data", [b"", b" \n\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_gets_a_sentence(data):
    with pytest.raises(FormatError, match="nothing to read in it"):
        read_transcripts("x.txt", data)


@pytest.mark.parametrize("data", [b"T: a\nP: b\x00c\n", b"\xff\xfe\x00\x00"])
def test_nul_characters_are_refused(data):
    with pytest.raises(FormatError):
        read_transcripts("x.txt", data)


def test_binary_garbage_is_not_offered_as_text():
    with pytest.raises(FormatError) as caught:
        read_transcripts("x.txt", bytes(range(1, 256)) * 8)

    assert not isinstance(caught.value, EncodingUnclear)


@given(
    st.binary(max_size=300), st.none() | st.sampled_from(["utf-8", "utf-16", "windows-1252", "mac-roman", "gb18030"])
)
def test_decoded_text_can_always_be_stored(data, encoding):
    try:
        text = decode_text(data, encoding=encoding)
    except FormatError:
        return

    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text
