"""What an hour pulled its rater to feel or do, and whether the study reads it."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models

from transcripts.migrations._keys import kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0009_links_between_codings'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReflexiveNote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(blank=True)),
                ('shared', models.BooleanField(default=False, help_text='The author lets the study read it.')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='ReflexiveNoteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('text', models.TextField(blank=True)),
                ('shared', models.BooleanField(default=False, help_text='The author lets the study read it.')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'abstract': False,
            },
        ),
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
            name='notes_for_study',
            field=models.BooleanField(default=False, help_text="The study reads the raters' notes; said before the round started."),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='notes_for_study',
            field=models.BooleanField(default=False, help_text="The study reads the raters' notes; said before the round started."),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='round_keeps_its_word_on_notes', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."notes_for_study" IS DISTINCT FROM (NEW."notes_for_study"))', func="\n                    RAISE EXCEPTION 'who reads the notes was said before the round started'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'round_keeps_its_word_on_notes';\n                ", hash='aaa5831ae73c3fb0a240f4910757bdbbe2da5ac7', operation='UPDATE OF "notes_for_study"', pgid='pgtrigger_round_keeps_its_word_on_notes_4f905', table='coding_round', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."imported", NEW."kind", NEW."name", NEW."notes_for_study", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='f3538dd9d581e545b1e59b78423006c3ed981aeb', operation='INSERT', pgid='pgtrigger_insert_insert_0fdfa', table='coding_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."imported", NEW."kind", NEW."name", NEW."notes_for_study", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='ef3721a628849e1d6af38dc5974abee68a0fdf71', operation='UPDATE', pgid='pgtrigger_update_update_2f257', table='coding_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (OLD."closed_at", OLD."created_at", OLD."created_by_id", OLD."id", OLD."imported", OLD."kind", OLD."name", OLD."notes_for_study", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."seed", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='850aa1a537d306fedc781a53f87a5b8d95f22ef6', operation='DELETE', pgid='pgtrigger_delete_delete_9cbf6', table='coding_round', when='AFTER')),
        ),
        migrations.AddField(
            model_name='reflexivenote',
            name='assignment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='note', to='coding.assignment'),
        ),
        migrations.AddField(
            model_name='reflexivenoteevent',
            name='assignment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.assignment'),
        ),
        migrations.AddField(
            model_name='reflexivenoteevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reflexivenoteevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.reflexivenote'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reflexivenote',
            trigger=pgtrigger.compiler.Trigger(name='note_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE open boolean;', func="\n                    IF TG_OP = 'UPDATE' THEN\n                        IF NEW.assignment_id <> OLD.assignment_id THEN\n                            RAISE EXCEPTION 'a note never moves'\n                                USING ERRCODE = 'check_violation', CONSTRAINT = 'note_never_moves';\n                        ELSIF NEW.text = OLD.text THEN\n                            RETURN NEW;\n                        END IF;\n                    ELSIF TG_OP = 'DELETE' THEN\n                        RAISE EXCEPTION 'a note is kept: emptying it is a change of its words'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'note_is_kept';\n                    END IF;\n                    SELECT submitted_at IS NULL AND withdrawn_at IS NULL INTO open\n                        FROM coding_assignment WHERE id = NEW.assignment_id FOR SHARE;\n                    IF NOT open THEN\n                        RAISE EXCEPTION 'a submitted assignment is final'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'submitted_is_final';\n                    END IF;\n                    RETURN NEW;\n                ", hash='714e7a354a6df0525572f683c4c41ccf15777292', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_note_is_final_e9c01', table='coding_reflexivenote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reflexivenote',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_reflexivenoteevent" ("assignment_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shared", "text", "written_at") VALUES (NEW."assignment_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."shared", NEW."text", NEW."written_at"); RETURN NULL;', hash='d1d02be8b569fdc6b176eebc55560f797287873f', operation='INSERT', pgid='pgtrigger_insert_insert_ee6b2', table='coding_reflexivenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reflexivenote',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_reflexivenoteevent" ("assignment_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shared", "text", "written_at") VALUES (NEW."assignment_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."shared", NEW."text", NEW."written_at"); RETURN NULL;', hash='c24170432d394ab9318c4a441ec6e66e3693cc90', operation='UPDATE', pgid='pgtrigger_update_update_4969b', table='coding_reflexivenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reflexivenote',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_reflexivenoteevent" ("assignment_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shared", "text", "written_at") VALUES (OLD."assignment_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."shared", OLD."text", OLD."written_at"); RETURN NULL;', hash='ef380bd4f57aa30d84b36d8efdeee331b86d7b7d', operation='DELETE', pgid='pgtrigger_delete_delete_f8ef6', table='coding_reflexivenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reflexivenoteevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3c73b05bd43283a7924c8e4b3ae952c67529af18', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ab398', table='coding_reflexivenoteevent', when='BEFORE')),
        ),
        kept("coding_reflexivenote"),
        kept("coding_reflexivenoteevent"),
    ]
