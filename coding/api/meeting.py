"""The calibration meeting: its agenda, a thread and a decision for each segment, changes proposed to the codebook."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.models import CodebookProposal, CodebookVersion, MeetingEntry, Round
from coding.queries.dispute_kinds import KINDS
from coding.queries.meeting import Meeting, Talk
from coding.queries.proposals import proposals_of
from coding.services import meeting as services
from transcripts.api.scope import caller, find_study
from workbench.accounts.access import require


def _meeting(request: Request, slug: str, round_id: int) -> Meeting:
    rows = Round.objects.select_related("version__codebook", "study")
    round_: Round = get_object_or_404(rows, study=find_study(request, slug), pk=round_id)
    user = caller(request)
    require(access.may_follow_meeting(user, round_) if request.method == "GET" else access.may_take_part(user, round_))
    seen = list(access.transcripts_talked_about(user, round_).values_list("pk", flat=True))
    memos = bool(access.may_take_part(user, round_))
    try:
        return Meeting(round_, seen, request.query_params.get("kind", ""), memos=memos)
    except ValueError:
        raise serializers.ValidationError({"kind": [f"One of: {', '.join(KINDS)}."]}) from None


class AgendaSerializer(serializers.Serializer):
    """One page of an agenda."""

    total = serializers.IntegerField()
    decided = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = serializers.ListField(child=serializers.DictField())


class MeetingAgenda(APIView):
    """The agenda of a closed round."""

    @extend_schema(
        operation_id="meeting",
        parameters=[OpenApiParameter("page", int), OpenApiParameter("kind", str, enum=list(KINDS))],
        responses=AgendaSerializer,
    )
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """List the segments in dispute, grouped by kind, the heaviest first."""
        page = request.query_params.get("page", "1")
        meeting = _meeting(request, study, round_id)
        found = meeting.agenda(int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1)
        rows = [
            {"id": item.segment, "transcript": item.transcript, "segment": item.position, "kind": item.kind,
             "decided": item.is_decided, "remarks": item.remarks, "flags": item.flags}
            for part in found.parts for item in part.items
        ]  # fmt: skip
        numbers = {"total": found.total, "decided": found.decided, "page": found.page, "pages": found.pages}
        return Response({**numbers, "results": rows})


class EntrySerializer(serializers.Serializer):
    """A remark, or a decision; an empty decision takes the last one back."""

    kind = serializers.ChoiceField(MeetingEntry.Kind.choices)
    words = serializers.CharField(allow_blank=True, max_length=services.LONGEST, trim_whitespace=False)


class ProposalSerializer(serializers.Serializer):
    """A change of the codebook: of which code (empty for a new one), of what kind, in words."""

    code = serializers.CharField(allow_blank=True, default="", max_length=60)
    change = serializers.ChoiceField(CodebookProposal.Change.choices)
    words = serializers.CharField(max_length=services.LONGEST)


class ProposedSerializer(serializers.Serializer):
    """A change that was proposed, by whom and when."""

    id = serializers.UUIDField()
    code = serializers.CharField(allow_blank=True)
    change = serializers.ChoiceField(CodebookProposal.Change.choices)
    words = serializers.CharField()
    author = serializers.CharField()
    at = serializers.DateTimeField()


class TalkSerializer(serializers.Serializer):
    """One segment as the meeting sees it; `raters` are empty until somebody revealed them."""

    id = serializers.IntegerField()
    transcript = serializers.CharField()
    segment = serializers.IntegerField()
    kind = serializers.CharField()
    letters = serializers.ListField(child=serializers.CharField())
    raters = serializers.ListField(child=serializers.CharField())
    remarks = serializers.ListField(child=serializers.DictField())
    decision = serializers.DictField(allow_null=True)
    proposals = ProposedSerializer(many=True)


class MeetingSegment(APIView):
    """One segment of the agenda."""

    @extend_schema(operation_id="meeting_segment", responses=TalkSerializer)
    def get(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Read it."""
        return Response(_talk(_meeting(request, study, round_id), segment_id))

    @extend_schema(operation_id="meeting_entry", request=EntrySerializer, responses={201: TalkSerializer})
    def post(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Add a remark, or write a decision down."""
        meeting = _meeting(request, study, round_id)
        said = EntrySerializer(data=request.data)
        said.is_valid(raise_exception=True)
        write = services.remark if said.validated_data["kind"] == MeetingEntry.Kind.REMARK else services.decide
        write(user=caller(request), round_=meeting.round, segment_id=segment_id, words=said.validated_data["words"])
        return Response(_talk(meeting, segment_id), status=status.HTTP_201_CREATED)


class RevealNames(APIView):
    """Who gave what to a segment of the agenda."""

    @extend_schema(operation_id="reveal_names", request=None, responses=TalkSerializer)
    def post(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Reveal it to the meeting; who asked is kept."""
        meeting = _meeting(request, study, round_id)
        services.reveal(user=caller(request), round_=meeting.round, segment_id=segment_id)
        return Response(_talk(meeting, segment_id))


class ProposeFromMeeting(APIView):
    """A codebook change proposed from a segment."""

    @extend_schema(operation_id="propose_from_meeting", request=ProposalSerializer, responses={201: TalkSerializer})
    def post(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Propose it."""
        meeting = _meeting(request, study, round_id)
        said = ProposalSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        services.propose_change(
            user=caller(request), study=meeting.round.study, version=meeting.round.version, round_=meeting.round,
            segment_id=segment_id, change=said.validated_data["change"], words=said.validated_data["words"],
            code_key=said.validated_data["code"],
        )  # fmt: skip
        return Response(_talk(meeting, segment_id), status=status.HTTP_201_CREATED)


class Proposals(APIView):
    """The changes that were proposed to a codebook version."""

    @extend_schema(operation_id="proposals", responses=ProposedSerializer(many=True))
    def get(self, request: Request, study: str, version_id: int) -> Response:
        """List them to whoever may read the version and its results."""
        found = find_study(request, study)
        version: CodebookVersion = get_object_or_404(CodebookVersion, study=found, pk=version_id)
        require(access.may_read_proposals(caller(request), found))
        return Response([_proposal(one) for one in proposals_of(version.pk)])

    @extend_schema(operation_id="propose_change", request=ProposalSerializer, responses={201: ProposedSerializer})
    def post(self, request: Request, study: str, version_id: int) -> Response:
        """Propose one."""
        found = find_study(request, study)
        version: CodebookVersion = get_object_or_404(CodebookVersion, study=found, pk=version_id)
        require(access.may_read_proposals(caller(request), found))
        said = ProposalSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        made = services.propose_change(
            user=caller(request), study=found, version=version, change=said.validated_data["change"],
            words=said.validated_data["words"], code_key=said.validated_data["code"],
        )  # fmt: skip
        return Response(_proposal(made), status=status.HTTP_201_CREATED)


def _talk(meeting: Meeting, segment_id: int) -> dict[str, Any]:
    unit = meeting.rows.units.place_of(segment_id)
    if unit is None:
        raise Http404
    talk: Talk = meeting.talk(unit)
    return {
        "id": talk.segment.pk,
        "transcript": talk.transcript,
        "segment": talk.segment.position,
        "kind": talk.kind,
        "letters": list(talk.letters),
        "raters": list(talk.names),
        "remarks": [_entry(entry) for entry in talk.remarks],
        "decision": _entry(talk.decision) if talk.decision else None,
        "proposals": [_proposal(one) for one in talk.proposals],
    }


def _entry(entry: MeetingEntry) -> dict[str, Any]:
    return {"id": entry.pk, "author": entry.author.label, "words": entry.words, "at": entry.at}


def _proposal(one: CodebookProposal) -> dict[str, Any]:
    code = one.code.key if one.code else ""
    return {
        "id": one.pk,
        "code": code,
        "change": one.change,
        "words": one.words,
        "author": one.author.label,
        "at": one.at,
    }
