"""Codebook versions of a study, with their content in the layout of the codebook file."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from coding import access
from coding.formats.codebook_files import LAYOUTS
from coding.formats.codebook_objects import codebook_object
from coding.formats.drafts import CodebookError
from coding.models import CodebookVersion
from coding.models.codebook import key_words
from coding.queries.codebook_pages import versions_open_to
from coding.queries.codebooks import draft_of
from coding.queries.mending import faults
from coding.services import codebooks, drafts, retirement
from transcripts import access as material
from transcripts.api.scope import caller, find_study
from workbench.accounts.access import require


class VersionSerializer(serializers.ModelSerializer):
    """A version of a codebook: a draft, or published and frozen."""

    codebook = serializers.CharField(source="codebook.key", help_text="The `id` of the codebook file.")
    version = serializers.CharField(source="name")
    published = serializers.BooleanField(source="is_published")
    retired = serializers.SerializerMethodField(help_text="Whether new rounds no longer use it.")
    families = serializers.IntegerField(source="n_families")
    codes = serializers.IntegerField(source="n_codes", help_text="Without those that stand for an outcome.")

    class Meta:
        model = CodebookVersion
        fields = [
            "id", "codebook", "version", "title", "published", "retired", "published_at", "created_at", "families",
            "codes",
        ]  # fmt: skip
        read_only_fields = fields

    def get_retired(self, version: CodebookVersion) -> bool:
        """Say whether somebody put it aside."""
        return hasattr(version, "retirement")


class RetireSerializer(serializers.Serializer):
    """Why a version is put aside."""

    reason = serializers.CharField(default="", allow_blank=True, max_length=retirement.LONGEST_REASON)


class WholeVersionSerializer(VersionSerializer):
    """A version with everything it says."""

    document = serializers.SerializerMethodField(help_text="The codebook in the layout of its file.")

    class Meta(VersionSerializer.Meta):
        fields = [*VersionSerializer.Meta.fields, "document"]
        read_only_fields = fields

    def get_document(self, version: CodebookVersion) -> dict[str, Any]:
        """Write the version as its file does."""
        return codebook_object(draft_of(version))


class StoredVersionSerializer(WholeVersionSerializer):
    """A version that was brought in, with what a draft of it would be asked to mend before it is published."""

    to_mend = serializers.SerializerMethodField()

    class Meta(WholeVersionSerializer.Meta):
        fields = [*WholeVersionSerializer.Meta.fields, "to_mend"]
        read_only_fields = fields

    def get_to_mend(self, version: CodebookVersion) -> list[str]:
        """List it in sentences."""
        return [fault.sentence for fault in faults(version)]


class NewVersionSerializer(serializers.Serializer):
    """A codebook to bring in."""

    document = serializers.JSONField(
        help_text="One codebook in the layout of its file (docs/codebook-format.md), or a .csv or .qdc file as text."
    )
    file_name = serializers.CharField(
        default="", allow_blank=True, max_length=255, help_text="Of a file given as text; it names the codebook."
    )
    publish = serializers.BooleanField(default=False, help_text="Freeze it at once; otherwise it is a draft.")


class DraftNameSerializer(serializers.Serializer):
    """The name of a new draft."""

    version = serializers.CharField(max_length=40, validators=[key_words])


class Codebooks(generics.ListAPIView):
    """The codebook versions of a study: published ones for every member, drafts for coordinators."""

    serializer_class = VersionSerializer
    queryset = CodebookVersion.objects.none()

    def get_queryset(self) -> QuerySet[CodebookVersion]:
        return versions_open_to(caller(self.request), find_study(self.request, self.kwargs["study"]))

    @extend_schema(request=NewVersionSerializer, responses={201: StoredVersionSerializer})
    def post(self, request: Request, study: str) -> Response:
        """Store a codebook as a new version, a draft or published at once; `to_mend` says what is doubtful in it."""
        found = find_study(request, study)
        require(material.may_manage(caller(request), found))
        given = NewVersionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        document, publish = given.validated_data["document"], given.validated_data["publish"]
        data = (document if isinstance(document, str) else json.dumps(document)).encode()
        name = given.validated_data["file_name"]
        try:
            version = codebooks.import_codebook(
                user=caller(request), study=found, data=data, publish=publish, file_name=name
            )
        except codebooks.CodebookFileUnreadable as refusal:
            raise serializers.ValidationError({"document": [refusal.message]}) from None
        row = versions_open_to(caller(request), version.study).get(pk=version.pk)
        return Response(StoredVersionSerializer(row).data, status=status.HTTP_201_CREATED)


def _whole(request: Request, version: CodebookVersion, answer: int = status.HTTP_200_OK) -> Response:
    row = versions_open_to(caller(request), version.study).get(pk=version.pk)
    return Response(WholeVersionSerializer(row).data, status=answer)


class OneCodebook(generics.GenericAPIView):
    """One codebook version."""

    serializer_class = WholeVersionSerializer
    queryset = CodebookVersion.objects.none()

    def find(self, request: Request, study: str, version_id: int) -> CodebookVersion:
        """Find a version that the person may read."""
        found = find_study(request, study)
        version: CodebookVersion = get_object_or_404(
            found.codebook_versions.select_related("study", "codebook", "predecessor__codebook"), pk=version_id
        )
        require(access.may_read_codebook(caller(request), found, published=version.is_published))
        return version

    def find_to_manage(self, request: Request, study: str, version_id: int) -> CodebookVersion:
        """Find a version for a coordinator; the role is asked before what the version is."""
        require(material.may_manage(caller(request), find_study(request, study)))
        return self.find(request, study, version_id)

    def get(self, request: Request, study: str, version_id: int) -> Response:
        """Show one version with everything it says."""
        return _whole(request, self.find(request, study, version_id))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, study: str, version_id: int) -> Response:
        """Throw a draft away; its history is kept. A published version is never deleted."""
        drafts.discard(user=caller(request), version=self.find(request, study, version_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RetireCodebook(OneCodebook):
    """Putting one published version aside."""

    http_method_names = ["put", "delete", "options"]

    @extend_schema(operation_id="retire_codebook", request=RetireSerializer, responses={200: WholeVersionSerializer})
    def put(self, request: Request, study: str, version_id: int) -> Response:
        """Let new rounds no longer use this version; what was coded under it stays."""
        version = self.find(request, study, version_id)
        given = RetireSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        retirement.retire(user=caller(request), version=version, reason=given.validated_data["reason"])
        return _whole(request, version)

    @extend_schema(operation_id="take_up_codebook", responses={200: WholeVersionSerializer})
    def delete(self, request: Request, study: str, version_id: int) -> Response:
        """Let new rounds use this version again."""
        version = self.find(request, study, version_id)
        retirement.take_up_again(user=caller(request), version=version)
        return _whole(request, version)


class CodebookLayout(OneCodebook):
    """One codebook version in a layout that others read."""

    http_method_names = ["get", "options"]

    @extend_schema(
        operation_id="codebook_layout",
        parameters=[OpenApiParameter("layout", str, OpenApiParameter.PATH, enum=list(LAYOUTS))],
        responses={(200, layout.mime.partition(";")[0]): OpenApiTypes.BINARY for layout in LAYOUTS.values()},
    )
    def get(  # type: ignore[override]
        self, request: Request, study: str, version_id: int, layout: str
    ) -> HttpResponse:
        """Hand out a version as json, csv, qdc, md or docx."""
        version = self.find(request, study, version_id)
        if layout not in LAYOUTS:
            raise Http404
        try:
            written = LAYOUTS[layout].write(draft_of(version))
        except CodebookError as error:
            raise codebooks.CodebookFileUnreadable(error.sentence) from None
        return HttpResponse(written, content_type=LAYOUTS[layout].mime)


class PublishCodebook(OneCodebook):
    """Publishing one codebook version."""

    http_method_names = ["post", "options"]

    @extend_schema(request=None, responses={200: WholeVersionSerializer})
    def post(self, request: Request, study: str, version_id: int) -> Response:
        """Freeze a draft for good, so that rounds can use it."""
        try:
            version = codebooks.publish(user=caller(request), version=self.find(request, study, version_id))
        except codebooks.DraftNotReady as refusal:
            mend = [
                {"what": fault.sentence, "part": fault.part, "id": fault.id, "field": fault.field}
                for fault in refusal.faults
            ]
            answer = {"code": refusal.code, "detail": refusal.message, "mend": mend}
            return Response(answer, status=status.HTTP_409_CONFLICT)
        return _whole(request, version)


class DraftCodebook(OneCodebook):
    """Opening a draft from a codebook version."""

    http_method_names = ["post", "options"]

    @extend_schema(request=DraftNameSerializer, responses={201: WholeVersionSerializer})
    def post(self, request: Request, study: str, version_id: int) -> Response:
        """Open a draft that starts as a copy of this version."""
        version = self.find(request, study, version_id)
        given = DraftNameSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        draft = codebooks.new_draft(user=caller(request), version=version, name=given.validated_data["version"])
        return _whole(request, draft, status.HTTP_201_CREATED)
