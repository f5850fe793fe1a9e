"""How somebody reads on the desk: kept by their browser in a cookie, written into the page by the server."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest

COOKIE = "desk"
SIZES = (("0", "small"), ("1", "normal"), ("2", "large"), ("3", "very large"))
SPACINGS = (("0", "close"), ("1", "normal"), ("2", "wide"))
_KEPT = re.compile(r"([0-3])-([0-2])-([01])-([01])\Z")


@dataclass(frozen=True, slots=True)
class Reading:
    """Size of the type, room between the lines, whether only text and lane are shown, and whether single keys act."""

    size: str = "1"
    spacing: str = "1"
    quiet: bool = False
    keys: bool = True
    sizes = SIZES
    spacings = SPACINGS


def reading_of(request: HttpRequest) -> Reading:
    """Read the cookie; anything else than what the page writes counts as nothing said."""
    kept = _KEPT.match(request.COOKIES.get(COOKIE, ""))
    if not kept:
        return Reading()
    size, spacing, quiet, keys = kept.groups()
    return Reading(size, spacing, quiet == "1", keys == "1")
