"""
Start the embedded database and hold it.

Every process that uses it holds a shared lock on `users.lock`, which the kernel drops however the process dies.
A keeper (keeper.py), the server's parent, restarts a server that was killed and stops it once nobody holds the lock.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from workbench import env
from workbench.env import ConfigError
from workbench.postgres import NAME, cluster
from workbench.postgres import home as homes
from workbench.postgres.home import Home


class Detached(subprocess.Popen[bytes]):
    """A process that is meant to outlive us: no warning when we end first."""

    def __del__(self) -> None:
        """Leave it alone."""


_PATIENCE = 120  # seconds; replaying the log after a crash may take a while
_held: dict[Path, int] = {}  # data folder -> our lock on users.lock
_keepers: list[Detached] = []  # those that this process started


def hold(data: Path) -> None:
    """Start the server unless it runs, and hold it while this process lives."""
    if data in _held:
        watch(data)
        return
    with _one_at_a_time(data):
        home = homes.find(data) or homes.make(data)
        _held[data] = home.lock("users.lock")
        fcntl.flock(_held[data], fcntl.LOCK_SH)
        try:
            keeper = None
            if not keeper_lives(home):
                cluster.make(home)
                homes.make_socket_folder(home)
                keeper = _start_keeper(home, data)
            _await(home, keeper)
        except BaseException:
            os.close(_held.pop(data))
            raise


def watch(data: Path) -> None:
    """Start the keeper of the server that we hold again where it was killed; the server follows by itself."""
    home = homes.find(data)
    if home and keeper_lives(home):
        return
    with _one_at_a_time(data):
        home = homes.find(data)
        if home is None or not (home.cluster / "PG_VERSION").exists():
            raise ConfigError(f"The database in {data} is gone from under the running workbench.")
        if not keeper_lives(home):
            homes.make_socket_folder(home)
            _start_keeper(home, data)


def release(data: Path) -> None:
    """Let go of the server; where nobody else holds it, it has ended when this returns."""
    if data not in _held:
        return
    with _one_at_a_time(data):
        os.close(_held.pop(data))
        home = homes.find(data)
        if home and not _in_use(home):
            _stop(home)


def stop(data: Path) -> None:
    """Stop the server, whoever holds it; for those who are about to remove the data folder."""
    with _one_at_a_time(data):
        if home := homes.find(data):
            _stop(home)


def _stop(home: Home) -> None:
    if not keeper_lives(home):
        return
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((home.folder / "keeper.lock").read_text()), signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while keeper_lives(home) and time.monotonic() < deadline:
        time.sleep(0.02)


def keeper_lives(home: Home) -> bool:
    """Tell whether some process keeps this server."""
    while _keepers and _keepers[-1].poll() is not None:
        _keepers.pop()
    return not _free(home, "keeper.lock", fcntl.LOCK_SH)


def _in_use(home: Home) -> bool:
    for _ in range(3):  # the keeper itself looks now and then, for a moment
        if _free(home, "users.lock", fcntl.LOCK_EX):
            return False
        time.sleep(0.005)
    return True


def _free(home: Home, name: str, kind: int) -> bool:
    handle = home.lock(name)
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


@contextlib.contextmanager
def _one_at_a_time(data: Path) -> Iterator[None]:
    """Keep starting and stopping apart, across processes."""
    handle = os.open(data / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _start_keeper(home: Home, data: Path) -> Detached:
    if home.log.exists() and home.log.stat().st_size > 5_000_000:
        home.log.replace(home.log.with_suffix(".old"))
    with home.log.open("ab") as log:
        keeper = Detached(
            [sys.executable, "-m", "workbench.postgres.keeper", data],
            cwd=env.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is not for the keeper, and it holds nothing of ours
        )
    _keepers.append(keeper)
    return keeper


def _await(home: Home, keeper: Detached | None) -> None:
    """Wait until the server takes connections, and make our database in it."""
    import psycopg

    start = home.log.stat().st_size if keeper is None else 0
    deadline = time.monotonic() + _PATIENCE
    why = ""
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(
                host=str(home.socket), port=homes.PORT, user=homes.SUPERUSER, dbname="postgres", autocommit=True
            ) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}".encode())
                return
        except psycopg.OperationalError as error:
            why = str(error).strip().splitlines()[-1]
        if keeper is not None and keeper.poll() is not None:
            why = cluster.last_words(home.log.read_text(errors="replace")[start:])
            break
        time.sleep(0.03)
    raise ConfigError(f"The embedded database did not start: {why} ({home.log} has the rest.)")
