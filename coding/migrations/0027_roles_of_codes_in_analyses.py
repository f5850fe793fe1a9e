"""Which codes stand in which role of an enactment, decided beside the codebook, with its history."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0026_meeting_and_memo_keys'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnalysisRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_key', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]+\\Z', 'Write the key in one line, without control characters.')])),
                ('role', models.CharField(blank=True, choices=[('pull', 'Pull'), ('noticing', 'Noticing'), ('naming', 'Naming'), ('recognised', 'Response: recognised'), ('understood', 'Response: understood'), ('new', 'Response: new'), ('turned_away', 'Response: turned away'), ('beside', 'Stands beside')], max_length=12)),
                ('set_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('codebook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='analysis_roles', to='coding.codebook')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
            ],
        ),
        migrations.CreateModel(
            name='AnalysisRoleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code_key', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]+\\Z', 'Write the key in one line, without control characters.')])),
                ('role', models.CharField(blank=True, choices=[('pull', 'Pull'), ('noticing', 'Noticing'), ('naming', 'Naming'), ('recognised', 'Response: recognised'), ('understood', 'Response: understood'), ('new', 'Response: new'), ('turned_away', 'Response: turned away'), ('beside', 'Stands beside')], max_length=12)),
                ('set_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('codebook', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebook')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.analysisrole')),
                ('set_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.membership')),
                ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='analysisrole',
            constraint=models.UniqueConstraint(models.F('codebook'), models.F('code_key'), name='analysis_role_once_per_code'),
        ),
        migrations.AddConstraint(
            model_name='analysisrole',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['', 'pull', 'noticing', 'naming', 'recognised', 'understood', 'new', 'turned_away', 'beside'])), name='analysis_role_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analysisrole',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_analysisroleevent" ("code_key", "codebook_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "set_at", "set_by_id", "study_id") VALUES (NEW."code_key", NEW."codebook_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."set_at", NEW."set_by_id", NEW."study_id"); RETURN NULL;', hash='eca0397a4a7a92680d4279e0b3a5e191c4b4d98d', operation='INSERT', pgid='pgtrigger_insert_insert_797e4', table='coding_analysisrole', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analysisrole',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_analysisroleevent" ("code_key", "codebook_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "set_at", "set_by_id", "study_id") VALUES (NEW."code_key", NEW."codebook_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."set_at", NEW."set_by_id", NEW."study_id"); RETURN NULL;', hash='8fae72eb76e37839bfdaa40aa49533bdf9bdb96e', operation='UPDATE', pgid='pgtrigger_update_update_9770b', table='coding_analysisrole', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analysisrole',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_analysisroleevent" ("code_key", "codebook_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "set_at", "set_by_id", "study_id") VALUES (OLD."code_key", OLD."codebook_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."set_at", OLD."set_by_id", OLD."study_id"); RETURN NULL;', hash='60fb00e69ec66eff1cf08a37d9ed23eb200ae279', operation='DELETE', pgid='pgtrigger_delete_delete_f239c', table='coding_analysisrole', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='analysisroleevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b6489b726177745968f36aabd0d45a58ff019632', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e663c', table='coding_analysisroleevent', when='BEFORE')),
        ),
        key("coding_analysisrole", "analysis_role_of_codebook",
            "codebook_id, study_id", "coding_codebook", "id, study_id"),
        key("coding_analysisrole", "analysis_role_set_in_study",
            "set_by_id, study_id", "transcripts_membership", "id, study_id"),
        kept("coding_analysisrole"),
        kept("coding_analysisroleevent"),
    ]
