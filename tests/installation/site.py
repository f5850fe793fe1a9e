"""An installation of its own: data folder, embedded database, web and worker, gone without a trace afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from workbench import env

PATIENCE = 120
#: Settings of the machine we run on must not bend what is measured or tried.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


class DidNotStartError(Exception):
    """The site did not answer in time; the message holds what it said."""


@dataclass
class Site:
    """One installation in a folder of its own; nothing of it outlives `remove`."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    @property
    def environment(self) -> dict[str, str]:
        """Give what every process of this installation is started with: shipped settings, nothing of the caller's."""
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        own = {"WORKBENCH_DATA": str(self.data), "WORKBENCH_PORT": str(self.port)}
        return {**kept, **own, **self.settings}

    def run(self, *words: str) -> str:
        """Run `python WORDS` in this installation and give what it wrote; a failure raises with what it said."""
        done = subprocess.run(
            [sys.executable, *words], cwd=env.ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def start(self) -> float:
        """Start the site as `manage.py serve` does and give the seconds until it answered that it is ready."""
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=env.ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.is_ready():
            if self.process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise DidNotStartError(self.log.read_text(errors="replace")[-2000:])
            time.sleep(0.02)
        return time.perf_counter() - begun

    def is_ready(self) -> bool:
        """Tell whether web and database answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        """End the site as Ctrl-C does; what does not end in time is killed."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            for one in self.processes():
                with contextlib.suppress(psutil.Error):
                    one.kill()
            self.process.wait(10)
        self.process = None

    def remove(self) -> None:
        """End the site and take its folders away, that of the database too where root had to put it elsewhere."""
        self.stop()
        deadline = time.monotonic() + 30
        while self.database_processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        database = self.data / "postgres"
        if database.is_symlink():
            shutil.rmtree(database.resolve(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Processes -----------------------------------------------------------------------------------------------------

    def processes(self) -> list[psutil.Process]:
        """List every process of the installation: supervisor, web and its workers, worker, and the database's."""
        found = []
        if self.process is not None:
            with contextlib.suppress(psutil.Error):
                parent = psutil.Process(self.process.pid)
                found = [parent, *parent.children(recursive=True)]
        known = {one.pid for one in found}
        return found + [one for one in self.database_processes() if one.pid not in known]

    def database_processes(self) -> list[psutil.Process]:
        """List the keeper, the server it keeps and the server's own processes."""
        found: dict[int, psutil.Process] = {}
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                words = one.cmdline()
                if "workbench.postgres.keeper" in words and words[-1] == str(self.data):
                    found.update({child.pid: child for child in [one, *one.children(recursive=True)]})
        postmaster = self.postmaster()
        if postmaster is not None:
            with contextlib.suppress(psutil.Error):
                one = psutil.Process(postmaster)
                found.update({child.pid: child for child in [one, *one.children(recursive=True)]})
        return list(found.values())

    def postmaster(self) -> int | None:
        """Give the process id of the database server, None while there is none."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.data / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
        return None

    def children(self) -> list[psutil.Process]:
        """Give the processes that the supervisor tends: the web server, which has its workers, and the worker."""
        if self.process is None:
            return []
        found = psutil.Process(self.process.pid).children()
        return [one for one in found if "workbench.postgres.keeper" not in one.cmdline()]

    def connect(self, **options: Any) -> Any:
        """Connect to the installation's database without Django."""
        import psycopg

        from workbench.postgres import NAME, home

        folder = home.socket_folder(self.data)
        return psycopg.connect(host=str(folder), port=home.PORT, user=home.SUPERUSER, dbname=NAME, **options)


def free_port() -> int:
    """Give a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def throw_away_site(**settings: str) -> Iterator[Site]:
    """Make a site that is removed at the end, whatever happens; the caller starts it."""
    folder = Path(tempfile.mkdtemp(prefix="wb-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # the database's unprivileged account has to pass through
    site = Site(folder, free_port(), settings)
    try:
        yield site
    finally:
        site.remove()
