"""Say what a reader of transcripts hands back, before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

NoteKind = Literal["not_understood", "header", "dropped", "time", "joined"]


@dataclass(frozen=True, slots=True)
class DraftSegment:
    """One segment as the file gives it; `line` is the 1-based line, row, paragraph or cue it begins at."""

    speaker: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    role: str = ""
    line: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class LineNote:
    """
    Report a line that is not part of a segment, or was read with a doubt.

    Nothing in a file is dropped without one of these.
    """

    line: int
    column: int | None
    raw: str
    message: str
    kind: NoteKind


@dataclass(frozen=True, slots=True)
class DraftTranscript:
    """One transcript as it would be imported, with everything the preview has to show."""

    name: str
    segments: tuple[DraftSegment, ...]
    notes: tuple[LineNote, ...] = ()
    session: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    layout: str = ""


class FormatError(ValueError):
    """Say why a file cannot be read, where, and what would be right."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class EncodingCandidate:
    """An encoding a file may be in, with its first telling lines read that way."""

    encoding: str
    preview: str


class EncodingUnclear(FormatError):  # noqa: N818 - named for what it says; the page answers with a question
    """Say that a text file is not UTF-8, and which encodings could be meant."""

    def __init__(self, message: str, *, candidates: tuple[EncodingCandidate, ...], line: int | None = None) -> None:
        super().__init__(message, line=line)
        self.candidates = candidates
