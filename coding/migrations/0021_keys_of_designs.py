"""Keys that Django cannot write for designs and their changes, and no TRUNCATE: they are written once and stay."""

from django.db import migrations

from transcripts.migrations._keys import key, kept

ROUND = ("coding_round", "id, study_id")
MEMBER = ("transcripts_membership", "id, study_id")


class Migration(migrations.Migration):
    dependencies = [("coding", "0020_designs_and_their_changes")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE coding_assignment ADD CONSTRAINT assignment_key_of_round UNIQUE (id, round_id)",
            "ALTER TABLE coding_assignment DROP CONSTRAINT assignment_key_of_round",
        ),
        key("coding_rounddesign", "design_of_round", "round_id, study_id", *ROUND),
        key("coding_rounddesign", "design_made_in_study", "made_by_id, study_id", *MEMBER),
        key("coding_designchange", "design_change_of_round", "round_id, study_id", *ROUND),
        key("coding_designchange", "design_change_made_in_study", "made_by_id, study_id", *MEMBER),
        # The change is written before the assignment that it explains: asked at the end of the transaction.
        migrations.RunSQL(
            "ALTER TABLE coding_designchange ADD CONSTRAINT design_change_of_assignment"
            " FOREIGN KEY (assignment_id, round_id) REFERENCES coding_assignment (id, round_id)"
            " DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE coding_designchange DROP CONSTRAINT design_change_of_assignment",
        ),
        *[kept(f"coding_{model}") for model in ("rounddesign", "designchange")],
    ]
