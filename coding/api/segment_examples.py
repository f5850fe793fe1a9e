"""Examples of codes from the sessions of the study."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from coding.api.codebooks import OneCodebook
from coding.models import Code, SegmentExample
from coding.queries.segment_examples import SeenExample, examples_of
from coding.services import segment_examples
from transcripts.api.scope import caller
from transcripts.models import Transcript


class SeenExampleSerializer(serializers.Serializer):
    """One example, with its words as they stand in the session."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=SegmentExample.Kind.choices)
    transcript = serializers.CharField()
    segment = serializers.IntegerField(source="position")
    words = serializers.CharField()
    note = serializers.CharField()


class NewExampleSerializer(serializers.Serializer):
    """A segment to take as an example."""

    code = serializers.CharField(max_length=60, trim_whitespace=False)
    transcript = serializers.CharField(max_length=120)
    segment = serializers.IntegerField(min_value=1, max_value=10**9)
    words = serializers.CharField(default="", allow_blank=True, trim_whitespace=False, help_text="Empty: all of it.")
    kind = serializers.ChoiceField(choices=SegmentExample.Kind.choices, default=SegmentExample.Kind.EXAMPLE)
    note = serializers.CharField(default="", allow_blank=True, max_length=segment_examples.LONGEST_NOTE)


class CodebookExamples(OneCodebook):
    """The examples of a codebook version that are segments of the study."""

    http_method_names = ["get", "post", "options"]

    @extend_schema(operation_id="codebook_examples", responses=SeenExampleSerializer(many=True))
    def get(self, request: Request, study: str, version_id: int) -> Response:
        """Give the examples that the caller may see: of sessions they may read and have no open coding on."""
        found = examples_of(caller(request), self.find(request, study, version_id))
        rows: list[SeenExample] = [one for examples in found.values() for one in examples]
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(SeenExampleSerializer(page or [], many=True).data)

    @extend_schema(
        operation_id="add_codebook_example", request=NewExampleSerializer, responses={201: SeenExampleSerializer}
    )
    def post(self, request: Request, study: str, version_id: int) -> Response:
        """Take a segment as an example of a code in a draft."""
        version = self.find_to_manage(request, study, version_id)
        given = NewExampleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(given.validated_data)
        code = get_object_or_404(Code, version=version, key=said.pop("code"))
        transcript = get_object_or_404(Transcript, study=version.study, name=said.pop("transcript"))
        example = segment_examples.add_example(
            user=caller(request),
            version=version,
            code=code,
            transcript=transcript,
            position=said.pop("segment"),
            **said,
        )
        seen = next(one for one in examples_of(caller(request), version)[code.pk] if one.id == example.pk)
        return Response(SeenExampleSerializer(seen).data, status=status.HTTP_201_CREATED)


class OneCodebookExample(OneCodebook):
    """One example of a draft."""

    http_method_names = ["delete", "options"]

    @extend_schema(operation_id="remove_codebook_example", responses={204: None})
    def delete(  # type: ignore[override]
        self, request: Request, study: str, version_id: int, example_id: int
    ) -> Response:
        """Take an example out of a draft."""
        version = self.find(request, study, version_id)
        segment_examples.remove_example(user=caller(request), version=version, example_id=example_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
