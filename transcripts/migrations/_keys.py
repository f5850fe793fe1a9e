"""Shapes of SQL that the migrations of both apps share."""

from django.db import migrations


def key(table: str, name: str, columns: str, parent: str, parent_columns: str) -> migrations.RunSQL:
    """Add a composite foreign key."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {parent} ({parent_columns})",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def kept(table: str) -> migrations.RunSQL:
    """Refuse TRUNCATE on a table: on a history table pgtrigger refuses the rest, of any other it is the one unseen way."""
    return migrations.RunSQL(
        f"CREATE TRIGGER history_is_kept BEFORE TRUNCATE ON {table} EXECUTE FUNCTION history_is_kept()",
        f"DROP TRIGGER history_is_kept ON {table}",
    )
