"""What a design is drawn from, and what is changed of it after the start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from coding import access
from coding.drawing import Order
from coding.forms.rounds import RoundForm
from coding.models import RoundDesign
from coding.queries.drawn_design import Asked, attribute_names
from coding.services.designs import SECONDS, SEED_BITS
from coding.services.reasons import LONGEST_REASON
from transcripts.models import Membership, Study

HOW = (
    (RoundDesign.How.SHARE.value, "some by two, others by one"),
    (RoundDesign.How.EACH.value, "all by the same number"),
)


class DrawForm(RoundForm):
    """A new round whose design is drawn."""

    how = forms.ChoiceField(
        choices=HOW, label="Transcripts are coded", widget=forms.Select(attrs={"class": "select"}), initial=HOW[0][0]
    )
    share = forms.IntegerField(
        min_value=0, max_value=100, initial=25, required=False, label="Coded by two, %",
        help_text="Which ones is drawn; raters are not told.",
    )  # fmt: skip
    raters_each = forms.IntegerField(
        min_value=1, max_value=200, initial=2, required=False, label="Raters for each", help_text="1 or more."
    )
    seconds = forms.IntegerField(
        min_value=1, max_value=3600, initial=SECONDS, label="Seconds a turn",
        help_text="Your guess; it only estimates the hours of work.",
    )  # fmt: skip
    strata = forms.MultipleChoiceField(
        required=False, label="Evenly within each", widget=forms.CheckboxSelectMultiple,
        help_text="The share, and everybody's work, are spread evenly within what is ticked.",
    )  # fmt: skip
    raters: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        queryset=None, label="Raters", widget=forms.CheckboxSelectMultiple
    )
    transcripts: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        queryset=None, label="Transcripts", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None = None, *, study: Study, raters: Sequence[Membership]) -> None:
        super().__init__(data, study=study)
        fields: dict[str, Any] = self.fields
        fields["name"].initial = str(study.rounds.count() + 1)
        fields["strata"].choices = [(name, name) for name in attribute_names(study)]
        members = Membership.objects.filter(pk__in=[rater.pk for rater in raters]).order_by("label")
        fields["raters"].queryset = members
        fields["raters"].initial = [one.pk for one in raters if access.codes_unless_said_otherwise(one)]
        fields["transcripts"].queryset = study.transcripts.order_by("name")
        fields["transcripts"].initial = list(study.transcripts.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        """Ask for the number that the chosen way needs."""
        given: dict[str, Any] = super().clean() or {}
        wanted = "share" if given.get("how") == RoundDesign.How.SHARE else "raters_each"
        if given.get(wanted) is None and wanted not in self.errors:
            self.add_error(wanted, "Say how many.")
        return given

    @property
    def settings(self) -> dict[str, Any]:
        """Give what every round is made of."""
        return {name: self.cleaned_data[name] for name in (*RoundForm.base_fields, "opened_by")}

    def asked(self) -> Asked:
        """Give what the design is drawn from."""
        given = self.cleaned_data
        by_share = given["how"] == RoundDesign.How.SHARE
        return Asked(
            transcripts=list(given["transcripts"]),
            raters=list(given["raters"]),
            order=Order(share=given["share"]) if by_share else Order(raters_each=given["raters_each"]),
            strata=tuple(given["strata"]),
            seconds=given["seconds"],
        )


class SeedForm(forms.Form):
    """The design that was looked at: its seed and its fingerprint."""

    seed = forms.IntegerField(min_value=0, max_value=2**SEED_BITS - 1)
    looked_at = forms.RegexField(r"^[0-9a-f]{64}$")


class LeaveForm(forms.Form):
    """A rater who leaves a round, and who codes on."""

    rater: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label=None, label="Who leaves", widget=forms.Select(attrs={"class": "select"})
    )
    heir: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label="nobody", required=False, label="Who codes on",
        widget=forms.Select(attrs={"class": "select"}),
    )  # fmt: skip
    reason = forms.CharField(max_length=LONGEST_REASON)

    def __init__(
        self, data: QueryDict | None = None, *, inside: Iterable[Membership], raters: Iterable[Membership]
    ) -> None:
        super().__init__(data, auto_id="leave_%s")
        fields: dict[str, Any] = self.fields
        fields["rater"].queryset = Membership.objects.filter(pk__in=[one.pk for one in inside]).order_by("label")
        fields["heir"].queryset = Membership.objects.filter(pk__in=[one.pk for one in raters]).order_by("label")
