"""A study may want discussion and decisions, and no numbers."""


import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('transcripts', '0005_what_raters_see_of_sessions'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='study',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='study',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='study',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='study',
            name='discussion_only',
            field=models.BooleanField(default=False, help_text='The team talks and decides; it wants no numbers.'),
        ),
        migrations.AddField(
            model_name='studyevent',
            name='discussion_only',
            field=models.BooleanField(default=False, help_text='The team talks and decides; it wants no numbers.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='study',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_studyevent" ("created_at", "discussion_only", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "slug", "title") VALUES (NEW."created_at", NEW."discussion_only", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."question", NEW."slug", NEW."title"); RETURN NULL;', hash='d3bb68703a4e4fe04f7b448cc29941f46ee26cba', operation='INSERT', pgid='pgtrigger_insert_insert_e297e', table='transcripts_study', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='study',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "transcripts_studyevent" ("created_at", "discussion_only", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "slug", "title") VALUES (NEW."created_at", NEW."discussion_only", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."question", NEW."slug", NEW."title"); RETURN NULL;', hash='6485314976b1db43d7daf34aee706ac327994f26', operation='UPDATE', pgid='pgtrigger_update_update_f3baa', table='transcripts_study', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='study',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_studyevent" ("created_at", "discussion_only", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "slug", "title") VALUES (OLD."created_at", OLD."discussion_only", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."question", OLD."slug", OLD."title"); RETURN NULL;', hash='6cb2d885b619aa63e1cd038ce9f6b8fd405c5ad5', operation='DELETE', pgid='pgtrigger_delete_delete_1f36e', table='transcripts_study', when='AFTER')),
        ),
    ]
