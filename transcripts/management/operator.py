"""What every command of an operator shares: a name in the history, sentences for refusals, strict JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from transcripts.formats.drafts import FormatError
from transcripts.models import Study
from workbench.accounts.refusals import Refusal


class OperatorCommand(BaseCommand):
    """
    Do one job as the operator of the server.

    A subclass writes `work`, which does the job and returns the result as one object, and `lines`, which says the
    result to a person. Refusals end in their sentence on stderr and exit code 1.
    """

    requires_system_checks = ()
    #: What counts as a refusal; a command whose files have errors of their own adds them.
    refusals: ClassVar[tuple[type[Exception], ...]] = (Refusal, FormatError, ValidationError)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--json`; a subclass calls this first."""
        parser.add_argument("--json", action="store_true", help="write one JSON object to stdout and nothing else")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Do the job and return its result."""
        raise NotImplementedError

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say the result to a person, line by line."""
        raise NotImplementedError

    def progress(self, text: str) -> None:
        """Write one line of progress to stderr."""
        self.stderr.write(text, style_func=str)

    def study(self, slug: str) -> Study:
        """Find a study by its slug, or refuse with the ones there are."""
        study = Study.objects.filter(slug=slug).first()
        if study is None:
            known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)[:20])
            there = f"There are: {known}." if known else "There is none yet."
            raise Refusal(f"There is no study “{slug}”. {there}", code="study_unknown")
        return study

    def read_file(self, path: str) -> bytes:
        """Read a whole file, or refuse with what is in the way."""
        try:
            return Path(path).read_bytes()
        except FileNotFoundError:
            raise Refusal(f"There is no file {path}.", code="file_missing") from None
        except (OSError, ValueError) as error:
            raise Refusal(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the job; on the command line a refusal is a sentence and exit code 1, from Python a CommandError."""
        try:
            return super().execute(*args, **options)
        except self.refusals as refusal:
            sentence = _sentence(refusal)
        except UnicodeEncodeError:
            sentence = "A word of the command line holds characters that are no text."
        except OperationalError as error:
            sentence = f"The database cannot be reached: {str(error).strip().splitlines()[-1]}"
        if getattr(self, "_called_from_command_line", False):
            self.progress(sentence)
            sys.exit(1)
        raise CommandError(sentence)

    def handle(self, *args: Any, **options: Any) -> None:
        """Work under the operator's name, then write the result."""
        name = type(self).__module__.rpartition(".")[2]
        with pghistory.context(operator=name):
            result = self.work(**options)
        if options["json"]:
            self.stdout.write(json.dumps(result, allow_nan=False))
        else:
            for line in self.lines(result):
                self.stdout.write(line)


def _sentence(refusal: Exception) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
