"""Forms around a codebook, in plain words."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.formats.codebook import HIGHEST_RATING
from coding.formats.drafts import ExampleDraft
from coding.formats.slots import clash, is_desk_key
from coding.forms.fields import LinesField, OneLineForm, PairsField, ProseField
from coding.models import Code, CodebookVersion, Family
from coding.services.drafts import Settings

MOST_EXAMPLES = 2000
HIGHEST_DIGIT = 9

#: The hue slots with their shapes, in the words of the style sheet's tokens.
SLOT_WORDS = {
    "clay": "triangle, clay",
    "ochre": "ring, ochre",
    "sea": "square, sea",
    "leaf": "diamond, leaf",
    "plum": "cross, plum",
    "rose": "star, rose",
    "teal": "half disc, teal",
    "stone": "dash, stone",
}


class CodebookFileForm(forms.Form):
    file = forms.FileField(
        label="Codebook file",
        help_text="As .json in the layout that the documentation shows, as .csv, or as .qdc from another program.",
    )
    publish = forms.BooleanField(
        label="Publish at once", required=False, help_text="A published version is frozen; a draft can be edited here."
    )


class NewCodebookForm(OneLineForm, forms.Form):
    title = forms.CharField(max_length=200)
    key = forms.CharField(
        label="Short key", max_length=60, help_text="Names the codebook in files, such as relational-moves."
    )
    version = forms.CharField(label="Version", max_length=40, initial="0.1.0")


class NewDraftForm(OneLineForm, forms.Form):
    name = forms.CharField(label="Name of the new version", max_length=40)


class SettingsForm(OneLineForm, forms.ModelForm):
    rating_anchors = PairsField(
        label="What the numbers mean", rows=4, help_text="One on each line, such as “1: faint or arguable”."
    )

    class Meta:
        model = CodebookVersion
        fields = (
            "title",
            "name",
            "max_codes_per_turn",
            "rating_name",
            "rating_minimum",
            "rating_maximum",
            "rating_anchors",
            "rating_required",
        )
        labels = {
            "name": "Version",
            "max_codes_per_turn": "Most codes on one turn",
            "rating_name": "What a rating says",
            "rating_minimum": "Lowest number",
            "rating_maximum": "Highest number",
            "rating_required": "A code that is rated has to be rated before its turn is finished",
        }
        help_texts = {
            "name": "",
            "max_codes_per_turn": "Leave empty for no limit.",
            "rating_name": "Such as intensity. Leave empty when nothing is rated.",
            "rating_minimum": "What “not given” stands for: usually 0, which raters never give.",
        }

    def clean_max_codes_per_turn(self) -> int | None:
        """Hold the limit to what a file can say."""
        limit: int | None = self.cleaned_data["max_codes_per_turn"]
        if limit is not None and not 1 <= limit <= 1000:
            raise forms.ValidationError("Write a number from 1 to 1,000, or leave it empty.")
        return limit

    def clean_rating_anchors(self) -> dict[int, str]:
        """Read the numbers."""
        pairs: dict[str, str] = self.cleaned_data["rating_anchors"]
        for number in pairs:
            if not (number.isascii() and number.isdigit() and len(number) < 4):
                raise forms.ValidationError(f"“{number}” is not a number; begin each line with a number and a colon.")
        return {int(number): words for number, words in pairs.items()}

    def clean(self) -> dict[str, Any]:
        """Hold the scale to what the desk can show, one digit, unless a file brought a longer one."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("rating_minimum"), cleaned.get("rating_maximum")
        highest = HIGHEST_DIGIT if {"rating_minimum", "rating_maximum"} & set(self.changed_data) else HIGHEST_RATING
        if low is not None and high is not None and not 0 <= low < high <= highest:
            self.add_error(
                "rating_maximum", "Give a scale from 0 or more up to 9 at most; the highest above the lowest."
            )
        elif any(not low <= number <= high for number in cleaned.get("rating_anchors", {})):
            self.add_error("rating_anchors", f"Only numbers from {low} to {high} are on the scale.")
        return cleaned

    def settings(self) -> Settings:
        """Give what was written."""
        return Settings(**self.cleaned_data)


class FamilyForm(OneLineForm, forms.ModelForm):
    definition = ProseField()
    slot = forms.ChoiceField(label="Sign on the pages", widget=forms.RadioSelect)

    class Meta:
        model = Family
        fields = ("name", "key", "definition", "exclusive", "slot")
        labels = {"exclusive": "At most one code of this family on a turn"}
        help_texts = {"key": "Names the family in files, such as PULL; it stays the same from version to version."}

    def __init__(self, *args: Any, version: CodebookVersion, slot: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Family.objects.filter(version=version).exclude(pk=self.instance.pk).order_by("position")
        taken: dict[str, list[str]] = {}
        for name, used in others.values_list("name", "slot"):
            taken.setdefault(used, []).append(name)
        choices = [
            (key, f"{words}; also {' and '.join(taken[key])}" if key in taken else words)
            for key, words in SLOT_WORDS.items()
        ]
        self.fields["slot"].choices = choices  # type: ignore[attr-defined]
        self.fields["slot"].initial = slot


class CodeForm(OneLineForm, forms.ModelForm):
    definition = ProseField()
    include = LinesField(label="Give it for", rows=4, help_text="One on each line.")
    exclude = LinesField(label="Not for", rows=4, help_text="One on each line; name the code to use instead.")
    near_misses = LinesField(label="Near misses", help_text="One on each line.")
    roles: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="On turns of",
        help_text="None chosen means every speaker role.",
    )

    class Meta:
        model = Code
        fields = (
            "name", "key", "family", "letter", "definition", "include", "exclude", "near_misses", "roles", "rated",
            "outcome",
        )  # fmt: skip
        labels = {
            "letter": "Key on the desk",
            "rated": "Raters say how marked it is",
            "outcome": "Stands for a finding about the whole turn",
        }
        help_texts = {
            "key": "Names the code in data, such as PULL-APP; results are compared by it from version to version.",
            "letter": "One letter or two; leave it empty to get a free key. J, K, M and Z do other things.",
            "outcome": "Only for codes about the coding itself; raters give them with 0 and –.",
        }
        widgets = {
            "family": forms.Select(attrs={"class": "select"}),
            "outcome": forms.Select(attrs={"class": "select"}),
        }

    def __init__(self, *args: Any, version: CodebookVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        family: Any = self.fields["family"]
        family.queryset, family.empty_label = Family.objects.filter(version=version).order_by("position"), None
        self.fields["roles"].queryset = version.study.speaker_roles.order_by("pk")  # type: ignore[attr-defined]
        self.fields["outcome"].choices = [("", "nothing, it is given like any code"), *Code.Outcome.choices]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["roles"].initial = [place.role_id for place in self.instance.code_roles.all()]

    def clean_letter(self) -> str:
        """Hold the letter to what the desk can listen for."""
        letter: str = self.cleaned_data["letter"].upper()
        if letter and not is_desk_key(letter):
            raise forms.ValidationError("Choose one letter from A to Z or two, but not J, K, M or Z.")
        others = Code.objects.filter(version=self.version).exclude(pk=self.instance.pk).exclude(letter="")
        for name, key in others.values_list("name", "letter"):
            if letter and letter != key and clash(letter, key.upper()):
                raise forms.ValidationError(f"“{name}” has the key {key}: no key may begin another.")
        return letter


class ExampleForm(OneLineForm, forms.Form):
    text = ProseField(label="Words", rows=2)
    role = forms.CharField(label="Said by", required=False, max_length=60)
    rating = forms.IntegerField(label="Rating", required=False, min_value=0, max_value=HIGHEST_RATING)

    def clean(self) -> dict[str, Any]:
        """Ask for the words of an example of which something else is written."""
        cleaned: dict[str, Any] = super().clean() or {}
        said_more = cleaned.get("role") or cleaned.get("rating") is not None
        if said_more and not cleaned.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", "Write the words of this example, or empty the other fields.")
        return cleaned


ExampleFormSet = forms.formset_factory(ExampleForm, extra=2, max_num=MOST_EXAMPLES, absolute_max=MOST_EXAMPLES + 2)


def examples_of(formset: forms.BaseFormSet[ExampleForm]) -> tuple[ExampleDraft, ...]:
    """Give the examples that have words."""
    rows = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("text", "").strip()]
    return tuple(ExampleDraft(role=row["role"], text=row["text"].strip(), rating=row["rating"]) for row in rows)
