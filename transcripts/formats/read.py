"""Read a file that holds transcripts, whatever its layout."""

from dataclasses import replace
from pathlib import PurePosixPath

from .delimited import find_separator, read_delimited
from .docx import read_docx
from .drafts import DraftTranscript, FormatError
from .encodings import decode_text
from .subtitles import read_subtitles
from .text import read_text
from .xlsx import read_xlsx

LARGEST = 100 * 1024 * 1024
READABLE = (".txt", ".docx", ".vtt", ".srt", ".sbv", ".csv", ".tsv", ".xlsx")
_PLAIN = frozenset((".txt", ".text", ".md"))
_TABLES = frozenset((".csv", ".tsv", ".tab"))
_CAPTIONS = frozenset((".vtt", ".srt", ".sbv"))
_PACKAGE = b"PK\x03\x04"


def _name_and_ending(file_name: str) -> tuple[str, str]:
    path = PurePosixPath(file_name.replace("\\", "/").replace("\x00", ""))
    stem = "".join(sign for sign in path.stem if sign.isprintable()).strip()
    return stem or "transcript", path.suffix.casefold()


def _holds_table(text: str) -> bool:
    for line in text[:20_000].splitlines():
        if line.strip() and not line.startswith("#"):
            return find_separator(line) is not None
    return False


def _read(name: str, ending: str, data: bytes, encoding: str | None) -> tuple[DraftTranscript, ...]:
    if ending == ".docx":
        return read_docx(data, name=name)
    if ending == ".xlsx":
        return read_xlsx(data, name=name)
    if data.startswith(_PACKAGE):
        raise FormatError(
            f"The file ends in {ending} but is a package such as Word or Excel write; give it its right ending."
        )
    text = decode_text(data, encoding=encoding)
    if ending in _CAPTIONS:
        return (read_subtitles(text, name=name, kind=ending[1:]),)
    if ending in _TABLES or _holds_table(text):
        return read_delimited(text, name=name)
    if text.startswith("WEBVTT"):
        return (read_subtitles(text, name=name, kind="vtt"),)
    return (read_text(text, name=name),)


def read_transcripts(file_name: str, data: bytes, *, encoding: str | None = None) -> tuple[DraftTranscript, ...]:
    """
    Read all transcripts of one file; its name gives the layout by its ending, and a name where the file has none.

    Raises FormatError, or EncodingUnclear when somebody has to choose how the bytes are read.
    """
    name, ending = _name_and_ending(file_name)
    if ending not in _PLAIN | _TABLES | _CAPTIONS | {".docx", ".xlsx"}:
        what = f"Files that end in “{ending[:20]}”" if ending else "Files without an ending"
        raise FormatError(f"{what} cannot be read. These can: {', '.join(READABLE)}.")
    if len(data) > LARGEST:
        raise FormatError(f"The file is larger than {LARGEST // 2**20} MB; split it into several.")
    if not data:
        raise FormatError("The file is empty; there is nothing to read in it.")
    drafts = _read(name, ending, data, encoding)
    return tuple(replace(draft, name=_clean(draft.name) or name) for draft in drafts)


def _clean(name: str) -> str:
    return " ".join(name.split())
