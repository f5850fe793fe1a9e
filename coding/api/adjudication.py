"""Adjudication: open it, read segments under letters, answer, end it; the final layer and the report."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.models import Adjudication, AdjudicationOpening, Round
from coding.queries.adjudication import ORDERS, Case, Cases
from coding.queries.adjudication_json import final_objects, report_object
from coding.queries.adjudication_state import adjudication_report
from coding.queries.dispute_kinds import KINDS
from coding.queries.final_layer import SOURCES, final_layer
from coding.queries.kept import KeptRound
from coding.services import adjudication as services
from coding.services.final_answers import Answer, FinalCoding
from transcripts.access import membership
from transcripts.api.scope import caller, find_study
from transcripts.models import Membership
from workbench.accounts.access import require


def _find(request: Request, slug: str, round_id: int) -> Round:
    rows = Round.objects.select_related("version__codebook", "study")
    round_: Round = get_object_or_404(rows, study=find_study(request, slug), pk=round_id)
    return round_


class OpeningSerializer(serializers.ModelSerializer):
    """The adjudication of a round; `ended_at` is null while its adjudicators are blind."""

    opened_by = serializers.CharField(source="opened_by.label", default="")
    ended_by = serializers.CharField(source="ended_by.label", default="")
    adjudicators = serializers.SerializerMethodField(help_text="Their labels.")

    class Meta:
        model = AdjudicationOpening
        fields = ["round", "opened_at", "opened_by", "ended_at", "ended_by", "outcome_shown", "adjudicators"]
        read_only_fields = fields

    def get_adjudicators(self, opening: AdjudicationOpening) -> list[str]:
        """Give the labels of those who adjudicate."""
        return list(opening.round.adjudicators.order_by("member__label").values_list("member__label", flat=True))


class OpenSerializer(serializers.Serializer):
    """Which coordinators adjudicate too, and whether raters may read the outcome."""

    adjudicators = serializers.ListField(child=serializers.CharField(max_length=80), default=list, max_length=200)
    outcome_shown = serializers.BooleanField(required=False)


class AdjudicationView(APIView):
    """Whether a round is being adjudicated, and by whom."""

    @extend_schema(operation_id="adjudication", responses=OpeningSerializer)
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Show the opening to its adjudicators and to coordinators."""
        round_ = _find(request, study, round_id)
        require(access.may_know_adjudication(caller(request), round_))
        return Response(OpeningSerializer(get_object_or_404(AdjudicationOpening, round=round_)).data)

    @extend_schema(operation_id="open_adjudication", request=OpenSerializer, responses=OpeningSerializer)
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Open it, name further adjudicators, or say whether raters may read the outcome."""
        round_ = _find(request, study, round_id)
        wish = OpenSerializer(data=request.data)
        require(access.may_open_adjudication(caller(request), round_))
        wish.is_valid(raise_exception=True)
        labels, shown = wish.validated_data["adjudicators"], wish.validated_data.get("outcome_shown")
        members = list(Membership.objects.filter(study=round_.study, label__in=labels))
        if missing := set(labels) - {member.label for member in members}:
            raise serializers.ValidationError({"adjudicators": [f"The study has no member {sorted(missing)[0]}."]})
        services.open_adjudication(user=caller(request), round_=round_, adjudicators=members)
        if shown is not None:
            services.show_outcome(user=caller(request), round_=round_, shown=shown)
        return Response(OpeningSerializer(AdjudicationOpening.objects.get(round=round_)).data)


class EndAdjudication(APIView):
    """The end of the blind phase."""

    @extend_schema(operation_id="end_adjudication", request=None, responses=OpeningSerializer)
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """End it: adjudicators may read who gave what."""
        opening = services.end_adjudication(user=caller(request), round_=_find(request, study, round_id))
        return Response(OpeningSerializer(opening).data)


class LetterSerializer(serializers.Serializer):
    """What one rater gave, under a letter; `rater` is empty while names are hidden."""

    letter = serializers.CharField()
    rater = serializers.CharField()
    outcome = serializers.CharField()
    memo = serializers.CharField()
    codings = serializers.ListField(child=serializers.DictField())


class CaseSerializer(serializers.Serializer):
    """One segment in dispute."""

    id = serializers.IntegerField()
    transcript = serializers.CharField()
    segment = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField()
    n = serializers.IntegerField(help_text="The number of its last answer, which the next one names; 0 for none.")
    decided = serializers.BooleanField()
    letters = LetterSerializer(many=True)
    answer = serializers.DictField(allow_null=True, help_text="The answer that stands, if it is yours to read.")


class CaseListSerializer(serializers.Serializer):
    """One page of the segments in dispute."""

    total = serializers.IntegerField()
    decided = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = serializers.ListField(child=serializers.DictField())


class AdjudicationSegments(APIView):
    """The segments of a round in dispute."""

    @extend_schema(
        operation_id="adjudication_segments",
        parameters=[
            OpenApiParameter("page", int),
            OpenApiParameter("order", str, enum=list(ORDERS)),
            OpenApiParameter("kind", str, enum=list(KINDS)),
        ],
        responses=CaseListSerializer,
    )
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """List them, the furthest apart first."""
        cases = _cases(request, _find(request, study, round_id))
        page = request.query_params.get("page", "1")
        listed = cases.listed(int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1)
        rows = [
            {"id": card.segment, "transcript": card.transcript, "segment": card.position, "kind": card.kind,
             "decided": card.is_decided}
            for card in listed.cards
        ]  # fmt: skip
        numbers = {"total": listed.total, "decided": listed.decided, "page": listed.page, "pages": listed.pages}
        return Response({**numbers, "results": rows})


def _cases(request: Request, round_: Round) -> Cases:
    require(access.may_adjudicate(caller(request), round_))
    ask = request.query_params
    try:
        return Cases(caller(request), round_, ask.get("order", ""), ask.get("kind", ""))
    except ValueError:
        raise serializers.ValidationError({"kind": [f"One of: {', '.join(KINDS)}."]}) from None


class FinalCodingSerializer(serializers.Serializer):
    """One code of an answer; spans count code points of the segment's text, half-open."""

    code = serializers.CharField(max_length=60)
    rating = serializers.IntegerField(required=False, allow_null=True, default=None, max_value=1000, min_value=-1000)
    spans = serializers.ListField(
        child=serializers.ListField(
            child=serializers.IntegerField(min_value=0, max_value=2**31 - 1), min_length=2, max_length=2
        ),
        default=list,
        max_length=200,
    )
    attributes = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True), default=dict)


class AnswerSerializer(serializers.Serializer):
    """An answer: codes, or an outcome; `n` is the number of the last answer that you know, 0 for none."""

    n = serializers.IntegerField(min_value=0, max_value=2**31 - 2)
    outcome = serializers.ChoiceField(Adjudication.Outcome.choices, required=False, allow_blank=True, default="")
    codings = FinalCodingSerializer(many=True, required=False, default=list)
    rule = serializers.ChoiceField(Adjudication.Rule.choices, default=Adjudication.Rule.THIRD_RATER)
    cause = serializers.ChoiceField(Adjudication.Cause.choices, required=False, allow_blank=True, default="")
    reason = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)


class AdjudicationSegment(APIView):
    """One segment under letters."""

    @extend_schema(operation_id="adjudication_segment", responses=CaseSerializer)
    def get(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Read it."""
        return Response(_case_object(request, _find(request, study, round_id), segment_id))

    @extend_schema(operation_id="answer_segment", request=AnswerSerializer, responses={201: CaseSerializer})
    def post(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Answer it: an answer more, for none is ever changed."""
        round_ = _find(request, study, round_id)
        require(access.may_adjudicate(caller(request), round_))
        said = AnswerSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given = dict(said.validated_data)
        codings = tuple(
            FinalCoding(
                one["code"], one["rating"], tuple((start, end) for start, end in one["spans"]), dict(one["attributes"])
            )
            for one in given["codings"]
        )
        answer = Answer(codings, given["outcome"], given["rule"], given["cause"], given["reason"])
        services.decide(user=caller(request), round_=round_, segment_id=segment_id, answer=answer, n=given["n"])
        return Response(_case_object(request, round_, segment_id), status=status.HTTP_201_CREATED)


class NumberSerializer(serializers.Serializer):
    """The number of the last answer that you know."""

    n = serializers.IntegerField(min_value=0, max_value=2**31 - 2)


class UndoAnswer(APIView):
    """Taking an answer back."""

    @extend_schema(operation_id="undo_answer", request=NumberSerializer, responses=CaseSerializer)
    def post(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Let the answer before stand again."""
        round_ = _find(request, study, round_id)
        require(access.may_adjudicate(caller(request), round_))
        said = NumberSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        services.undo(user=caller(request), round_=round_, segment_id=segment_id, n=said.validated_data["n"])
        return Response(_case_object(request, round_, segment_id))


class ShowNames(APIView):
    """Who gave what to a segment that you have answered."""

    @extend_schema(operation_id="show_names", request=None, responses=CaseSerializer)
    def post(self, request: Request, study: str, round_id: int, segment_id: int) -> Response:
        """Show the names; it is noted."""
        round_ = _find(request, study, round_id)
        services.show_names(user=caller(request), round_=round_, segment_id=segment_id)
        return Response(_case_object(request, round_, segment_id))


def _case_object(request: Request, round_: Round, segment_id: int) -> dict[str, Any]:
    cases = _cases(request, round_)
    unit, member = cases.rows.units.place_of(segment_id), membership(caller(request), round_.study)
    if unit is None or member is None:
        raise Http404
    case = cases.case(AdjudicationOpening.objects.get(round=round_), member, unit)
    return {
        "id": case.segment.pk,
        "transcript": case.transcript,
        "segment": case.segment.position,
        "kind": case.kind,
        "text": case.segment.text,
        "n": case.n,
        "decided": case.segment.pk in cases.decided,
        "letters": _letters(case),
        "answer": None if case.answer is None else _answer_object(case.answer),
    }


def _letters(case: Case) -> list[dict[str, Any]]:
    found = []
    for place, (letter, one) in enumerate(zip(case.letters, case.judgements, strict=True)):
        codings = [
            {
                "code": line.key,
                "rating": vote.rating,
                "spans": [list(span) for span in vote.spans],
                "memo": vote.memo,
                "attributes": dict(vote.said),
            }
            for line in case.codes
            if line.key and (vote := line.votes[place]) is not None and vote.is_given
        ]
        outcome = one.outcome or ("" if codings else "none")
        rater = case.names[place] if case.names else ""
        found.append({"letter": letter, "rater": rater, "outcome": outcome, "memo": one.memo, "codings": codings})
    return found


def _answer_object(answer: Adjudication) -> dict[str, Any]:
    codings = [
        {
            "code": coding.code.key,
            "rating": coding.rating,
            "spans": sorted([mark.start, mark.end] for mark in coding.evidence.all()),
            "attributes": {part.attribute.key: part.value for part in coding.attributes.all()},
        }
        for coding in sorted(answer.codings.all(), key=lambda coding: coding.code.position)
    ]
    return {
        "n": answer.n, "author": answer.author.label, "outcome": answer.outcome or "", "codings": codings,
        "rule": answer.rule, "cause": answer.cause, "reason": answer.reason, "decided_at": answer.decided_at,
        "saw_identities_at": answer.saw_identities_at, "saw": answer.saw,
    }  # fmt: skip


class FinalLayerSerializer(serializers.Serializer):
    """The final dataset: how many segments of each source, and each segment with what stands there."""

    round = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    segments = serializers.ListField(child=serializers.DictField())


class AdjudicationReportSerializer(serializers.Serializer):
    """How often raters were upheld, what adjudicators could know, and by which rules and causes they answered."""

    opened_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    segments = serializers.DictField()
    raters = serializers.ListField(child=serializers.DictField())
    adjudicators = serializers.ListField(child=serializers.DictField())
    rules = serializers.DictField()
    causes = serializers.DictField()


class FinalLayerView(APIView):
    """The final dataset of a round: adjudicated, else unanimous, else the only rater's, else open."""

    @extend_schema(operation_id="final_layer", responses=FinalLayerSerializer)
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Give each segment with its source and what stands there."""
        round_ = _find(request, study, round_id)
        require(access.may_follow_adjudication(caller(request), round_))
        seen = access.transcripts_open_to(caller(request), round_).values_list("pk", flat=True)
        kept = KeptRound(round_, seen)
        layer = final_layer(kept)
        counts = {name: int(np.sum(layer.source == place)) for place, name in enumerate(SOURCES) if name}
        return Response({"round": round_.name, "counts": counts, "segments": final_objects(kept.rows(), layer)})


class AdjudicationReportView(APIView):
    """How often each rater was upheld, and what adjudicators could know."""

    @extend_schema(operation_id="adjudication_report", responses=AdjudicationReportSerializer)
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Give the report."""
        round_ = _find(request, study, round_id)
        require(access.may_follow_adjudication(caller(request), round_))
        opening = get_object_or_404(AdjudicationOpening, round=round_)
        seen = access.transcripts_open_to(caller(request), round_).values_list("pk", flat=True)
        return Response(report_object(adjudication_report(opening, KeptRound(round_, seen))))
