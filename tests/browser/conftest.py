"""A real browser at a live server. Without one the tests are left out, each saying so."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import expect

from workbench.accounts.models import User
from workbench.accounts.signed_in import SessionStore

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

#: A browser of the system, where Playwright has not brought its own.
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BACKEND = "workbench.accounts.signed_in.SignIn"

# Patient: the machine that runs the suite may be busy.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session", autouse=True)
def _sync_playwright_runs_a_loop() -> Iterator[None]:
    """Playwright's synchronous form runs an event loop in this thread, which Django would take for async code."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _static_files_from_the_source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Serve static files from where they are written; nothing has been collected for a test."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def _answers_leave_at_once() -> Iterator[None]:
    """Have the live server send what it has: else the rest of each answer waits forty milliseconds for a receipt."""
    before, QuietWSGIRequestHandler.disable_nagle_algorithm = QuietWSGIRequestHandler.disable_nagle_algorithm, True
    yield
    QuietWSGIRequestHandler.disable_nagle_algorithm = before


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium: Playwright's own, else the system's; without either the tests say that they were left out."""
    path = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    with playwright.sync_playwright() as running:
        options: dict[str, Any] = {"args": ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []}
        try:
            found = running.chromium.launch(**options)
        except playwright.Error:
            if path is None:
                pytest.skip("no browser: neither Playwright's own nor chromium is installed")
            found = running.chromium.launch(executable_path=path, **options)
        yield found
        found.close()


@pytest.fixture(autouse=True)
def _trusted_live_server(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


def sign_in(context: Any, server: Any, user: User) -> None:
    """Give a browser context the session of a person."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": server.url}])


@pytest.fixture
def browser_page(browser: Any, live_server: Any, transactional_db: None) -> Iterator[Callable[..., Any]]:
    """Open pages as a person, or as nobody: `browser_page(user, "/path/")`. Errors in the console fail the test."""
    contexts, errors = [], []

    def open_page(user: User | None, path: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        if user is not None:
            sign_in(context, live_server, user)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    _wait_until_nothing_is_under_way()
    assert errors == []


def _wait_until_nothing_is_under_way() -> None:
    """Let the server end what it still does for a window that is closed: emptying the tables would meet it."""
    busy = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
    """
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(busy)
            if not cursor.fetchone()[0]:
                return
            time.sleep(0.05)
