"""Strict JSON in."""

from __future__ import annotations

import json
from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser


class TooLarge(APIException):
    """More than the server takes in one go; the framework reads the stream past its own limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "What was sent is larger than this server takes in one go. Send less at a time."
    default_code = "too_large"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _refuse_odd_text(value: Any) -> None:
    """Refuse NUL and lone surrogates anywhere, which no text column can hold."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            part.encode()  # a lone surrogate raises UnicodeEncodeError, which is a ValueError
            if "\x00" in part:
                raise ValueError("NUL in a text")
        elif isinstance(part, dict):
            waiting += part.keys()
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


class StrictJSONParser(BaseParser):
    """Read JSON as the standard says it: no NaN, no NUL, no lone surrogates, no endless nesting."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Give the value, or raise ParseError or TooLarge with a sentence."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if len(data := stream.read(most + 1)) > most:
            raise TooLarge
        try:
            value = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
            _refuse_odd_text(value)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"This is not JSON that can be read: {error}") from None
        return value
