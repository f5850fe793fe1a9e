"""The published cases of reliability, as computed by this installation."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding.queries.validation import installed_validation, validation_object


class Validation(APIView):
    """Every published or derived value beside the one computed here."""

    @extend_schema(
        operation_id="validation",
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="Each case with source, expected value, ours."),
    )
    def get(self, request: Request) -> Response:
        """Give all cases with the verdict for each value."""
        return Response(validation_object(installed_validation()))
