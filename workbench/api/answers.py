"""Refusals and bad values in one shape."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from workbench.accounts.refusals import Refusal

BAD_VALUE = {"code": "bad_value", "detail": "A value is too large or holds characters that cannot be stored."}
NOT_FOUND = "There is nothing here, or nothing that you may see."


def explain(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer with `{"code", "detail"}`: 409 for refusals, 400 for values no column can hold, else as DRF does."""
    if isinstance(exc, Refusal):
        return Response({"code": exc.code, "detail": exc.message}, status=status.HTTP_409_CONFLICT)
    if isinstance(exc, (DataError, OverflowError, UnicodeEncodeError)):
        return Response(BAD_VALUE, status=status.HTTP_400_BAD_REQUEST)
    if isinstance(exc, PermissionDenied) and str(exc):
        return Response({"code": "forbidden", "detail": str(exc)}, status=status.HTTP_403_FORBIDDEN)
    if isinstance(exc, Http404):
        # The framework would name our tables here.
        return Response({"code": "not_found", "detail": NOT_FOUND}, status=status.HTTP_404_NOT_FOUND)
    response = exception_handler(exc, context)
    # Faults in fields stay as the framework says them, by the name of the field.
    if response is not None and isinstance(response.data, dict) and response.data.keys() == {"detail"}:
        response.data = {"code": response.data["detail"].code, **response.data}
    return response
