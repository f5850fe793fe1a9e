"""Keep which session attributes raters may see, with its history; by default none."""

import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from transcripts.migrations._keys import kept


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShownAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shown_attributes', to='transcripts.study')),
            ],
        ),
        migrations.CreateModel(
            name='ShownAttributeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='transcripts.shownattribute')),
                ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='shownattribute',
            constraint=models.UniqueConstraint(models.F('study'), models.F('name'), name='shown_attribute_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shownattribute',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_shownattributeevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."study_id"); RETURN NULL;', hash='09fe41c337e2f7fbefb85c14c31a6a2c4555e22b', operation='INSERT', pgid='pgtrigger_insert_insert_8e7c6', table='transcripts_shownattribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shownattribute',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "transcripts_shownattributeevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."study_id"); RETURN NULL;', hash='29beae3db5f154c4f0e103fdc47b9b5c0a8ebea6', operation='UPDATE', pgid='pgtrigger_update_update_0edff', table='transcripts_shownattribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shownattribute',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_shownattributeevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."study_id"); RETURN NULL;', hash='244576cdb0c549221ea489d95b7182a39d60b69c', operation='DELETE', pgid='pgtrigger_delete_delete_221e5', table='transcripts_shownattribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='shownattributeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1e77224d17fa6029ee847f590e34b3f03f5356a7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_94b97', table='transcripts_shownattributeevent', when='BEFORE')),
        ),
        *[kept(f"transcripts_{model}") for model in ("shownattribute", "shownattributeevent")],
    ]
