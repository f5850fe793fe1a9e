"""Open the packages that Word and Excel write, without trusting them."""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from xml.parsers import expat

from .drafts import FormatError

# Real documents of whole therapies stay far below; a package that claims more is broken or an attack.
MOST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 10_000
_DEEPEST = 200
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    EOFError,
    OSError,
    OverflowError,
)

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Words = Callable[[str], None]


class Package:
    """The parts of one Office file."""

    def __init__(self, data: bytes, *, kind: str) -> None:
        self.kind = kind
        if data.startswith(_OLD_OFFICE):
            raise FormatError(
                "The file is in the old format of Office or has a password; "
                f"open it in the program it came from and save it as .{kind} without one."
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = self._zip.infolist()
        except _BROKEN:
            raise self.broken("is no complete Office package") from None
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise FormatError(
                f"The .{kind} file would unpack to more than {MOST_UNPACKED // 2**20} MB; it is not opened. "
                "Save its text alone in a new document."
            )
        self.names = {part.filename.lower().lstrip("/"): part for part in parts}

    def broken(self, why: str) -> FormatError:
        """Give the error that says the file is damaged."""
        return FormatError(f"The .{self.kind} file {why}; open it in the program it came from and save it again.")

    def read(self, name: str) -> bytes | None:
        """Give one part unpacked, or None when there is none of that name."""
        part = self.names.get(name.lower().lstrip("/"))
        if part is None:
            return None
        try:
            return self._zip.read(part)
        except _BROKEN:
            raise self.broken(f"is damaged (its part {name[:60]} cannot be unpacked)") from None

    def related(self, of: str) -> dict[str, tuple[str, str]]:
        """Give the relations of a part: id to (last word of the type, name of the part it points to)."""
        folder, leaf = posixpath.split(of)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                # An absolute target wins in join, as it should: it begins at the root of the package.
                path = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rsplit("/", 1)[-1], path)

        self.walk(posixpath.join(folder, "_rels", f"{leaf}.rels"), start=start)
        return found

    def main_part(self, usual: str) -> str:
        """Give the name of the part that everything begins at."""
        return next((path for kind, path in self.related("").values() if kind == "officeDocument"), usual)

    def walk(
        self, name: str, *, start: Start | None = None, end: End | None = None, words: Words | None = None
    ) -> bool:
        """Walk through one part of XML, names without their namespace; False when there is no such part."""
        data = self.read(name)
        if data is None:
            return False
        walk_xml(data, self, name, start=start, end=end, words=words)
        return True


class _LocalNames(dict[str, str]):
    """Remember each name without its namespace; a document repeats a few of them a million times."""

    def __missing__(self, name: str) -> str:
        self[name] = local = name.rpartition(" ")[2]
        return local


def walk_xml(
    data: bytes, package: Package, name: str, *, start: Start | None, end: End | None, words: Words | None
) -> None:
    """Parse XML without document types, hence without entities; raises FormatError when it is broken."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0
    local = _LocalNames()

    def refuse(*_: object) -> None:
        raise package.broken(f"declares entities in {name[:60]}, which no Office program does")

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise package.broken(f"is nested more than {_DEEPEST} deep in {name[:60]}")
        if start is not None:
            start(local[tag], {local[key]: value for key, value in attributes.items()})

    def on_end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(local[tag])

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = words
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, UnicodeError):
        raise package.broken(f"is damaged (its part {name[:60]} is not whole)") from None
