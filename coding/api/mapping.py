"""How codings under earlier versions of a codebook are read under a later one."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coding.api.codebooks import OneCodebook
from coding.api.discussions import CodeKeySerializer
from coding.queries import mapping
from coding.queries.to_review import ToReview
from transcripts.api.scope import caller


class ReviewRowSerializer(serializers.Serializer):
    """One coding to look at again."""

    transcript = serializers.CharField()
    segment = serializers.IntegerField(source="position")
    rater = serializers.CharField()
    rating = serializers.IntegerField(allow_null=True)
    round = serializers.CharField()
    version = serializers.CharField()


class CodebookMapping(OneCodebook):
    """Earlier codings under one codebook version."""

    http_method_names = ["get", "options"]

    @extend_schema(
        operation_id="codebook_mapping",
        responses=OpenApiResponse(
            OpenApiTypes.OBJECT, description="Each code of each earlier version, and its codings."
        ),
    )
    def get(self, request: Request, study: str, version_id: int) -> Response:
        """Say for each code of the earlier versions as which codes it is read, and whether that is safe."""
        version = self.find_to_manage(request, study, version_id)
        found = mapping.readings(caller(request), version)
        codes = [
            {
                "version": one.version.name,
                "code": one.key,
                "into": list(one.into),
                "became": one.became,
                "safe": one.is_safe,
                "codings": one.codings,
            }
            for one in found
        ]
        left_out = mapping.left_out(caller(request), version, list({one.version.pk for one in found}))
        return Response({"sentence": mapping.sentence(version, found), "left_out": left_out, "codes": codes})


class MappingReview(CodebookMapping):
    """The codings of one code that call for another look."""

    @extend_schema(
        operation_id="codebook_mapping_review",
        parameters=[CodeKeySerializer],
        responses=ReviewRowSerializer(many=True),
    )
    def get(self, request: Request, study: str, version_id: int) -> Response:
        """List the codings of a code under earlier versions that cannot be read on as they are."""
        version = self.find_to_manage(request, study, version_id)
        asked = CodeKeySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found, code = mapping.readings(caller(request), version), asked.validated_data["code"]
        page = self.paginate_queryset(ToReview(caller(request), version, code, found))
        rows = ReviewRowSerializer(page or [], many=True)
        return self.get_paginated_response(rows.data)
