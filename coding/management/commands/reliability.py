"""`manage.py reliability STUDY --round NAME [--report FOLDER]`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from coding.models import Round
from coding.queries.reliability import reliability_of
from coding.queries.reliability_json import reliability_object
from coding.queries.reliability_text import reliability_lines
from coding.queries.results import round_to_compare
from coding.services.export_files import write_folder
from coding.services.report_files import round_files
from transcripts.management.operator import OperatorCommand
from workbench.accounts.refusals import Refusal


class Command(OperatorCommand):
    """Compute how far the raters of a closed round agree."""

    help = "Compute how far the raters of a closed round agree: a table, or one JSON object; with --report, files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the round and the folder of a report."""
        super().add_arguments(parser)
        parser.add_argument("study")
        parser.add_argument("--round", required=True, help="the name of a closed round")
        parser.add_argument(
            "--report", metavar="FOLDER", help="write the report there: Word, Markdown, tables, matrix and scripts"
        )

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Compute the reliability, and write the report where one was asked for."""
        round_ = round_to_compare(self.study(options["study"]), options["round"])
        result = reliability_object(reliability_of(round_))
        if options["report"] is None:
            return result
        return {**result, "report": self._report(round_, Path(options["report"]))}

    def _report(self, round_: Round, folder: Path) -> dict[str, Any]:
        try:
            written = write_folder(round_files(round_), folder, self.progress)
        except OSError as error:
            raise Refusal(f"{folder} cannot be written: {error.strerror or error}.") from None
        return {"folder": str(folder), "files": written}

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Lay the reliability out as a table, and list the files with their hashes."""
        files = result["report"]["files"] if "report" in result else {}
        return [*reliability_lines(result), *(f"{digest}  {name}" for name, digest in files.items())]
