"""Bring a browser for the tests that need one: `python tests/browser_setup.py`. Says nothing where there is one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NONE = "no browser"  # how the reason of a skipped test begins


def browser_starts() -> bool:
    """Tell whether Playwright can start its own browser or the system's."""
    from playwright.sync_api import Error, sync_playwright

    system = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as running:
        for path in filter(None, (running.chromium.executable_path, system)):
            try:
                running.chromium.launch(executable_path=path, args=flags).close()
            except Error:
                continue
            return True
    return False


def apt_can_bring_one() -> bool:
    """Tell whether this machine's packages could bring a browser."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def ways() -> Iterator[list[list[str]]]:
    """Give the ways to a browser, the least intrusive first."""
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if apt_can_bring_one():
        yield [["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]]


def main() -> None:
    """Try each way until a browser starts; the tests themselves say what was left out."""
    if browser_starts():
        return
    for commands in ways():
        sys.stderr.write(f"Bringing a browser for the tests: {' '.join(commands[-1])} ...\n")
        try:
            for command in commands:
                subprocess.run(
                    command,
                    check=True,
                    timeout=600,
                    stdin=subprocess.DEVNULL,
                    stdout=sys.stderr,
                    env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                )
        except (OSError, subprocess.SubprocessError) as error:
            sys.stderr.write(f"That did not work: {error}\n")
            continue
        if browser_starts():
            return
    sys.stderr.write("There is no browser: the tests that need one will be left out.\n")


if __name__ == "__main__":
    main()
