"""Who codes what, as it is said through the API: transcripts by id, raters by label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from coding.api.drawing import BIG, MOST_RATERS, MOST_TRANSCRIPTS
from coding.services import rounds
from coding.services.reasons import LONGEST_REASON
from transcripts.models import Membership, Study, Transcript


class ShareSerializer(serializers.Serializer):
    """One transcript and the labels of those who code it."""

    transcript = serializers.IntegerField(min_value=1, max_value=BIG, help_text="The id of the transcript.")
    raters = serializers.ListField(child=serializers.CharField(max_length=80), min_length=1, max_length=MOST_RATERS)


class SharesSerializer(serializers.Serializer):
    """Who codes what."""

    shares = ShareSerializer(many=True, min_length=1, max_length=MOST_TRANSCRIPTS)  # type: ignore[call-arg]


class MoreSharesSerializer(SharesSerializer):
    """Who codes what from now on, and why."""

    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="It stays with the round.")


def shares_of(study: Study, given: Iterable[Mapping[str, Any]]) -> list[rounds.Share]:
    """Find the transcripts and the raters of the study that the shares name."""
    given = list(given)
    transcripts = Transcript.objects.filter(study=study).in_bulk([share["transcript"] for share in given])
    labels = {label for share in given for label in share["raters"]}
    raters = {member.label: member for member in Membership.objects.filter(study=study, label__in=labels)}
    wanted = [share["transcript"] for share in given]
    missing = [f"There is no transcript {number} in this study." for number in wanted if number not in transcripts]
    missing += [f"There is no member “{label}” in this study." for label in sorted(labels) if label not in raters]
    if missing:
        raise serializers.ValidationError({"shares": missing[:20]})
    return [
        rounds.Share(transcripts[share["transcript"]], [raters[label] for label in share["raters"]]) for share in given
    ]
