"""Forms around a codebook, in plain words."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.formats.drafts import ExampleDraft
from coding.models import Code, CodebookVersion, Family
from coding.models.codebook import key_words
from transcripts.models.study import plain_words

TEXT_ROWS = {"rows": 3}


class LinesField(forms.CharField):
    """A list written one line each."""

    widget = forms.Textarea(attrs=TEXT_ROWS)

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        """Give the lines that say something."""
        return tuple(line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip())

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, (list, tuple)) else value


class CodebookFileForm(forms.Form):
    file = forms.FileField(label="Codebook file", help_text="A .json file in the layout that the documentation shows.")
    publish = forms.BooleanField(
        label="Publish at once", required=False, help_text="A published version is frozen; a draft can be edited here."
    )


class NewCodebookForm(forms.Form):
    title = forms.CharField(max_length=200, validators=[plain_words])
    key = forms.CharField(
        label="Short key", max_length=60, validators=[key_words], help_text="One word, such as relational-moves."
    )
    version = forms.CharField(label="Version", max_length=40, initial="0.1.0", validators=[plain_words])


class NewDraftForm(forms.Form):
    name = forms.CharField(label="Name of the new version", max_length=40, validators=[plain_words])


class SettingsForm(forms.ModelForm):
    class Meta:
        model = CodebookVersion
        fields = (
            "name",
            "title",
            "max_codes_per_turn",
            "rating_name",
            "rating_minimum",
            "rating_maximum",
            "rating_required",
        )
        labels = {
            "name": "Version",
            "max_codes_per_turn": "Most codes on one turn",
            "rating_name": "Rated codes say how much of",
            "rating_minimum": "from",
            "rating_maximum": "to",
            "rating_required": "A rated code must be rated before the turn is finished",
        }
        help_texts = {
            "name": "",
            "max_codes_per_turn": "Leave empty for no limit.",
            "rating_name": "For instance intensity. Leave empty when nothing is rated.",
            "rating_minimum": "What “not given” stands for, usually 0.",
        }

    def clean(self) -> dict[str, Any]:
        """Hold the scale to what the desk can show: digits."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("rating_minimum"), cleaned.get("rating_maximum")
        if low is not None and high is not None and not 0 <= low < high <= 9:
            self.add_error("rating_maximum", "Give a scale from 0 or more up to 9 at most; the second above the first.")
        return cleaned


class FamilyForm(forms.ModelForm):
    class Meta:
        model = Family
        fields = ("name", "key", "definition", "exclusive")
        labels = {"exclusive": "At most one code of this family on a turn"}
        widgets = {"definition": forms.Textarea(attrs=TEXT_ROWS)}


class CodeForm(forms.ModelForm):
    include = LinesField(label="Give it for", required=False, help_text="One on each line.")
    exclude = LinesField(label="Not for", required=False, help_text="One on each line; name the code to use instead.")
    near_misses = LinesField(label="Near misses", required=False, help_text="One on each line.")
    roles: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Turns of",
        help_text="None chosen means every role.",
    )

    class Meta:
        model = Code
        fields = (
            "name", "key", "family", "letter", "definition", "include", "exclude", "near_misses", "roles", "rated",
            "outcome",
        )  # fmt: skip
        labels = {
            "letter": "Letter on the desk",
            "rated": "Raters say how marked it is",
            "outcome": "Stands for",
        }
        help_texts = {
            "letter": "J, K, M and Z are taken by the desk.",
            "outcome": "Only for codes about the coding itself.",
        }
        widgets = {"definition": forms.Textarea(attrs=TEXT_ROWS)}

    def __init__(self, *args: Any, version: CodebookVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["family"].queryset = Family.objects.filter(version=version).order_by("position")  # type: ignore[attr-defined]
        self.fields["roles"].queryset = version.study.speaker_roles.order_by("pk")  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["roles"].initial = [place.role_id for place in self.instance.code_roles.all()]

    def clean_letter(self) -> str:
        """Hold the letter to what the desk can listen for."""
        letter: str = self.cleaned_data["letter"].upper()
        if letter and (not letter.isascii() or not letter.isalpha() or set(letter) & set("JKMZ")):
            raise forms.ValidationError("Choose a letter from A to Z, but not J, K, M or Z.")
        return letter


class ExampleForm(forms.Form):
    text = forms.CharField(label="Words", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    role = forms.CharField(label="Said by", required=False, max_length=40, validators=[plain_words])
    rating = forms.IntegerField(label="Rating", required=False, min_value=0, max_value=9)


ExampleFormSet = forms.formset_factory(ExampleForm, extra=2, max_num=50, absolute_max=60)


def examples_of(formset: forms.BaseFormSet[ExampleForm]) -> tuple[ExampleDraft, ...]:
    """Give the examples that have words."""
    rows = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("text", "").strip()]
    return tuple(ExampleDraft(role=row["role"], text=row["text"].strip(), rating=row["rating"]) for row in rows)
