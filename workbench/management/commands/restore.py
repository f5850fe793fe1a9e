"""`manage.py restore FILE`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from transcripts.management.operator import OperatorCommand
from workbench import backup


class Command(OperatorCommand):
    """Fill an empty installation from a backup."""

    help = "Fill an empty installation from a backup, wholly or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        super().add_arguments(parser)
        parser.add_argument("file")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Restore the backup."""
        source = Path(options["file"]).expanduser()
        manifest = backup.restore(source)
        return {"file": str(source.absolute()), "uploads": len(manifest.parts) - 1, "version": manifest.version}

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say what was restored."""
        return [f"Restored the database and {result['uploads']:,} uploaded files, backed up by {result['version']}."]
