"""
Keep one embedded server: `python -m workbench.postgres.keeper DATA`.

The server's parent, away from any terminal. It restarts a server that was killed and stops it once nobody holds it.
"""

import contextlib
import fcntl
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from workbench import env
from workbench.postgres import cluster
from workbench.postgres import home as homes
from workbench.postgres.home import Home

_TICK = 0.2
_TRIES = 3


class Keeper:
    """The server's parent."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.users = home.lock("users.lock")
        self.grace = env.number("WORKBENCH_PG_GRACE", 5, low=0, high=3600)
        self.told_to_stop = False

    def run(self, data: Path) -> int:
        """Run until nobody needs the server; 1 where it cannot be started."""
        failures = 0
        idle_since: float | None = None
        server = self._start()
        while True:
            time.sleep(_TICK)
            if self.told_to_stop:
                return self._stop(server)
            if failures and self._is_ready():
                failures = 0
            if server.poll() is not None:
                failures += 1
                if failures >= _TRIES or not self.home.cluster.exists():
                    return 1
                sys.stderr.write("The server ended; it is started again.\n")
                server = self._start()
            if self._in_use():
                idle_since = None
                continue
            idle_since = idle_since or time.monotonic()
            if time.monotonic() - idle_since >= self.grace:
                if self._close_door(data):
                    return self._stop(server)
                idle_since = None

    def _start(self) -> subprocess.Popen[bytes]:
        end_leftovers(self.home)
        return subprocess.Popen(  # noqa: S603 - no outside words
            cluster.command(self.home),
            env=cluster.ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with_us(),
            **self.home.run_as,
        )

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return (self.home.cluster / "postmaster.pid").read_text().split()[-1] == "ready"
        return False

    def _in_use(self) -> bool:
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self.users, fcntl.LOCK_UN)
        return False

    def _close_door(self, data: Path) -> bool:
        """Hold off whoever wants to start, to the end of this process; False where somebody came first."""
        door = os.open(data / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not self._in_use():
                return True
        os.close(door)
        return False

    def _stop(self, server: subprocess.Popen[bytes]) -> int:
        server.send_signal(signal.SIGINT)  # fast shutdown: everybody out, then a checkpoint
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        return 0


def end_leftovers(home: Home) -> None:
    """End what a killed server, or a server whose keeper was killed, left running on this cluster."""
    # Both name a process that may be somebody else's by now, and then the server would refuse to start.
    socket_file, pid_file = home.socket / f".s.PGSQL.{homes.PORT}.lock", home.cluster / "postmaster.pid"
    socket_file.unlink(missing_ok=True)
    if not pid_file.exists():
        return
    import psutil  # only here: at rest the keeper should be small

    def lives(process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error, OSError):
            return bool(process.name() == "postgres" and process.cwd() == str(home.cluster))
        return False

    left = [process for process in psutil.process_iter() if lives(process)]
    for sign in (signal.SIGINT, signal.SIGKILL):
        for process in filter(lives, left):
            with contextlib.suppress(psutil.Error):
                process.send_signal(sign)
        deadline = time.monotonic() + 10
        while any(map(lives, left)) and time.monotonic() < deadline:
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def _die_with_us() -> Callable[[], object]:
    """Have the kernel stop the server when its keeper is killed (Linux; elsewhere the next keeper ends it)."""
    if sys.platform != "linux":
        return lambda: None
    import ctypes  # here: the server's account may not be able to read it

    set_parent_death_signal = 1
    return functools.partial(ctypes.CDLL(None).prctl, set_parent_death_signal, int(signal.SIGINT))


def main(data: Path) -> int:
    """Keep the server of this data folder, unless somebody does."""
    home = homes.find(data)
    if home is None:
        return 1
    mine = home.lock("keeper.lock")
    for _ in range(50):  # somebody may just be looking whether we live
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            time.sleep(0.02)
    else:
        return 0
    os.ftruncate(mine, 0)
    os.write(mine, str(os.getpid()).encode())
    keeper = Keeper(home)
    signal.signal(signal.SIGTERM, lambda *_: setattr(keeper, "told_to_stop", True))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return keeper.run(data)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
