"""Training: whose codings are gold, who is cleared, one's own curve, and feedback."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.api.drawing import BIG
from coding.api.rounds import managed_round
from coding.models import Assignment, Gold, Round
from coding.queries import training_json as json
from coding.queries.feedback import ONLY, feedback
from coding.queries.training import gold_lines, learning_of, training_of
from coding.services.clearing import clear_by_hand
from coding.services.gold import say_gold
from coding.services.reasons import LONGEST_REASON
from transcripts.api.scope import caller, find_study
from transcripts.models import Membership, Transcript
from workbench.accounts.access import require


class AnyObject(serializers.Serializer):
    """An object as docs/api.md describes it."""


class GoldSerializer(serializers.Serializer):
    """Whose codings are the gold of a transcript: an assignment, or the final word of a round."""

    transcript = serializers.IntegerField(min_value=1, max_value=BIG, help_text="The id of the transcript.")
    assignment = serializers.UUIDField(allow_null=True, default=None)
    final_round = serializers.IntegerField(min_value=1, max_value=BIG, allow_null=True, default=None)
    reason = serializers.CharField(
        max_length=LONGEST_REASON, allow_blank=True, default="", help_text="Needed when the gold changes."
    )


class ClearanceSerializer(serializers.Serializer):
    """Somebody who is cleared by hand."""

    rater = serializers.CharField(max_length=80, help_text="The label.")
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="It stays with it.")


def _training_round(request: Request, study: str, round_id: int) -> Round:
    round_ = managed_round(request, study, round_id)
    if round_.kind != Round.Kind.TRAINING:
        raise Http404
    return round_


class RoundTraining(APIView):
    """How the raters of a training round do."""

    @extend_schema(operation_id="round_training", responses=AnyObject)
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Give who is cleared for which code, with every value."""
        round_ = _training_round(request, study, round_id)
        require(access.may_follow_training(caller(request), round_))
        return Response(json.training_object(training_of(round_)))


class TrainingGold(generics.GenericAPIView):
    """Whose codings are the gold of the practice transcripts."""

    serializer_class = GoldSerializer
    queryset = Gold.objects.none()

    @extend_schema(responses=AnyObject(many=True))
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """List the transcripts with their gold."""
        round_ = _training_round(request, study, round_id)
        return Response([json.gold_line_object(line) for line in gold_lines(caller(request), round_)])

    @extend_schema(responses=AnyObject)
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Say whose codings are gold; said again, change nothing; changed, give a reason."""
        round_ = _training_round(request, study, round_id)
        given = GoldSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = given.validated_data
        found = {
            "transcript": Transcript.objects.filter(study=round_.study_id, pk=said["transcript"]).first(),
            "assignment": _one(Assignment.objects.select_related("round__version"), round_, said["assignment"]),
            "final_round": _one(Round.objects.select_related("version", "study"), round_, said["final_round"]),
        }
        missing = {
            name: ["There is no such one in this study."]
            for name, row in found.items()
            if row is None and said[name] is not None
        }
        if missing:
            raise serializers.ValidationError(missing)
        gold = say_gold(user=caller(request), round_=round_, reason=said["reason"], **found)
        return Response(json.gold_object(gold))


def _one(rows: Any, round_: Round, key: Any) -> Any:
    return None if key is None else rows.filter(study=round_.study_id, pk=key).first()


class TrainingClearances(generics.GenericAPIView):
    """Who is cleared by hand."""

    serializer_class = ClearanceSerializer
    queryset = Membership.objects.none()

    @extend_schema(responses=AnyObject)
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Clear a rater with a reason; cleared already, change nothing."""
        round_ = _training_round(request, study, round_id)
        require(access.may_follow_training(caller(request), round_))
        given = ClearanceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rater = Membership.objects.filter(study=round_.study_id, label=given.validated_data["rater"]).first()
        if rater is None:
            raise serializers.ValidationError({"rater": ["There is no such member in this study."]})
        done = clear_by_hand(
            user=caller(request), round_=round_, rater=rater, reason=given.validated_data["reason"]
        )  # fmt: skip
        said = {"rater": rater.label, "by_hand": done.by_hand, "reason": done.reason, "cleared_at": done.made_at}
        return Response(said)


class OwnLearning(APIView):
    """How the caller learns in a training round."""

    @extend_schema(operation_id="own_learning", responses=AnyObject)
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Give the caller's own curves, over what they may read feedback on."""
        found = find_study(request, study)
        mine = Assignment.objects.by(caller(request)).filter(withdrawn_at=None).values("round")
        rows = Round.objects.select_related("study", "version").filter(study=found, pk__in=mine)
        round_: Round = get_object_or_404(rows, pk=round_id)
        require(access.may_read_learning(caller(request), round_))
        return Response(json.learning_object(learning_of(caller(request), round_)))


class AssignmentFeedback(APIView):
    """One of the caller's own practice transcripts beside the gold."""

    @extend_schema(
        operation_id="assignment_feedback",
        parameters=[
            OpenApiParameter("page", int),
            OpenApiParameter("only", str, enum=ONLY),
            OpenApiParameter("code", str),
        ],
        responses=AnyObject,
    )
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Give the turns with what the caller gave and what the gold gives."""
        rows = Assignment.objects.visible_to(caller(request)).select_related("rater", "round", "study", "version")
        assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
        require(access.may_read_feedback(caller(request), assignment))
        asked = {name: request.query_params.get(name, "") for name in ("page", "only", "code")}
        found = feedback(assignment, asked["page"] or "1", only=asked["only"], code=asked["code"])
        return Response(json.feedback_object(found))
