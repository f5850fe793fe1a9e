"""
The file that a backup is: a tar of parts, last of all a manifest.

The parts are `database.dump` and `uploads/<two digits>/<sha256>` for each uploaded file. `manifest.json` names the
versions and the SHA-256 of each part; coming last, it is missing from a file that was cut short.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from workbench.backup.refusal import BackupRefused

FORMAT = 1
DUMP = "database.dump"
_MANIFEST = "manifest.json"
_UPLOAD = re.compile(r"uploads/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and what made it."""

    format: int
    version: str
    postgres: int
    migrations: list[str]
    parts: dict[str, str]
    """The SHA-256 of each part by its name."""


class Writer:
    """Put parts into a backup."""

    def __init__(self, file: IO[bytes]) -> None:
        self.archive = tarfile.open(fileobj=file, mode="w")  # noqa: SIM115 - closed by finish
        self.parts: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Add one part."""
        with path.open("rb") as content:
            self.parts[name] = self._add(name, content)

    def add_uploads(self, folder: Path) -> None:
        """Add every file that was uploaded."""
        for path in sorted(folder.glob("??/*")):
            if _UPLOAD.fullmatch(name := f"uploads/{path.parent.name}/{path.name}"):
                with contextlib.suppress(FileNotFoundError):  # erased meanwhile
                    self.add(name, path)

    def finish(self, *, version: str, postgres: int, migrations: list[str]) -> Manifest:
        """Write the manifest, which makes the backup whole."""
        manifest = Manifest(FORMAT, version, postgres, migrations, self.parts)
        self._add(_MANIFEST, io.BytesIO(json.dumps(asdict(manifest), indent=1).encode()))
        self.archive.close()
        return manifest

    def _add(self, name: str, content: IO[bytes]) -> str:
        member = tarfile.TarInfo(name)
        member.size, member.mode = content.seek(0, os.SEEK_END), 0o600
        content.seek(0)
        reader = _HashingReader(content)
        self.archive.addfile(member, reader)
        return reader.digest.hexdigest()


class _HashingReader(io.RawIOBase):
    """Hash what is read from it."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read, and hash what was read."""
        block = self.content.read(size)
        self.digest.update(block)
        return block


def read_manifest(source: Path) -> Manifest:
    """Read a backup through and give its manifest; refuse it unless every part is what was written."""
    found: dict[str, str] = {}
    told = b""
    try:
        with tarfile.open(source, mode="r:") as archive:
            for name, content in _members(archive):
                if name == _MANIFEST:
                    told = content.read()
                else:
                    found[name] = _copy(content, None)
        manifest = Manifest(**json.loads(told))
        if _is_sound(manifest) and found == manifest.parts:
            return manifest
    except (tarfile.TarError, ValueError, TypeError, RecursionError):
        pass
    except OSError as error:
        raise BackupRefused(f"{source} cannot be read: {error.strerror or error}.") from error
    raise BackupRefused(f"{source} is not a whole backup: it was cut short or changed, or is something else.")


def _is_sound(manifest: Manifest) -> bool:
    return (
        manifest.format == FORMAT
        and isinstance(manifest.postgres, int)
        and re.fullmatch(r"\d{1,4}\.\d{1,4}\.\d{1,4}", manifest.version) is not None
        and all(isinstance(label, str) for label in manifest.migrations)
        and DUMP in manifest.parts
        and all(name == DUMP or _UPLOAD.fullmatch(name) for name in manifest.parts)
    )


def unpack(source: Path, *, dump: Path, uploads: Path) -> list[Path]:
    """Put the parts of a checked backup in their places, and give the uploads that were not there before."""
    made: list[Path] = []
    try:
        uploads.mkdir(mode=0o700, exist_ok=True)
        with tarfile.open(source, mode="r:") as archive:
            for name, content in _members(archive):
                place = dump if name == DUMP else uploads.joinpath(*name.split("/")[1:])
                if name == _MANIFEST or place.exists():
                    continue
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with written_at_once(place) as file:
                    _copy(content, file)
                if name != DUMP:
                    made.append(place)
    except BaseException:
        for place in made:
            place.unlink(missing_ok=True)
        raise
    return made


@contextlib.contextmanager
def written_at_once(target: Path) -> Iterator[IO[bytes]]:
    """Give a file, for its owner's eyes only, that takes its name when it is whole and on the disk."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=".new-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in archive:
        content = archive.extractfile(member) if member.isreg() else None
        if content is None:
            raise tarfile.ReadError("a member that is not a file")
        yield member.name, content


def _copy(content: IO[bytes], target: IO[bytes] | None) -> str:
    digest = hashlib.sha256()
    while block := content.read(_BLOCK):
        digest.update(block)
        if target is not None:
            target.write(block)
    return digest.hexdigest()
