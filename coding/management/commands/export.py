"""`manage.py export STUDY [--round NAME] --to FOLDER`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from coding.queries.results import closed_round
from coding.services.export_files import all_files, study_files, write_folder
from transcripts.management.operator import OperatorCommand
from workbench.accounts.refusals import Refusal


class Command(OperatorCommand):
    """Write a study's data as files."""

    help = "Write segments, codings (long and wide), links, notes, codebook and data dictionary into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the round (none means all closed ones) and the folder."""
        super().add_arguments(parser)
        parser.add_argument("study")
        parser.add_argument("--round", help="the name of a closed round; without it, everything")
        parser.add_argument("--to", required=True, metavar="FOLDER")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Write the files."""
        study = self.study(options["study"])
        name = options["round"]
        files = all_files(study) if name is None else study_files(study, closed_round(study, name))
        try:
            written = write_folder(files, Path(options["to"]), self.progress)
        except OSError as error:
            raise Refusal(f"{options['to']} cannot be written: {error.strerror or error}.") from None
        return {"study": study.slug, "round": name, "folder": str(Path(options["to"])), "files": written}

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """List the files with their hashes."""
        return [f"{digest}  {name}" for name, digest in result["files"].items()]
