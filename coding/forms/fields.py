"""Fields in which people write lists: one line each."""

from __future__ import annotations

from typing import Any

from django import forms

from coding.models.codebook import key_words
from transcripts.models.study import VisibleWords

one_line = VisibleWords(key_words.regex, "Write it in one line, without control characters.")


class ProseField(forms.CharField):
    """Text of several lines, its line ends as the exchange file has them."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.Textarea(attrs={"rows": rows}), **kwargs})

    def to_python(self, value: Any) -> str:
        """Give the text; browsers send every line end as two characters."""
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class LinesField(ProseField):
    """A list written one line each."""

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        """Give the lines that say something."""
        return tuple(line.strip() for line in super().to_python(value).splitlines() if line.strip())

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(map(_one_line, value)) if isinstance(value, (list, tuple)) else value


class PairsField(ProseField):
    """A list of keys with what each means, written `key: meaning`."""

    def to_python(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        """Give the meaning of each key, in the order of the lines."""
        pairs: dict[str, str] = {}
        for line in super().to_python(value).splitlines():
            # A key may hold a colon, such as 10:30; the one that ends it has a space after it, or nothing.
            key, _, meaning = (part.strip() for part in line.strip().partition(": " if ": " in line else ":"))
            if key in pairs:
                raise forms.ValidationError(f"“{key}” stands twice; keep one of them.")
            if meaning and not key:
                raise forms.ValidationError(f"Write a key before the colon of “{meaning[:60]}”.")
            if key:
                pairs[key] = meaning
        return pairs

    def prepare_value(self, value: Any) -> Any:
        """Show pairs as lines."""
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{key}: {_one_line(meaning)}" if meaning else str(key) for key, meaning in value.items())


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


class OneLineForm(forms.BaseForm):
    """A form whose short texts hold nothing that the exchange file refuses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if type(field) is forms.CharField and isinstance(field.widget, forms.TextInput):
                field.validators.append(one_line)
