"""Results of closed rounds: reliability, judgements and codings."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.models import Coding, Judgement, Round
from coding.queries.breakdown_json import code_object, round_object
from coding.queries.kept import KeptRound
from coding.queries.reliability_code import OneVariable
from coding.queries.reliability_json import reliability_object
from coding.queries.results import open_codings, open_judgements
from transcripts.api.scope import caller, find_study
from workbench.accounts.access import require

#: Said of every row that stands on a coding which counts and is named.
COULD_READ = "Since when its rater could read others' codings of the transcript before coding it, or null."


class RoundCodingSerializer(serializers.ModelSerializer):
    """One code that one rater gave to one segment; spans count code points of the segment's text, half-open."""

    transcript = serializers.CharField(source="judgement.assignment.transcript.name")
    segment = serializers.IntegerField(source="judgement.segment.position")
    rater = serializers.CharField(source="judgement.assignment.rater.label")
    code = serializers.CharField(source="code.key")
    judgement = serializers.UUIDField(source="judgement_id")
    spans = serializers.SerializerMethodField()
    attributes = serializers.SerializerMethodField()
    could_read_since = serializers.DateTimeField(
        source="judgement.assignment.could_read_since", allow_null=True, help_text=COULD_READ
    )

    class Meta:
        model = Coding
        fields = [
            *("id", "judgement", "transcript", "segment", "rater", "code", "rating", "memo", "spans", "attributes"),
            *("coded_at", "could_read_since"),
        ]
        read_only_fields = fields

    def get_spans(self, coding: Coding) -> list[list[int]]:
        """Give start and end of each marked stretch."""
        return sorted([mark.start, mark.end] for mark in coding.evidence.all())

    def get_attributes(self, coding: Coding) -> dict[str, str]:
        """Give the attributes that were said, by their id."""
        return {str(part.attribute): part.value for part in coding.attributes.all()}


class RoundJudgementSerializer(serializers.ModelSerializer):
    """One rater's finished look at one segment; without codes it is a finding too: none applies, or uncodable."""

    transcript = serializers.CharField(source="assignment.transcript.name")
    segment = serializers.IntegerField(source="segment.position")
    rater = serializers.CharField(source="assignment.rater.label")
    codes = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    could_read_since = serializers.DateTimeField(
        source="assignment.could_read_since", allow_null=True, help_text=COULD_READ
    )

    class Meta:
        model = Judgement
        fields = [
            *("id", "transcript", "segment", "rater", "outcome", "codes", "reason", "memo", "flag", "finished_at"),
            "could_read_since",
        ]
        read_only_fields = fields

    def get_codes(self, judgement: Judgement) -> list[str]:
        """Give the keys of the codes that were given, in the order of the codebook."""
        codings = sorted(judgement.codings.all(), key=lambda coding: coding.code.position)
        return [coding.code.key for coding in codings]

    def get_outcome(self, judgement: Judgement) -> str:
        """Give none or uncodable, or nothing where there are codes."""
        return judgement.outcome or ("" if judgement.codings.all() else Judgement.Outcome.NONE.value)


def _find_round(request: Request, slug: str, round_id: int) -> Round:
    rounds = Round.objects.select_related("version", "study")
    round_: Round = get_object_or_404(rounds, study=find_study(request, slug), pk=round_id)
    return round_


def result_round(request: Request, slug: str, round_id: int) -> Round:
    """Find a round whose results the caller may see, or answer 404 or 403 with the reason."""
    round_ = _find_round(request, slug, round_id)
    require(access.may_see_results(caller(request), round_))
    return round_


def compared_round(request: Request, slug: str, round_id: int) -> Round:
    """Find a round whose raters the caller may hold beside each other, or answer 404 or 403 with the reason."""
    round_ = _find_round(request, slug, round_id)
    require(access.may_compare_raters(caller(request), round_))
    return round_


def numbers_round(request: Request, slug: str, round_id: int) -> Round:
    """Find a round whose numbers the caller may see, or answer 404 or 403 with the reason."""
    round_ = _find_round(request, slug, round_id)
    require(access.may_see_numbers(caller(request), round_))
    return round_


class RoundReliability(APIView):
    """The reliability of a closed round, over the transcripts that the caller may see results of."""

    @extend_schema(
        operation_id="round_reliability",
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="As `manage.py reliability --json` writes it."),
    )
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Compute every coefficient with its n, its interval, or the reason why there is none."""
        round_ = numbers_round(request, study, round_id)
        seen = access.transcripts_open_to(caller(request), round_).values_list("pk", flat=True)
        return Response(reliability_object(KeptRound(round_, seen).reliability()))


class RoundBreakdown(APIView):
    """What lies behind the numbers of a closed round, or with `code` behind those of one code."""

    @extend_schema(
        operation_id="round_breakdown",
        parameters=[
            OpenApiParameter("code", str, description="The key of a code, family, rating or attribute."),
            OpenApiParameter("part", str, description="codes (the default), families, ratings or attributes."),
        ],
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="As docs/api.md shows it."),
    )
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Say what pulls agreement up or down: raters, transcripts, roles, confusions, the widest segments."""
        round_ = numbers_round(request, study, round_id)
        kept = KeptRound(round_, access.transcripts_open_to(caller(request), round_).values_list("pk", flat=True))
        code = request.query_params.get("code", "")
        if not code:
            return Response(round_object(kept))
        try:
            one = OneVariable(kept, request.query_params.get("part", "codes"), code)
        except KeyError:
            raise Http404("This round has no such code.") from None
        return Response(code_object(one, kept.rows()))


class RoundCodings(generics.ListAPIView):
    """The first, submitted codings of a closed round."""

    serializer_class = RoundCodingSerializer
    queryset = Coding.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what the caller may learn of."""
        round_ = result_round(self.request, self.kwargs["study"], self.kwargs["round_id"])
        return open_codings(caller(self.request), round_)


class RoundJudgements(generics.ListAPIView):
    """The finished judgements of a closed round, those without codes included."""

    serializer_class = RoundJudgementSerializer
    queryset = Judgement.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Keep what the caller may learn of."""
        round_ = result_round(self.request, self.kwargs["study"], self.kwargs["round_id"])
        return open_judgements(caller(self.request), round_)
