"""Memos on a study, a transcript, a segment or a code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.models import Code, Memo
from coding.queries import memos as queries
from coding.queries.codebooks import latest_published
from coding.services import memos as services
from transcripts.api.scope import caller, find_study
from transcripts.models import Study, Transcript
from workbench.accounts.access import require


class MemoSerializer(serializers.ModelSerializer):
    """A memo; `transcript`, `segment` and `code` say what it is about, all empty for the study."""

    author = serializers.CharField(source="author.label")
    transcript = serializers.CharField(source="transcript.name", default="")
    segment = serializers.IntegerField(source="segment.position", default=None, allow_null=True)
    code = serializers.CharField(source="code.key", default="")

    class Meta:
        model = Memo
        fields = ["id", "author", "transcript", "segment", "code", "text", "shared", "written_at"]
        read_only_fields = fields


class NewMemoSerializer(serializers.Serializer):
    """A memo to write: about one transcript (its id), one segment of it, one code (its key), or the study."""

    text = serializers.CharField(max_length=services.LONGEST)
    shared = serializers.BooleanField(default=False)
    transcript = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)
    segment = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    code = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)


def _code(study: Study, key: str) -> Code | None:
    rows = Code.objects.select_related("version").filter(version=latest_published(study))
    found: Code | None = get_object_or_404(rows, key=key) if key else None
    return found


def _transcript(request: Request, study: Study, pk: int | None) -> Transcript | None:
    """Find a transcript that the caller reads and does not code."""
    if pk is None:
        return None
    found: Transcript = get_object_or_404(Transcript, study=study, pk=pk)
    require(access.may_write_memo(caller(request), study, found))
    return found


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


class Memos(generics.ListAPIView):
    """The memos of a study that the caller may read."""

    serializer_class = MemoSerializer
    queryset = Memo.objects.none()

    def get_queryset(self) -> QuerySet[Memo]:
        """Keep those about what is asked for."""
        study, ask = find_study(self.request, self.kwargs["study"]), self.request.query_params
        transcript = _transcript(self.request, study, _number(ask.get("transcript", "")))
        about = queries.About(transcript, _number(ask.get("segment", "")), _code(study, ask.get("code", "")))
        return queries.memos(caller(self.request), study, about)

    @extend_schema(
        parameters=[OpenApiParameter("transcript", int), OpenApiParameter("segment", int), OpenApiParameter("code")]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, the latest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NewMemoSerializer, responses={201: MemoSerializer})
    def post(self, request: Request, study: str) -> Response:
        """Write one."""
        found = find_study(request, study)
        said = NewMemoSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given = said.validated_data
        memo = services.write_memo(
            user=caller(request), study=found, text=given["text"], shared=given["shared"],
            transcript=_transcript(request, found, given.get("transcript")), position=given.get("segment"),
            code=_code(found, given["code"]),
        )  # fmt: skip
        return Response(MemoSerializer(memo).data, status=status.HTTP_201_CREATED)


class MemoChangeSerializer(serializers.Serializer):
    """What to set: words, whether it is shared, or both; `before` is the text that you saw."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=services.LONGEST)
    shared = serializers.BooleanField(required=False)
    before = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)


class OneMemo(APIView):
    """One memo."""

    @extend_schema(operation_id="memo", responses=MemoSerializer)
    def get(self, request: Request, study: str, memo_id: UUID) -> Response:
        """Read it."""
        found = find_study(request, study)
        rows = Memo.objects.filter(access.memos_open_to(caller(request)), study=found)
        return Response(MemoSerializer(get_object_or_404(rows, pk=memo_id)).data)

    @extend_schema(operation_id="change_memo", request=MemoChangeSerializer, responses=MemoSerializer)
    def patch(self, request: Request, study: str, memo_id: UUID) -> Response:
        """Change one of your own; an empty text takes it away, its history is kept."""
        found = find_study(request, study)
        rows = Memo.objects.filter(access.memos_open_to(caller(request)), study=found)
        get_object_or_404(rows, pk=memo_id)
        said = MemoChangeSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            memo = services.change_memo(user=caller(request), memo_id=memo_id, **said.validated_data)
        except Memo.DoesNotExist:
            raise Http404 from None
        return Response(MemoSerializer(memo).data)
