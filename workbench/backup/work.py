"""Make a backup, and restore one."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from workbench import env, start, version
from workbench.backup import archive, database
from workbench.backup.archive import Manifest
from workbench.backup.refusal import BackupRefused
from workbench.postgres import home


def back_up(target: Path) -> Manifest:
    """Write database and uploads into one file, whole or not at all."""
    server = database.server_major()
    if server > home.major():
        raise BackupRefused(
            f"The server is PostgreSQL {server}, newer than our pg_dump ({home.major()}). "
            f"Use that server's own pg_dump, and copy {settings.UPLOAD_DIR} after it."
        )
    migrations = database.applied_migrations()
    if not migrations:
        raise BackupRefused("There is nothing to back up: the database is empty.")
    if target.is_dir():
        raise BackupRefused(f"{target} is a folder; name a file.")
    try:
        with archive.written_at_once(target) as file, _own_folder() as folder:
            writer = archive.Writer(file)
            database.dump(folder / archive.DUMP)
            writer.add(archive.DUMP, folder / archive.DUMP)
            # After the dump: an uploaded file never changes, so each one that the dump knows is still there.
            writer.add_uploads(Path(settings.UPLOAD_DIR))
            return writer.finish(version=version.product_version(), postgres=server, migrations=migrations)
    except OSError as error:
        raise BackupRefused(f"The backup cannot be written to {target}: {error.strerror or error}.") from error


def restore(source: Path) -> Manifest:
    """Fill an empty installation from a backup, checked first, wholly or not at all; then bring it up to date."""
    manifest = archive.read_manifest(source)
    _refuse_what_does_not_fit(manifest)
    try:
        with _own_folder() as folder:
            dump = folder / archive.DUMP
            made = archive.unpack(source, dump=dump, uploads=Path(settings.UPLOAD_DIR))
            try:
                database.load(dump)
            except BaseException:
                for path in made:
                    path.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BackupRefused(f"The backup cannot be unpacked: {error.strerror or error}.") from error
    start.prepare(upgrade=True)
    return manifest


def _refuse_what_does_not_fit(manifest: Manifest) -> None:
    if version.is_newer(manifest.version) or database.unknown_migrations(manifest.migrations):
        raise BackupRefused(
            f"The backup was made by version {manifest.version}; this is {version.product_version()}. "
            "Install that version, or a newer one, and restore there."
        )
    if database.in_use():
        raise BackupRefused(
            "This installation is in use: its database is not empty. Restore into an empty one, for instance with "
            "WORKBENCH_DATA naming a new folder."
        )


@contextlib.contextmanager
def _own_folder() -> Iterator[Path]:
    """Make a folder for the time of the work, where the data are and nobody else may look."""
    with tempfile.TemporaryDirectory(dir=env.make_data_dir(), prefix=".backup-") as name:
        yield Path(name)
