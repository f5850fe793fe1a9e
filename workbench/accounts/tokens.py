"""Signing in to the API with a personal token: `Authorization: Token KEY`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pghistory
from django.db.models.functions import Now
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from workbench.accounts.models import ApiToken, User, digest, new_secret


def create_token(user: User, name: str, *, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """Make a personal token; the second value is the key, which is shown once and never stored."""
    key = new_secret()
    return ApiToken.objects.create(user=user, name=name, key_hash=digest(key), expires_at=expires_at), key


def revoke_token(token: ApiToken) -> None:
    """Close the door to a token for good."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now())


class TokenAuthentication(BaseAuthentication):
    """Find the person behind `Authorization: Token KEY` (or `Bearer KEY`)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Give the person and the token, or None when the header names no token."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() not in (b"token", b"bearer"):
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Write the header as “Authorization: Token KEY”.")
        key = words[1].decode("latin-1")
        token = ApiToken.objects.live().select_related("user").filter(key_hash=digest(key)).first()
        if token is None:
            raise AuthenticationFailed("This token is not known, was revoked or has expired.")
        # The history middleware has opened the context before the person was known; this names them in it.
        pghistory.context(user=token.user_id)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a missing token is answered with 401."""
        return "Token"


class TokenScheme(OpenApiAuthenticationExtension):
    """Describe the header in the API's documentation."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Name the header that carries the key."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token KEY`, with a key made under “API tokens” in the menu behind your initials.",
        }
