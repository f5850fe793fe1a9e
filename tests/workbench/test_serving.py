"""`manage.py serve` as a whole: ready when it says so, back after any of it is killed, and gone at once when told."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.cluster import throw_away_folder
from workbench import env

pytestmark = pytest.mark.xdist_group("serving")  # one server for all of them


@dataclass
class Service:
    """A running `manage.py serve`."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    environment: dict[str, str]

    def answers(self) -> bool:
        """Tell whether the service is healthy."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refusal:
            refusal.close()
        except OSError:
            pass
        return False

    def is_back_within(self, seconds: float) -> bool:
        """Tell whether several answers in a row come in time: each of the web processes has to give some."""
        deadline = time.monotonic() + seconds
        in_a_row = 0
        while in_a_row < 6 and time.monotonic() < deadline:
            in_a_row = in_a_row + 1 if self.answers() else 0
            time.sleep(0.02)
        return in_a_row == 6

    def family(self) -> list[psutil.Process]:
        """Give every process of it, the database's included."""
        return [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]

    def web(self) -> psutil.Process:
        """Give the process that listens for the supervisor, the parent of those that answer."""
        return next(child for child in psutil.Process(self.process.pid).children() if len(child.children()) == 2)

    def database(self) -> int:
        """Give the process id of the database server."""
        return int((self.data / "postgres/cluster/postmaster.pid").read_text().split()[0])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _start(data: Path) -> Service:
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "PYTEST"))}
    environment |= {"WORKBENCH_DATA": str(data), "WORKBENCH_PORT": str(port), "WORKBENCH_PG_GRACE": "1"}
    with (data / "stderr").open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=env.ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    return Service(process, port, data, environment)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """A service that has said that it is ready."""
    data = throw_away_folder("workbench-serve-")
    running = _start(data)
    assert running.process.stdout
    ready = running.process.stdout.readline()
    assert f"http://127.0.0.1:{running.port}/" in ready, (data / "stderr").read_text()
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.communicate(timeout=60)
    shutil.rmtree(data)


def test_it_says_that_it_is_ready_only_when_it_answers(service: Service) -> None:
    assert service.answers()


def test_a_second_one_on_the_same_port_is_refused_in_one_sentence(service: Service) -> None:
    second = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=env.ROOT,
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr == (
        f"Port {service.port} is taken. Set WORKBENCH_PORT to another one, or end what listens there.\n"
    )


def test_it_is_back_after_a_web_process_was_killed(service: Service) -> None:
    service.web().children()[0].kill()

    assert service.is_back_within(10)


def test_it_is_back_after_the_whole_web_server_was_killed(service: Service) -> None:
    web = service.web()
    answering = web.children()

    web.kill()
    psutil.wait_procs(answering, timeout=10)

    assert not any(process.is_running() for process in answering)
    assert service.is_back_within(10)


def test_it_is_back_after_the_database_was_killed(service: Service) -> None:
    os.kill(service.database(), signal.SIGKILL)

    assert service.is_back_within(10)


def test_it_is_back_after_the_database_and_its_keeper_were_killed(service: Service) -> None:
    keeper = int((service.data / "postgres/keeper.lock").read_text())
    server = service.database()

    os.kill(keeper, signal.SIGKILL)
    os.kill(server, signal.SIGKILL)

    assert service.is_back_within(10)


def test_nothing_that_is_asked_for_reaches_its_output(service: Service) -> None:
    address = f"http://127.0.0.1:{service.port}/account/login/?next=/the-secret-word/"

    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.status == 200

    assert "secret-word" not in (service.data / "stderr").read_text()


def test_told_to_end_it_ends_all_of_it_the_database_included(service: Service) -> None:
    family = service.family()

    service.process.send_signal(signal.SIGINT)
    service.process.communicate(timeout=60)

    assert service.process.returncode == 0
    # What has ended is gone from the list only when its parent has looked: a moment, on a busy machine.
    _, alive = psutil.wait_procs(family, timeout=5)
    assert [process.pid for process in alive if process.is_running()] == []


def test_killed_itself_it_takes_everything_along(service: Service) -> None:
    again = _start(service.data)
    assert again.process.stdout
    assert again.process.stdout.readline()
    family = again.family()

    again.process.kill()
    again.process.communicate(timeout=60)

    _, alive = psutil.wait_procs(family, timeout=20)
    assert [process.pid for process in alive if process.is_running()] == []
