"""Read transcripts in many layouts: bytes in, frozen drafts out."""

from .drafts import (
    DraftSegment,
    DraftTranscript,
    EncodingCandidate,
    EncodingUnclear,
    FormatError,
    LineNote,
)
from .read import READABLE, read_transcripts
from .turns import merge_turns, speakers

__all__ = [
    "READABLE",
    "DraftSegment",
    "DraftTranscript",
    "EncodingCandidate",
    "EncodingUnclear",
    "FormatError",
    "LineNote",
    "merge_turns",
    "read_transcripts",
    "speakers",
]
