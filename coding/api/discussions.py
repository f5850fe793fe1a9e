"""What is said about the codes of a codebook."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from coding import access
from coding.api.codebooks import OneCodebook
from coding.models import Comment
from coding.queries.discussions import comments_on
from coding.services import discussions
from transcripts.api.scope import caller
from workbench.accounts.access import require


class CommentSerializer(serializers.ModelSerializer):
    """One thing that was said about a code."""

    code = serializers.CharField(source="discussion.key")
    author = serializers.CharField(source="author.label")

    class Meta:
        model = Comment
        fields = ["id", "code", "author", "text", "said_at"]
        read_only_fields = fields


class CodeKeySerializer(serializers.Serializer):
    """Which code is spoken of."""

    code = serializers.CharField(max_length=60, trim_whitespace=False)


class NewCommentSerializer(CodeKeySerializer):
    """Something to say about a code."""

    text = serializers.CharField(max_length=discussions.LONGEST_COMMENT)
    id = serializers.UUIDField(required=False, help_text="Made by the caller: said again, it is the same comment.")


class CodeDiscussion(OneCodebook):
    """The discussion on one code; all versions of its codebook share it."""

    http_method_names = ["get", "post", "options"]

    @extend_schema(
        operation_id="code_discussion", parameters=[CodeKeySerializer], responses=CommentSerializer(many=True)
    )
    def get(self, request: Request, study: str, version_id: int) -> Response:
        """Give what was said, the first first."""
        version = self.find(request, study, version_id)
        require(access.may_discuss(caller(request), version.study))
        asked = CodeKeySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found: QuerySet[Comment] = comments_on(caller(request), version, asked.validated_data["code"])
        page = self.paginate_queryset(found.select_related("discussion", "author"))
        return self.get_paginated_response(CommentSerializer(page or [], many=True).data)

    @extend_schema(operation_id="say_about_code", request=NewCommentSerializer, responses={201: CommentSerializer})
    def post(self, request: Request, study: str, version_id: int) -> Response:
        """Say something about a code."""
        version = self.find(request, study, version_id)
        require(access.may_discuss(caller(request), version.study))
        given = NewCommentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        comment = discussions.say(
            user=caller(request),
            version=version,
            key=said["code"],
            text=said["text"],
            comment_id=said.get("id") or uuid.uuid4(),
        )
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)
