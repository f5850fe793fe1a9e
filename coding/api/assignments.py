"""The assignments of a round: who codes what, and what a coordinator may do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from coding.api.rounds import managed_round
from coding.api.shares import MoreSharesSerializer, shares_of
from coding.models import Assignment, Round
from coding.queries.round_pages import Place, assignment_rows, places_of, with_counts
from coding.services import rounds, submission
from coding.services.reasons import LONGEST_REASON
from transcripts.api.scope import caller

STATES = ("open", "submitted", "withdrawn")


class RoundAssignmentSerializer(serializers.Serializer):
    """An assignment of a round; what says how far it or another is, is null while it is not for your eyes."""

    id = serializers.UUIDField()
    transcript = serializers.IntegerField()
    rater = serializers.CharField(help_text="The label of the rater.")
    segments = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES, allow_null=True)
    judged = serializers.IntegerField(allow_null=True, help_text="How many segments are judged.")
    late = serializers.BooleanField(allow_null=True, help_text="Open, and due before today.")
    could_read = serializers.BooleanField(
        source="has_read",
        allow_null=True,
        help_text="Its rater could read others' codings of the transcript before it was given.",
    )


class ReasonSerializer(serializers.Serializer):
    """Why; the reason stays with the assignment."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


def _places(request: Request, round_: Round, assignments: Iterable[Assignment]) -> Any:
    rows = list(assignments)
    places = zip(rows, places_of(caller(request), round_, rows), strict=True)
    said = [_said(assignment, place) for assignment, place in places]
    return RoundAssignmentSerializer(said, many=True).data


def _said(assignment: Assignment, place: Place) -> dict[str, Any]:
    return {
        "id": place.id,
        "transcript": assignment.transcript_id,
        "rater": place.rater,
        "segments": place.segments,
        "state": place.state,
        "judged": place.judged,
        "late": place.late,
        "has_read": place.has_read,
    }


class RoundAssignments(generics.GenericAPIView):
    """The assignments of a round."""

    serializer_class = RoundAssignmentSerializer
    queryset = Assignment.objects.none()

    @extend_schema(responses=RoundAssignmentSerializer(many=True))
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """List who codes what; states only where they are open to you."""
        round_ = managed_round(request, study, round_id)
        page = self.paginate_queryset(assignment_rows(caller(request), round_)) or []
        return self.get_paginated_response(_places(request, round_, page))

    @extend_schema(request=MoreSharesSerializer, responses={201: RoundAssignmentSerializer(many=True)})
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Give transcripts of an open round to further raters: a late change, recorded with its reason."""
        round_ = managed_round(request, study, round_id)
        given = MoreSharesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        shares, reason = shares_of(round_.study, given.validated_data["shares"]), given.validated_data["reason"]
        made = rounds.add_assignments(user=caller(request), round_=round_, shares=shares, reason=reason)
        rows = assignment_rows(caller(request), round_).filter(pk__in=[one.pk for one in made])
        return Response(_places(request, round_, rows), status=status.HTTP_201_CREATED)


class ChangeAssignment(generics.GenericAPIView):
    """What a coordinator does about one assignment, with a reason."""

    serializer_class = ReasonSerializer
    queryset = Assignment.objects.none()

    def change(self, request: Request, study: str, round_id: int, assignment_id: UUID, act: Any) -> Response:
        """Do it, and show the assignment as far as it is open."""
        round_ = managed_round(request, study, round_id)
        found = get_object_or_404(Assignment, round=round_, pk=assignment_id)
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        act(user=caller(request), assignment_id=found.pk, **given.validated_data)
        row = with_counts(Assignment.objects.select_related("rater")).get(pk=found.pk)
        return Response(_places(request, round_, [row])[0])


class WithdrawAssignment(ChangeAssignment):
    """Taking back one assignment."""

    @extend_schema(responses=RoundAssignmentSerializer)
    def post(self, request: Request, study: str, round_id: int, assignment_id: UUID) -> Response:
        """Take an open assignment back; what was coded in it is kept and counts nowhere."""
        return self.change(request, study, round_id, assignment_id, submission.withdraw)


class ReopenAssignment(ChangeAssignment):
    """Opening one assignment again."""

    @extend_schema(responses=RoundAssignmentSerializer)
    def post(self, request: Request, study: str, round_id: int, assignment_id: UUID) -> Response:
        """Open a submitted assignment again, before anyone was unblinded to its transcript."""
        return self.change(request, study, round_id, assignment_id, submission.reopen)
