"""The forms of training: a criterion for a new round, whose codings are gold, and clearing by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from coding.forms.fields import OneLineForm
from coding.models import Round, TrainingCriterion
from coding.queries.training import GoldLine
from coding.services.criteria import USUAL, CriterionDraft
from coding.services.reasons import LONGEST_REASON
from transcripts.models import Membership, Study


class CriterionForm(OneLineForm, forms.Form):
    """What raters must reach in a training round, fixed with it; asked only when the box is ticked."""

    fixed = forms.BooleanField(required=False, label="Train to a criterion in this round")
    coefficient = forms.ChoiceField(
        choices=TrainingCriterion.Coefficient.choices, widget=forms.Select(attrs={"class": "select"}),
        help_text="With the gold, code by code, within each transcript.",
    )  # fmt: skip
    threshold = forms.DecimalField(
        min_value=-1, max_value=1, max_digits=4, decimal_places=3,
        help_text="At least this. Agreement in per cent as a share: 0.9.",
    )  # fmt: skip
    in_a_row = forms.IntegerField(
        min_value=1, max_value=100, label="Transcripts in a row", help_text="Each of them reaches the threshold."
    )
    at_least = forms.IntegerField(
        min_value=1, max_value=10_000, label="Given by the gold, times",
        help_text="Codes that the gold gives more rarely in all practice hours are not asked.",
    )  # fmt: skip
    keys = forms.CharField(
        required=False, max_length=2000, label="Only these codes",
        help_text="Keys of codes or families, with commas. Empty: every code that the gold gives often enough.",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None) -> None:
        initial = {name: getattr(USUAL, name) for name in self.base_fields if name not in ("fixed", "keys")}
        # Without the tick whatever else was sent is left alone.
        sent = data if data is not None and "criterion-fixed" in data else None
        super().__init__(sent, prefix="criterion", initial=initial)

    def draft(self) -> CriterionDraft | None:
        """Give the criterion as it is to be fixed, or nothing when none was asked for."""
        if not self.is_bound:
            return None
        keys = [key for key in re.split(r"\s*[,;]\s*", self.cleaned_data["keys"].strip()) if key]
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("fixed", "keys")}
        return CriterionDraft(**given, keys=tuple(keys))


class GateField(forms.ModelChoiceField):
    """A training round with a criterion."""

    def label_from_instance(self, obj: Round) -> str:
        """Name the round."""
        return f"cleared in {obj}"


def gates_of(study: Study) -> forms.ModelChoiceField:
    """Ask which training round opens a new one; only those with a criterion can."""
    return GateField(
        queryset=Round.objects.filter(study=study, criterion__isnull=False).order_by("-created_at"),
        required=False,
        label="Opens to each rater",
        empty_label="at once",
        widget=forms.Select(attrs={"class": "select"}),
        help_text="After training: who is not cleared cannot begin. This stays.",
    )


class GoldForm(forms.Form):
    """Whose codings are the gold of one transcript: an assignment, or the final word of a round."""

    source = forms.ChoiceField(label="Whose codings", widget=forms.Select(attrs={"class": "select"}))
    reason = forms.CharField(required=False, max_length=LONGEST_REASON, label="Why it changes")

    def __init__(self, data: QueryDict | None = None, *, line: GoldLine) -> None:
        super().__init__(data, auto_id=f"gold_{line.transcript.pk}_%s")
        final = [(f"round-{one.pk}", f"the final word of {one}") for one in line.rounds]
        coded = [(f"assignment-{one.pk}", f"{one.rater.label} in {one.round}") for one in line.assignments]
        self.fields["source"].choices = [*final, *coded]  # type: ignore[attr-defined]
        if line.standing is None:
            del self.fields["reason"]


class ClearForm(forms.Form):
    """Somebody who is cleared by hand, and why."""

    rater: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )
    reason = forms.CharField(max_length=LONGEST_REASON)

    def __init__(
        self, data: QueryDict | None = None, *, raters: Iterable[Membership], first: int | None = None
    ) -> None:
        super().__init__(data, auto_id="clear_%s", initial={"rater": first})
        members = Membership.objects.filter(pk__in=[one.pk for one in raters]).order_by("label")
        self.fields["rater"].queryset = members  # type: ignore[attr-defined]
