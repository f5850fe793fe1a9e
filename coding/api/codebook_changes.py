"""What one version of a codebook changes in another, and what somebody decided about it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coding.api.codebooks import OneCodebook
from coding.models import ChangeNote, CodebookVersion, Comment
from coding.queries.discussions import comments_on
from coding.queries.version_diff import diff_object, version_diff
from coding.services import change_notes
from transcripts.api.scope import caller


class AgainstSerializer(serializers.Serializer):
    """Which version to compare with."""

    against = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="The id of a version; unless said, the one before."
    )


class DecisionSerializer(serializers.Serializer):
    """What became of one code against the version before."""

    code = serializers.CharField(max_length=60, trim_whitespace=False)
    change = serializers.ChoiceField(
        choices=ChangeNote.Kind.choices, allow_null=True, help_text="Null leaves it open again."
    )
    into = serializers.ListField(
        child=serializers.CharField(max_length=60, trim_whitespace=False),
        default=list,
        max_length=2000,
        help_text="Keys of codes of the draft, for a code that was split or merged.",
    )
    comment = serializers.UUIDField(
        required=False, help_text="What was said in the code's discussion, from which the decision comes."
    )
    reason = serializers.CharField(default="", allow_blank=True, max_length=change_notes.LONGEST_REASON)


class CodebookChanges(OneCodebook):
    """The changes of one codebook version."""

    http_method_names = ["get", "put", "options"]

    @extend_schema(
        operation_id="codebook_changes",
        parameters=[AgainstSerializer],
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="Code by code, with the words that went and came."),
    )
    def get(self, request: Request, study: str, version_id: int) -> Response:
        """Compare a version with the one before, or with another one, code by code."""
        version = self.find(request, study, version_id)
        asked = AgainstSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        against = asked.validated_data.get("against", version.predecessor_id)
        if against is None:
            raise serializers.ValidationError({"against": ["This is a first version: say what to compare it with."]})
        return Response(diff_object(version_diff(self.find(request, study, against), version)))

    @extend_schema(
        operation_id="decide_codebook_change",
        request=DecisionSerializer,
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="The changes as they stand now."),
    )
    def put(self, request: Request, study: str, version_id: int) -> Response:
        """Say what became of one code of a draft; said again, the later word counts."""
        version = self.find_to_manage(request, study, version_id)
        given = DecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = given.validated_data
        if said["change"] is None:
            change_notes.take_back(user=caller(request), version=version, key=said["code"])
        else:
            change_notes.decide(
                user=caller(request), version=version, key=said["code"], kind=said["change"], into=said["into"],
                reason=said["reason"], comment=self._comment(request, version, said),
            )  # fmt: skip
        if version.predecessor_id is None:
            raise serializers.ValidationError({"code": ["A first version changes nothing."]})
        return Response(diff_object(version_diff(self.find(request, study, version.predecessor_id), version)))

    def _comment(self, request: Request, version: CodebookVersion, said: dict[str, Any]) -> Comment | None:
        if "comment" not in said:
            return None
        found = comments_on(caller(request), version, said["code"]).filter(pk=said["comment"]).first()
        if found is None:
            raise serializers.ValidationError({"comment": ["Nothing of this id was said of the code."]})
        return found
