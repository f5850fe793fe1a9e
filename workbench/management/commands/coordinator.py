"""`manage.py coordinator`."""

import sys
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.management.base import CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from transcripts.management.operator import OperatorCommand
from workbench.accounts import services
from workbench.accounts.models import User
from workbench.addresses import address_of


class Command(OperatorCommand):
    """Make the account of somebody who may start studies, or a one-time link with which they make it themselves."""

    help = (
        "Print a one-time link with which EMAIL makes an account that may start studies (7 days); with "
        "--password-stdin make the account at once, with the password on the first line of the standard input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address, a name, and how the password comes."""
        super().add_arguments(parser)
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from the standard input")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Make the account or the link."""
        email, name = options["email"].strip(), options["name"].strip()
        validate_email(email)
        if not options["password_stdin"]:
            key = services.make_start_link(email=email, name=name)
            return {"email": email, "link": address_of(reverse("start", args=[key])), "days": services.START_LASTS.days}
        password = sys.stdin.readline().rstrip("\r\n")
        validate_password(password, User(email=email, name=name))
        services.create_account(email=email, name=name, password=password, may_create_studies=True)
        return {"email": email, "link": None}

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say what was made."""
        if result["link"] is None:
            return [f"{result['email']} can sign in and start studies."]
        return [f"Send this link to {result['email']}. It works once, within {result['days']} days:", result["link"]]
