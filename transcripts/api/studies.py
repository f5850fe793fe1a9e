"""Studies."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts.access import may_manage
from transcripts.api.scope import caller
from transcripts.models import Membership
from transcripts.models.study import plain_words
from transcripts.services.studies import create_study, set_discussion_only
from workbench.accounts.access import require


class OwnStudySerializer(serializers.ModelSerializer):
    """A study, and one's own place in it."""

    slug = serializers.SlugField(source="study.slug")
    title = serializers.CharField(source="study.title")
    question = serializers.CharField(source="study.question")
    created_at = serializers.DateTimeField(source="study.created_at")

    discussion_only = serializers.BooleanField(source="study.discussion_only")

    class Meta:
        model = Membership
        fields = ["slug", "title", "question", "created_at", "discussion_only", "label", "role"]
        read_only_fields = fields


class NewStudySerializer(serializers.Serializer):
    """A study to start, and the label of whoever starts it."""

    title = serializers.CharField(max_length=200, validators=[plain_words])
    question = serializers.CharField(required=False, default="", allow_blank=True, max_length=5000)
    label = serializers.CharField(required=False, default="coordinator", max_length=80, validators=[plain_words])  # type: ignore[assignment]


class StudyChangeSerializer(serializers.Serializer):
    """What to change about a study."""

    discussion_only = serializers.BooleanField(help_text="The team talks and decides; no numbers are shown.")


def _own_places(request: Request) -> QuerySet[Membership]:
    places = Membership.objects.filter(user=caller(request).pk, left_at=None)
    return places.select_related("study").order_by("study__title", "pk")


class Studies(generics.ListAPIView):
    """The studies that one is a member of."""

    serializer_class = OwnStudySerializer
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        return _own_places(self.request)

    @extend_schema(request=NewStudySerializer, responses={201: OwnStudySerializer})
    def post(self, request: Request) -> Response:
        """Start a study; its slug comes from the title, and whoever starts it is its coordinator."""
        given = NewStudySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        study = create_study(user=caller(request), **given.validated_data)
        place = _own_places(request).get(study=study)
        return Response(OwnStudySerializer(place).data, status=status.HTTP_201_CREATED)


class OneStudy(generics.RetrieveAPIView):
    """One study, and one's own place in it."""

    serializer_class = OwnStudySerializer
    queryset = Membership.objects.none()
    lookup_field = "study__slug"
    lookup_url_kwarg = "study"

    def get_queryset(self) -> QuerySet[Membership]:
        return _own_places(self.request)

    @extend_schema(request=StudyChangeSerializer, responses=OwnStudySerializer)
    def patch(self, request: Request, study: str) -> Response:
        """Say whether the study wants numbers."""
        place: Membership = self.get_object()
        require(may_manage(caller(request), place.study))
        said = StudyChangeSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        wanted = said.validated_data["discussion_only"]
        set_discussion_only(user=caller(request), study=place.study, wanted=wanted)
        return Response(OwnStudySerializer(place).data)
