"""A published version can be put aside; it stays frozen as it is."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0018_examples_from_segments'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='VersionRetirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(blank=True)),
                ('retired_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('retired_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='retirement', to='coding.codebookversion')),
            ],
        ),
        migrations.CreateModel(
            name='VersionRetirementEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('reason', models.TextField(blank=True)),
                ('retired_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.versionretirement')),
                ('retired_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.membership')),
                ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='versionretirement',
            trigger=pgtrigger.compiler.Trigger(name='retired_was_published', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM coding_codebookversion WHERE id = NEW.version_id AND published_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION 'only a published version is retired'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'retired_was_published';\n                    END IF;\n                    RETURN NEW;\n                ", hash='c86e04ab1bc8f30ad987d42b0388859b83edff01', operation='INSERT OR UPDATE', pgid='pgtrigger_retired_was_published_f70d9', table='coding_versionretirement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='versionretirement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_versionretirementevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "retired_at", "retired_by_id", "study_id", "version_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."retired_at", NEW."retired_by_id", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='1e0167a6cede883cd07b39649ded83d830b04cad', operation='INSERT', pgid='pgtrigger_insert_insert_10022', table='coding_versionretirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='versionretirement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_versionretirementevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "retired_at", "retired_by_id", "study_id", "version_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."retired_at", NEW."retired_by_id", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='8c72990d74e3dcbf32239231bf007fc141fb9270', operation='UPDATE', pgid='pgtrigger_update_update_79345', table='coding_versionretirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='versionretirement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_versionretirementevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "retired_at", "retired_by_id", "study_id", "version_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."retired_at", OLD."retired_by_id", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='28e7caff1a9c23382c0346eabaa7680a3517f28d', operation='DELETE', pgid='pgtrigger_delete_delete_7fa02', table='coding_versionretirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='versionretirementevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='78b6f6e911ddde3e9847e465026c4636eb277dfa', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cdb0e', table='coding_versionretirementevent', when='BEFORE')),
        ),
        key("coding_versionretirement", "retirement_of_study",
            "version_id, study_id", "coding_codebookversion", "id, study_id"),
        key("coding_versionretirement", "retired_by_member",
            "retired_by_id, study_id", "transcripts_membership", "id, study_id"),
        kept("coding_versionretirement"),
        kept("coding_versionretirementevent"),
    ]
