"""Backups: what goes in comes out; what is not whole, or does not fit, is refused before anything changes."""

from __future__ import annotations

import dataclasses
import io
import json
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.factories import StudyWorld
from transcripts import files
from workbench import version
from workbench.backup import BackupRefused, archive, back_up, database, restore

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))


@pytest.fixture
def elsewhere(settings: Any, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Turn to an empty installation beside the one of the test, on the same server."""
    here = connection.settings_dict["NAME"]
    other = f"{here}_elsewhere"

    def _on_server(command: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'{command} "{other}"')

    def turn() -> None:
        connection.close()
        _on_server("CREATE DATABASE")
        connection.settings_dict["NAME"] = other
        settings.UPLOAD_DIR = tmp_path / "elsewhere"

    _on_server("DROP DATABASE IF EXISTS")
    yield turn
    connection.close()
    connection.settings_dict["NAME"] = here
    _on_server("DROP DATABASE IF EXISTS")


def _everything() -> dict[str, list[str]]:
    """Give each table's rows as text, in an order that does not depend on how they lie on the disk."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
            rows[table] = [row[0] for row in cursor.fetchall()]
    return rows


@pytest.fixture
def backup(world: StudyWorld, tmp_path: Path) -> Path:
    """A backup of a study, and of one uploaded file."""
    files.keep(b"as it came")
    back_up(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def _rewritten(source: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Give a backup with its parts changed, or left out."""
    target = source.with_name("changed.tar")
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            data = change(member.name, content.read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return target


def _with_manifest(source: Path, **changes: Any) -> Path:
    def change(name: str, data: bytes) -> bytes:
        return json.dumps({**json.loads(data), **changes}).encode() if name == "manifest.json" else data

    return _rewritten(source, change)


def test_a_restored_installation_is_the_same_to_the_last_row(backup: Path, elsewhere: Callable[[], None]) -> None:
    before = _everything()
    kept = files.digest(b"as it came")
    elsewhere()

    restore(backup)

    assert _everything() == before
    assert before["transcripts_segment"]
    assert files.read(kept) == b"as it came"


def test_the_restored_database_still_guards_itself(backup: Path, elsewhere: Callable[[], None]) -> None:
    def triggers() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
            return sorted(cursor.fetchall())

    before = triggers()
    elsewhere()

    restore(backup)

    assert before
    assert triggers() == before


def test_a_database_that_was_only_migrated_counts_as_empty(backup: Path, elsewhere: Callable[[], None]) -> None:
    before = _everything()
    elsewhere()
    call_command("migrate", "transcripts", verbosity=0)

    restore(backup)

    assert _everything() == before


def test_a_backup_of_a_restored_installation_restores_too(
    backup: Path, elsewhere: Callable[[], None], tmp_path: Path
) -> None:
    before = _everything()
    elsewhere()
    restore(backup)

    back_up(tmp_path / "again.tar")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner")
    restore(tmp_path / "again.tar")

    assert _everything() == before


def test_an_installation_in_use_is_refused_and_stays_as_it_is(backup: Path) -> None:
    before = _everything()

    with pytest.raises(BackupRefused, match="in use"):
        restore(backup)

    assert _everything() == before


def test_a_database_of_something_else_is_refused(backup: Path, elsewhere: Callable[[], None]) -> None:
    elsewhere()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE payroll (salary int)")

    with pytest.raises(BackupRefused, match="in use"):
        restore(backup)

    assert list(_everything()) == ["payroll"]


def test_a_backup_cut_short_anywhere_is_refused_before_anything_changes(
    backup: Path, elsewhere: Callable[[], None], settings: Any, tmp_path: Path
) -> None:
    whole = backup.read_bytes()
    with tarfile.open(backup) as parts:
        ends = [member.offset for member in parts]
    elsewhere()

    for length in (0, 1, 700, *ends, len(whole) // 2, ends[-1] + 600):
        (tmp_path / "cut.tar").write_bytes(whole[:length])
        with pytest.raises(BackupRefused, match="not a whole backup"):
            restore(tmp_path / "cut.tar")

    assert _everything() == {}
    assert not Path(settings.UPLOAD_DIR).exists()


def test_a_changed_part_is_refused(backup: Path, elsewhere: Callable[[], None]) -> None:
    elsewhere()

    for part in (archive.DUMP, "uploads/"):

        def flip(name: str, data: bytes, part: str = part) -> bytes:
            return bytes([data[0] ^ 1]) + data[1:] if name.startswith(part) else data

        with pytest.raises(BackupRefused, match="not a whole backup"):
            restore(_rewritten(backup, flip))


def test_a_missing_part_is_refused(backup: Path, elsewhere: Callable[[], None]) -> None:
    changed = _rewritten(backup, lambda name, data: None if name.startswith("uploads/") else data)
    elsewhere()

    with pytest.raises(BackupRefused, match="not a whole backup"):
        restore(changed)


STRANGE: list[dict[str, Any]] = [
    {"format": 2},
    {"version": 7},
    {"version": "newest"},
    {"migrations": [1]},
    {"migrations": None},
    {"parts": []},
    {"parts": {"../../etc/passwd": ""}},
    {"surprise": 1},
]


def test_a_strange_manifest_is_refused(backup: Path, elsewhere: Callable[[], None]) -> None:
    elsewhere()

    for changes in STRANGE:
        with pytest.raises(BackupRefused, match="not a whole backup"):
            restore(_with_manifest(backup, **changes))


def test_something_else_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"once upon a time", b"\x00" * 20_000, b"\x1f\x8b\x08", b"PK\x03\x04" * 300):
        (tmp_path / "file").write_bytes(content)

        with pytest.raises(BackupRefused, match="not a whole backup"):
            restore(tmp_path / "file")


def test_a_file_that_is_not_there_is_refused_by_the_command_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("restore", str(tmp_path / "nothing"))


def test_a_backup_of_a_newer_version_is_refused_with_the_way_forward(
    backup: Path, elsewhere: Callable[[], None]
) -> None:
    elsewhere()

    for changes in ({"version": "99.0.0"}, {"migrations": ["coding.0999_from_the_future"]}):
        with pytest.raises(BackupRefused, match="Install that version, or a newer one"):
            restore(_with_manifest(backup, **changes))


def test_a_restore_that_fails_on_the_way_leaves_nothing_behind(
    backup: Path, elsewhere: Callable[[], None], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere()

    def spoil(script: Path) -> None:
        with script.open("a") as file:
            file.write("\nSELECT nonsense;\n")

    monkeypatch.setattr(database, "_make_readable_to_older_servers", spoil)
    with pytest.raises(BackupRefused, match="nonsense"):
        restore(backup)

    assert _everything() == {}
    assert not [path for path in Path(settings.UPLOAD_DIR).rglob("*") if path.is_file()]


def test_a_backup_is_for_its_owners_eyes_and_replaces_the_last_one_at_once(world: StudyWorld, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    target.write_bytes(b"last night's")

    call_command("backup", str(target))

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert archive.read_manifest(target).version == version.product_version()
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_backup_that_fails_leaves_the_last_one_alone(
    world: StudyWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backup.tar"
    target.write_bytes(b"last night's")

    def fail(_: Path) -> None:
        raise BackupRefused("pg_dump could not do it.")

    monkeypatch.setattr(database, "dump", fail)
    with pytest.raises(BackupRefused):
        back_up(target)

    assert target.read_bytes() == b"last night's"
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_backup_into_a_folder_or_nowhere_is_refused(world: StudyWorld, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="is a folder"):
        back_up(tmp_path)
    with pytest.raises(BackupRefused, match="cannot be written"):
        back_up(tmp_path / "nowhere" / "backup.tar")


def test_a_server_newer_than_our_programs_is_refused(
    world: StudyWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "server_major", lambda: 99)

    with pytest.raises(BackupRefused, match="PostgreSQL 99, newer than our pg_dump"):
        back_up(tmp_path / "backup.tar")


def test_an_empty_database_is_no_backup(elsewhere: Callable[[], None], tmp_path: Path) -> None:
    elsewhere()

    with pytest.raises(BackupRefused, match="nothing to back up"):
        back_up(tmp_path / "backup.tar")


def test_a_manifest_names_every_part(backup: Path) -> None:
    manifest = archive.read_manifest(backup)

    with tarfile.open(backup) as parts:
        assert [*manifest.parts, "manifest.json"] == parts.getnames()
    assert dataclasses.asdict(manifest)["postgres"] == database.server_major()
