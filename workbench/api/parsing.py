"""Strict JSON in."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from coding.formats.strict_json import parsed


class TooLarge(APIException):
    """More than the server takes in one go; the framework reads the stream past its own limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "What was sent is larger than this server takes in one go. Send less at a time."
    default_code = "too_large"


#: Far more than any body has, and few enough to be walked through.
MOST_LEVELS = 100


class StrictJSONParser(BaseParser):
    """Read JSON as strictly as a codebook file: no name twice, NaN, NUL or half a character, and no endless nesting."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Give the value, or raise ParseError or TooLarge with a sentence."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if len(data := stream.read(most + 1)) > most:
            raise TooLarge
        try:
            return parsed(data.decode("utf-8"), levels=MOST_LEVELS)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"This is not JSON that can be read: {error}") from None
