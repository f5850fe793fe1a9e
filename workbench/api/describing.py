"""What an address answers when it is asked what it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.metadata import SimpleMetadata

if TYPE_CHECKING:
    # The views of the framework read this class while they are imported themselves.
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Description(SimpleMetadata):
    """
    Give name, description and media types, the same to everybody.

    The framework would list the fields of PUT, too, for which it looks for an object that most views have none of; and
    the choices of a field are rows of a study. The fields stand in the schema.
    """

    def determine_actions(self, request: Request, view: APIView) -> dict[str, Any]:
        """List no fields."""
        return {}
