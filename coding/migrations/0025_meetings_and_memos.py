"""Entries of calibration meetings, proposals for the codebook, and memos."""


import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0024_adjudication_keys'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='MeetingEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('remark', 'remark'), ('decision', 'decision')], max_length=8)),
                ('words', models.TextField(blank=True, help_text='A decision without words was taken back.')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meeting', to='coding.round')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meeting', to='transcripts.segment')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
            ],
        ),
        migrations.CreateModel(
            name='Memo',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(blank=True)),
                ('shared', models.BooleanField(default=False, help_text='Members who are not blind to it may read it.')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memos', to='transcripts.membership')),
                ('code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memos', to='coding.code')),
                ('revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision')),
                ('segment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memos', to='transcripts.segment')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memos', to='transcripts.study')),
                ('transcript', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memos', to='transcripts.transcript')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion')),
            ],
        ),
        migrations.CreateModel(
            name='MemoEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('text', models.TextField(blank=True)),
                ('shared', models.BooleanField(default=False, help_text='Members who are not blind to it may read it.')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.membership')),
                ('code', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.code')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.memo')),
                ('revision', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.revision')),
                ('segment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.segment')),
                ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
                ('transcript', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.transcript')),
                ('version', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CodebookProposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('change', models.CharField(choices=[('reworded', 'reworded: nobody else would get it'), ('redefined', 'redefined: others would get it'), ('split', 'split into several'), ('merged', 'merged with another'), ('retired', 'retired'), ('new', 'a new code')], max_length=9)),
                ('words', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='coding.code')),
                ('revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.round')),
                ('segment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.segment')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='coding.codebookversion')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='proposal_says_something'), models.CheckConstraint(condition=models.Q(('change', 'new'), ('code__isnull', False), _connector='OR'), name='proposal_names_a_code'), models.CheckConstraint(condition=models.Q(models.Q(('revision', None), ('segment', None)), models.Q(('revision__isnull', False), ('segment__isnull', False)), _connector='OR'), name='proposal_segment_has_revision')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codebookproposal',
            trigger=pgtrigger.compiler.Trigger(name='proposal_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1ab727c91c6a1184d9e8b02cd95e3fece514c86e', operation='UPDATE OR DELETE', pgid='pgtrigger_proposal_is_kept_29c8a', table='coding_codebookproposal', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='meetingentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'decision'), models.Q(('words', ''), _negated=True), _connector='OR'), name='remark_says_something'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetingentry',
            trigger=pgtrigger.compiler.Trigger(name='meeting_entry_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8d8877a936446c31973949b2d79bfb6c0ec83337', operation='UPDATE OR DELETE', pgid='pgtrigger_meeting_entry_is_kept_b470b', table='coding_meetingentry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='memo',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('segment', None), ('transcript', None)), ('code', None), _connector='OR'), name='memo_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='memo',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revision', None), ('segment', None)), models.Q(('revision__isnull', False), ('segment__isnull', False), ('transcript__isnull', False)), _connector='OR'), name='memo_segment_has_transcript'),
        ),
        migrations.AddConstraint(
            model_name='memo',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', None), ('version', None)), models.Q(('code__isnull', False), ('version__isnull', False)), _connector='OR'), name='memo_code_has_version'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='memo',
            trigger=pgtrigger.compiler.Trigger(name='memo_stays_where_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.study_id <> OLD.study_id\n                        OR NEW.author_id <> OLD.author_id OR NEW.transcript_id IS DISTINCT FROM OLD.transcript_id\n                        OR NEW.segment_id IS DISTINCT FROM OLD.segment_id\n                        OR NEW.code_id IS DISTINCT FROM OLD.code_id THEN\n                        RAISE EXCEPTION 'a memo stays with its author and with what it is about'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'memo_stays_where_it_is';\n                    END IF;\n                    RETURN NEW;\n                ", hash='abab2ae50ff551d25db941cf4349a65d029d1ffb', operation='UPDATE OR DELETE', pgid='pgtrigger_memo_stays_where_it_is_0d209', table='coding_memo', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='memo',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_memoevent" ("author_id", "code_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "segment_id", "shared", "study_id", "text", "transcript_id", "version_id", "written_at") VALUES (NEW."author_id", NEW."code_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revision_id", NEW."segment_id", NEW."shared", NEW."study_id", NEW."text", NEW."transcript_id", NEW."version_id", NEW."written_at"); RETURN NULL;', hash='9924d79567322739691b56d9e12d7f3d47237af0', operation='INSERT', pgid='pgtrigger_insert_insert_38c67', table='coding_memo', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='memo',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_memoevent" ("author_id", "code_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "segment_id", "shared", "study_id", "text", "transcript_id", "version_id", "written_at") VALUES (NEW."author_id", NEW."code_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revision_id", NEW."segment_id", NEW."shared", NEW."study_id", NEW."text", NEW."transcript_id", NEW."version_id", NEW."written_at"); RETURN NULL;', hash='73e3563b182d12285713c5faa858370884a415ef', operation='UPDATE', pgid='pgtrigger_update_update_dfbeb', table='coding_memo', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='memo',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_memoevent" ("author_id", "code_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "segment_id", "shared", "study_id", "text", "transcript_id", "version_id", "written_at") VALUES (OLD."author_id", OLD."code_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revision_id", OLD."segment_id", OLD."shared", OLD."study_id", OLD."text", OLD."transcript_id", OLD."version_id", OLD."written_at"); RETURN NULL;', hash='83e5c9c251f5b632de8fe3db7130a74a0717cc74', operation='DELETE', pgid='pgtrigger_delete_delete_ea52d', table='coding_memo', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='memoevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='753155a6abb00606c2707cd7053f25d53a93a825', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_33973', table='coding_memoevent', when='BEFORE')),
        ),
    ]
