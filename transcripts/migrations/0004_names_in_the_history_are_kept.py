"""Keep who did it beside what was done, and refuse TRUNCATE, of which the history would learn nothing."""

from django.db import migrations

from transcripts.migrations._keys import kept


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("transcripts", "0003_cheaper_guards_of_segments"),
    ]

    operations = [
        # Updates stay allowed: the API names its person after the context was opened.
        migrations.RunSQL(
            "CREATE TRIGGER history_is_kept BEFORE DELETE OR TRUNCATE ON pghistory_context "
            "EXECUTE FUNCTION history_is_kept()",
            "DROP TRIGGER history_is_kept ON pghistory_context",
        ),
        *[kept(f"transcripts_{model}") for model in ("study", "membership", "transcript")],
    ]
