"""The database's side of a backup: PostgreSQL's own programs, run on the database that Django uses."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from workbench.backup.refusal import BackupRefused
from workbench.postgres import home

# Options of Django's that libpq knows by another name.
_VARIABLES = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


def server_major() -> int:
    """Return the server's major version."""
    with connection.cursor():
        return int(connection.connection.info.server_version) // 10000


def applied_migrations() -> list[str]:
    """Return the migrations that the database has; none where it has no tables of ours."""
    try:
        return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    except DatabaseError as error:
        raise BackupRefused(f"The database cannot be read: {str(error).strip().splitlines()[0]}") from error


def unknown_migrations(labels: Iterable[str]) -> list[str]:
    """Return those migrations of our apps that this version does not have."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    apps = {label.split(".")[0] for label in known}
    return [label for label in labels if label.split(".")[0] in apps and label not in known]


def in_use() -> bool:
    """Tell whether there is anything to lose: any table, except in a database of ours without people and studies."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if tables and not applied_migrations():
            return True
        for table in {"accounts_user", "transcripts_study"}.intersection(tables):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 - one of the two names above
            if cursor.fetchone()[0]:
                return True
    return False


def dump(target: Path) -> None:
    """Write a consistent dump."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def load(source: Path) -> None:
    """Fill a database that is not in use from a dump, wholly or not at all."""
    script = source.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", "--file", str(script), str(source))
    _make_readable_to_older_servers(script)
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):  # empty ones: ours, just migrated
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
            cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    connection.close()
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", "--file", str(script))


def _make_readable_to_older_servers(script: Path) -> None:
    """Blank the one setting in the script's head that servers before 17 refuse."""
    unknown = b"SET transaction_timeout = 0;"
    with script.open("r+b") as file:
        at = file.read(4096).find(unknown)
        if at >= 0:
            file.seek(at)
            file.write(b" " * len(unknown))


def _run(program: str, *words: str) -> None:
    settings = connection.settings_dict
    told = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"]}
    # By the environment: the password is not for the list of processes.
    told |= {"PGPASSWORD": settings["PASSWORD"], "PGDATABASE": settings["NAME"], "PGCLIENTENCODING": "UTF8"}
    told |= {_VARIABLES[name]: value for name, value in settings["OPTIONS"].items() if name in _VARIABLES}
    done = subprocess.run(  # noqa: S603 - no outside words
        [home.binaries() / program, *words],
        env={**os.environ, **{name: str(value) for name, value in told.items() if value}},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise BackupRefused(f"{program} could not do it. It said: {done.stderr.strip()[:500]}")
