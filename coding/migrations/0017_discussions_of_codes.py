"""What a team says about a code, kept as it was said; a decision in it becomes a change note."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0016_versions_say_what_changed'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('said_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='CommentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('text', models.TextField()),
                ('said_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Discussion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]+\\Z', 'Write the key in one line, without control characters.')])),
            ],
        ),
        migrations.CreateModel(
            name='DiscussionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('\\A[^\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]+\\Z', 'Write the key in one line, without control characters.')])),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='changenote',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='changenote',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='changenote',
            name='delete_delete',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_changenoteevent" ("about", "code_id", "comment_id", "decided_at", "decided_by_id", "id", "kind", "old_code_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "reason", "study_id", "version_id") VALUES (NEW."about", NEW."code_id", NEW."comment_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."kind", NEW."old_code_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."predecessor_id", NEW."reason", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='fcabbe2b1ded5b41ea6f1d8fc19e117ec30478da', operation='INSERT', pgid='pgtrigger_insert_insert_9391a', table='coding_changenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_changenoteevent" ("about", "code_id", "comment_id", "decided_at", "decided_by_id", "id", "kind", "old_code_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "reason", "study_id", "version_id") VALUES (NEW."about", NEW."code_id", NEW."comment_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."kind", NEW."old_code_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."predecessor_id", NEW."reason", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='385ab7d977b6e0e7e9c363a05ae49665499007a7', operation='UPDATE', pgid='pgtrigger_update_update_dc95b', table='coding_changenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_changenoteevent" ("about", "code_id", "comment_id", "decided_at", "decided_by_id", "id", "kind", "old_code_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "reason", "study_id", "version_id") VALUES (OLD."about", OLD."code_id", OLD."comment_id", OLD."decided_at", OLD."decided_by_id", OLD."id", OLD."kind", OLD."old_code_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."predecessor_id", OLD."reason", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='80926fcf4a268eafaa5f7b09f1b3207c0e942477', operation='DELETE', pgid='pgtrigger_delete_delete_cd098', table='coding_changenote', when='AFTER')),
        ),
        migrations.AddField(
            model_name='comment',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='comment',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='changenote',
            name='comment',
            field=models.ForeignKey(help_text='What was said and decided.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='change_notes', to='coding.comment'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='comment',
            field=models.ForeignKey(db_constraint=False, help_text='What was said and decided.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.comment'),
        ),
        migrations.AddField(
            model_name='commentevent',
            name='author',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='commentevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='commentevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.comment'),
        ),
        migrations.AddField(
            model_name='commentevent',
            name='study',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='discussion',
            name='codebook',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discussions', to='coding.codebook'),
        ),
        migrations.AddField(
            model_name='discussion',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='commentevent',
            name='discussion',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.discussion'),
        ),
        migrations.AddField(
            model_name='comment',
            name='discussion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='coding.discussion'),
        ),
        migrations.AddField(
            model_name='discussionevent',
            name='codebook',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebook'),
        ),
        migrations.AddField(
            model_name='discussionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='discussionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.discussion'),
        ),
        migrations.AddField(
            model_name='discussionevent',
            name='study',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study'),
        ),
        migrations.AddConstraint(
            model_name='discussion',
            constraint=models.UniqueConstraint(models.F('codebook'), models.F('key'), name='discussion_once_per_code'),
        ),
        migrations.AddConstraint(
            model_name='discussion',
            constraint=models.UniqueConstraint(models.F('id'), models.F('study'), name='discussion_key_of_study'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='discussion',
            trigger=pgtrigger.compiler.Trigger(name='discussion_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dff6b3e165c4c3c2c1186f0fa40cdeadfc31dd5d', operation='UPDATE OR DELETE', pgid='pgtrigger_discussion_is_kept_364de', table='coding_discussion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='discussion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_discussionevent" ("codebook_id", "id", "key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."codebook_id", NEW."id", NEW."key", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."study_id"); RETURN NULL;', hash='11225f2fdb011bc00c2fae8c13ad27366af4b5d2', operation='INSERT', pgid='pgtrigger_insert_insert_4abeb', table='coding_discussion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='discussion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_discussionevent" ("codebook_id", "id", "key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."codebook_id", NEW."id", NEW."key", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."study_id"); RETURN NULL;', hash='6e40522e82556420928dc83f261ba35191d1f37e', operation='UPDATE', pgid='pgtrigger_update_update_51d89', table='coding_discussion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='discussion',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_discussionevent" ("codebook_id", "id", "key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (OLD."codebook_id", OLD."id", OLD."key", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."study_id"); RETURN NULL;', hash='3dcb4ba41d181b4d7b5f30464bdc85e1738db03e', operation='DELETE', pgid='pgtrigger_delete_delete_dc919', table='coding_discussion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='aa9f45f0641f079209ce393be63b2a3955b45a40', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6ce1f', table='coding_commentevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(models.F('id'), models.F('study'), name='comment_key_of_study'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='comment_says_something'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='comment_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e1bf27aa57bbee9206562a40a27bd6dd41194da8', operation='UPDATE OR DELETE', pgid='pgtrigger_comment_is_kept_061d7', table='coding_comment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_commentevent" ("author_id", "discussion_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "study_id", "text") VALUES (NEW."author_id", NEW."discussion_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."said_at", NEW."study_id", NEW."text"); RETURN NULL;', hash='973f752abafd13c1ad1a1f319c84df1353383593', operation='INSERT', pgid='pgtrigger_insert_insert_600ba', table='coding_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_commentevent" ("author_id", "discussion_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "study_id", "text") VALUES (NEW."author_id", NEW."discussion_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."said_at", NEW."study_id", NEW."text"); RETURN NULL;', hash='a16c633e14495ff96843c699b9b98c632e89a62b', operation='UPDATE', pgid='pgtrigger_update_update_31f9d', table='coding_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_commentevent" ("author_id", "discussion_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "study_id", "text") VALUES (OLD."author_id", OLD."discussion_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."said_at", OLD."study_id", OLD."text"); RETURN NULL;', hash='927f22f325a03e3e84c666d4b215baade31d2761', operation='DELETE', pgid='pgtrigger_delete_delete_02433', table='coding_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='discussionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fa8ab096ec6bffd89030d6163c14f33cce102f23', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7d05c', table='coding_discussionevent', when='BEFORE')),
        ),
        key("coding_discussion", "discussion_of_study", "codebook_id, study_id", "coding_codebook", "id, study_id"),
        key("coding_comment", "comment_of_discussion", "discussion_id, study_id", "coding_discussion", "id, study_id"),
        key("coding_comment", "comment_author_of_study",
            "author_id, study_id", "transcripts_membership", "id, study_id"),
        key("coding_changenote", "change_comment_of_study", "comment_id, study_id", "coding_comment", "id, study_id"),
        kept("coding_discussion"),
        kept("coding_discussionevent"),
        kept("coding_comment"),
        kept("coding_commentevent"),
    ]
