"""The zip that one person asks for, the worker writes, and that person takes away."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from coding import access
from coding.formats.bundle import write_zip
from coding.models import ExportFile, Round
from coding.services.export_files import Files, file_words, study_files
from transcripts.models import Study
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

KEPT = 5


class ExportGone(Refusal):
    code = "export_gone"


class NothingToExport(Refusal):
    code = "nothing_to_export"


def ask_export(*, user: User, study: Study, round_: Round | None) -> ExportFile:
    """
    Ask for a zip of a round's codings with their material, or of the material alone; the worker writes it.

    Raises PermissionDenied or NothingToExport.
    """
    export = ExportFile(study=study, round=round_, asked_by=user)
    require(access.may_download(user, export))
    if round_ is not None and round_.study_id != study.pk:
        raise NothingToExport("This round belongs to another study.")
    if not study.transcripts.exists():
        raise NothingToExport("There is nothing to take away yet: the study has no transcripts.")
    with transaction.atomic():
        _forget_old(user, study)
        export.save()
        app.configure_task("write_export").defer(export_id=str(export.pk))
    return export


def _forget_old(user: User, study: Study) -> None:
    """Keep the last few zips of a person; older ones can be asked for again."""
    mine = ExportFile.objects.filter(asked_by=user, study=study).order_by("-asked_at")
    for export in mine[KEPT - 1 :]:
        path = file_of(export)
        export.delete()
        transaction.on_commit(partial(path.unlink, missing_ok=True))


def file_of(export: ExportFile) -> Path:
    """Give the place of a zip in the data folder."""
    return Path(settings.DATA_DIR) / "exports" / f"{export.pk}.zip"


def download_name(export: ExportFile) -> str:
    """Name the zip after the study and the round."""
    words = [export.study.slug, "transcripts" if export.round is None else f"round_{file_words(export.round.name)}"]
    return f"{'_'.join(words)}.zip"


def open_export(*, user: User, export: ExportFile) -> IO[bytes]:
    """
    Open a written zip for the person who asked for it, if they may still have it.

    Raises PermissionDenied or ExportGone.
    """
    require(access.may_download(user, export))
    if export.state != ExportFile.State.READY:
        raise ExportGone("This export is not written yet.", code="export_not_ready")
    try:
        return file_of(export).open("rb")
    except FileNotFoundError:
        raise ExportGone("The file is gone; ask for the export again.") from None


def write_export(export_id: str) -> None:
    """
    Write the zip of an export: the worker's job.

    Whether the person may have it is asked again here and at the download: they may have been given coding since.
    """
    export = ExportFile.objects.select_related("round__version__codebook", "study", "asked_by").get(pk=export_id)
    if not (decision := access.may_download(export.asked_by, export)):
        _end(export, problem=decision.reason)
        return
    path = file_of(export)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as stream:
            write_zip(_counted(export, study_files(export.study, export.round, export.asked_by)), stream)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        _end(export, problem="Something went wrong while the file was written. Ask for it again.")
        raise
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    _end(export, sha256=digest, size=os.path.getsize(path))


def _counted(export: ExportFile, files: Mapping[str, Iterable[str | bytes]]) -> Files:
    """Note in the database which share of the files is written, as each is begun."""

    def watched(number: int, pieces: Iterable[str | bytes]) -> Iterable[str | bytes]:
        share = number / len(files)
        ExportFile.objects.filter(pk=export.pk).update(state=ExportFile.State.WRITING, share_done=share)
        yield from pieces

    return {name: watched(number, files[name]) for number, name in enumerate(sorted(files))}


def _end(export: ExportFile, *, problem: str = "", sha256: str = "", size: int = 0) -> None:
    ExportFile.objects.filter(pk=export.pk).update(
        state=ExportFile.State.FAILED if problem else ExportFile.State.READY,
        problem=problem,
        share_done=0 if problem else 1,
        sha256=sha256,
        size=size,
        finished_at=timezone.now(),
    )
