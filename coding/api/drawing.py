"""Drawing a round's design: asked for, shown without storing anything, and started with its seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coding import access
from coding.drawing import Order
from coding.models import RoundDesign
from coding.queries.drawn_design import Asked, DrawnDesign, attribute_names
from coding.services.designs import SECONDS, SEED_BITS, new_seed
from coding.services.drawn_rounds import preview_design
from transcripts import access as material
from transcripts.api.scope import caller, find_study
from transcripts.models import Membership, Study, Transcript
from workbench.accounts.access import require

BIG = 2**63 - 1
MOST_TRANSCRIPTS, MOST_RATERS = 2_000, 200


class DrawSerializer(serializers.Serializer):
    """What a design is drawn from: say `share` or `raters_each`. What is left out means all transcripts, all raters."""

    share = serializers.IntegerField(
        min_value=0, max_value=100, allow_null=True, default=None, help_text="Per cent coded by two, the rest by one."
    )
    raters_each = serializers.IntegerField(
        min_value=1, max_value=MOST_RATERS, allow_null=True, default=None, help_text="Raters for every transcript."
    )
    strata = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=10, default=list,
        help_text="Names of session attributes within which it is drawn evenly.",
    )  # fmt: skip
    transcripts = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIG), max_length=MOST_TRANSCRIPTS, default=None,
        allow_null=True, help_text="Ids.",
    )  # fmt: skip
    raters = serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=MOST_RATERS, default=None, allow_null=True,
        help_text="Labels.",
    )  # fmt: skip
    seconds = serializers.IntegerField(
        min_value=1, max_value=3600, default=SECONDS, help_text="A turn; it only estimates the hours of work."
    )
    seed = serializers.IntegerField(
        min_value=0, max_value=2**SEED_BITS - 1, allow_null=True, default=None,
        help_text="That of a design you have seen; left out, a new one.",
    )  # fmt: skip

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Ask for one of the two ways."""
        if (given["share"] is None) == (given["raters_each"] is None):
            raise serializers.ValidationError("Say either share or raters_each.")
        return given


class DrawnRowSerializer(serializers.Serializer):
    """One transcript of a drawn design."""

    transcript = serializers.IntegerField(source="transcript.pk")
    name = serializers.CharField(source="transcript.name")
    segments = serializers.IntegerField()
    stratum = serializers.CharField()
    raters = serializers.ListField(child=serializers.CharField())


class DrawnRaterSerializer(serializers.Serializer):
    """One rater's work, and their transcripts in the order in which to code them."""

    rater = serializers.CharField()
    transcripts = serializers.IntegerField()
    segments = serializers.IntegerField()
    hours = serializers.FloatField()
    order = serializers.ListField(child=serializers.CharField())


class DrawnDesignSerializer(serializers.Serializer):
    """A design as it would be; nothing is stored. Start a round with the same `draw` and this `seed` to have it."""

    seed = serializers.IntegerField()
    design = DrawnRowSerializer(many=True)
    raters = DrawnRaterSerializer(many=True)


class RoundDesignSerializer(serializers.ModelSerializer):
    """How a round's design came about; with the names of that day the seed gives it again."""

    seed = serializers.IntegerField(source="round.seed")
    repeats_of = serializers.IntegerField(
        source="repeats_of_id", allow_null=True, help_text="The id of the round whose turns come back."
    )

    class Meta:
        model = RoundDesign
        fields = [
            *("how", "share", "raters_each", "strata", "seconds", "seed", "rule", "repeats_of", "gap_days", "made_at")
        ]
        read_only_fields = fields


def asked_for(study: Study, given: Mapping[str, Any]) -> Asked:
    """Find the transcripts, raters and attributes that are named; raises ValidationError for what is not there."""
    transcripts = list(Transcript.objects.filter(study=study).order_by("name"))
    members = list(Membership.objects.filter(study=study, left_at=None).order_by("label"))
    missing: dict[str, list[str]] = {}
    if given["transcripts"] is not None:
        known = {one.pk: one for one in transcripts}
        missing["transcripts"] = [
            f"There is no transcript {number} in this study." for number in given["transcripts"] if number not in known
        ]
        transcripts = [known[number] for number in given["transcripts"] if number in known]
    if given["raters"] is not None:
        by_label = {member.label: member for member in members}
        missing["raters"] = [
            f"There is no member “{label}” in this study." for label in given["raters"] if label not in by_label
        ]
        raters = [by_label[label] for label in given["raters"] if label in by_label]
    else:
        raters = [one for one in members if access.may_be_assigned(one) and access.codes_unless_said_otherwise(one)]
    names = attribute_names(study)
    missing["strata"] = [
        f"No session attribute “{name}” has more than one value." for name in given["strata"] if name not in names
    ]
    if found := {field: sentences[:20] for field, sentences in missing.items() if sentences}:
        raise serializers.ValidationError(found)
    order = Order(share=given["share"], raters_each=given["raters_each"])
    return Asked(transcripts, raters, order, tuple(given["strata"]), given["seconds"])


def drawn_json(design: DrawnDesign) -> Any:
    """Lay a drawn design out."""
    labels = [rater.member.label for rater in design.raters]
    rows = [
        {
            "transcript": row.transcript,
            "segments": row.segments,
            "stratum": row.stratum,
            "raters": [label for label, place in zip(labels, row.places, strict=True) if place is not None],
        }
        for row in design.rows
    ]
    raters = [
        {
            "rater": rater.member.label,
            "transcripts": rater.transcripts,
            "segments": rater.segments,
            "hours": rater.hours,
            "order": _order(design, column),
        }
        for column, rater in enumerate(design.raters)
    ]
    return DrawnDesignSerializer({"seed": design.seed, "design": rows, "raters": raters}).data


def _order(design: DrawnDesign, column: int) -> list[str]:
    placed = [(row.places[column] or 0, row.transcript.name) for row in design.rows if row.places[column] is not None]
    return [name for _, name in sorted(placed)]


class DrawRound(generics.GenericAPIView):
    """A design to look at before a round is started."""

    serializer_class = DrawSerializer
    queryset = RoundDesign.objects.none()

    @extend_schema(responses=DrawnDesignSerializer)
    def post(self, request: Request, study: str) -> Response:
        """Draw a design and store nothing."""
        found = find_study(request, study)
        require(material.may_manage(caller(request), found))
        serializer = DrawSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        seed = new_seed() if given["seed"] is None else given["seed"]
        design = preview_design(user=caller(request), study=found, asked=asked_for(found, given), seed=seed)
        return Response(drawn_json(design))
