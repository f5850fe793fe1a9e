"""Files between upload and import: they wait, are read differently on request, and are imported once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from transcripts import access, files
from transcripts.formats.read import LARGEST
from transcripts.models import Revision, Study, Upload
from transcripts.queries.previews import FilePreview, Key, previews
from transcripts.queries.speaker_roles import decide_roles, known_roles
from transcripts.services.constraints import broken
from transcripts.services.imports import Incoming, store_transcripts
from transcripts.services.references import erase_unused, hold_files
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

MEGABYTE = 2**20


class AlreadyImported(Refusal):
    code = "already_imported"


class NothingToImport(Refusal):
    code = "nothing_to_import"


class FileTooLarge(Refusal):
    code = "file_too_large"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person decided for one transcript of a batch; what is left out stays as the file says."""

    name: str
    roles: Mapping[str, str] = field(default_factory=dict)
    session: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How one uploaded file is read."""

    encoding: str = ""
    merge: bool = False


def add_upload(*, user: User, study: Study, batch: uuid.UUID, file_name: str, data: bytes) -> Upload:
    """
    Keep a file that waits for its preview; the same file twice in a batch is the same as once.

    Raises PermissionDenied or FileTooLarge.
    """
    require(access.may_manage(user, study))
    if len(data) > LARGEST:
        raise FileTooLarge(f"“{file_name}” is larger than {LARGEST // MEGABYTE} MB; split it into several files.")
    if Upload.objects.filter(batch=batch).exclude(study=study).exists():
        raise Refusal("These files belong to another study.", code="batch_of_another_study")
    sha256 = files.digest(data)
    try:
        with transaction.atomic():
            hold_files([sha256])
            files.keep(data)
            return Upload.objects.create(
                study=study, batch=batch, user=user, file_name=file_name, sha256=sha256, file_size=len(data)
            )
    except IntegrityError as error:
        if broken(error) != "upload_file_once_per_batch":
            raise
        return Upload.objects.get(batch=batch, sha256=sha256, file_name=file_name)


@transaction.atomic
def change_reading(*, user: User, study: Study, batch: uuid.UUID, readings: Mapping[uuid.UUID, Reading]) -> None:
    """Read files of a batch in another encoding, or with consecutive cues of one speaker joined."""
    require(access.may_manage(user, study))
    changed = []
    for upload in Upload.objects.filter(study=study, batch=batch, imported_at=None).select_for_update().order_by("pk"):
        reading = readings.get(upload.pk)
        if reading is not None and reading != Reading(upload.encoding, upload.merge):
            upload.encoding, upload.merge = reading.encoding, reading.merge
            changed.append(upload)
    Upload.objects.bulk_update(changed, ["encoding", "merge"])


def import_batch(
    *,
    user: User,
    study: Study,
    batch: uuid.UUID,
    choices: Mapping[Key, Choice] | None = None,
    found: Sequence[FilePreview] | None = None,
) -> list[Revision]:
    """
    Import every file of a batch that can be read, all or none; the others go on waiting.

    `found` are the previews of the batch where the caller has read them just now.

    A second confirmation, from a double click or another tab, raises AlreadyImported and changes nothing. Raises
    PermissionDenied, NothingToImport, TranscriptNameTaken or BadTranscript besides.
    """
    require(access.may_manage(user, study))
    readable = [preview for preview in found or previews(study, batch) if preview.drafts]
    known = known_roles(study)
    incoming = [one for preview in readable for one in _incoming(preview, known, choices or {})]
    wanted = {preview.upload.pk for preview in readable}
    with transaction.atomic():
        # A confirmation in another tab waits here until the first has committed, and then finds nothing left.
        waiting = (
            Upload.objects.filter(study=study, batch=batch, pk__in=wanted, imported_at=None)
            .select_for_update()
            .order_by("pk")
        )
        if not wanted or set(waiting.values_list("pk", flat=True)) != wanted:
            raise _nothing_left(study, batch)
        revisions = store_transcripts(study=study, incoming=incoming, user=user)
        Upload.objects.filter(pk__in=wanted).update(imported_at=Now())
    return revisions


def discard(*, user: User, study: Study, batch: uuid.UUID, upload: uuid.UUID | None = None) -> None:
    """Throw away one waiting file of a batch, or all of them, from the store too; what was imported stays."""
    require(access.may_manage(user, study))
    waiting = Upload.objects.filter(study=study, batch=batch, imported_at=None)
    if upload is not None:
        waiting = waiting.filter(pk=upload)
    with transaction.atomic():
        hashes = list(waiting.select_for_update().order_by("pk").values_list("sha256", flat=True))
        waiting.delete()
    erase_unused(hashes)


def _incoming(preview: FilePreview, known: list[str], choices: Mapping[Key, Choice]) -> list[Incoming]:
    upload, found = preview.upload, []
    for number, draft in enumerate(preview.drafts):
        choice = choices.get(Key(upload.pk, number), Choice(name=draft.name))
        decided = decide_roles(draft, known=known, given={}).by_label
        found.append(
            Incoming(
                draft=replace(draft, name=choice.name),
                file_name=upload.file_name,
                sha256=upload.sha256,
                size=upload.file_size,
                roles={label: choice.roles.get(label) or role for label, role in decided.items()},
                merged=upload.merge,
                session=draft.session if choice.session is None else choice.session,
            )
        )
    return found


def _nothing_left(study: Study, batch: uuid.UUID) -> Refusal:
    if Upload.objects.filter(study=study, batch=batch, imported_at__isnull=False).exists():
        return AlreadyImported("These files were imported already; nothing was done twice.")
    return NothingToImport("There is no file here that can be read; nothing was imported.")
