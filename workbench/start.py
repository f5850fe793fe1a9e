"""Ready what a command needs before it runs: the database, and our tables in it."""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from workbench import env, postgres
from workbench.env import ConfigError

_NO_DATABASE = frozenset(
    (
        *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages"),
        *("makemigrations", "optimizemigration", "sendtestemail", "spectacular", "squashmigrations", "startapp"),
        *("startproject", "version"),
    )
)
# They look at the tables as they are, or make them: an empty database is not migrated behind their back.
_TABLES_AS_THEY_ARE = frozenset(
    (
        *("backup", "createcachetable", "dbshell", "flush", "inspectdb", "loaddata", "migrate", "restore", "shell"),
        *("showmigrations", "sqlflush", "sqlmigrate", "sqlsequencereset", "test", "testserver"),
    )
)
# Of the libraries' own pages only the API's documentation is shown; compressing the rest would take half a minute.
_PAGES_WE_DO_NOT_SHOW = ["redoc", "rest_framework"]
_LOCK = 7_310_520_118  # any number, the same in every process


def ready(argv: Sequence[str]) -> None:
    """Start the embedded database and migrate an empty one, as far as this command needs it."""
    command = argv[1] if len(argv) > 1 else "help"
    if command in _NO_DATABASE or command.startswith("-") or {"-h", "--help"} & set(argv):
        return
    postgres.ensure()
    if command not in _TABLES_AS_THEY_ARE:
        import django

        django.setup()
        prepare(upgrade=command == "demo")


def prepare(*, upgrade: bool = False) -> None:
    """Migrate an empty database, and one of an older version where asked to; refuse any other that does not fit."""
    from django.core.management import call_command
    from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
    from django.db.migrations.executor import MigrationExecutor

    try:
        with _one_at_a_time():
            executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
            applied, known = executor.loader.applied_migrations, executor.loader.disk_migrations
            ours = {label for label, _ in known}
            if unknown := sorted(f"{app}.{name}" for app, name in set(applied) - set(known) if app in ours):
                raise ConfigError(
                    f"A newer version of the workbench made this database (it has {unknown[0]}); use that version."
                )
            if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return
            if applied and not upgrade:
                raise ConfigError(
                    "This database was made by an older version of the workbench. Run “manage.py backup FILE”, then "
                    "“manage.py migrate”."
                )
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
    except OperationalError as error:
        connection.close()
        raise ConfigError(f"The database cannot be used: {str(error).strip().splitlines()[0]}") from error


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep two processes from migrating at once; the lock is the connection's, so it cannot outlive us."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def collect_static() -> None:
    """Gather the static files for the web server where they have changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list(_PAGES_WE_DO_NOT_SHOW):
            found = os.stat(storage.path(name))
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    folder = Path(settings.STATIC_ROOT)
    stamp = folder / ".stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    env.make_data_dir()
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=_PAGES_WE_DO_NOT_SHOW)
    stamp.write_text(digest.hexdigest())
