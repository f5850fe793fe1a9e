"""Keys that Django cannot write for adjudications, and no TRUNCATE: the final word is kept like what it decides on."""

from django.db import migrations

from transcripts.migrations._keys import key, kept

VERSIONED = ("coding_round", "id, version_id, study_id")
ROUND = ("coding_round", "id, study_id")
MEMBER = ("transcripts_membership", "id, study_id")
SEGMENT = ("transcripts_segment", "id, revision_id")
REVISION = ("transcripts_revision", "id, study_id")
OPENING, ANSWER = "coding_adjudicationopening", "coding_adjudication"
CODING, ATTRIBUTE = "coding_adjudicatedcoding", "coding_adjudicatedattribute"


class Migration(migrations.Migration):
    dependencies = [
        ("coding", "0023_adjudication"),
        ("transcripts", "0004_names_in_the_history_are_kept"),
    ]

    operations = [
        key(OPENING, "opening_of_round", "round_id, version_id, study_id", *VERSIONED),
        key(OPENING, "opening_opened_in_study", "opened_by_id, study_id", *MEMBER),
        key(OPENING, "opening_ended_in_study", "ended_by_id, study_id", *MEMBER),
        key("coding_adjudicator", "adjudicator_of_round", "round_id, study_id", *ROUND),
        key("coding_adjudicator", "adjudicator_of_study", "member_id, study_id", *MEMBER),
        key("coding_namesshown", "names_of_round", "round_id, study_id", *ROUND),
        key("coding_namesshown", "names_segment_of_revision", "segment_id, revision_id", *SEGMENT),
        key("coding_namesshown", "names_revision_of_study", "revision_id, study_id", *REVISION),
        key("coding_namesshown", "names_member_of_study", "member_id, study_id", *MEMBER),
        key(ANSWER, "adjudication_of_round", "round_id, version_id, study_id", *VERSIONED),
        key(ANSWER, "adjudication_segment_of_revision", "segment_id, revision_id", *SEGMENT),
        key(ANSWER, "adjudication_revision_of_study", "revision_id, study_id", *REVISION),
        key(ANSWER, "adjudication_author_of_study", "author_id, study_id", *MEMBER),
        key(CODING, "adjudicated_coding_of_answer", "adjudication_id, version_id", ANSWER, "id, version_id"),
        key(CODING, "adjudicated_code_of_version", "code_id, version_id", "coding_code", "id, version_id"),
        key(ATTRIBUTE, "adjudicated_attribute_of_coding", "coding_id, version_id", CODING, "id, version_id"),
        key(ATTRIBUTE, "adjudicated_attribute_of_version",
            "attribute_id, version_id", "coding_attribute", "id, version_id"),
        *[
            kept(f"coding_{model}")
            for model in (
                "adjudicationopening", "adjudicationopeningevent", "adjudicator", "namesshown", "adjudication",
                "adjudicatedcoding", "adjudicatedevidence", "adjudicatedattribute",
            )
        ],
    ]
