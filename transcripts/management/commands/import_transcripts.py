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

from transcripts import files
from transcripts.formats.drafts import EncodingUnclear, FormatError
from transcripts.management.operator import OperatorCommand
from transcripts.models import Study
from transcripts.queries.reading import drafts_of
from transcripts.queries.speaker_roles import Roles, decide_roles, known_roles
from transcripts.services.imports import Incoming, store_transcripts
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
            known = known_roles(study)
            found: list[tuple[Incoming, Roles]] = []
            for number, path in enumerate(options["files"], start=1):
                self.progress(f"Reading {number} of {len(options['files'])}: {_shown(path)}")
                data = self.read_file(path)
                found += _read(path, data, known, given, merge=options["merge"], encoding=options["encoding"])
            store_transcripts(study=study, incoming=[incoming for incoming, _ in found], user=None)
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

    def explain(self, found: Sequence[tuple[Incoming, Roles]], given: Mapping[str, str]) -> None:
        """Say on stderr what was decided for the operator: lines with notes, and roles that were not used."""
        for incoming, roles in found:
            for note in incoming.draft.notes:
                if note.kind in ("not_understood", "dropped"):
                    self.progress(f"{_shown(incoming.file_name)}, line {note.line}: {note.message}")
            for label, role in roles.by_label.items():
                asked = given.get(label, role)
                if asked.casefold() != role.casefold():
                    self.progress(f"{incoming.draft.name}: “{label}” is {role} by the file or by name, not {asked}.")

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


def _read(
    path: str, data: bytes, known: Sequence[str], given: Mapping[str, str], *, merge: bool, encoding: str
) -> list[tuple[Incoming, Roles]]:
    name, sha256 = _shown(Path(path).name)[:255], files.digest(data)
    found = []
    try:
        for draft in drafts_of(name, data, encoding=encoding, merge=merge):
            roles = decide_roles(draft, known=known, given=given)
            incoming = Incoming(draft, name, sha256, len(data), roles.by_label, merge, draft.session, data)
            found.append((incoming, roles))
    except EncodingUnclear as unclear:
        offered = ", ".join(candidate.encoding for candidate in unclear.candidates)
        raise Refusal(f"{_shown(path)}: {unclear.message} Use --encoding with one of {offered}.") from None
    except FormatError as error:
        raise Refusal(f"{_shown(path)}: {error.message}") from None
    return found


def _result(study: Study, found: Sequence[tuple[Incoming, Roles]]) -> dict[str, Any]:
    names = {name.casefold(): name for name in known_roles(study)}
    return {
        "study": study.slug,
        "transcripts": [
            {
                "name": incoming.draft.name,
                "segments": len(incoming.draft.segments),
                "speakers": {label: names[role.casefold()] for label, role in roles.by_label.items()},
                "notes": len(incoming.draft.notes),
            }
            for incoming, roles in found
        ],
        "other": list(dict.fromkeys(label for _, roles in found for label in roles.guessed)),
    }


def _shown(text: str) -> str:
    """Give a path or word of the command line as text that can be written and stored anywhere."""
    return os.fsencode(text).decode("utf-8", "replace")
