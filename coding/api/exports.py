"""Zips to take away: ask, look, download."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding.models import ExportFile, Round
from coding.services import exports as services
from transcripts.api.scope import caller, find_study


class ExportSerializer(serializers.ModelSerializer):
    """A zip that the caller asked for; `file` is its address once it is ready."""

    round = serializers.IntegerField(source="round_id", allow_null=True)
    file = serializers.SerializerMethodField()

    class Meta:
        model = ExportFile
        fields = ["id", "round", "state", "share_done", "problem", "sha256", "size", "asked_at", "finished_at", "file"]
        read_only_fields = fields

    def get_file(self, export: ExportFile) -> str:
        """Give the address of the download, or nothing."""
        if export.state != ExportFile.State.READY:
            return ""
        return reverse("api-export-file", args=[export.study.slug, export.pk])


class NewExportSerializer(serializers.Serializer):
    """Which round to take away; none means the transcripts and the codebook alone."""

    round = serializers.IntegerField(allow_null=True, default=None, min_value=1, max_value=2**62)


class Exports(generics.ListAPIView):
    """The zips that the caller asked for in a study."""

    serializer_class = ExportSerializer
    queryset = ExportFile.objects.none()

    def get_queryset(self) -> QuerySet[ExportFile]:
        """Keep the caller's own."""
        return _own(self.request, self.kwargs["study"]).order_by("-asked_at", "-pk")

    @extend_schema(request=NewExportSerializer, responses={202: ExportSerializer})
    def post(self, request: Request, study: str) -> Response:
        """Ask for a zip; the worker writes it."""
        found = find_study(request, study)
        wish = NewExportSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        pk = wish.validated_data["round"]
        round_ = None if pk is None else get_object_or_404(Round, study=found, pk=pk)
        export = services.ask_export(user=caller(request), study=found, round_=round_)
        export.refresh_from_db()
        return Response(ExportSerializer(export).data, status=status.HTTP_202_ACCEPTED)


class OneExport(generics.RetrieveAPIView):
    """One zip that the caller asked for, and how far it is."""

    serializer_class = ExportSerializer
    queryset = ExportFile.objects.none()
    lookup_url_kwarg = "export_id"

    def get_queryset(self) -> QuerySet[ExportFile]:
        """Keep the caller's own."""
        return _own(self.request, self.kwargs["study"])


class ExportDownload(APIView):
    """The zip itself."""

    @extend_schema(operation_id="export_file", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, study: str, export_id: UUID) -> FileResponse:
        """Hand over the zip, if the caller may still have it."""
        own = _own(request, study).select_related("round__study")
        export: ExportFile = get_object_or_404(own, pk=export_id)
        stream = services.open_export(user=caller(request), export=export)
        return FileResponse(stream, as_attachment=True, filename=services.download_name(export))


def _own(request: Request, slug: str) -> QuerySet[ExportFile]:
    user = caller(request)
    own: QuerySet[ExportFile] = ExportFile.objects.filter(study=find_study(request, slug), asked_by=user)
    return own.select_related("study")
