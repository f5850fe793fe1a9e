"""`manage.py backup FILE`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from transcripts.management.operator import OperatorCommand
from workbench import backup


class Command(OperatorCommand):
    """Write the whole installation into one file."""

    help = "Write the database and the uploaded files into one file, consistent with each other."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        super().add_arguments(parser)
        parser.add_argument("file")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Make the backup."""
        target = Path(options["file"]).expanduser()
        manifest = backup.back_up(target)
        return {
            "file": str(target.absolute()),
            "bytes": target.stat().st_size,
            "uploads": len(manifest.parts) - 1,
            "version": manifest.version,
        }

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say what was written."""
        return [f"Backed up the database and {result['uploads']:,} uploaded files to {result['file']}."]
