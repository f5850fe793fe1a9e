"""The form of one attribute: what is asked about a coding."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.formats.drafts import EVERY_CODE
from coding.forms.fields import OneLineForm, PairsField
from coding.models import Attribute, Code, CodebookVersion, Family
from coding.services.draft_attributes import AttributeText

KINDS = (
    ("nominal", "one of the values listed below"),
    ("ordinal", "a number, or values in an order"),
    ("text", "free words"),
)


class AttributeForm(OneLineForm, forms.Form):
    key = forms.CharField(label="Key", max_length=60, help_text="One or two words, such as arena.")
    type = forms.ChoiceField(label="The answer is", choices=KINDS, widget=forms.Select(attrs={"class": "select"}))
    values = PairsField(
        label="Values", rows=4, help_text="One on each line with its meaning, such as “here: in the room”."
    )
    minimum = forms.IntegerField(label="Lowest number", required=False, min_value=-1000, max_value=1000)
    maximum = forms.IntegerField(label="Highest number", required=False, min_value=-1000, max_value=1000)
    default = forms.CharField(
        label="Said unless the rater says otherwise", required=False, max_length=60, help_text="One of the values."
    )
    required = forms.BooleanField(label="Has to be answered before the turn is finished", required=False)
    applies_to = forms.MultipleChoiceField(
        label="Asked of", required=False, widget=forms.CheckboxSelectMultiple, help_text="None chosen means every code."
    )

    def __init__(self, data: Any = None, *, version: CodebookVersion, attribute: Attribute | None = None) -> None:
        super().__init__(data, initial=_written(attribute) if attribute else {"type": "nominal"})
        families = Family.objects.filter(version=version).order_by("position").values_list("key", "name")
        codes = Code.objects.filter(version=version, outcome="").order_by("position").values_list("key", "name")
        whole = [(key, f"all of {name}") for key, name in families]
        self.fields["applies_to"].choices = [*whole, *codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hold the kind of answer, its values and its numbers together."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high, kind = cleaned.get("minimum"), cleaned.get("maximum"), cleaned.get("type")
        values = cleaned.get("values") or {}
        if (low is None) != (high is None) and not self.errors:
            self.add_error("maximum", "Write both the lowest and the highest number, or neither.")
        elif low is not None and high is not None and low >= high:
            self.add_error("maximum", "The highest number must be above the lowest.")
        if kind != "text" and "values" not in self.errors and not values and low is None:
            self.add_error("values", "List the values, or choose a number and write the lowest and the highest.")
        if kind == "text" and (values or low is not None):
            self.add_error(
                "type", "An answer with values or numbers is not free words; empty them or choose otherwise."
            )
        return cleaned

    def text(self) -> AttributeText:
        """Give what was written."""
        return AttributeText(**{**self.cleaned_data, "applies_to": tuple(self.cleaned_data["applies_to"])})


def _written(attribute: Attribute) -> dict[str, Any]:
    return {
        "key": attribute.key,
        "type": attribute.type,
        "values": {value.key: value.name for value in attribute.values.order_by("position")},
        "minimum": attribute.minimum,
        "maximum": attribute.maximum,
        "default": attribute.default,
        "required": attribute.required,
        "applies_to": [key for key in attribute.applies_to if key != EVERY_CODE],
    }
