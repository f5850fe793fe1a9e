"""The form of one kind of link, and the one in which every code gets its key on the desk."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.formats.link_rules import LinkRule
from coding.formats.slots import clash, is_desk_key
from coding.forms.fields import OneLineForm
from coding.models import Code, CodebookVersion, Family
from coding.services.draft_links import LinkText


class LinkForm(OneLineForm, forms.Form):
    """Which codings may be linked back to which."""

    name = forms.CharField(label="Name", required=False, max_length=120, help_text="As raters read it, such as names.")
    key = forms.CharField(label="Key", max_length=60, help_text="Names the kind in data, such as names.")
    origins = forms.MultipleChoiceField(
        label="From", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="The later coding, which leads back. None chosen means any code.",
    )  # fmt: skip
    targets = forms.MultipleChoiceField(
        label="Back to", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="The earlier coding, to which it leads. None chosen means any code.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, version: CodebookVersion, rule: LinkRule | None = None) -> None:
        written = (
            {"key": rule.key, "name": rule.name, "origins": rule.origins, "targets": rule.targets} if rule else None
        )
        super().__init__(data, initial=written)
        families = (
            Family.objects.filter(version=version, codes__outcome="").order_by("position").values_list("key", "name")
        ).distinct()
        codes = Code.objects.filter(version=version, outcome="").order_by("position").values_list("key", "name")
        groups = {key: f"all of {name}" for key, name in families}
        choices = [*groups.items(), *((key, name) for key, name in codes if key not in groups)]
        for end in ("origins", "targets"):
            self.fields[end].choices = choices  # type: ignore[attr-defined]

    def text(self) -> LinkText:
        """Give what was written; a name that only repeats the key is none."""
        said = self.cleaned_data
        name = said["name"] if said["name"] != said["key"] else ""
        return LinkText(said["key"], name, tuple(said["origins"]), tuple(said["targets"]))


class LettersForm(forms.Form):
    """One small field for each code: its key on the desk."""

    def __init__(self, data: Any = None, *, version: CodebookVersion) -> None:
        super().__init__(data)
        self.codes = list(
            Code.objects.filter(version=version, outcome="")
            .select_related("family")
            .order_by("family__position", "position")
        )
        for code in self.codes:
            self.fields[f"letter-{code.pk}"] = forms.CharField(
                label=code.name, required=False, max_length=2, initial=code.letter,
                widget=forms.TextInput(attrs={"size": 2, "autocapitalize": "characters", "autocomplete": "off"}),
            )  # fmt: skip

    def rows(self) -> list[tuple[Code, forms.BoundField]]:
        """Give each code with its field."""
        return [(code, self[f"letter-{code.pk}"]) for code in self.codes]

    def clean(self) -> dict[str, Any]:
        """Hold the keys to what the desk can listen for, and apart from each other."""
        cleaned: dict[str, Any] = super().clean() or {}
        taken: list[tuple[str, Code]] = []
        for code in self.codes:
            name = f"letter-{code.pk}"
            letter = cleaned.get(name, "").upper()
            if letter and not is_desk_key(letter):
                self.add_error(name, "One letter from A to Z or two, but not J, K, M or Z.")
                continue
            for other, owner in taken:
                if letter and clash(letter, other):
                    self.add_error(name, f"“{owner.name}” has {other}: no key may begin another.")
                    break
            if letter:
                taken.append((letter, code))
        return cleaned

    def letters(self) -> dict[int, str]:
        """Give the key of each code."""
        return {code.pk: self.cleaned_data[f"letter-{code.pk}"].upper() for code in self.codes}
