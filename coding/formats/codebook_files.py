"""A codebook in any of the layouts that are read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coding.formats.codebook import read_codebook, write_codebook
from coding.formats.codebook_csv import read_codebook_csv, write_codebook_csv
from coding.formats.codebook_qdc import read_codebook_qdc, write_codebook_qdc
from coding.formats.drafts import CodebookDraft, CodebookError
from coding.formats.manual import manual_markdown, manual_word
from coding.formats.members import MAX_KEY
from coding.formats.strict_json import MAX_BYTES


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to write a codebook down."""

    name: str
    mime: str
    says: str
    write: Callable[[CodebookDraft], bytes]


LAYOUTS: Mapping[str, Layout] = {
    "json": Layout("JSON", "application/json", "everything; reads back without loss", write_codebook),
    "csv": Layout("Table", "text/csv; charset=utf-8", "the codes, one a row, for spreadsheets", write_codebook_csv),
    "qdc": Layout("REFI-QDA", "application/xml", "for other programs of qualitative analysis", write_codebook_qdc),
    "md": Layout("Markdown", "text/markdown; charset=utf-8", "a manual to read", manual_markdown),
    "docx": Layout(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "a manual to print",
        manual_word,
    ),
}


def read_any_codebook(data: bytes, *, file_name: str = "", version: str = "1") -> CodebookDraft:
    """
    Read a codebook as JSON, as .qdc or as a table; raises CodebookError.

    Where the layout names no codebook and no version, the file's name and `version` do.
    """
    if len(data) > MAX_BYTES:
        raise CodebookError(f"The file is larger than {MAX_BYTES // 1_000_000} MB; a codebook is text and far smaller.")
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    stem = stem_of(file_name)
    if begins == b"<" or data.startswith((b"\xff\xfe<", b"\xfe\xff\x00<")):
        return read_codebook_qdc(data, stem=stem, version=version)
    if file_name.lower().endswith((".csv", ".tsv", ".txt")) and begins not in (b"{", b""):
        return read_codebook_csv(data, stem=stem, version=version)
    return read_codebook(data)


def stem_of(file_name: str) -> str:
    """Give the name of a file without its ending, as a key: in one line, and never empty."""
    stem = file_name.rpartition(".")[0] or file_name
    line = " ".join("".join(char if char.isprintable() else " " for char in stem).split())
    return line[:MAX_KEY].strip() or "codebook"
