"""Drift checks: what comes back to each rater of a round, to look at without storing anything, and started."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from coding import access
from coding.api.drawing import BIG
from coding.api.rounds import WholeRoundSerializer, managed_round, whole_round
from coding.models import CodebookVersion, Round
from coding.models.assignment import due_day
from coding.models.codebook import key_words
from coding.queries.repeats import PROPOSED, RepeatsAsked, RepeatsDesign
from coding.services.designs import SEED_BITS, new_seed
from coding.services.repeats import preview_repeats, start_drift_check
from transcripts.api.scope import caller
from workbench.accounts.access import require


class DrawRepeatsSerializer(serializers.Serializer):
    """Which turns come to each rater, how many of them, and how long after."""

    purpose = serializers.ChoiceField(
        choices=["repeat", "gold"], default=PROPOSED.purpose,
        help_text="Turns that each rater judged before, or turns with gold.",
    )  # fmt: skip
    share = serializers.IntegerField(
        min_value=1,
        max_value=100,
        default=PROPOSED.share,
        help_text="Per cent of the turns that each can get.",
    )
    gap_days = serializers.IntegerField(
        min_value=0, max_value=3650, default=PROPOSED.gap_days,
        help_text="Days since a turn was judged, where enough turns are as old.",
    )  # fmt: skip
    seconds = serializers.IntegerField(
        min_value=1, max_value=3600, default=PROPOSED.seconds, help_text="A turn; it only estimates the work."
    )
    seed = serializers.IntegerField(
        min_value=0, max_value=2**SEED_BITS - 1, allow_null=True, default=None,
        help_text="That of a drawing you have seen; left out, a new one.",
    )  # fmt: skip


class NewDriftCheckSerializer(DrawRepeatsSerializer):
    """A drift check to start."""

    name = serializers.CharField(max_length=80, validators=[key_words], help_text="Raters see it.")
    version = serializers.IntegerField(
        min_value=1, max_value=BIG, allow_null=True, default=None,
        help_text="The id of a published codebook version; left out, that of the round.",
    )  # fmt: skip
    due_on = serializers.DateField(allow_null=True, validators=[due_day], default=None)
    looked_at = serializers.RegexField(
        r"^[0-9a-f]{64}$", required=False, help_text="The `fingerprint` of the drawing you have seen: no other starts."
    )


class RaterRepeatsSerializer(serializers.Serializer):
    """What comes to one rater; `days` is the least time since they judged one of these, null if they never did."""

    rater = serializers.CharField()
    judged = serializers.IntegerField()
    turns = serializers.IntegerField()
    minutes = serializers.IntegerField()
    days = serializers.IntegerField(allow_null=True)
    transcripts = serializers.DictField(child=serializers.IntegerField())


class LeftOutSerializer(serializers.Serializer):
    """A rater to whom nothing can come back."""

    rater = serializers.CharField()
    why = serializers.CharField()


class RepeatsDesignSerializer(serializers.Serializer):
    """A drift check as it would be; nothing is stored."""

    seed = serializers.IntegerField()
    fingerprint = serializers.CharField()
    raters = RaterRepeatsSerializer(many=True)
    left_out = LeftOutSerializer(many=True)


def _laid_out(design: RepeatsDesign) -> Any:
    raters = [
        {
            "rater": one.member.label,
            "judged": one.coded,
            "turns": one.turns,
            "minutes": one.minutes,
            "days": one.gap,
            "transcripts": {part.transcript.name: len(part.segments) for part in one.parts},
        }
        for one in design.raters
    ]
    left_out = [{"rater": label, "why": why} for label, why in design.left_out]
    said = {"seed": design.seed, "fingerprint": design.fingerprint, "raters": raters, "left_out": left_out}
    return RepeatsDesignSerializer(said).data


def _asked(given: dict[str, Any]) -> tuple[RepeatsAsked, int]:
    asked = RepeatsAsked(given["share"], given["gap_days"], given["seconds"], given["purpose"])
    return asked, new_seed() if given["seed"] is None else given["seed"]


def _source(request: Request, study: str, round_id: int) -> Round:
    round_ = managed_round(request, study, round_id)
    require(access.may_draw_repeats(caller(request), round_))
    return round_


class DrawRepeats(generics.GenericAPIView):
    """What would come back to each rater of a round, to look at."""

    serializer_class = DrawRepeatsSerializer
    queryset = Round.objects.none()

    @extend_schema(responses=RepeatsDesignSerializer)
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Draw and store nothing."""
        round_ = _source(request, study, round_id)
        serializer = DrawRepeatsSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked, seed = _asked(serializer.validated_data)
        return Response(_laid_out(preview_repeats(user=caller(request), round_=round_, asked=asked, seed=seed)))


class DriftChecks(generics.GenericAPIView):
    """Drift checks of a round."""

    serializer_class = NewDriftCheckSerializer
    queryset = Round.objects.none()

    @extend_schema(responses={201: WholeRoundSerializer})
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Start one: each rater has an open assignment on each transcript of which turns come back."""
        round_ = _source(request, study, round_id)
        serializer = NewDriftCheckSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        number = round_.version_id if given["version"] is None else given["version"]
        version = CodebookVersion.objects.filter(study=round_.study, pk=number).first()
        if version is None:
            raise serializers.ValidationError({"version": ["There is no such codebook version in this study."]})
        asked, seed = _asked(given)
        made = start_drift_check(
            user=caller(request), round_=round_, name=given["name"], version=version, asked=asked, seed=seed,
            looked_at=given.get("looked_at", ""), due_on=given["due_on"],
        )  # fmt: skip
        return Response(whole_round(request, round_.study, made.pk), status=status.HTTP_201_CREATED)
