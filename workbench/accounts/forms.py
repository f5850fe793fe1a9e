"""What people type to get an account, a new password or a token."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from workbench.accounts.models import User

_LEGAL = "At least 10 characters; not one that everybody uses."


class NameForm(forms.ModelForm):
    """The name by which a person is shown."""

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Name"}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class NewPasswordForm(forms.Form):
    """A password, typed twice, since no mail can bring a forgotten one back."""

    password = forms.CharField(
        label="Password",
        help_text=_LEGAL,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same once more",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def whose(self) -> User:
        """Give the person whose password it will be; the password must not look like their name or address."""
        return self.person or User()

    def clean(self) -> dict[str, Any]:
        """Hold the password against the rules, and the two against each other."""
        data = super().clean() or {}
        if (password := data.get("password")) and password != data.get("again"):
            self.add_error("again", "The two are not the same.")
        elif password:
            try:
                validate_password(password, self.whose())
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class StartForm(NewPasswordForm):
    """A new account whose address the link knows."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["email", "name", "password", "again"]

    def __init__(self, *args: Any, for_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_email = for_email

    def whose(self) -> User:
        """Give the person as far as they have been typed."""
        return User(email=self.for_email, name=self.cleaned_data.get("name", ""))


class AccountForm(StartForm):
    """A new account, with the address to sign in with."""

    email = forms.EmailField(label="Email", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def whose(self) -> User:
        """Give the person as far as they have been typed."""
        return User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))


class TokenForm(forms.Form):
    """A new token for the API."""

    name = forms.CharField(label="What it is for", max_length=80, help_text="Such as “export script on my laptop”.")
    days = forms.TypedChoiceField(
        label="Runs out",
        coerce=int,
        choices=[(30, "in 30 days"), (90, "in 90 days"), (365, "in a year"), (0, "never")],
        initial=90,
        widget=forms.Select(attrs={"class": "select"}),
    )

    def expires_at(self) -> datetime | None:
        """Give the time after which the token opens nothing, or None for never."""
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None
