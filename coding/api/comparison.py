"""Two closed rounds compared."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.api.results import numbers_round
from coding.queries.comparison import compare_rounds
from coding.queries.comparison_json import comparison_object
from transcripts.api.scope import caller, find_study
from workbench.accounts.access import require


class TwoRoundsSerializer(serializers.Serializer):
    """Which rounds to compare, by their ids."""

    first = serializers.IntegerField(min_value=1, max_value=2**62)
    second = serializers.IntegerField(min_value=1, max_value=2**62)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse one round twice."""
        if attrs["first"] == attrs["second"]:
            raise serializers.ValidationError({"second": "Choose two different rounds."})
        return attrs


class CompareRounds(APIView):
    """Two closed rounds of a study, each over the transcripts that the caller may see results of."""

    @extend_schema(
        operation_id="compare_rounds",
        parameters=[TwoRoundsSerializer],
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="Codes, families, ratings and all codes together."),
    )
    def get(self, request: Request, study: str) -> Response:
        """Give every coefficient in both rounds, the difference (second less first), and both rounds together."""
        require(access.may_read_results(caller(request), find_study(request, study)))
        asked = TwoRoundsSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        first, second = (numbers_round(request, study, asked.validated_data[name]) for name in ("first", "second"))
        seen = [
            list(access.transcripts_open_to(caller(request), round_).values_list("pk", flat=True))
            for round_ in (first, second)
        ]
        return Response(comparison_object(compare_rounds(first, second, *seen)))
