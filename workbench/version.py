"""The version of the product, read from the changelog."""

import functools
import re

from workbench import env


@functools.cache
def product_version() -> str:
    """Return the version that stands on top of CHANGELOG.md, such as 0.1.0."""
    changelog = (env.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    if found is None:
        raise env.ConfigError("CHANGELOG.md names no version.")
    return found[1]


def is_newer(version: str) -> bool:
    """Tell whether a version is newer than this one."""
    return _parts(version) > _parts(product_version())


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
