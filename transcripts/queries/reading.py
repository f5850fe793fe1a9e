"""Read uploaded bytes as the transcripts that they would become."""

from __future__ import annotations

from transcripts.formats.drafts import DraftTranscript
from transcripts.formats.read import read_transcripts
from transcripts.formats.turns import merge_turns


def drafts_of(file_name: str, data: bytes, *, encoding: str = "", merge: bool = False) -> tuple[DraftTranscript, ...]:
    """
    Read all transcripts of one file, with consecutive cues of one speaker joined where asked.

    Raises FormatError, or EncodingUnclear when somebody has to choose an encoding.
    """
    drafts = read_transcripts(file_name, data, encoding=encoding or None)
    return tuple(merge_turns(draft) for draft in drafts) if merge else drafts
