"""
The database of a test run: a throw-away cluster, or the server that DATABASE_URL names.

A pytest plugin. The cluster starts when the first test asks for a database, is shared by the processes of one run, and
is removed at the end, after Ctrl-C too. At the very end it says which tests were left out for want of a browser.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests import browser_setup
from workbench import env
from workbench.postgres import home, launcher

_FOLDER = "WORKBENCH_TEST_CLUSTER"
# Commits stay synchronous: a server that is killed must still have what it said yes to.
QUICK = "fsync=off full_page_writes=off max_connections=100 shared_buffers=64MB"


def throw_away_folder(prefix: str = "workbench-test-") -> Path:
    """Make a folder for a cluster that the unprivileged account of a database started by root can pass through."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))  # short, for the socket
    folder.chmod(0o711)
    return folder


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("WORKBENCH_PG_OPTIONS", QUICK)
    if not hasattr(config, "workerinput") and env.database_url() is None:
        os.environ[_FOLDER] = str(throw_away_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = os.environ.get(_FOLDER)
    if folder is None:
        return
    if not hasattr(config, "workerinput"):
        # Workers of an interrupted run may not have let go yet; the server must not outlive its folder.
        launcher.stop(Path(folder))
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ[_FOLDER]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the cluster, and have Django look for its databases there."""
    from django.db import connections

    if folder := os.environ.get(_FOLDER):
        launcher.hold(Path(folder))
        connections["default"].settings_dict["HOST"] = str(home.socket_folder(Path(folder)))


def _left_out(reporter: pytest.TerminalReporter) -> list[str]:
    skipped = reporter.stats.get("skipped", [])
    return sorted(report.nodeid for report in skipped if browser_setup.NONE in str(report.longrepr))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and session.exitstatus == 0 and _left_out(reporter) and _could_have_been_run():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if left_out := _left_out(terminalreporter):
        terminalreporter.section("NOT RUN: these tests need a browser, and there is none", sep="!", red=True, bold=True)
        for name in left_out:
            terminalreporter.write_line(name)
        if _could_have_been_run():
            terminalreporter.write_line("A browser could have been installed here (apt-get install chromium).")


def _could_have_been_run() -> bool:
    return env.flag("CI") and browser_setup.apt_can_bring_one()
