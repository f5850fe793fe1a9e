"""Which program computes: its version does not say so, since a copy may be updated without a new number."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

#: The packages that every number comes from.
COMPUTES = ("queries", "reliability", "analysis")


@cache
def program() -> str:
    """Give the SHA-256 of the source of everything that computes."""
    here = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for folder in COMPUTES:
        for source in sorted((here / folder).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()
