"""What it takes until the intervals of a round's codes are as narrow as wanted."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.api.results import numbers_round
from coding.forms.planner import COEFFICIENTS, LEVELS, PlannerForm
from coding.queries.planner import plan_round
from coding.queries.planner_json import planner_object
from coding.reliability.planning import plan_without_pilot
from transcripts.api.scope import caller

PARAMETERS = [
    OpenApiParameter("half_width", float, description="Half the length of the interval, .01 to .50; .10 if not said."),
    OpenApiParameter("coefficient", str, enum=[name for name, _ in COEFFICIENTS]),
    OpenApiParameter("level", str, enum=[level for level, _ in LEVELS]),
    OpenApiParameter("prevalence", float, description="Per cent: plans a code without a pilot besides."),
    OpenApiParameter("expected_alpha", float, description="Of that code; .70 if not said."),
    OpenApiParameter("raters", int, description="As in the round if not said."),
    OpenApiParameter("segments", int, description="Per transcript; as in the round if not said."),
]


class Planner(APIView):
    """Plans for each code from a closed round, over the transcripts that the caller may see results of."""

    @extend_schema(
        operation_id="round_planner",
        parameters=PARAMETERS,
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="Codes with what each needs; without_pilot."),
    )
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Say for each code how many transcripts and segments, or the lower bound, or why nothing can be said."""
        round_ = numbers_round(request, study, round_id)
        form = PlannerForm(request.query_params)
        if not form.is_valid():
            raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        seen = access.transcripts_open_to(caller(request), round_).values_list("pk", flat=True)
        target, level = form.target, form.wanted_level
        report = plan_round(
            round_, list(seen), coefficient=form.cleaned_data["coefficient"], target=target, level=level
        )
        assumed = None
        if form.has_assumptions:
            said = form.assumptions(len(report.raters), report.segments_per_transcript)
            assumed = plan_without_pilot(report.coefficient, **said, target=target, level=level)
        return Response(planner_object(report, assumed))
