"""Whether the raters of a closed round see the others beside their own codings."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0010_reflexive_notes'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='round',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='round',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='round',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='round',
            name='others_shown',
            field=models.BooleanField(default=False, help_text="Once it is closed, its raters may see the others' codings beside their own."),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='others_shown',
            field=models.BooleanField(default=False, help_text="Once it is closed, its raters may see the others' codings beside their own."),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "others_shown", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."imported", NEW."kind", NEW."name", NEW."notes_for_study", NEW."others_shown", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='20ee94956e061453ffea82b86489d6b143b1bd2d', operation='INSERT', pgid='pgtrigger_insert_insert_0fdfa', table='coding_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "others_shown", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."imported", NEW."kind", NEW."name", NEW."notes_for_study", NEW."others_shown", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='0f76a7751615563c00d9dbf8fe9c78d41d7ab4c5', operation='UPDATE', pgid='pgtrigger_update_update_2f257', table='coding_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "others_shown", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (OLD."closed_at", OLD."created_at", OLD."created_by_id", OLD."id", OLD."imported", OLD."kind", OLD."name", OLD."notes_for_study", OLD."others_shown", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."seed", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='8848c2b9be31b7b532d27b9ee46cbe5cec49bd1e', operation='DELETE', pgid='pgtrigger_delete_delete_9cbf6', table='coding_round', when='AFTER')),
        ),
    ]
