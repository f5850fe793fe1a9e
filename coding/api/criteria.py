"""What a training round is to reach, as it is said with a new round."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from coding.models import TrainingCriterion
from coding.services.criteria import USUAL, CriterionDraft


class CriterionSerializer(serializers.Serializer):
    """What raters are to reach with the gold; said with a new training round, and never changed."""

    coefficient = serializers.ChoiceField(choices=TrainingCriterion.Coefficient.choices, default=USUAL.coefficient)
    threshold = serializers.DecimalField(
        min_value=-1, max_value=1, max_digits=4, decimal_places=3, default=USUAL.threshold, coerce_to_string=False
    )
    in_a_row = serializers.IntegerField(min_value=1, max_value=100, default=USUAL.in_a_row)
    at_least = serializers.IntegerField(
        min_value=1, max_value=10_000, default=USUAL.at_least,
        help_text="How often the gold gives a code that is asked, where no codes are named.",
    )  # fmt: skip
    codes = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=500, default=list,
        help_text="Keys of codes or families that are asked; empty: those that the gold gives often enough.",
    )  # fmt: skip


def draft_from(given: dict[str, Any]) -> CriterionDraft:
    """Give what is to be fixed from what was said."""
    said: dict[str, Any] = {name: value for name, value in given.items() if name != "codes"}
    return CriterionDraft(**said, keys=tuple(given["codes"]))
