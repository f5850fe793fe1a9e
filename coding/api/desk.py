"""A rater's own assignments: what to code, what was said so far, further acts, and handing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.formats.links import LONGEST_NOTE
from coding.models import Assignment, ReflexiveNote
from coding.queries.asked import asked_positions, with_asked
from coding.queries.desk import turn_states
from coding.queries.palette import palette
from coding.queries.turn import TurnState
from coding.services import notes, submission
from coding.services.act_drafts import KINDS, ActError, drafts_of
from coding.services.acts import perform_all, result_json
from transcripts import access as material
from transcripts.api.scope import caller
from transcripts.models import Segment, SessionAttribute
from workbench.accounts.access import require

#: What raters may see of the sessions, on each assignment's transcript as `shown`.
SHOWN = Prefetch(
    "transcript__session_attributes",
    queryset=SessionAttribute.objects.filter(material.attributes_at_the_desk()).order_by("pk"),
    to_attr="shown",
)


class AssignmentSerializer(serializers.ModelSerializer):
    """One transcript in one round, given to one rater."""

    study = serializers.CharField(source="study.slug")
    round = serializers.CharField(source="round.name")
    transcript = serializers.CharField(source="transcript.name")
    rater = serializers.CharField(source="rater.label")
    codebook_version = serializers.IntegerField(source="version_id")
    due_on = serializers.DateField(source="round.due_on", allow_null=True)
    session = serializers.SerializerMethodField(help_text="What the study lets raters see of the session.")
    asked = serializers.SerializerMethodField(help_text="The numbers of the turns to judge; null means all of them.")

    class Meta:
        model = Assignment
        fields = [
            "id", "study", "round", "transcript", "rater", "codebook_version", "phase",
            "place", "due_on", "session", "assigned_at", "submitted_at",
            "withdrawn_at", "asked",
        ]  # fmt: skip
        read_only_fields = fields

    def get_asked(self, assignment: Assignment) -> list[int] | None:
        """Give the turns that are asked for, where it is not all of them."""
        return sorted(asked_positions(assignment)) or None

    def get_session(self, assignment: Assignment) -> dict[str, str]:
        """Give the session attributes that raters see, by name."""
        return {one.name: one.value for one in getattr(assignment.transcript, "shown", ())}


class CodingSerializer(serializers.Serializer):
    """A code given to a turn; spans are half-open and count code points of the turn's text."""

    code = serializers.CharField()
    rating = serializers.IntegerField(allow_null=True)
    memo = serializers.CharField()
    spans = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    attributes = serializers.DictField(child=serializers.CharField())


class LinkSerializer(serializers.Serializer):
    """A code of this turn linked back to a code of an earlier one."""

    code = serializers.CharField()
    kind = serializers.CharField()
    to_position = serializers.IntegerField()
    to_code = serializers.CharField()


class JudgementSerializer(serializers.Serializer):
    """What the rater said about a turn; it counts once it is finished."""

    outcome = serializers.ChoiceField(choices=["none", "uncodable"], allow_blank=True)
    reason = serializers.CharField()
    memo = serializers.CharField()
    flag = serializers.BooleanField()
    finished = serializers.BooleanField()
    codings = CodingSerializer(many=True)
    links = LinkSerializer(many=True)


class JudgedTurnSerializer(serializers.Serializer):
    """A turn about which something was said."""

    position = serializers.IntegerField()
    judgement = JudgementSerializer()


class DeskSegmentSerializer(JudgedTurnSerializer):
    """A turn to code, with the rater's own judgement where there is one."""

    speaker = serializers.CharField()
    role = serializers.CharField()
    start_ms = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    asked = serializers.BooleanField(help_text="False where the turn is there to be read alone.")
    judgement = JudgementSerializer(allow_null=True)


class ActSerializer(serializers.Serializer):
    """One act. It says set or unset, never toggle; sent again with the same id, it gets the answer it got before."""

    id = serializers.UUIDField(help_text="Made by whoever sends the act, a new one for each.")
    seq = serializers.IntegerField(help_text="The sender's own order.")
    kind = serializers.ChoiceField(choices=KINDS)
    position = serializers.IntegerField(help_text="The number of the turn, from 1.")
    code = serializers.CharField(required=False)
    rating = serializers.IntegerField(required=False, allow_null=True)
    spans = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()), required=False)
    attributes = serializers.DictField(child=serializers.CharField(), required=False)
    attribute = serializers.CharField(required=False)
    value = serializers.CharField(required=False)
    outcome = serializers.ChoiceField(choices=["none", "uncodable"], required=False)
    reason = serializers.CharField(required=False)
    memo = serializers.CharField(required=False)
    flag = serializers.BooleanField(required=False)
    to_position = serializers.IntegerField(required=False, help_text="The earlier turn that a link leads to.")
    to_code = serializers.CharField(required=False)
    link = serializers.CharField(required=False, help_text="The kind of link, where the codebook names kinds.")
    act = serializers.UUIDField(required=False, help_text="The act that an undo sets back.")


class AnswerSerializer(serializers.Serializer):
    """What an act did, and the turn as it stands now; `refused` names the rule where it was refused."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    said = serializers.CharField()
    took = serializers.ListField(child=serializers.CharField(), required=False)
    touched = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Other turns whose links came or went with it."
    )
    refused = serializers.CharField(required=False)
    turn = JudgementSerializer(required=False)


class AnswersSerializer(serializers.Serializer):
    """The answers to a list of acts, in their order."""

    answers = AnswerSerializer(many=True)


class SubmissionSerializer(serializers.Serializer):
    """When an assignment was handed in."""

    assignment = serializers.UUIDField(source="assignment_id")
    submitted_at = serializers.DateTimeField()
    turns = serializers.IntegerField()


def _find(request: Request, assignment_id: UUID) -> Assignment:
    rows = with_asked(Assignment.objects.visible_to(caller(request))).select_related(
        "rater", "round", "study", "transcript", "version"
    )
    rows = rows.prefetch_related(SHOWN)
    assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
    require(access.may_read_desk(caller(request), assignment))
    return assignment


class Assignments(generics.ListAPIView):
    """
    Your own assignments, the newest round first, each round in the order in which to code it.

    Earlier ones on a transcript that you code again come back afterwards.
    """

    serializer_class = AssignmentSerializer
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        user = caller(self.request)
        rows = Assignment.objects.visible_to(user).by(user).filter(access.progress_open_to(user), rater__left_at=None)
        rows = rows.select_related("rater", "round", "study", "transcript").prefetch_related(SHOWN)
        return with_asked(rows).order_by("-assigned_at", F("place").asc(nulls_last=True), "pk")


class OneAssignment(generics.RetrieveAPIView):
    """One of your assignments."""

    serializer_class = AssignmentSerializer
    queryset = Assignment.objects.none()

    def get_object(self) -> Assignment:
        return _find(self.request, self.kwargs["assignment_id"])


class AssignmentSegments(generics.ListAPIView):
    """The turns of an assignment in order, each with your own judgement."""

    serializer_class: type[serializers.Serializer] = DeskSegmentSerializer
    queryset = Segment.objects.none()
    #: Leave out the turns about which nothing was said.
    judged_only = False

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give one page of turns; what was said is read for these turns alone."""
        assignment = _find(request, kwargs["assignment_id"])
        rows = Segment.objects.filter(revision=assignment.revision_id).select_related("speaker__role")
        if self.judged_only:
            rows = rows.filter(judgements__assignment=assignment)
        found: list[Segment] = self.paginate_queryset(rows.order_by("position")) or []
        book = palette(assignment.version_id, published=assignment.version.is_published)
        states = turn_states(assignment, book, [segment.position for segment in found])
        asked = asked_positions(assignment)
        turns = [
            {**_turn(segment, states.get(segment.position)), "asked": not asked or segment.position in asked}
            for segment in found
        ]
        return self.get_paginated_response(self.get_serializer(turns, many=True).data)


class AssignmentJudgements(AssignmentSegments):
    """What you said about the turns of an assignment, without their text."""

    serializer_class = JudgedTurnSerializer
    judged_only = True


def _turn(segment: Segment, state: TurnState | None) -> dict[str, Any]:
    return {
        "position": segment.position,
        "speaker": segment.speaker.label,
        "role": segment.speaker.role.name,
        "start_ms": segment.start_ms,
        "text": segment.text,
        "judgement": state.as_json() if state else None,
    }


class Acts(APIView):
    """Code: do one act, or a list of up to 200 in their order."""

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="ActOrActs",
            serializers=[ActSerializer, ActSerializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={
            200: PolymorphicProxySerializer(
                component_name="AnswerOrAnswers",
                serializers=[AnswerSerializer, AnswersSerializer],
                resource_type_field_name=None,
                many=False,
            ),
            400: OpenApiResponse(description="An act that cannot be understood; none of the list was done."),
            403: OpenApiResponse(description="Not yours to code, or submitted; what was done before says `answers`."),
            409: OpenApiResponse(description="A single act that the codebook's rules refuse."),
        },
    )
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Give each act its answer; in a list a refusal is an answer too, and the next act goes on."""
        value = request.data
        try:
            drafts = drafts_of(value)
        except ActError as error:
            return Response({"code": "bad_act", "detail": str(error)}, status=status.HTTP_400_BAD_REQUEST)
        try:
            done = perform_all(user=caller(request), assignment_id=assignment_id, acts=drafts)
        except Assignment.DoesNotExist:
            raise Http404 from None
        answers = [result_json(result) for result in done.results]
        if done.denied:
            body = {"code": "forbidden", "detail": done.denied, "answers": answers}
            return Response(body, status=status.HTTP_403_FORBIDDEN)
        if isinstance(value, list):
            return Response({"answers": answers})
        if code := answers[0].get("refused"):
            return Response({**answers[0], "code": code, "detail": answers[0]["said"]}, status=status.HTTP_409_CONFLICT)
        return Response(answers[0])


class OwnNoteSerializer(serializers.Serializer):
    """Your own note on the hour: what it pulled you to feel or do."""

    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=LONGEST_NOTE)
    shared = serializers.BooleanField(required=False, help_text="The study may read it; left out, it stays as it is.")
    written_at = serializers.DateTimeField(read_only=True, allow_null=True)
    who_reads = serializers.CharField(read_only=True)


class OwnNote(APIView):
    """Your own note on the hour of an assignment."""

    @extend_schema(responses=OwnNoteSerializer)
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Read your note; empty where you wrote none."""
        return Response(_note(notes.note_of(_find(request, assignment_id))))

    @extend_schema(request=OwnNoteSerializer, responses=OwnNoteSerializer)
    def put(self, request: Request, assignment_id: UUID) -> Response:
        """Set your note. Its words are final once the assignment is handed in; whether you share it is not."""
        assignment = _find(request, assignment_id)
        said = OwnNoteSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        note = notes.write_note(user=caller(request), assignment_id=assignment.pk, **said.validated_data)
        return Response(_note(note))


def _note(note: ReflexiveNote) -> dict[str, Any]:
    written = {"text": note.text, "shared": note.shared, "written_at": note.written_at if note.text else None}
    return OwnNoteSerializer({**written, "who_reads": notes.who_reads(note)}).data


class Submit(APIView):
    """Hand an assignment in for good."""

    @extend_schema(
        request=None,
        responses={
            200: SubmissionSerializer,
            409: OpenApiResponse(description="Turns are not judged yet; `positions` says which."),
        },
    )
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Hand in; handed in already, give the same answer."""
        try:
            answer = submission.submit(user=caller(request), assignment_id=assignment_id)
        except Assignment.DoesNotExist:
            raise Http404 from None
        except submission.TurnsOpen as refusal:
            positions = [turn.position for turn in refusal.turns]
            body = {"code": refusal.code, "detail": refusal.message, "positions": positions}
            return Response(body, status=status.HTTP_409_CONFLICT)
        return Response(SubmissionSerializer(answer).data)
