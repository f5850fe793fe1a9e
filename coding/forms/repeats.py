"""What a drift check is drawn from: which turns come to each rater, how many of them, and how long after."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from coding.forms.fields import OneLineForm
from coding.forms.rounds import VersionField
from coding.models import CodebookVersion, Round
from coding.models.assignment import due_day
from coding.queries.repeats import PROPOSED, RepeatsAsked

ASKED = ("share", "gap_days", "seconds", "purpose")


class RepeatsForm(OneLineForm, forms.Form):
    """A drift check of a round."""

    name = forms.CharField(
        max_length=80, help_text="Raters see it, and not the kind: “drift check” would tell them what it is."
    )
    purpose = forms.ChoiceField(
        choices=[("repeat", "Turns that they judged before"), ("gold", "Turns with gold")], initial=PROPOSED.purpose,
        required=False, label="What comes", widget=forms.Select(attrs={"class": "select"}),
        help_text="Compared with what each said then, or with the gold of practice transcripts.",
    )  # fmt: skip
    share = forms.IntegerField(
        min_value=1, max_value=100, initial=PROPOSED.share, label="Share, %",
        help_text="Of the turns that each rater has handed in, or of those with gold.",
    )  # fmt: skip
    gap_days = forms.IntegerField(
        min_value=0, max_value=3650, initial=PROPOSED.gap_days, label="Days between",
        help_text="Since a rater judged a turn; so that nobody codes from memory. Kept where enough turns are as old.",
    )  # fmt: skip
    seconds = forms.IntegerField(
        min_value=1, max_value=3600, initial=PROPOSED.seconds, label="Seconds a turn",
        help_text="Your guess; it only estimates the work.",
    )  # fmt: skip
    version = VersionField(
        queryset=None, label="Codebook version", empty_label=None, widget=forms.Select(attrs={"class": "select"}),
        help_text="Codes that both versions have are compared.",
    )  # fmt: skip
    due_on = forms.DateField(
        required=False, validators=[due_day], label="Due",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="By when to hand in; can be changed.",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, round_: Round) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        usable = CodebookVersion.objects.filter(study=round_.study).in_use().select_related("codebook")
        fields["version"].queryset = usable.order_by("-published_at")
        fields["version"].initial = round_.version_id
        fields["name"].initial = str(round_.study.rounds.count() + 1)

    @property
    def settings(self) -> dict[str, Any]:
        """Give what the round is made of, beside what is drawn."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ASKED}

    def clean_purpose(self) -> str:
        """Take what is proposed where nothing is chosen."""
        return self.cleaned_data["purpose"] or PROPOSED.purpose

    def asked(self) -> RepeatsAsked:
        """Give what is asked of the drawing."""
        return RepeatsAsked(**{name: self.cleaned_data[name] for name in ASKED})
