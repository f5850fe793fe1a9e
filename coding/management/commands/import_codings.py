"""`manage.py import_codings STUDY FILE --round NAME`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from coding.services.codings_import import (
    CodingsReport,
    read_file,
    read_links_file,
    read_notes_file,
    report_lines,
    store_codings,
)
from transcripts.management.operator import OperatorCommand


class Command(OperatorCommand):
    """Store a codings table as a new round, closed at once."""

    help = "Store a codings table as a new round, closed at once."
    report: CodingsReport

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the file, the round's name and what a missing row means."""
        super().add_arguments(parser)
        parser.add_argument("study")
        parser.add_argument("file")
        parser.add_argument("--round", required=True, help="the name of the new round")
        parser.add_argument(
            "--judged-all",
            action="store_true",
            help="raters judged every segment of each transcript they appear in",
        )

        parser.add_argument("--notes", metavar="FILE", help="a notes.csv with what the raters wrote about the hours")
        parser.add_argument("--links", metavar="FILE", help="a links.csv with the links between these codings")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Read, check and store the file."""
        study = self.study(options["study"])
        draft = read_file(self.read_file(options["file"]))
        self.progress(f"Read {len(draft.rows):,} rows.")
        notes = read_notes_file(self.read_file(options["notes"])) if options["notes"] else ()
        links = read_links_file(self.read_file(options["links"])) if options["links"] else ()
        self.report = store_codings(
            study=study,
            round_name=options["round"],
            draft=draft,
            judged_all=options["judged_all"],
            links=links,
            notes=notes,
        )
        return {
            "study": study.slug,
            "round": self.report.round.name,
            "codebook_version": self.report.version,
            "raters": list(self.report.raters),
            "new_raters": list(self.report.new_raters),
            "transcripts": list(self.report.transcripts),
            "judgements": self.report.judgements,
            "codings": self.report.codings,
            "links": len(links),
            "reflexive_notes": len(notes),
            "none_applies": self.report.none_applies,
            "uncodable": self.report.uncodable,
            "without_rating": self.report.rating_gaps,
            "above_max_codes": self.report.above_max_codes,
            "notes": list(self.report.notes),
        }

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say what was stored."""
        return list(report_lines(self.report))
