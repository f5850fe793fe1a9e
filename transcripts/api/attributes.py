"""What raters see of the sessions, for programs."""

from __future__ import annotations

from typing import Any

from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import access
from transcripts.api.scope import caller, find_study
from transcripts.models import ShownAttribute, Study
from transcripts.queries.transcripts import attribute_choices
from transcripts.services.shown_attributes import show_attributes
from workbench.accounts.access import require


class ShownSerializer(serializers.Serializer):
    """The session attributes of a study, and those of them that raters see beside their own transcripts."""

    attributes = serializers.ListField(child=serializers.CharField(), read_only=True)
    raters_see = serializers.ListField(child=serializers.CharField(max_length=60), max_length=200)


class ShownAttributes(generics.GenericAPIView):
    """What raters see of the sessions."""

    serializer_class = ShownSerializer
    queryset = ShownAttribute.objects.none()

    def get(self, request: Request, study: str) -> Response:
        """List the session attributes, and which of them raters see."""
        return Response(_said(self._managed(request, study)))

    def put(self, request: Request, study: str) -> Response:
        """Let raters see these session attributes and no others."""
        found = self._managed(request, study)
        given = ShownSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        show_attributes(user=caller(request), study=found, names=given.validated_data["raters_see"])
        return Response(_said(found))

    def _managed(self, request: Request, study: str) -> Study:
        found = find_study(request, study)
        require(access.may_manage(caller(request), found))
        return found


def _said(study: Study) -> Any:
    choices = attribute_choices(study)
    said = {"attributes": [name for name, _ in choices], "raters_see": [name for name, shown in choices if shown]}
    return ShownSerializer(said).data
