"""The form that takes a segment of a session as an example of a code."""

from __future__ import annotations

from typing import Any

from django import forms

from coding import access
from coding.forms.fields import ProseField
from coding.models import SegmentExample
from coding.services.segment_examples import LONGEST_NOTE
from transcripts.models import Study
from workbench.accounts.models import User


class SegmentExampleForm(forms.Form):
    """Which segment, which words of it, and what it shows."""

    transcript: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )
    segment = forms.IntegerField(label="Number of the segment", min_value=1, max_value=10**9)
    words = ProseField(
        label="Words of it", rows=2, strip=False, help_text="Copied as they stand there; left empty, the whole segment."
    )
    kind = forms.ChoiceField(
        label="It is", choices=SegmentExample.Kind.choices, widget=forms.Select(attrs={"class": "select"})
    )
    note = ProseField(label="Why", rows=2, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, user: User, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blind = access.blind_transcripts(user)
        rows = study.transcripts.exclude(pk__in=blind).order_by("name")
        self.fields["transcript"].queryset = rows  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """Give what was written, in the words of the service."""
        said = dict(self.cleaned_data)
        words = said["words"] if said["words"].strip() else ""
        position = said.pop("segment")
        return {**said, "words": words, "position": position}
