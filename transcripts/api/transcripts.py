"""Transcripts of a study: list, import from a file, read, describe, delete."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import access
from transcripts.api.scope import caller, find_study
from transcripts.models import Transcript
from transcripts.queries.transcripts import TranscriptRow, transcript_rows
from transcripts.services.file_imports import import_file
from transcripts.services.transcripts import delete_transcript, set_attributes
from workbench.accounts.access import require


class SpeakerSerializer(serializers.Serializer):
    """Who speaks, and as what."""

    label = serializers.CharField()  # type: ignore[assignment]
    role = serializers.CharField(source="role.name")


class TranscriptSerializer(serializers.Serializer):
    """A transcript as of its latest revision."""

    id = serializers.IntegerField(source="transcript.pk")
    name = serializers.CharField(source="transcript.name")
    segments = serializers.IntegerField()
    speakers = SpeakerSerializer(many=True)
    session = serializers.SerializerMethodField()
    revision = serializers.IntegerField(source="revision.number")
    file_name = serializers.CharField(source="revision.file_name")
    file_size = serializers.IntegerField(source="revision.file_size")
    sha256 = serializers.CharField(source="revision.sha256")
    layout = serializers.CharField(source="revision.layout")
    merged = serializers.BooleanField(source="revision.merged")
    imported_at = serializers.DateTimeField(source="revision.imported_at")

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_session(self, row: TranscriptRow) -> dict[str, str]:
        """Give the session attributes by name."""
        return {one.name: one.value for one in row.session}


class NoteSerializer(serializers.Serializer):
    """A line that is not part of a segment, or was read with a doubt."""

    line = serializers.IntegerField()
    kind = serializers.CharField()
    message = serializers.CharField()
    raw = serializers.CharField()


class ImportedSerializer(serializers.Serializer):
    """What came of a file."""

    transcripts = TranscriptSerializer(many=True)
    other = serializers.ListField(child=serializers.CharField(), help_text="Speakers whom nothing names a role for.")
    notes = serializers.DictField(child=NoteSerializer(many=True), help_text="By the name of the transcript.")


class NewTranscriptSerializer(serializers.Serializer):
    """A file that holds one transcript or several."""

    file_name = serializers.CharField(max_length=255)
    content_base64 = serializers.CharField(trim_whitespace=True, help_text="The bytes of the file as they are.")
    roles = serializers.DictField(
        child=serializers.CharField(max_length=40), required=False, default=dict, help_text="Role by speaker label."
    )
    merge = serializers.BooleanField(default=False, help_text="Join consecutive segments of one speaker.")
    encoding = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    session = serializers.DictField(
        child=serializers.CharField(max_length=1000), required=False, default=dict, help_text="Session attributes."
    )

    def validate_content_base64(self, text: str) -> bytes:
        """Turn base64 into bytes."""
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("This is not base64.") from None


class SessionSerializer(serializers.Serializer):
    """All that is known about a session; what is left out is forgotten."""

    session = serializers.DictField(child=serializers.CharField(max_length=1000))


class Transcripts(generics.GenericAPIView):
    """The transcripts of a study."""

    serializer_class = TranscriptSerializer
    queryset = Transcript.objects.none()
    filterset_fields = ("name",)

    def get_queryset(self) -> QuerySet[Transcript]:
        study = find_study(self.request, self.kwargs["study"])
        require(access.may_read_material(caller(self.request), study))
        return Transcript.objects.filter(study=study).order_by("name", "pk")

    @extend_schema(responses=TranscriptSerializer(many=True))
    def get(self, request: Request, study: str) -> Response:
        """List the transcripts, by name."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = transcript_rows(caller(request), page or [])
        return self.get_paginated_response(TranscriptSerializer(rows, many=True).data)

    @extend_schema(request=NewTranscriptSerializer, responses={201: ImportedSerializer}, filters=False)
    def post(self, request: Request, study: str) -> Response:
        """Import all transcripts of a file, or none; the answer tells every line that was not understood."""
        found = find_study(request, study)
        require(access.may_manage(caller(request), found))
        given = NewTranscriptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(given.validated_data)
        data = values.pop("content_base64")
        revisions, read = import_file(user=caller(request), study=found, data=data, **values)
        rows = transcript_rows(caller(request), Transcript.objects.filter(revisions__in=revisions).order_by("name"))
        answer = {
            "transcripts": rows,
            "other": list(dict.fromkeys(label for one in read for label in one.roles.guessed)),
            "notes": {one.incoming.draft.name: one.incoming.draft.notes for one in read},
        }
        return Response(ImportedSerializer(answer).data, status=status.HTTP_201_CREATED)


class OneTranscript(generics.GenericAPIView):
    """One transcript."""

    serializer_class = TranscriptSerializer
    queryset = Transcript.objects.none()

    def find(self, request: Request, study: str, transcript_id: int) -> Transcript:
        """Find a transcript of the study for somebody who may read it."""
        found = find_study(request, study)
        require(access.may_read_material(caller(request), found))
        return get_object_or_404(Transcript.objects.select_related("study"), study=found, pk=transcript_id)

    def get(self, request: Request, study: str, transcript_id: int) -> Response:
        """Show one transcript; its text is under `segments/`."""
        row = transcript_rows(caller(request), [self.find(request, study, transcript_id)])[0]
        return Response(TranscriptSerializer(row).data)

    @extend_schema(request=SessionSerializer)
    def patch(self, request: Request, study: str, transcript_id: int) -> Response:
        """Replace the session attributes."""
        transcript = self.find(request, study, transcript_id)
        require(access.may_manage(caller(request), transcript.study))
        given = SessionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        set_attributes(user=caller(request), transcript=transcript, session=given.validated_data["session"])
        return Response(TranscriptSerializer(transcript_rows(caller(request), [transcript])[0]).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, study: str, transcript_id: int) -> Response:
        """Delete a transcript that nobody was given to code; 409 says why it stays."""
        delete_transcript(user=caller(request), transcript=self.find(request, study, transcript_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
