"""The embedded database: shared by processes, back after any of them is killed, gone when nobody needs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cluster import QUICK, throw_away_folder
from workbench import env
from workbench.postgres import cluster, home, launcher

HOLD = "import sys, pathlib; from workbench.postgres import launcher; launcher.hold(pathlib.Path(sys.argv[1])); "


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, for one test."""
    monkeypatch.setenv("WORKBENCH_PG_OPTIONS", QUICK)
    monkeypatch.setenv("WORKBENCH_PG_GRACE", "1")
    folder = throw_away_folder()
    yield folder
    _end(folder)


def _end(folder: Path) -> None:
    launcher.release(folder)
    launcher.stop(folder)
    entry = folder / "postgres"
    if entry.is_symlink():
        shutil.rmtree(entry.resolve())
    shutil.rmtree(home.socket_folder(folder), ignore_errors=True)
    shutil.rmtree(folder)


def _ask(data: Path, question: str) -> object:
    with psycopg.connect(
        host=str(home.socket_folder(data)), port=home.PORT, user=home.SUPERUSER, dbname="workbench"
    ) as connection:
        answer = connection.execute(question.encode())
        row = answer.fetchone() if answer.description else None
    return row[0] if row else None


def _until(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def _answers(data: Path) -> bool:
    try:
        return _ask(data, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def _found(data: Path) -> home.Home:
    found = home.find(data)
    assert found is not None
    return found


def _server(data: Path) -> int:
    return int((_found(data).cluster / "postmaster.pid").read_text().split()[0])


def _keeper(data: Path) -> int:
    return int((_found(data).folder / "keeper.lock").read_text())


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_it_starts_knows_letters_in_any_locale_and_ends_when_it_is_let_go(data: Path) -> None:
    launcher.hold(data)
    server = _server(data)
    assert _ask(data, "SELECT 'É' ILIKE 'é'") is True
    assert _ask(data, "SHOW listen_addresses") == ""

    launcher.release(data)

    assert _is_gone(server)


def test_it_keeps_what_is_there(data: Path) -> None:
    launcher.hold(data)
    _ask(data, "CREATE TABLE kept AS SELECT 7 AS n")
    launcher.release(data)

    launcher.hold(data)

    assert _ask(data, "SELECT n FROM kept") == 7


def test_two_processes_share_it_and_it_outlives_the_one_that_started_it(data: Path) -> None:
    script = HOLD + "print('holding', flush=True); sys.stdin.read()"
    first = subprocess.Popen(
        [sys.executable, "-c", script, data], cwd=env.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdout
    assert first.stdout.readline() == b"holding\n"
    server = _server(data)
    launcher.hold(data)

    first.kill()
    first.communicate()
    time.sleep(1.5)  # longer than the time of grace

    assert _server(data) == server
    assert _answers(data)


def test_it_ends_by_itself_when_its_last_user_is_killed(data: Path) -> None:
    script = HOLD + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    subprocess.run([sys.executable, "-c", script, data], cwd=env.ROOT, check=False)
    server = _server(data)

    _until(lambda: _is_gone(server))


def test_a_command_leaves_no_process_that_holds_its_output(data: Path) -> None:
    done = subprocess.run([sys.executable, "-c", HOLD, data], cwd=env.ROOT, capture_output=True, timeout=30, check=True)

    # Had the keeper kept the pipe, reading it to its end would have lasted as long as the keeper.
    assert done.stdout == b""
    assert launcher.keeper_lives(_found(data))


def test_a_killed_server_comes_back_with_everything_it_had_said_yes_to(data: Path) -> None:
    launcher.hold(data)
    _ask(data, "CREATE TABLE kept AS SELECT 7 AS n")

    os.kill(_server(data), signal.SIGKILL)

    _until(lambda: _answers(data))
    assert _ask(data, "SELECT n FROM kept") == 7


@pytest.mark.parametrize("with_the_server", [False, True])
def test_a_killed_keeper_is_replaced_by_whoever_watches(data: Path, with_the_server: bool) -> None:
    launcher.hold(data)
    keeper, server = _keeper(data), _server(data)

    os.kill(keeper, signal.SIGKILL)
    if with_the_server:
        os.kill(server, signal.SIGKILL)
    _until(lambda: not launcher.keeper_lives(_found(data)))
    launcher.watch(data)

    _until(lambda: _answers(data))
    assert _keeper(data) != keeper
    assert _is_gone(server)


def test_a_stale_pid_file_that_names_somebody_else_is_no_obstacle(data: Path) -> None:
    launcher.hold(data)
    folder = _found(data).cluster
    stale = (folder / "postmaster.pid").read_text().split("\n")
    launcher.release(data)
    # This very process: alive, and not a server.
    (folder / "postmaster.pid").write_text("\n".join([str(os.getpid()), *stale[1:]]))

    launcher.hold(data)

    assert _answers(data)


def test_a_folder_with_a_long_name_gets_a_short_socket(data: Path) -> None:
    deep = data / ("a-long-name-" * 5) / ("another-long-name-" * 4)
    for path in (deep.parent, deep):
        path.mkdir(mode=0o711)

    launcher.hold(deep)

    try:
        assert _answers(deep)
        assert len(str(home.socket_folder(deep))) < 60
    finally:
        launcher.stop(deep)
        launcher.release(deep)
        shutil.rmtree(home.socket_folder(deep))


def test_a_cluster_of_another_major_version_is_refused_with_the_way_forward(data: Path) -> None:
    launcher.hold(data)
    launcher.release(data)
    (_found(data).cluster / "PG_VERSION").write_text("17\n")

    with pytest.raises(env.ConfigError, match=r"made by PostgreSQL 17.*manage.py backup FILE.*manage.py restore FILE"):
        launcher.hold(data)


def test_a_server_that_cannot_start_says_why_and_leaves_nothing_running(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_PG_OPTIONS", "shared_buffers=nonsense")

    with pytest.raises(env.ConfigError, match=r"did not start: .*shared_buffers.*server\.log"):
        launcher.hold(data)

    assert not launcher.keeper_lives(_found(data))


def test_a_cluster_that_cannot_be_made_says_why_and_leaves_no_half_of_one(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_INITDB", "-U {user} --encoding=nonsense")

    with pytest.raises(env.ConfigError, match=r"could not be made in .*nonsense"):
        launcher.hold(data)

    assert not list(_found(data).folder.glob("init-*"))
    assert not _found(data).cluster.exists()


def test_a_socket_folder_of_somebody_else_is_not_used(data: Path) -> None:
    launcher.hold(data)
    launcher.release(data)
    _found(data).socket.chmod(0o777)

    with pytest.raises(env.ConfigError, match="was made by somebody else"):
        launcher.hold(data)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_keeps_the_database_elsewhere_when_its_data_folder_is_closed(data: Path) -> None:
    data.chmod(0o700)

    launcher.hold(data)

    assert _answers(data)
    assert (data / "postgres").is_symlink()
    assert _found(data).folder.parent == Path("/var/lib")
    assert data.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_copies_programs_that_the_servers_account_cannot_reach(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = home._installed().parents[1]
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    for part in (package / "pginstall18", package.parent / f"{package.name}.libs"):
        shutil.copytree(part, closed / part.relative_to(package.parent), symlinks=True)
    monkeypatch.setattr(home, "_installed", lambda: closed / package.name / "pginstall18/bin")

    programs = home.binaries(home._account())

    try:
        assert programs.is_relative_to("/var/lib")
        for name in ("postgres", "initdb"):
            subprocess.run([programs / name, "--version"], check=True, env={}, **home._run_as(home._account()))
    finally:
        shutil.rmtree(programs.parents[2])
