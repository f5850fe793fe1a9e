"""`manage.py invite`."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.urls import reverse

from transcripts.management.operator import OperatorCommand
from transcripts.models import Membership
from transcripts.models.study import plain_words
from transcripts.services import invitations
from workbench.addresses import address_of


class Command(OperatorCommand):
    """Invite somebody into a study; a study that a command made has no member who could."""

    help = "Print a one-time link with which somebody joins STUDY under LABEL (14 days)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the label and the role."""
        super().add_arguments(parser)
        parser.add_argument("study")
        parser.add_argument("label")
        parser.add_argument("--role", choices=Membership.Role.values, default=Membership.Role.COORDINATOR)

    def work(self, **options: Any) -> Mapping[str, Any]:
        """Make the invitation."""
        plain_words(options["label"])
        invitation, key = invitations.store_invitation(
            study=self.study(options["study"]), role=options["role"], label=options["label"], user=None
        )
        link = address_of(reverse("join", args=[key]))
        return {"study": options["study"], "label": invitation.label, "role": invitation.role, "link": link}

    def lines(self, result: Mapping[str, Any]) -> list[str]:
        """Say whom the link is for."""
        return [
            f"Send this link to {result['label']} ({result['role']} of {result['study']}). It works once:",
            result["link"],
        ]
