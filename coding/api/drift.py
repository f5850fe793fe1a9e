"""Whether raters drift, for programs."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.queries.drift import study_drift
from coding.queries.drift_page import drift_object
from transcripts.api.scope import caller, find_study
from workbench.accounts.access import require


class Drift(APIView):
    """Each rater against the others over the order of coding, in the closed rounds that the caller may see."""

    @extend_schema(
        operation_id="study_drift",
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="As docs/api.md shows it."),
    )
    def get(self, request: Request, study: str) -> Response:
        """Give the alerts, and for each code and rater every point of the control chart."""
        found = find_study(request, study)
        require(access.may_read_numbers(caller(request), found))
        return Response(drift_object(study_drift(caller(request), found)))
