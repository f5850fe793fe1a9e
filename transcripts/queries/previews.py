"""What a batch of uploaded files would become."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import NamedTuple

from transcripts import files
from transcripts.formats.drafts import DraftTranscript, EncodingCandidate, EncodingUnclear, FormatError
from transcripts.models import Study, Upload
from transcripts.queries.reading import drafts_of
from transcripts.queries.speaker_roles import roles_of_file
from workbench.accounts.refusals import Refusal


class Key(NamedTuple):
    """One transcript of a batch: its file, and its place in that file from 0."""

    upload: uuid.UUID
    number: int

    def __str__(self) -> str:
        return f"{self.upload}.{self.number}"


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One file as it was read, or the sentence that says why it cannot be."""

    upload: Upload
    drafts: tuple[DraftTranscript, ...] = ()
    problem: str = ""
    encodings: tuple[EncodingCandidate, ...] = ()


def previews(study: Study, batch: uuid.UUID) -> list[FilePreview]:
    """Read the files of a batch that are not imported yet, in the order of their names."""
    waiting = Upload.objects.filter(study=study, batch=batch, imported_at=None)
    return [preview_of(upload) for upload in waiting.order_by("file_name", "pk")]


def preview_of(upload: Upload) -> FilePreview:
    """Read one waiting file, always from its bytes."""
    try:
        data = files.read(upload.sha256)
    except Refusal as refusal:
        return FilePreview(upload, problem=refusal.message)
    offered = _other_encodings(upload, data) if upload.encoding else ()
    try:
        drafts = drafts_of(upload.file_name, data, encoding=upload.encoding, merge=upload.merge)
        for draft in drafts:
            roles_of_file(draft)
    except EncodingUnclear as unclear:
        return FilePreview(upload, problem=unclear.message, encodings=unclear.candidates)
    except FormatError as error:
        return FilePreview(upload, problem=error.message, encodings=offered)
    return FilePreview(upload, drafts=drafts, encodings=offered)


def _other_encodings(upload: Upload, data: bytes) -> tuple[EncodingCandidate, ...]:
    """Offer the encodings again where one was chosen, so that the choice can be changed."""
    try:
        drafts_of(upload.file_name, data)
    except EncodingUnclear as unclear:
        return unclear.candidates
    except FormatError:
        return ()
    return ()
