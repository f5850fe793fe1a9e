"""People who sign in, and the tokens with which their programs do."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in with this email address; without a password nobody can sign in as them."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by email address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person with an account. What they may do is said by their memberships, never here."""

    email = models.EmailField("email address", max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    may_create_studies = models.BooleanField(default=False)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Give the name, for packages that ask for it."""
        return str(self)


def digest(secret: str) -> str:
    """Hash a random secret for storage; random secrets of 256 bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self) -> TokenQuerySet:
        """Keep tokens that still open the door."""
        return self.filter(revoked_at=None, user__is_active=True).exclude(expires_at__lte=Now())


class ApiToken(models.Model):
    """A personal key for the API. Only its hash is kept; the key itself is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class AccountLinkQuerySet(models.QuerySet["AccountLink"]):
    def open(self) -> AccountLinkQuerySet:
        """Keep links that can still be followed."""
        return self.filter(used_at=None, expires_at__gt=Now())

    def to_set_password(self) -> AccountLinkQuerySet:
        """Keep links that set a new password."""
        return self.filter(purpose=AccountLink.Purpose.PASSWORD)


class AccountLink(models.Model):
    """A one-time link with which a person makes an account as first coordinator, or sets a forgotten password."""

    class Purpose(models.TextChoices):
        START = "start", "make an account that may create studies"
        PASSWORD = "password", "set a new password"

    purpose = models.CharField(max_length=10, choices=Purpose)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="account_links")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    for_email = models.EmailField(max_length=254, blank=True, help_text="For whom a start link was made.")
    for_name = models.CharField(max_length=120, blank=True)
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = AccountLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose="start", user=None) | models.Q(purpose="password", user__isnull=False),
                name="account_link_password_names_a_user",
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()


def new_secret() -> str:
    """Make a random secret for a link or a token (256 bits, safe in a URL)."""
    return secrets.token_urlsafe(32)
