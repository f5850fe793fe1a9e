"""`manage.py import_codebook STUDY FILE [--draft]`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from coding.queries.codebooks import draft_of
from coding.queries.mending import faults
from coding.services.codebooks import read_file, store_codebook
from transcripts.management.operator import OperatorCommand


class Command(OperatorCommand):
    """Store a codebook file as a new version of its codebook."""

    help = "Store a codebook file as a new version, published at once under the file's version."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the file, and whether it stays open."""
        super().add_arguments(parser)
        parser.add_argument("study")
        parser.add_argument("file")
        parser.add_argument("--draft", action="store_true", help="leave the version open, to be edited in the browser")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Read and store the file."""
        study = self.study(options["study"])
        read = read_file(self.read_file(options["file"]), study=study, file_name=Path(options["file"]).name)
        version = store_codebook(study=study, draft=read, publish=not options["draft"], user=None)
        stored = draft_of(version)
        return {
            "study": study.slug,
            "codebook": stored.key,
            "version": stored.version,
            "published": version.is_published,
            "families": [family.key for family in stored.families],
            "codes": [code.key for code in stored.codes if code.key not in stored.outcomes],
            "outcomes": dict(stored.outcomes),
            "attributes": [attribute.id for attribute in stored.attributes],
            "rating": stored.rating.name if stored.rating else None,
            "to_mend": [fault.sentence for fault in faults(version)],
        }

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say what was stored."""
        state = "published" if result["published"] else "left open as a draft"
        families, codes = len(result["families"]), len(result["codes"])
        return [
            f"The codebook “{result['codebook']}”, version {result['version']}, is {state} in {result['study']}.",
            f"{codes} {'code' if codes == 1 else 'codes'} in {families} {'family' if families == 1 else 'families'}.",
            *result["to_mend"],
        ]
