"""Rounds of a study, and who codes what in them; states only for those to whom they are open."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from coding.api.criteria import CriterionSerializer, draft_from
from coding.api.drawing import (
    BIG,
    MOST_TRANSCRIPTS,
    DrawSerializer,
    RoundDesignSerializer,
    asked_for,
)
from coding.api.shares import ShareSerializer, shares_of
from coding.models import CodebookVersion, ReliabilityPlan, Round
from coding.models.assignment import due_day
from coding.models.codebook import key_words
from coding.queries.round_pages import design, rounds_open_to
from coding.queries.training_json import criterion_object
from coding.services import rounds
from coding.services.designs import new_seed
from coding.services.drawn_rounds import start_drawn_round
from coding.services.plans import LONGEST_RATIONALE, PROPOSED, PlanDraft
from transcripts import access as material
from transcripts.api.scope import caller, find_study
from transcripts.models import Study
from workbench.accounts.access import require

SETTINGS = ("name", "kind", "notes_for_study", "others_shown", "due_on")
ROUND_STATES = ("open", "closed")


class RoundSerializer(serializers.ModelSerializer):
    """A round; `state` and `closed_at` are null while they are not for your eyes."""

    codebook = serializers.CharField(source="version.codebook.key")
    codebook_version = serializers.CharField(source="version.name")
    version = serializers.IntegerField(source="version_id", help_text="The id of the codebook version.")
    transcripts = serializers.IntegerField(source="n_transcripts")
    raters = serializers.IntegerField(source="n_raters")
    state = serializers.SerializerMethodField()
    closed_at = serializers.SerializerMethodField()

    class Meta:
        model = Round
        fields = [
            "id", "name", "kind", "codebook", "codebook_version", "version", "imported", "created_at", "transcripts",
            "raters", "notes_for_study", "others_shown", "due_on", "state", "closed_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=ROUND_STATES, allow_null=True))
    def get_state(self, round_: Round) -> str | None:
        """Say whether the round is open or closed, as far as it may be said."""
        return ("closed" if round_.is_closed else "open") if getattr(round_, "is_known", False) else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_closed_at(self, round_: Round) -> Any:
        """Say when the round closed, as far as it may be said."""
        closed_at = round_.closed_at if getattr(round_, "is_known", False) else None
        return serializers.DateTimeField().to_representation(closed_at) if closed_at else None


class PlanSerializer(serializers.ModelSerializer):
    """What was fixed before the round was coded; `sha256` is that of its canonical JSON with the time."""

    threshold = serializers.FloatField(min_value=0, max_value=1)
    made_by = serializers.CharField(source="made_by.label", default="")

    class Meta:
        model = ReliabilityPlan
        fields = [
            *("coefficient", "threshold", "unit", "raters", "share", "interval", "rationale"),
            *("made_by", "made_at", "sha256"),
        ]
        read_only_fields = fields


class NewPlanSerializer(serializers.Serializer):
    """A reliability plan to fix with a new round; afterwards none can be added and nothing of it changed."""

    coefficient = serializers.ChoiceField(
        choices=ReliabilityPlan.Coefficient.choices, default=PROPOSED.coefficient, help_text="For each code."
    )
    threshold = serializers.DecimalField(
        min_value=0, max_value=1, max_digits=4, decimal_places=3, default=PROPOSED.threshold, coerce_to_string=False
    )
    unit = serializers.ChoiceField(choices=ReliabilityPlan.Unit.choices, default=PROPOSED.unit)
    raters = serializers.IntegerField(
        min_value=2, max_value=200, default=PROPOSED.raters, help_text="How many code in the round."
    )
    share = serializers.IntegerField(
        min_value=1, max_value=100, default=PROPOSED.share,
        help_text="Of the transcripts, in per cent, how many two raters or more code.",
    )  # fmt: skip
    interval = serializers.ChoiceField(choices=ReliabilityPlan.Interval.choices, default=PROPOSED.interval)
    rationale = serializers.CharField(max_length=LONGEST_RATIONALE, allow_blank=True, default="")


class DesignRowSerializer(serializers.Serializer):
    """One transcript of a round, with its raters."""

    transcript = serializers.IntegerField(source="transcript.pk")
    name = serializers.CharField(source="transcript.name")
    segments = serializers.IntegerField()
    raters = serializers.SerializerMethodField()

    def get_raters(self, row: Any) -> list[str]:
        """Name the raters by their labels."""
        return [place.rater for place in row.places if place is not None]


class WholeRoundSerializer(RoundSerializer):
    """A round with its design."""

    design = serializers.SerializerMethodField(help_text="Who codes what.")
    drawn = serializers.SerializerMethodField(help_text="How the design came about; null where it was not noted.")
    plan = serializers.SerializerMethodField(help_text="The reliability plan, or null.")
    criterion = serializers.SerializerMethodField(help_text="What is to be reached in training, or null.")
    opened_by = serializers.SerializerMethodField(help_text="The id of the training round that opens it, or null.")

    class Meta(RoundSerializer.Meta):
        fields = [*RoundSerializer.Meta.fields, "design", "drawn", "plan", "criterion", "opened_by"]
        read_only_fields = fields

    @extend_schema_field(DesignRowSerializer(many=True))
    def get_design(self, round_: Round) -> Any:
        """Lay out transcripts and raters."""
        return DesignRowSerializer(design(self.context["user"], round_).rows, many=True).data

    @extend_schema_field(RoundDesignSerializer(allow_null=True))
    def get_drawn(self, round_: Round) -> Any:
        """Say how it was drawn."""
        drawn = getattr(round_, "design", None)
        return None if drawn is None else RoundDesignSerializer(drawn).data

    @extend_schema_field(PlanSerializer(allow_null=True))
    def get_plan(self, round_: Round) -> Any:
        """Lay out the plan."""
        plan = getattr(round_, "plan", None)
        return None if plan is None else PlanSerializer(plan).data

    @extend_schema_field(CriterionSerializer(allow_null=True))
    def get_criterion(self, round_: Round) -> Any:
        """Lay out the criterion."""
        return criterion_object(getattr(round_, "criterion", None))

    def get_opened_by(self, round_: Round) -> int | None:
        """Say which training round opens it."""
        gate = getattr(round_, "gate", None)
        return None if gate is None else gate.training_id


class NewRoundSerializer(serializers.Serializer):
    """A round to start: a published codebook version, and who codes what, said as `shares` or drawn by `draw`."""

    shares = ShareSerializer(many=True, min_length=1, max_length=MOST_TRANSCRIPTS, required=False)  # type: ignore[call-arg]
    draw = DrawSerializer(required=False)

    name = serializers.CharField(max_length=80, validators=[key_words])
    kind = serializers.ChoiceField(choices=Round.Kind.choices, default=Round.Kind.RELIABILITY)
    version = serializers.IntegerField(min_value=1, max_value=BIG, help_text="The id of a published codebook version.")
    plan = NewPlanSerializer(allow_null=True, default=None)
    criterion = CriterionSerializer(allow_null=True, default=None)
    opened_by = serializers.IntegerField(
        min_value=1, max_value=BIG, allow_null=True, default=None,
        help_text="The id of a training round: each rater can begin when they are cleared there.",
    )  # fmt: skip
    notes_for_study = serializers.BooleanField(
        default=False, help_text="The study reads the raters' notes on each hour; this stays as it is."
    )
    others_shown = serializers.BooleanField(
        default=False, help_text="Once it is closed, its raters may see the others' codings beside their own."
    )

    due_on = serializers.DateField(
        allow_null=True,
        validators=[due_day],
        default=None,
        help_text="By when its raters are asked to hand in; raters see it.",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Ask for one of the two ways to say who codes what."""
        if ("shares" in given) == ("draw" in given):
            raise serializers.ValidationError({"shares": ["Say who codes what: either shares or draw."]})
        return given


class DueSerializer(serializers.Serializer):
    """The day by which the raters of a round are asked to hand in."""

    due_on = serializers.DateField(allow_null=True, validators=[due_day])


class Rounds(generics.ListAPIView):
    """The rounds of a study: all of them for coordinators, closed ones for who reads results."""

    serializer_class = RoundSerializer
    queryset = Round.objects.none()

    def get_queryset(self) -> QuerySet[Round]:
        return rounds_open_to(caller(self.request), find_study(self.request, self.kwargs["study"]))

    @extend_schema(request=NewRoundSerializer, responses={201: WholeRoundSerializer})
    def post(self, request: Request, study: str) -> Response:
        """Start a round: each rater has an open assignment on each of their transcripts at once."""
        found = find_study(request, study)
        require(material.may_manage(caller(request), found))
        serializer = NewRoundSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        version = CodebookVersion.objects.filter(study=found, pk=given["version"]).first()
        if version is None:
            raise serializers.ValidationError({"version": ["There is no such codebook version in this study."]})
        said: dict[str, Any] = {name: given[name] for name in SETTINGS}
        said |= {"user": caller(request), "study": found, "version": version}
        said["plan"] = None if given["plan"] is None else PlanDraft(**given["plan"])
        said["criterion"] = None if given["criterion"] is None else draft_from(given["criterion"])
        said["opened_by"] = _round_of(found, given["opened_by"])
        if draw := given.get("draw"):
            seed = new_seed() if draw["seed"] is None else draw["seed"]
            made = start_drawn_round(asked=asked_for(found, draw), seed=seed, **said)
        else:
            made = rounds.create_round(shares=shares_of(found, given["shares"]), **said)
        return Response(whole_round(request, found, made.pk), status=status.HTTP_201_CREATED)


def _round_of(study: Study, number: int | None) -> Round | None:
    """Find the round that is to open a new one."""
    found = None if number is None else Round.objects.filter(study=study, pk=number).first()
    if number is not None and found is None:
        raise serializers.ValidationError({"opened_by": ["There is no such round in this study."]})
    return found


def whole_round(request: Request, study: Study, round_id: int) -> Any:
    """Lay a round out whole."""
    user = caller(request)
    round_ = get_object_or_404(rounds_open_to(user, study), pk=round_id)
    return WholeRoundSerializer(round_, context={"user": user}).data


class OneRound(generics.GenericAPIView):
    """One round."""

    serializer_class = WholeRoundSerializer
    queryset = Round.objects.none()

    def get(self, request: Request, study: str, round_id: int) -> Response:
        """Show one round with its design."""
        return Response(whole_round(request, find_study(request, study), round_id))

    @extend_schema(request=DueSerializer)
    def patch(self, request: Request, study: str, round_id: int) -> Response:
        """Say by when its raters are asked to hand in; null takes the day away."""
        round_ = managed_round(request, study, round_id)
        given = DueSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rounds.set_due(user=caller(request), round_=round_, due_on=given.validated_data["due_on"])
        return Response(whole_round(request, round_.study, round_id))


def managed_round(request: Request, study: str, round_id: int) -> Round:
    """Find a round for somebody who runs the study."""
    found = find_study(request, study)
    require(material.may_manage(caller(request), found))
    round_: Round = get_object_or_404(found.rounds.select_related("study"), pk=round_id)
    return round_
