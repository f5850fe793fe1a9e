"""Turn the bytes of a text file into text, or say which encodings they may be in."""

import codecs
import unicodedata

from .drafts import EncodingCandidate, EncodingUnclear, FormatError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# In the order in which they are offered when they look equally likely.
_GUESSES = (
    "windows-1252",
    "mac-roman",
    "latin-1",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "koi8-r",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
)
# Escapes and host names: Python decodes them, no transcript is written in them, some can make lone surrogates.
_NO_ENCODINGS = frozenset(
    ("unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "utf-7", "mbcs", "oem")
)
_LIKE_UTF16 = "The file has no byte order mark and looks like UTF-16; choose how to read it."
_OFFERED = 8
_SAMPLE = 65_536
_USUAL_SIGNS = frozenset("“”‘’„‚«»‹›–—…€£¿¡°§·，。、？！「」（）：\xa0")


def _line_of(data: bytes, offset: int) -> int:
    before = data[:offset]
    return before.count(b"\n") + before.replace(b"\r\n", b"").count(b"\r") + 1


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        # Python also lists codecs from bytes to bytes, such as base64, which are no encodings of text.
        raise _no_encoding(encoding) from None
    except UnicodeError as error:
        line = _line_of(data, error.start) if isinstance(error, UnicodeDecodeError) else 1
        raise FormatError(
            f"Line {line} holds bytes that are not {encoding}; save the file as UTF-8 or name another encoding.",
            line=line,
        ) from None


def _refuse_what_is_not_text(text: str) -> str:
    if not text.strip():
        raise FormatError("The file is empty; there is nothing to read in it.")
    offset = text.find("\x00")
    if offset >= 0:
        line = text.count("\n", 0, offset) + 1
        raise FormatError(
            f"Line {line} holds a NUL character, which no text has; the file is damaged, is in UTF-16 without a "
            "byte order mark, or is not a text file. Save it as UTF-8.",
            line=line,
        )
    return text


def _plausibility(sample: str) -> float:
    """Share of the characters beyond ASCII that a person would have typed there."""
    foreign = usual = 0
    for before, sign in zip(" " + sample, sample, strict=False):
        if sign < "\x80":
            continue
        foreign += 1
        if sign in _USUAL_SIGNS:
            usual += 1
        elif unicodedata.category(sign)[0] in "LM":
            # A Han sign or a capital straight after a Latin letter is what a wrong guess looks like.
            mixed = before.isalpha() and before < "\x80" and (sign >= "\u0370" or sign.isupper())
            usual += not mixed
    return usual / foreign if foreign else 1.0


def _preview(text: str) -> str:
    telling = [line.strip() for line in text.splitlines() if not line.isascii()]
    return "\n".join(line[:160] for line in telling[:3])


def _candidates(data: bytes) -> tuple[EncodingCandidate, ...]:
    # Whole lines only, so that no sample ends inside a character.
    sample = data[:_SAMPLE] if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE) + 1] or data[:_SAMPLE]
    found: list[tuple[float, EncodingCandidate]] = []
    for encoding in _GUESSES:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any("\x80" <= sign <= "\x9f" for sign in text):
            continue
        found.append((-_plausibility(text), EncodingCandidate(encoding, _preview(text))))
    found.sort(key=lambda pair: pair[0])
    return tuple(candidate for _, candidate in found[:_OFFERED])


def _looks_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    control = sum(sample.count(bytes([sign])) for sign in range(32) if sign not in (9, 10, 11, 12, 13, 21))
    return control * 100 > len(sample)


def _utf16_candidates(data: bytes) -> tuple[EncodingCandidate, ...]:
    """Offer UTF-16 for a file without a mark whose every other byte is mostly zero."""
    sample = data[: _SAMPLE & ~1]
    half = len(sample) // 2
    found = []
    for encoding, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[::2].count(0))):
        if len(data) % 2 or half == 0 or zeros * 2 < half:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            found.append(EncodingCandidate(encoding, "\n".join(text.splitlines()[:3])[:480]))
    return tuple(found)


def decode_text(data: bytes, *, encoding: str | None = None) -> str:
    """
    Decode a text file: by its byte order mark, else as named, else as strict UTF-8.

    Raises FormatError, or EncodingUnclear when somebody has to choose.
    """
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _refuse_what_is_not_text(_decode(data[len(mark) :], marked))
    if encoding is not None:
        return _refuse_what_is_not_text(_decode(data, _known(encoding)).removeprefix("\ufeff"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _ask(data, error.start)
    if "\x00" in text and (found := _utf16_candidates(data)):
        raise EncodingUnclear(_LIKE_UTF16, candidates=found)
    return _refuse_what_is_not_text(text)


def _no_encoding(encoding: str) -> FormatError:
    return FormatError(
        f"“{encoding[:40]}” is not an encoding that can be read; name one such as utf-8, windows-1252 or mac-roman."
    )


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise _no_encoding(encoding) from None
    if name in _NO_ENCODINGS:
        raise _no_encoding(encoding)
    return name


def _ask(data: bytes, offset: int) -> str:
    line = _line_of(data, offset)
    if b"\x00" in data and (found := _utf16_candidates(data)):
        raise EncodingUnclear(_LIKE_UTF16, candidates=found)
    candidates = () if _looks_binary(data) else _candidates(data)
    if not candidates:
        raise FormatError(
            f"Line {line} holds bytes that are no text in any encoding we know; is this a text file?", line=line
        )
    raise EncodingUnclear(
        f"The file is not UTF-8 (line {line} holds other bytes); choose the encoding in which its text looks right.",
        candidates=candidates,
        line=line,
    )
