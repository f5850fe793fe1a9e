"""Tie the file store to the rows that refer to it: no row without its file, no file that nobody refers to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from transcripts import files
from transcripts.models import Revision, Upload


def hold_files(hashes: Iterable[str]) -> None:
    """Keep these files from being erased until the transaction ends; rows that refer to them are made in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(sha256, 0)) FROM unnest(%s::text[]) AS sha256",
            [sorted(set(hashes))],
        )


def erase_unused(hashes: Iterable[str]) -> None:
    """Erase the files that neither a revision nor a waiting upload refers to; called after the rows are gone."""
    wanted = sorted(set(hashes))
    with transaction.atomic():
        hold_files(wanted)
        used = set(Revision.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
        used |= set(Upload.objects.filter(sha256__in=wanted, imported_at=None).values_list("sha256", flat=True))
        for sha256 in wanted:
            if sha256 not in used:
                files.erase(sha256)
