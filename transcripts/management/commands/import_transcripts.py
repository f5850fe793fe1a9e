"""`manage.py import_transcripts STUDY FILE...`: bring transcripts into a study, all or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.validators import validate_slug
from django.db import transaction

from transcripts.management.operator import OperatorCommand
from transcripts.models import Study
from transcripts.queries.speaker_roles import known_roles
from transcripts.services.file_imports import FileUnreadable, ReadTranscript, read_file
from transcripts.services.imports import store_transcripts
from transcripts.services.studies import SlugTaken, store_study
from workbench.accounts.refusals import Refusal


class Command(OperatorCommand):
    """Import transcripts as the page does, without the preview."""

    help = "Import transcripts into a study: all of the files, or none of them. Answers what it could not place."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the files, and how they are read."""
        super().add_arguments(parser)
        parser.add_argument("slug", metavar="STUDY", help="the study's slug, as in its address")
        parser.add_argument("files", metavar="FILE", nargs="+", help="a file that holds one transcript or several")
        parser.add_argument("--create", action="store_true", help="make the study where it is missing")
        parser.add_argument(
            "--role", metavar="LABEL=ROLE", action="append", default=[], help="the role of a speaker; may be repeated"
        )
        parser.add_argument("--merge", action="store_true", help="join consecutive cues of one speaker")
        parser.add_argument("--encoding", default="", help="the encoding of text files that are not UTF-8")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Read all files, then store all transcripts in one transaction."""
        given = _given_roles(options["role"])
        with transaction.atomic():
            study = self.study_to_fill(options["slug"], create=options["create"])
            known, found = known_roles(study), []
            for number, path in enumerate(options["files"], start=1):
                self.progress(f"Reading {number} of {len(options['files'])}: {_shown(path)}")
                found += self.read(path, known, given, merge=options["merge"], encoding=options["encoding"])
            store_transcripts(study=study, incoming=[one.incoming for one in found], user=None)
        self.explain(found, given)
        return _result(study, found)

    def study_to_fill(self, slug: str, *, create: bool) -> Study:
        """Find the study, or make it where that is asked."""
        if not create:
            return self.study(slug)
        try:
            validate_slug(slug)
            return store_study(slug=slug, title=slug)
        except SlugTaken:
            return self.study(slug)
        except ValidationError:
            raise Refusal(f"“{_shown(slug)}” cannot be a slug: use letters, digits, hyphens and underscores.") from None

    def read(
        self, path: str, known: Sequence[str], given: Mapping[str, str], *, merge: bool, encoding: str
    ) -> list[ReadTranscript]:
        """Read one file, or refuse with its path."""
        name, data = _shown(Path(path).name)[:255], self.read_file(path)
        try:
            return read_file(file_name=name, data=data, known=known, given=given, merge=merge, encoding=encoding)
        except FileUnreadable as refusal:
            raise FileUnreadable(f"{_shown(path)}: {refusal.message}") from None

    def explain(self, found: Sequence[ReadTranscript], given: Mapping[str, str]) -> None:
        """Say on stderr what was decided for the operator: lines with notes, and roles that were not used."""
        for one in found:
            for note in one.incoming.draft.notes:
                if note.kind in ("not_understood", "dropped"):
                    self.progress(f"{one.incoming.file_name}, line {note.line}: {note.message}")
            for label, role in one.roles.by_label.items():
                asked = given.get(label, role)
                if asked.casefold() != role.casefold():
                    name = one.incoming.draft.name
                    self.progress(f"{name}: “{label}” is {role} by the file or by its label, not {asked}.")

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say what was imported."""
        said = [
            f"{one['name']}: {one['segments']} segments, "
            + ", ".join(f"{label or 'no name'} ({role})" for label, role in one["speakers"].items())
            + (f", {one['notes']} notes" if one["notes"] else "")
            for one in result["transcripts"]
        ]
        if result["other"]:
            labels = ", ".join(f"“{label}”" if label else "nobody named" for label in result["other"])
            said.append(f"Without a role, so that they count as other: {labels}. Use --role LABEL=ROLE.")
        return said


def _given_roles(pairs: Iterable[str]) -> dict[str, str]:
    given = {}
    for pair in pairs:
        label, sign, role = pair.rpartition("=")
        if not sign or not role.strip():
            raise Refusal(f"--role “{_shown(pair)}” should be LABEL=ROLE, such as T=therapist.")
        given[label.strip()] = role.strip()
    return given


def _result(study: Study, found: Sequence[ReadTranscript]) -> dict[str, Any]:
    names = {name.casefold(): name for name in known_roles(study)}
    return {
        "study": study.slug,
        "transcripts": [
            {
                "name": one.incoming.draft.name,
                "segments": len(one.incoming.draft.segments),
                "speakers": {label: names[role.casefold()] for label, role in one.roles.by_label.items()},
                "notes": len(one.incoming.draft.notes),
            }
            for one in found
        ],
        "other": list(dict.fromkeys(label for one in found for label in one.roles.guessed)),
    }


def _shown(text: str) -> str:
    """Give a path or word of the command line as text that can be written and stored anywhere."""
    return os.fsencode(text).decode("utf-8", "replace")
