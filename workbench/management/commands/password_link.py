"""`manage.py password_link`."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.urls import reverse

from transcripts.management.operator import OperatorCommand
from workbench.accounts import services
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal
from workbench.addresses import address_of


class Command(OperatorCommand):
    """Make a one-time link with which somebody sets a new password."""

    help = "Print a one-time link with which EMAIL sets a new password (24 hours)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        super().add_arguments(parser)
        parser.add_argument("email")

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Make the link."""
        user = User.objects.filter(email__iexact=options["email"].strip(), is_active=True).first()
        if user is None:
            raise Refusal(f"Nobody signs in as {options['email']}.", code="person_unknown")
        key = services.make_password_link(user=user, made_by=None)
        return {"email": user.email, "link": address_of(reverse("password-link", args=[key]))}

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say the link."""
        return [f"Send this link to {result['email']}. It works once, within 24 hours:", result["link"]]
