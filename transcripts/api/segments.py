"""The segments of a transcript."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import generics, serializers

from transcripts import access
from transcripts.api.scope import caller, find_study
from transcripts.models import Segment, Transcript
from workbench.accounts.access import require


class SegmentSerializer(serializers.ModelSerializer):
    """One segment; offsets are code points of the revision's text, which is all texts with a line end between."""

    speaker = serializers.CharField(source="speaker.label")
    role = serializers.CharField(source="speaker.role.name")

    class Meta:
        model = Segment
        fields = ["position", "speaker", "role", "start_ms", "end_ms", "char_start", "char_end", "text"]
        read_only_fields = fields


class Segments(generics.ListAPIView):
    """The segments of a transcript's latest revision, in order."""

    serializer_class = SegmentSerializer
    queryset = Segment.objects.none()

    def get_queryset(self) -> QuerySet[Segment]:
        study = find_study(self.request, self.kwargs["study"])
        require(access.may_read_material(caller(self.request), study))
        transcript = get_object_or_404(Transcript, study=study, pk=self.kwargs["transcript_id"])
        latest = transcript.revisions.order_by("-number").values("pk")[:1]
        return Segment.objects.filter(revision__in=latest).select_related("speaker__role").order_by("position")
