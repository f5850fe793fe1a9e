"""The final word on the turns that the caller coded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.models import Assignment
from coding.queries.outcome import Decided, outcome
from transcripts.api.scope import caller
from workbench.accounts.access import require


class OutcomeSerializer(serializers.Serializer):
    """One page of the adjudicated turns of an assignment's transcript."""

    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = serializers.ListField(child=serializers.DictField())


class AssignmentOutcome(APIView):
    """What was decided on the turns of one of the caller's own assignments."""

    @extend_schema(
        operation_id="assignment_outcome", parameters=[OpenApiParameter("page", int)], responses=OutcomeSerializer
    )
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Give the adjudicated turns with their codes, the rule and the reason."""
        rows = Assignment.objects.visible_to(caller(request)).select_related("rater", "round", "study", "version")
        assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
        require(access.may_read_outcome(caller(request), assignment))
        found = outcome(assignment, request.query_params.get("page", "1"))
        numbers = {"count": found.page.paginator.count, "page": found.page.number}
        pages = found.page.paginator.num_pages
        return Response({**numbers, "pages": pages, "results": [_object(turn) for turn in found.turns]})


def _object(turn: Decided) -> dict[str, Any]:
    codings = [{"code": key, "rating": given.rating} for key, given in turn.final.codings.items()]
    said = {"segment": turn.position, "outcome": turn.final.outcome, "codings": codings}
    return {**said, "rule": turn.rule, "reason": turn.reason}
