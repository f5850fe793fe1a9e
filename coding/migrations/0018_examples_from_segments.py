"""Examples of codes that are segments of the study itself; the codebook holds none of their text."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0017_discussions_of_codes'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='SegmentExample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('example', 'an example'), ('near_miss', 'a near miss')], default='example', max_length=9)),
                ('start', models.PositiveIntegerField(help_text="Code points from the segment's start; none means all of it.", null=True)),
                ('end', models.PositiveIntegerField(null=True)),
                ('note', models.TextField(blank=True)),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segment_examples', to='coding.code')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.segment')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segment_examples', to='coding.codebookversion')),
            ],
        ),
        migrations.CreateModel(
            name='SegmentExampleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('example', 'an example'), ('near_miss', 'a near miss')], default='example', max_length=9)),
                ('start', models.PositiveIntegerField(help_text="Code points from the segment's start; none means all of it.", null=True)),
                ('end', models.PositiveIntegerField(null=True)),
                ('note', models.TextField(blank=True)),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('added_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.membership')),
                ('code', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.code')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.segmentexample')),
                ('revision', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.revision')),
                ('segment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.segment')),
                ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='segmentexample',
            constraint=models.UniqueConstraint(models.F('code'), models.F('segment'), name='example_once_per_segment'),
        ),
        migrations.AddConstraint(
            model_name='segmentexample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end__isnull', True), ('start__isnull', True)), ('start__lt', models.F('end')), _connector='OR'), name='example_words_in_order'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='segmentexample',
            trigger=pgtrigger.compiler.Trigger(name='example_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE part record; published timestamptz;', func="\n            part := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n            SELECT published_at INTO published FROM coding_codebookversion WHERE id = part.version_id FOR SHARE;\n            IF published IS NULL AND TG_OP = 'UPDATE' AND OLD.version_id <> NEW.version_id THEN\n                SELECT published_at INTO published FROM coding_codebookversion WHERE id = OLD.version_id FOR SHARE;\n            END IF;\n            IF published IS NOT NULL THEN\n                RAISE EXCEPTION 'a published codebook version is never changed'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'version_is_frozen';\n            END IF;\n            RETURN part;\n        ", hash='6af01c0a968dde703cb94c918225af67fbe9f0dd', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_example_is_frozen_db2e4', table='coding_segmentexample', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='segmentexample',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_segmentexampleevent" ("added_at", "added_by_id", "code_id", "end", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "segment_id", "start", "study_id", "version_id") VALUES (NEW."added_at", NEW."added_by_id", NEW."code_id", NEW."end", NEW."id", NEW."kind", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revision_id", NEW."segment_id", NEW."start", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='f2076e5092107be22b50a498a76bde6c22ba07cb', operation='INSERT', pgid='pgtrigger_insert_insert_cefb5', table='coding_segmentexample', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='segmentexample',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_segmentexampleevent" ("added_at", "added_by_id", "code_id", "end", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "segment_id", "start", "study_id", "version_id") VALUES (NEW."added_at", NEW."added_by_id", NEW."code_id", NEW."end", NEW."id", NEW."kind", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revision_id", NEW."segment_id", NEW."start", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='d83b99aa3eee49fb9f4e62dce775e2057d059a73', operation='UPDATE', pgid='pgtrigger_update_update_3b138', table='coding_segmentexample', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='segmentexample',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_segmentexampleevent" ("added_at", "added_by_id", "code_id", "end", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "segment_id", "start", "study_id", "version_id") VALUES (OLD."added_at", OLD."added_by_id", OLD."code_id", OLD."end", OLD."id", OLD."kind", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revision_id", OLD."segment_id", OLD."start", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='310b0a3848b9a1670ce1f29e1d95e46d24c5e7e1', operation='DELETE', pgid='pgtrigger_delete_delete_e197c', table='coding_segmentexample', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='segmentexampleevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='00417479946095d04ec7cfc745e5d97413e79930', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b6aa6', table='coding_segmentexampleevent', when='BEFORE')),
        ),
        key("coding_segmentexample", "example_of_study", "version_id, study_id", "coding_codebookversion", "id, study_id"),
        key("coding_segmentexample", "example_code_of_version", "code_id, version_id", "coding_code", "id, version_id"),
        key("coding_segmentexample", "example_segment_of_revision",
            "segment_id, revision_id", "transcripts_segment", "id, revision_id"),
        key("coding_segmentexample", "example_revision_of_study",
            "revision_id, study_id", "transcripts_revision", "id, study_id"),
        key("coding_segmentexample", "example_added_in_study",
            "added_by_id, study_id", "transcripts_membership", "id, study_id"),
        kept("coding_segmentexample"),
        kept("coding_segmentexampleevent"),
    ]
