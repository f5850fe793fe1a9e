"""`manage.py demo [--seed-only]`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any, TextIO

from django.core.management.base import CommandParser

from coding.services.demo import SLUG, Account, demo_accounts, demo_lines, store_demo
from transcripts.management.operator import OperatorCommand
from workbench import serving


class Command(OperatorCommand):
    """Load the demo study, then serve it."""

    accounts: list[Account]
    help = "Load the demo study unless it is there, say who can sign in, and serve. Ctrl-C ends all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--seed-only`."""
        super().add_arguments(parser)
        parser.add_argument("--seed-only", action="store_true", help="load the study and end")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Load the study, or keep the one that is there."""
        is_new = store_demo()
        self.progress("Loaded the demo study." if is_new else "The demo study is there; it was kept as it is.")
        self.accounts = demo_accounts()
        accounts = [{"email": one.email, "role": one.role, "password": one.password or None} for one in self.accounts]
        return {"study": SLUG, "loaded": is_new, "accounts": accounts}

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say who can sign in."""
        return ["Demo accounts:", *demo_lines(self.accounts)]

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the study and, unless asked not to, serve until Ctrl-C."""
        super().handle(*args, **options)
        if not options["seed_only"]:
            serving.serve(partial(_announce, sys.stderr if options["json"] else sys.stdout))


def _announce(stream: TextIO, url: str) -> None:
    stream.write(f"\nThe workbench is ready: {url} (Ctrl-C ends it)\n")
    stream.flush()
