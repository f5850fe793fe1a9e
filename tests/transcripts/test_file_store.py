"""The store that keeps uploaded files under their own SHA-256."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import Any

import pytest

from transcripts import files


def test_a_kept_file_comes_back_byte_for_byte() -> None:
    data = bytes(range(256)) * 50

    sha256 = files.keep(data)

    assert sha256 == hashlib.sha256(data).hexdigest()
    assert files.read(sha256) == data
    assert files.path(sha256).parent.name == sha256[:2]


def test_a_kept_file_is_closed_to_others() -> None:
    sha256 = files.keep(b"what was said")

    assert stat.S_IMODE(files.path(sha256).stat().st_mode) == 0o600
    assert stat.S_IMODE(files.path(sha256).parent.stat().st_mode) == 0o700


def test_keeping_a_file_twice_leaves_one_and_no_rubbish(settings: Any) -> None:
    sha256 = files.keep(b"once")

    files.keep(b"once")

    stored = [path.name for path in Path(settings.UPLOAD_DIR).rglob("*") if path.is_file()]
    assert stored == [sha256]


def test_a_damaged_file_is_refused_and_mended_by_the_next_upload() -> None:
    sha256 = files.keep(b"as it was")
    files.path(sha256).write_bytes(b"something else")

    with pytest.raises(files.FileDamaged, match="not what was uploaded"):
        files.read(sha256)
    files.keep(b"as it was")

    assert files.read(sha256) == b"as it was"


def test_a_missing_file_is_a_sentence() -> None:
    with pytest.raises(files.FileDamaged, match="missing from the store"):
        files.read("0" * 64)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_only_a_sha256_names_a_file(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        files.path(name)


def test_a_write_that_fails_leaves_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full_disk)

    with pytest.raises(OSError, match="No space"):
        files.keep(b"too much")

    assert not [path for path in Path(settings.UPLOAD_DIR).rglob("*") if path.is_file()]
