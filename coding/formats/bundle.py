"""Pack files into a zip whose bytes depend on nothing but the files."""

import zipfile
from collections.abc import Iterable, Mapping
from typing import IO

# The earliest moment a zip can name: the time of writing is no part of the content.
NO_TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
READABLE = 0o100644 << 16


def write_zip(files: Mapping[str, bytes | str | Iterable[bytes | str]], stream: IO[bytes]) -> None:
    """Write the files, sorted by name, piece by piece; the same content gives the same bytes."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(_inside(name), NO_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, UNIX, READABLE
            with archive.open(entry, "w", force_zip64=True) as target:
                content = files[name]
                for piece in [content] if isinstance(content, bytes | str) else content:
                    target.write(piece.encode() if isinstance(piece, str) else piece)


def _inside(name: str) -> str:
    """Refuse a name that would land outside the folder somebody unpacks into."""
    parts = name.split("/")
    if not name or "\\" in name or ":" in name or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"“{name}” is not the name of a file inside the bundle.")
    return name
