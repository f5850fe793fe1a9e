"""Stored runs of a round's reliability: store one, list them, read one, take its files away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.models import ReliabilityRun, Round
from coding.queries.runs import runs_of
from coding.services import report_files, runs
from transcripts.api.scope import caller, find_study
from workbench.accounts.access import require


class RunSerializer(serializers.ModelSerializer):
    """A stored run: what it was computed from, with what, and where its files are."""

    round = serializers.IntegerField(source="round_id")
    codebook_version = serializers.CharField(source="version.name")
    made_by = serializers.CharField(source="made_by.label", default="", help_text="A label; empty for a command.")
    transcripts = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    class Meta:
        model = ReliabilityRun
        fields = [
            *("id", "round", "codebook_version", "made_by", "made_at", "transcripts", "interval", "level", "seed"),
            *("software", "program", "numpy", "fingerprint", "files"),
        ]
        read_only_fields = fields

    def get_transcripts(self, run: ReliabilityRun) -> list[int]:
        """Give the ids of the transcripts that it covers."""
        return sorted(one.transcript_id for one in run.covered.all())

    def get_files(self, run: ReliabilityRun) -> dict[str, str]:
        """Give the address of each file by its name."""
        return {name: _address(run, name) for name in report_files.TYPES}


def _address(run: ReliabilityRun, name: str) -> str:
    return reverse("api-run-file", args=[run.study.slug, run.round_id, run.pk, name])


class WholeRunSerializer(RunSerializer):
    """A run with its results, as they were stored."""

    results = serializers.SerializerMethodField(help_text="The record of the run, as `run.json` holds it.")

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "results"]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_results(self, run: ReliabilityRun) -> Any:
        """Give the record."""
        return run.results


class StoredRunSerializer(RunSerializer):
    """A run, and whether this request stored it or found it."""

    is_new = serializers.SerializerMethodField(help_text="False when the same inputs and software were stored before.")

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "is_new"]
        read_only_fields = fields

    def get_is_new(self, run: ReliabilityRun) -> bool:
        """Say whether it was stored just now."""
        return bool(self.context["is_new"])


def _round(request: Request, slug: str, round_id: int) -> Round:
    """Find a round whose runs the caller may know of, or answer 404 or 403 with the reason."""
    study = find_study(request, slug)
    round_: Round = get_object_or_404(
        Round.objects.select_related("version__codebook", "study"), study=study, pk=round_id
    )
    require(access.may_read_runs(caller(request), round_))
    return round_


def _run(request: Request, slug: str, round_id: int, run_id: UUID) -> ReliabilityRun:
    round_ = _round(request, slug, round_id)
    run: ReliabilityRun = get_object_or_404(runs_of(caller(request), round_), pk=run_id)
    return run


class Runs(generics.ListAPIView):
    """The stored runs of a round, the newest first."""

    serializer_class = RunSerializer
    queryset = ReliabilityRun.objects.none()

    def get_queryset(self) -> QuerySet[ReliabilityRun]:
        """Keep what the caller may see."""
        round_ = _round(self.request, self.kwargs["study"], self.kwargs["round_id"])
        return runs_of(caller(self.request), round_).defer("results")

    @extend_schema(request=None, responses={200: StoredRunSerializer, 201: StoredRunSerializer})
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Store the reliability as it is now; the same inputs and software give the run that is stored already."""
        stored = runs.store_run(user=caller(request), round_=_round(request, study, round_id))
        made = status.HTTP_201_CREATED if stored.is_new else status.HTTP_200_OK
        return Response(StoredRunSerializer(stored.run, context={"is_new": stored.is_new}).data, status=made)


class OneRun(APIView):
    """One stored run."""

    @extend_schema(operation_id="run", responses=WholeRunSerializer)
    def get(self, request: Request, study: str, round_id: int, run_id: UUID) -> Response:
        """Show a run with its results."""
        return Response(WholeRunSerializer(_run(request, study, round_id, run_id)).data)


class RunFile(APIView):
    """One file of a stored run."""

    @extend_schema(
        operation_id="run_file",
        parameters=[OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(report_files.TYPES))],
        responses={(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in report_files.TYPES.values()},
    )
    def get(self, request: Request, study: str, round_id: int, run_id: UUID, name: str) -> FileResponse:
        """Hand over the file; the same run gives the same bytes."""
        run = _run(request, study, round_id, run_id)
        found = report_files.download(user=caller(request), run=run, name=name)
        if found is None:
            raise Http404
        return FileResponse(found.content, as_attachment=True, filename=found.name, content_type=found.type)
