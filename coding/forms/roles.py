"""The table in which a coordinator says in which role each code stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from coding.models import AnalysisRole
from coding.queries.roles import CodeInRole

CHOICES = (("", "no role"), *AnalysisRole.Role.choices)


class RolesForm(forms.Form):
    """One choice a code."""

    def __init__(self, *args: Any, codes: Sequence[CodeInRole], **kwargs: Any) -> None:
        """Make a field for each code, named by its place so that keys may hold anything."""
        super().__init__(*args, **kwargs)
        self.codes = codes
        for place, code in enumerate(codes):
            widget = forms.Select(attrs={"class": "select", "aria-label": f"Role of {code.name}"})
            self.fields[f"code-{place}"] = forms.ChoiceField(
                choices=CHOICES, required=False, initial=code.role, widget=widget, label=code.name
            )

    def rows(self) -> list[tuple[CodeInRole, forms.BoundField]]:
        """Give each code with its field."""
        return [(code, self[f"code-{place}"]) for place, code in enumerate(self.codes)]

    def roles(self) -> dict[str, str]:
        """Give what was chosen, by the keys of the codes; a code that was not sent keeps its role."""
        return {
            code.key: self.cleaned_data[name]
            for place, code in enumerate(self.codes)
            if (name := f"code-{place}") in self.data
        }
