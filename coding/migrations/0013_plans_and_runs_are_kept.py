"""Keys that Django cannot write for plans and runs, and no TRUNCATE: they are written once and stay."""

from django.db import migrations

from transcripts.migrations._keys import key, kept

ROUND = ("coding_round", "id, version_id, study_id")
MEMBER = ("transcripts_membership", "id, study_id")


class Migration(migrations.Migration):
    dependencies = [
        ("coding", "0012_plans_and_reliability_runs"),
        ("transcripts", "0004_names_in_the_history_are_kept"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE coding_round ADD CONSTRAINT round_key_of_study UNIQUE (id, study_id)",
            "ALTER TABLE coding_round DROP CONSTRAINT round_key_of_study",
        ),
        key("coding_reliabilityplan", "plan_of_round", "round_id, study_id", "coding_round", "id, study_id"),
        key("coding_reliabilityplan", "plan_made_in_study", "made_by_id, study_id", *MEMBER),
        key("coding_reliabilityrun", "run_of_round", "round_id, version_id, study_id", *ROUND),
        key("coding_reliabilityrun", "run_made_in_study", "made_by_id, study_id", *MEMBER),
        key("coding_runtranscript", "run_transcript_of_run",
            "run_id, study_id", "coding_reliabilityrun", "id, study_id"),
        key("coding_runtranscript", "run_transcript_of_study",
            "transcript_id, study_id", "transcripts_transcript", "id, study_id"),
        *[kept(f"coding_{model}") for model in ("reliabilityplan", "reliabilityrun", "runtranscript")],
    ]
