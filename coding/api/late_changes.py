"""A rater who leaves a round that was started."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coding.api.rounds import managed_round
from coding.models import Assignment
from coding.services.late_changes import rater_leaves
from coding.services.reasons import LONGEST_REASON
from transcripts.api.scope import caller
from transcripts.models import Membership


class LeavingSerializer(serializers.Serializer):
    """A rater who leaves a round; `heir` codes their open transcripts instead, where one is named."""

    rater = serializers.CharField(max_length=80, help_text="The label.")
    heir = serializers.CharField(max_length=80, allow_null=True, default=None, help_text="A label, or null.")
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="It stays with the round.")


class LeftSerializer(serializers.Serializer):
    """How many open transcripts were taken back, and how many of them somebody else codes now."""

    taken_back = serializers.IntegerField()
    given = serializers.IntegerField()


class RaterLeaves(generics.GenericAPIView):
    """A rater who leaves a round that was started."""

    serializer_class = LeavingSerializer
    queryset = Assignment.objects.none()

    @extend_schema(responses=LeftSerializer)
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Take back what a rater has open, and give it to somebody else where one is named."""
        round_ = managed_round(request, study, round_id)
        given = LeavingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        names = {"rater": given.validated_data["rater"], "heir": given.validated_data["heir"]}
        members = {one.label: one for one in Membership.objects.filter(study=round_.study, label__in=names.values())}
        if missing := {
            field: [f"There is no member “{label}” in this study."]
            for field, label in names.items()
            if label is not None and label not in members
        }:
            raise serializers.ValidationError(missing)
        done = rater_leaves(
            user=caller(request),
            round_=round_,
            rater=members[names["rater"]],
            heir=members.get(names["heir"]),
            reason=given.validated_data["reason"],
        )
        return Response(LeftSerializer(done).data)
