"""`manage.py reliability STUDY --round NAME`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from coding.queries.reliability import reliability_of
from coding.queries.reliability_json import reliability_object
from coding.queries.reliability_text import reliability_lines
from coding.queries.results import closed_round
from transcripts.management.operator import OperatorCommand


class Command(OperatorCommand):
    """Compute how far the raters of a closed round agree."""

    help = "Compute how far the raters of a closed round agree: a table, or one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study and the round."""
        super().add_arguments(parser)
        parser.add_argument("study")
        parser.add_argument("--round", required=True, help="the name of a closed round")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Compute the report."""
        round_ = closed_round(self.study(options["study"]), options["round"])
        return reliability_object(reliability_of(round_))

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Lay the report out as a table."""
        return reliability_lines(result)
