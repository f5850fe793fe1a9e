"""Refuse TRUNCATE on what people coded: it fires no row trigger, so that the history would learn nothing of it."""

from django.db import migrations

from transcripts.migrations._keys import kept


class Migration(migrations.Migration):
    dependencies = [
        ("coding", "0005_kept_parts_as_they_were_written"),
        ("transcripts", "0004_names_in_the_history_are_kept"),
    ]

    operations = [
        kept(f"coding_{model}")
        for model in (
            "codebook", "codebookversion", "family", "code", "coderole", "attribute", "attributevalue",
            "round", "assignment", "judgement", "coding", "evidence", "codingattribute",
        )
    ]
