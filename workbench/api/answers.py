"""Refusals and bad values in one shape."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from workbench.accounts.refusals import Refusal


def explain(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer refusals with 409 and `{"code", "detail"}`, values no column can hold with 400, the rest as DRF does."""
    if isinstance(exc, Refusal):
        return Response({"code": exc.code, "detail": exc.message}, status=status.HTTP_409_CONFLICT)
    if isinstance(exc, (DataError, OverflowError, UnicodeEncodeError)):
        return Response(
            {"code": "bad_value", "detail": "A value is too large or holds characters that cannot be stored."},
            status=status.HTTP_400_BAD_REQUEST,
        )
    if isinstance(exc, PermissionDenied) and str(exc):
        return Response({"code": "forbidden", "detail": str(exc)}, status=status.HTTP_403_FORBIDDEN)
    return exception_handler(exc, context)
