"""Lots: numbers that a seed and a name decide, the same in every language and for ever."""

from __future__ import annotations

import hashlib


def lot(seed: int, *names: str) -> str:
    """
    Give the lot of something: the SHA-256 of seed and names, each on a line of its own, in hexadecimal.

    Sorting by lots is a random order (each order is as likely as any other, over seeds) that anybody can derive again
    with a command line: no library's generator has to stay as it is.
    """
    return hashlib.sha256("\n".join([str(seed), *names]).encode()).hexdigest()
