"""How static files are named and written when they are collected: by their content, without the remarks of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: A remark that stands on lines of its own: one line, or a block from its first line to its last.
_REMARK = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"workbench/(?!vendor/).*\.(?:js|css)\Z")


def without_remarks(text: str) -> str:
    """Leave out remarks that stand on lines of their own; nothing else is touched."""
    return _REMARK.sub("", text)


class HashedModules(CompressedManifestStaticFilesStorage):
    """Write the hashed name of each module into the modules that import it, without remarks; see docs/decisions."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Process the files of the finders, ours as they are without remarks."""
        read = {name: (Plain(source) if OURS.match(name) else source, path) for name, (source, path) in paths.items()}
        yield from super().post_process(read, dry_run, **options)


class Plain:
    """A folder of static files whose remarks are left out as they are read."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def open(self, path: str) -> File[bytes]:
        """Open a file for reading."""
        with self.source.open(path) as file:
            return ContentFile(without_remarks(file.read().decode()).encode(), name=path)
