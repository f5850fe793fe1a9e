"""Keys that Django cannot write for meetings, proposals and memos, and no TRUNCATE."""

from django.db import migrations

from transcripts.migrations._keys import key, kept

ROUND = ("coding_round", "id, study_id")
MEMBER = ("transcripts_membership", "id, study_id")
SEGMENT = ("transcripts_segment", "id, revision_id")
REVISION = ("transcripts_revision", "id, study_id")
VERSION = ("coding_codebookversion", "id, study_id")
CODE = ("coding_code", "id, version_id")
ENTRY, PROPOSAL, MEMO = "coding_meetingentry", "coding_codebookproposal", "coding_memo"


class Migration(migrations.Migration):
    dependencies = [
        ("coding", "0025_meetings_and_memos"),
        ("transcripts", "0004_names_in_the_history_are_kept"),
    ]

    operations = [
        key(ENTRY, "entry_of_round", "round_id, study_id", *ROUND),
        key(ENTRY, "entry_segment_of_revision", "segment_id, revision_id", *SEGMENT),
        key(ENTRY, "entry_revision_of_study", "revision_id, study_id", *REVISION),
        key(ENTRY, "entry_author_of_study", "author_id, study_id", *MEMBER),
        key(PROPOSAL, "proposal_version_of_study", "version_id, study_id", *VERSION),
        key(PROPOSAL, "proposal_code_of_version", "code_id, version_id", *CODE),
        key(PROPOSAL, "proposal_round_of_study", "round_id, study_id", *ROUND),
        key(PROPOSAL, "proposal_segment_of_revision", "segment_id, revision_id", *SEGMENT),
        key(PROPOSAL, "proposal_revision_of_study", "revision_id, study_id", *REVISION),
        key(PROPOSAL, "proposal_author_of_study", "author_id, study_id", *MEMBER),
        key(MEMO, "memo_author_of_study", "author_id, study_id", *MEMBER),
        key(MEMO, "memo_transcript_of_study",
            "transcript_id, study_id", "transcripts_transcript", "id, study_id"),
        key(MEMO, "memo_revision_of_transcript",
            "revision_id, transcript_id, study_id", "transcripts_revision", "id, transcript_id, study_id"),
        key(MEMO, "memo_segment_of_revision", "segment_id, revision_id", *SEGMENT),
        key(MEMO, "memo_version_of_study", "version_id, study_id", *VERSION),
        key(MEMO, "memo_code_of_version", "code_id, version_id", *CODE),
        *[kept(f"coding_{model}") for model in ("meetingentry", "codebookproposal", "memo", "memoevent")],
    ]
