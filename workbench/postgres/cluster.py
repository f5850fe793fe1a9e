"""Make a cluster and say how its server is started."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from workbench import env
from workbench.env import ConfigError
from workbench.postgres import home as homes
from workbench.postgres.home import Home

# The caller's locale must not matter: with LANG unset, a server would not know that É and é are one letter.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_INITDB = "-U {user} -A trust -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-instructions"
_OPTIONS = [
    "listen_addresses=",
    "timezone=UTC",
    "log_timezone=UTC",
    # Small: a team's server at rest should not cost more than a browser tab.
    "shared_buffers=32MB",
    # Disks of today find a page nearly as fast as the next one: else an hour's codings are sought in all of them.
    "random_page_cost=1.1",
    "max_connections=60",
    "io_method=sync",
    "jit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "min_wal_size=32MB",
    "max_wal_size=256MB",
    # Errors and their statements may quote what a person said; the application reports its own.
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_checkpoints=off",
]


def command(home: Home) -> list[str]:
    """Return the server's command line; WORKBENCH_PG_OPTIONS adds to it and wins."""
    options = [*_OPTIONS, *env.words("WORKBENCH_PG_OPTIONS")]
    return [
        str(home.binaries / "postgres"),
        *("-D", str(home.cluster)),
        *("-k", os.path.realpath(home.socket)),
        *("-p", homes.PORT),
        *(part for option in options for part in ("-c", option)),
    ]


def make(home: Home) -> None:
    """Make the cluster where there is none; refuse one that another PostgreSQL made."""
    version_file = home.cluster / "PG_VERSION"
    if version_file.exists():
        _refuse_other_version(home, version_file.read_text().strip())
        return
    if home.cluster.exists():
        raise ConfigError(f"{home.cluster} holds no database. Move it away; then a new one is made.")
    for unfinished in home.folder.glob("init-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix="init-", dir=home.folder))
    if home.account:
        os.chown(fresh, home.account.pw_uid, home.account.pw_gid)
    made = subprocess.run(  # noqa: S603 - no outside words
        [home.binaries / "initdb", "-D", fresh, *_INITDB.format(user=homes.SUPERUSER).split(), *_unsynced()],
        env=ENVIRONMENT,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **home.run_as,
    )
    if made.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise ConfigError(f"The database could not be made in {home.folder}: {last_words(made.stderr)}")
    fresh.rename(home.cluster)  # at once: a half-made cluster is never seen


def last_words(log: str) -> str:
    """Return the last complaint of a PostgreSQL program."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    complaints = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return (complaints or lines or ["it ended without a word"])[-1]


def _unsynced() -> list[str]:
    return ["--no-sync"] if "fsync=off" in env.words("WORKBENCH_PG_OPTIONS") else []


def _refuse_other_version(home: Home, found: str) -> None:
    if found != str(homes.major()):
        raise ConfigError(
            f"The database in {home.cluster} was made by PostgreSQL {found}; this version of the workbench brings "
            f"PostgreSQL {homes.major()} and cannot open it. With the version you had before, run "
            f"“manage.py backup FILE”; then move {home.folder} away and run “manage.py restore FILE” with this one."
        )
