"""Keys that Django cannot write: a row can only hang from a parent of its own study and revision."""

from django.db import migrations

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0001_studies_and_transcripts")]

    operations = [
        key("transcripts_sessionattribute", "session_attribute_of_study",
            "transcript_id, study_id", "transcripts_transcript", "id, study_id"),
        key("transcripts_revision", "revision_of_study",
            "transcript_id, study_id", "transcripts_transcript", "id, study_id"),
        key("transcripts_speaker", "speaker_of_study",
            "revision_id, study_id", "transcripts_revision", "id, study_id"),
        key("transcripts_speaker", "speaker_role_of_study",
            "role_id, study_id", "transcripts_speakerrole", "id, study_id"),
        key("transcripts_segment", "segment_of_study",
            "revision_id, study_id", "transcripts_revision", "id, study_id"),
        key("transcripts_segment", "segment_speaker_of_revision",
            "speaker_id, revision_id", "transcripts_speaker", "id, revision_id"),
        migrations.RunSQL(
            """
            CREATE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'the history is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
            END $$
            """,
            "DROP FUNCTION history_is_kept()",
        ),
        *[kept(f"transcripts_{model}event") for model in ("study", "membership", "transcript")],
    ]
