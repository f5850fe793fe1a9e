"""Keys that Django cannot write: a code of one version never meets a segment of another study."""

from django.db import migrations

from transcripts.migrations._keys import key, kept

VERSION = ("coding_codebookversion", "id, study_id")


class Migration(migrations.Migration):
    dependencies = [
        ("coding", "0001_codebooks_rounds_and_codings"),
        ("transcripts", "0002_composite_keys"),
    ]

    operations = [
        # the codebook
        key("coding_codebookversion", "version_of_study", "codebook_id, study_id", "coding_codebook", "id, study_id"),
        key("coding_family", "family_of_study", "version_id, study_id", *VERSION),
        key("coding_code", "code_of_study", "version_id, study_id", *VERSION),
        key("coding_code", "code_family_of_version", "family_id, version_id", "coding_family", "id, version_id"),
        key("coding_coderole", "code_role_of_version", "code_id, version_id", "coding_code", "id, version_id"),
        key("coding_coderole", "code_role_of_study", "version_id, study_id", *VERSION),
        key("coding_coderole", "code_role_role_of_study",
            "role_id, study_id", "transcripts_speakerrole", "id, study_id"),
        key("coding_attribute", "attribute_of_study", "version_id, study_id", *VERSION),
        key("coding_attributevalue", "attribute_value_of_version",
            "attribute_id, version_id", "coding_attribute", "id, version_id"),
        key("coding_attributevalue", "attribute_value_of_study", "version_id, study_id", *VERSION),
        # rounds and assignments
        key("coding_round", "round_version_of_study", "version_id, study_id", *VERSION),
        key("coding_assignment", "assignment_of_round",
            "round_id, version_id, study_id", "coding_round", "id, version_id, study_id"),
        key("coding_assignment", "assignment_revision_of_transcript",
            "revision_id, transcript_id, study_id", "transcripts_revision", "id, transcript_id, study_id"),
        key("coding_assignment", "assignment_rater_of_study",
            "rater_id, study_id", "transcripts_membership", "id, study_id"),
        # judgements and codings
        key("coding_judgement", "judgement_of_assignment",
            "assignment_id, study_id, version_id, revision_id",
            "coding_assignment", "id, study_id, version_id, revision_id"),
        key("coding_judgement", "judgement_segment_of_revision",
            "segment_id, revision_id", "transcripts_segment", "id, revision_id"),
        key("coding_coding", "coding_of_judgement",
            "judgement_id, version_id", "coding_judgement", "id, version_id"),
        key("coding_coding", "coding_code_of_version", "code_id, version_id", "coding_code", "id, version_id"),
        key("coding_codingattribute", "coding_attribute_of_coding",
            "coding_id, version_id", "coding_coding", "id, version_id"),
        key("coding_codingattribute", "coding_attribute_of_version",
            "attribute_id, version_id", "coding_attribute", "id, version_id"),
        *[
            kept(f"coding_{model}event")
            for model in (
                "codebook", "codebookversion", "family", "code", "coderole", "attribute", "attributevalue",
                "round", "assignment", "judgement", "coding", "evidence", "codingattribute",
            )
        ],
        kept("coding_act"),
    ]
