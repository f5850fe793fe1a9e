"""Processes that live and end with the one that started them."""

import contextlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable

_LONGEST_PAUSE = 4  # seconds


class Child:
    """
    A forked process that is started again whenever it ends.

    It is forked, not started anew, so that it shares the memory of everything already loaded.
    """

    def __init__(self, name: str, run: Callable[[], object]) -> None:
        self.name = name
        self.run = run
        self.deaths = 0
        self.pid: int | None = None
        self._born_at = 0.0
        self._due_at = 0.0
        self._pause = 0.0

    def tend(self) -> None:
        """Start it where it is not running; one that died young waits a little."""
        if self.pid is not None and os.waitpid(self.pid, os.WNOHANG)[0]:
            now = time.monotonic()
            self.pid, self.deaths = None, self.deaths + 1
            # At once, unless it keeps dying young: then ever more slowly, but never so that the site is long away.
            self._pause = 0.0 if now - self._born_at > 5 else min(2 * self._pause or 1, _LONGEST_PAUSE)
            self._due_at = now + self._pause
            sys.stderr.write(f"The {self.name} process ended; it is started again.\n")
        if self.pid is None and time.monotonic() >= self._due_at:
            self._start()

    def tell_to_end(self) -> None:
        """Ask it to finish what it is doing."""
        self._signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait for its end until the deadline, then make it end."""
        while self.pid is not None and not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                self._signal(signal.SIGKILL)
            time.sleep(0.02)
        self.pid = None

    def _signal(self, sign: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if sign == signal.SIGKILL else os.kill)(self.pid, sign)

    def _start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._born_at = time.monotonic()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.pid = pid
            with contextlib.suppress(OSError):  # the child does it too; whoever comes first
                os.setpgid(pid, pid)
            return
        code = 1
        try:
            # A group of its own: Ctrl-C reaches the parent alone, which ends its children in order.
            os.setpgid(0, 0)
            for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(sign, signal.SIG_DFL)
            end_with(parent)
            self.run()
            code = 0
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


def end_with(parent: int) -> None:
    """End this process soon after its parent, however the parent ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
