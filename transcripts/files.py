"""Keep uploaded files as they came, each under its own SHA-256, never changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings

from workbench.accounts.refusals import Refusal

_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileDamaged(Refusal):
    """A kept file is missing or is not what it was."""

    code = "file_damaged"


def digest(data: bytes) -> str:
    """Give the SHA-256 that a file is kept under."""
    return hashlib.sha256(data).hexdigest()


def path(sha256: str) -> Path:
    """Give the place of a file in the store."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256")
    return Path(settings.UPLOAD_DIR) / sha256[:2] / sha256


def keep(data: bytes) -> str:
    """Put a file into the store, on the disk before this returns, and give its SHA-256; twice is the same as once."""
    sha256 = digest(data)
    place = path(sha256)
    if _holds(place, sha256):
        return sha256
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".new-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, place)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    _sync_folder(place.parent)
    return sha256


def read(sha256: str) -> bytes:
    """Give a kept file, or refuse when it is missing or no longer what was stored."""
    try:
        data = path(sha256).read_bytes()
    except FileNotFoundError:
        raise FileDamaged("The file is missing from the store; it has to come back from a backup.") from None
    if digest(data) != sha256:
        raise FileDamaged("The file in the store is not what was uploaded; it has to come back from a backup.")
    return data


def erase(sha256: str) -> None:
    """Take a file out of the store; whoever calls this knows that nothing refers to it."""
    with contextlib.suppress(FileNotFoundError):
        path(sha256).unlink()


def _holds(place: Path, sha256: str) -> bool:
    try:
        return digest(place.read_bytes()) == sha256
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
