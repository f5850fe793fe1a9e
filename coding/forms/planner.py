"""The form of the planner: how narrow an interval is wanted, and what is assumed where there is no pilot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

COEFFICIENTS = (("krippendorff_alpha", "Alpha"), ("gwet_ac1", "AC1"), ("percent_agreement", "Agreement"))
LEVELS = (("0.9", "90 %"), ("0.95", "95 %"), ("0.99", "99 %"))
EXPECTED_ALPHA = 0.7
DEFAULTS = {"half_width": "0.10", "coefficient": "krippendorff_alpha", "level": "0.95"}


class NumberField(forms.FloatField):
    """A number with a point or a comma."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, widget=forms.TextInput(attrs={"inputmode": "decimal", "size": "6"}))

    def to_python(self, value: Any) -> Any:
        """Give the number; what is not finite is none."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def _out_of(what: str, low: str, high: str) -> dict[str, str]:
    sentence = f"{what} lies between {low} and {high}."
    return {"min_value": sentence, "max_value": sentence, "invalid": f"{sentence} Write it as a number."}


class PlannerForm(forms.Form):
    half_width = NumberField(
        label="Half-width",
        min_value=0.01,
        max_value=0.5,
        error_messages=_out_of("A half-width", ".01", ".50"),
    )
    coefficient = forms.ChoiceField(
        choices=COEFFICIENTS,
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={"invalid_choice": "Choose alpha, AC1 or agreement."},
    )
    level = forms.ChoiceField(
        choices=LEVELS,
        label="Interval",
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={"invalid_choice": "Choose 90, 95 or 99 per cent."},
    )
    prevalence = NumberField(
        required=False,
        label="Given on, per cent of the segments",
        min_value=0.1,
        max_value=99.9,
        error_messages=_out_of("The share", "0.1", "99.9 per cent"),
    )
    expected_alpha = NumberField(
        required=False,
        label="Expected alpha",
        min_value=0.01,
        max_value=0.99,
        error_messages=_out_of("An expected alpha", ".01", ".99"),
    )
    raters = forms.IntegerField(
        required=False,
        min_value=2,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "6"}),
        error_messages=_out_of("The number of raters", "2", "100"),
    )
    segments = forms.IntegerField(
        required=False,
        label="Segments per transcript",
        min_value=2,
        max_value=10_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "6"}),
        error_messages=_out_of("The number of segments per transcript", "2", "10000"),
    )

    def __init__(self, asked: QueryDict) -> None:
        """Take what the address says, and for what it leaves out the usual values."""
        given = {name: asked.get(name, "") for name in self.base_fields if asked.get(name, "") != ""}
        super().__init__({**DEFAULTS, **given}, label_suffix="")

    @property
    def target(self) -> float:
        """Return the half-width that is wanted."""
        return float(self.cleaned_data["half_width"])

    @property
    def wanted_level(self) -> float:
        """Return the level of the interval."""
        return float(self.cleaned_data["level"])

    @property
    def has_assumptions(self) -> bool:
        """Say whether a code without a pilot is to be planned."""
        return self.cleaned_data.get("prevalence") is not None

    def assumptions(self, raters: int, segments: float) -> dict[str, Any]:
        """Return what is assumed of a code without a pilot; what was left out is as in the round."""
        said = self.cleaned_data
        return {
            "prevalence": said["prevalence"] / 100,
            "alpha": said["expected_alpha"] or EXPECTED_ALPHA,
            "raters": said["raters"] or min(max(raters, 2), 100),
            "per_cluster": said["segments"] or max(segments, 2.0),
        }
