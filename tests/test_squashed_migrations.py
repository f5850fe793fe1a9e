"""A new database and one that walked the whole chain of migrations are the same, object by object."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from workbench import env

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
TRIGGERS = "SELECT pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
#: pgtrigger writes there which version of a trigger it is.
COMMENTS = "SELECT tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger WHERE NOT tgisinternal"


def _objects() -> dict[str, set[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for query in (COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS, FUNCTIONS, COMMENTS):
            cursor.execute(query)
            found[query] = set(cursor.fetchall())
    return found


def _walk_the_whole_chain() -> None:
    """Go along the replaced migrations first, as an installation did that is older than the squashed ones; then on."""
    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    replacing = [one for one in executor.loader.replacements.values() if one.app_label in ("coding", "transcripts")]
    assert len(replacing) == 2
    executor.migrate([one.replaces[-1] for one in replacing])
    call_command("migrate", verbosity=0)


def _start_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@pytest.mark.soak
@pytest.mark.skipif(not env.flag("WORKBENCH_SOAK"), reason="The whole chain takes half a minute: `make soak` walks it.")
@pytest.mark.django_db(transaction=True)
def test_the_short_way_and_the_whole_chain_make_the_same_database() -> None:
    short = _objects()
    assert all(short.values())
    _start_anew()
    try:
        _walk_the_whole_chain()
        whole = _objects()
    finally:
        _start_anew()
        call_command("migrate", verbosity=0)
    for query, objects in short.items():
        assert objects - whole[query] == set(), query
        assert whole[query] - objects == set(), query
    assert _objects() == short
