"""What all tests share: a fast hasher, plain static files, and a truncation that tests alone may do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.core.cache import caches

from tests.factories import StudyWorld, make_world

pytest_plugins = ["tests.cluster"]


# The suite tries the same examples on every run, however busy the machine; `make soak` looks for new ones.
hypothesis.settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("soak", parent=hypothesis.settings.get_profile("suite"), derandomize=False)
hypothesis.settings.load_profile("soak" if os.environ.get("WORKBENCH_SOAK") else "suite")


@pytest.fixture(autouse=True)
def _quick_settings(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # The middleware that serves static files warns when there is no folder at all.
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    settings.UPLOAD_DIR = tmp_path_factory.mktemp("uploads")
    # Each test computes its results itself.
    settings.CACHES = {**settings.CACHES, "results": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    caches["results"].clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """
    Keep the autovacuum from our tables; the catalogues, which every truncation changes, still have theirs.

    Looked at just after tests were rolled back, a table seems empty however large its file: plans made for no rows then
    take minutes for ten thousand turns.
    """
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("""DO $$ DECLARE t regclass; BEGIN
            FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
                EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', t);
            END LOOP; END $$;""")


@pytest.fixture(scope="session", autouse=True)
def _tests_may_truncate() -> Iterator[None]:
    """Let the flush after a transactional test through; everywhere else the history refuses TRUNCATE."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        statements = original(self, *args, **options)
        if not statements:
            return statements
        switch = """DO $$ DECLARE t record; BEGIN
            FOR t IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'history_is_kept' LOOP
                EXECUTE format('ALTER TABLE %s {} TRIGGER history_is_kept', t.name);
            END LOOP; END $$;"""
        return [switch.format("DISABLE"), *statements, switch.format("ENABLE")]

    DatabaseOperations.sql_flush = sql_flush
    yield
    DatabaseOperations.sql_flush = original


@pytest.fixture
def world(db: None) -> StudyWorld:
    """A study with a coordinator, two raters, an adjudicator, a reader, a stranger, one transcript and a codebook."""
    return make_world()
