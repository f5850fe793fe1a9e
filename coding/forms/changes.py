"""The form in which a person says what became of a code."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.forms.fields import ProseField
from coding.models import ChangeNote, Code, CodebookVersion
from coding.services.change_notes import LONGEST_REASON, NotOfThisKind

Kind = ChangeNote.Kind


class DecisionForm(forms.Form):
    """What became of one code; a split or merged one leads to codes of the draft."""

    key = forms.CharField(max_length=60, strip=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    into = forms.MultipleChoiceField(
        label="Which codes it leads to", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = ProseField(label="Why, for those who read it later", rows=2, max_length=LONGEST_REASON)

    def __init__(self, data: Any, *, version: CodebookVersion) -> None:
        super().__init__(data)
        codes = Code.objects.filter(version=version, outcome="").order_by("position")
        self.fields["into"].choices = [(code.key, f"{code.name} ({code.key})") for code in codes]  # type: ignore[attr-defined]
        self.chosen = "chosen" in data

    def asks_where(self) -> bool:
        """Tell whether it is still to be said where a split or merged code leads; a wrong number of codes is said."""
        kind, into = self.cleaned_data["kind"], self.cleaned_data["into"]
        if kind not in (Kind.SPLIT, Kind.MERGED):
            return False
        wrong = len(into) < 2 if kind == Kind.SPLIT else len(into) != 1
        if wrong and self.chosen:
            asked = (
                "two codes or more that it was split into" if kind == Kind.SPLIT else "the one code it was merged into"
            )
            self.add_error("into", f"Choose {asked}.")
        return wrong

    def refusal(self) -> NotOfThisKind:
        """Say in a sentence what was wrong with what was sent."""
        sentences = [str(error) for errors in self.errors.values() for error in errors]
        return NotOfThisKind(f"That could not be kept: {' '.join(sentences)}")
