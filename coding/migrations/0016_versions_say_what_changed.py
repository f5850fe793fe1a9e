"""Each version says which one it changes, and what became of every code."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0015_runs_know_their_program'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('same', 'the same'), ('reworded', 'reworded'), ('redefined', 'redefined'), ('split', 'split'), ('merged', 'merged'), ('retired', 'retired'), ('new', 'new')], max_length=9)),
                ('reason', models.TextField(blank=True)),
                ('about', models.CharField(max_length=64)),
                ('decided_at', models.DateTimeField(help_text='Empty where the program took what was plain.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ChangeNoteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('same', 'the same'), ('reworded', 'reworded'), ('redefined', 'redefined'), ('split', 'split'), ('merged', 'merged'), ('retired', 'retired'), ('new', 'new')], max_length=9)),
                ('reason', models.TextField(blank=True)),
                ('about', models.CharField(max_length=64)),
                ('decided_at', models.DateTimeField(help_text='Empty where the program took what was plain.', null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ChangeSuccessor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='ChangeSuccessorEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='codebookversion',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='codebookversion',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='codebookversion',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='codebookversion',
            name='predecessor',
            field=models.ForeignKey(help_text='The version it changes.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='codebookversionevent',
            name='predecessor',
            field=models.ForeignKey(db_constraint=False, help_text='The version it changes.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codebookversion',
            trigger=pgtrigger.compiler.Trigger(name='version_follows_published', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."predecessor_id" IS NOT NULL)', func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM coding_codebookversion\n                        WHERE id = NEW.predecessor_id AND published_at IS NOT NULL AND number < NEW.number\n                    ) THEN\n                        RAISE EXCEPTION 'a version follows a published one that came before it'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_follows_published';\n                    END IF;\n                    RETURN NEW;\n                ", hash='a7bbe7d33f74c57664273d5f7a78b9456b0ba6bc', operation='INSERT OR UPDATE', pgid='pgtrigger_version_follows_published_5ec9d', table='coding_codebookversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codebookversion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_codebookversionevent" ("codebook_id", "created_at", "created_by_id", "id", "max_codes_per_turn", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "published_at", "published_by_id", "rating_anchors", "rating_maximum", "rating_minimum", "rating_name", "rating_required", "rating_rest", "rating_type", "rest", "study_id", "title") VALUES (NEW."codebook_id", NEW."created_at", NEW."created_by_id", NEW."id", NEW."max_codes_per_turn", NEW."name", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."predecessor_id", NEW."published_at", NEW."published_by_id", NEW."rating_anchors", NEW."rating_maximum", NEW."rating_minimum", NEW."rating_name", NEW."rating_required", NEW."rating_rest", NEW."rating_type", NEW."rest", NEW."study_id", NEW."title"); RETURN NULL;', hash='6cafb6fdb86d96ecc7f8cdc3d219b9bb911f662e', operation='INSERT', pgid='pgtrigger_insert_insert_7cfa3', table='coding_codebookversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codebookversion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_codebookversionevent" ("codebook_id", "created_at", "created_by_id", "id", "max_codes_per_turn", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "published_at", "published_by_id", "rating_anchors", "rating_maximum", "rating_minimum", "rating_name", "rating_required", "rating_rest", "rating_type", "rest", "study_id", "title") VALUES (NEW."codebook_id", NEW."created_at", NEW."created_by_id", NEW."id", NEW."max_codes_per_turn", NEW."name", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."predecessor_id", NEW."published_at", NEW."published_by_id", NEW."rating_anchors", NEW."rating_maximum", NEW."rating_minimum", NEW."rating_name", NEW."rating_required", NEW."rating_rest", NEW."rating_type", NEW."rest", NEW."study_id", NEW."title"); RETURN NULL;', hash='ca7aaae4fc48073162e031fa6f04f3790809a6f4', operation='UPDATE', pgid='pgtrigger_update_update_507f7', table='coding_codebookversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codebookversion',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_codebookversionevent" ("codebook_id", "created_at", "created_by_id", "id", "max_codes_per_turn", "name", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "published_at", "published_by_id", "rating_anchors", "rating_maximum", "rating_minimum", "rating_name", "rating_required", "rating_rest", "rating_type", "rest", "study_id", "title") VALUES (OLD."codebook_id", OLD."created_at", OLD."created_by_id", OLD."id", OLD."max_codes_per_turn", OLD."name", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."predecessor_id", OLD."published_at", OLD."published_by_id", OLD."rating_anchors", OLD."rating_maximum", OLD."rating_minimum", OLD."rating_name", OLD."rating_required", OLD."rating_rest", OLD."rating_type", OLD."rest", OLD."study_id", OLD."title"); RETURN NULL;', hash='f113885156e6216691cabd4264853676eb961544', operation='DELETE', pgid='pgtrigger_delete_delete_47a41', table='coding_codebookversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='codebookversion',
            constraint=models.UniqueConstraint(models.F('id'), models.F('codebook'), name='version_key_of_codebook'),
        ),
        migrations.AddConstraint(
            model_name='codebookversion',
            constraint=models.UniqueConstraint(models.F('id'), models.F('predecessor'), name='version_key_of_predecessor'),
        ),
        migrations.AddField(
            model_name='changenote',
            name='code',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='change_notes', to='coding.code'),
        ),
        migrations.AddField(
            model_name='changenote',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='changenote',
            name='old_code',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.code'),
        ),
        migrations.AddField(
            model_name='changenote',
            name='predecessor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='changenote',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='changenote',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_notes', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='code',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.code'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='decided_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='old_code',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.code'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.changenote'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='predecessor',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='study',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='changenoteevent',
            name='version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='changesuccessor',
            name='code',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coding.code'),
        ),
        migrations.AddField(
            model_name='changesuccessor',
            name='note',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successors', to='coding.changenote'),
        ),
        migrations.AddField(
            model_name='changesuccessor',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='changesuccessor',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='changesuccessorevent',
            name='code',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.code'),
        ),
        migrations.AddField(
            model_name='changesuccessorevent',
            name='note',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.changenote'),
        ),
        migrations.AddField(
            model_name='changesuccessorevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='changesuccessorevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.changesuccessor'),
        ),
        migrations.AddField(
            model_name='changesuccessorevent',
            name='study',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='changesuccessorevent',
            name='version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion'),
        ),
        migrations.AddConstraint(
            model_name='changenote',
            constraint=models.UniqueConstraint(models.F('version'), models.F('old_code'), name='change_once_per_old_code'),
        ),
        migrations.AddConstraint(
            model_name='changenote',
            constraint=models.UniqueConstraint(models.F('version'), models.F('code'), name='change_once_per_code'),
        ),
        migrations.AddConstraint(
            model_name='changenote',
            constraint=models.UniqueConstraint(models.F('id'), models.F('version'), name='change_key_of_version'),
        ),
        migrations.AddConstraint(
            model_name='changenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code__isnull', False), ('kind__in', ('same', 'reworded', 'redefined')), ('old_code__isnull', False)), models.Q(('code__isnull', True), ('kind__in', ('split', 'merged', 'retired')), ('old_code__isnull', False)), models.Q(('code__isnull', False), ('kind', 'new'), ('old_code__isnull', True)), _connector='OR'), name='change_names_its_codes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='change_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE part record; published timestamptz;', func="\n            part := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n            SELECT published_at INTO published FROM coding_codebookversion WHERE id = part.version_id FOR SHARE;\n            IF published IS NULL AND TG_OP = 'UPDATE' AND OLD.version_id <> NEW.version_id THEN\n                SELECT published_at INTO published FROM coding_codebookversion WHERE id = OLD.version_id FOR SHARE;\n            END IF;\n            IF published IS NOT NULL THEN\n                RAISE EXCEPTION 'a published codebook version is never changed'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'version_is_frozen';\n            END IF;\n            RETURN part;\n        ", hash='464f0c68ad97168edaf58be463023fc9907cdea5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_change_is_frozen_6d7d6', table='coding_changenote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_changenoteevent" ("about", "code_id", "decided_at", "decided_by_id", "id", "kind", "old_code_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "reason", "study_id", "version_id") VALUES (NEW."about", NEW."code_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."kind", NEW."old_code_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."predecessor_id", NEW."reason", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='d4b18986d2ee5433a4c1a4d813f58e5fb33887ce', operation='INSERT', pgid='pgtrigger_insert_insert_9391a', table='coding_changenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_changenoteevent" ("about", "code_id", "decided_at", "decided_by_id", "id", "kind", "old_code_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "reason", "study_id", "version_id") VALUES (NEW."about", NEW."code_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."kind", NEW."old_code_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."predecessor_id", NEW."reason", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='0974d0c6d29b79f7672cc47033e5d38b7075e1f4', operation='UPDATE', pgid='pgtrigger_update_update_dc95b', table='coding_changenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenote',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_changenoteevent" ("about", "code_id", "decided_at", "decided_by_id", "id", "kind", "old_code_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "reason", "study_id", "version_id") VALUES (OLD."about", OLD."code_id", OLD."decided_at", OLD."decided_by_id", OLD."id", OLD."kind", OLD."old_code_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."predecessor_id", OLD."reason", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='74fd245c267db70ae201c16ddde2099acd24be79', operation='DELETE', pgid='pgtrigger_delete_delete_cd098', table='coding_changenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changenoteevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2c2d245d87cf98d07854a5cc6440fe317ea2db44', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_50a2f', table='coding_changenoteevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='changesuccessor',
            constraint=models.UniqueConstraint(models.F('note'), models.F('code'), name='successor_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changesuccessor',
            trigger=pgtrigger.compiler.Trigger(name='successor_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE part record; published timestamptz;', func="\n            part := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n            SELECT published_at INTO published FROM coding_codebookversion WHERE id = part.version_id FOR SHARE;\n            IF published IS NULL AND TG_OP = 'UPDATE' AND OLD.version_id <> NEW.version_id THEN\n                SELECT published_at INTO published FROM coding_codebookversion WHERE id = OLD.version_id FOR SHARE;\n            END IF;\n            IF published IS NOT NULL THEN\n                RAISE EXCEPTION 'a published codebook version is never changed'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'version_is_frozen';\n            END IF;\n            RETURN part;\n        ", hash='e9555ac7ed8e23ea795a9304c0a94bf5923b3886', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_successor_is_frozen_03bee', table='coding_changesuccessor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changesuccessor',
            trigger=pgtrigger.compiler.Trigger(name='successor_of_split_or_merged', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM coding_changenote WHERE id = NEW.note_id AND kind IN ('split', 'merged')\n                    ) THEN\n                        RAISE EXCEPTION 'only a code that was split or merged leads to others'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'successor_of_split_or_merged';\n                    END IF;\n                    RETURN NEW;\n                ", hash='00c0a23b69c7e090110754f8ce35afb9bfed577c', operation='INSERT OR UPDATE', pgid='pgtrigger_successor_of_split_or_merged_6e851', table='coding_changesuccessor', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changesuccessor',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_changesuccessorevent" ("code_id", "id", "note_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id", "version_id") VALUES (NEW."code_id", NEW."id", NEW."note_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='d96749d0dfccd9fc9ca303b4c4a1f0a82d36b59d', operation='INSERT', pgid='pgtrigger_insert_insert_e7805', table='coding_changesuccessor', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changesuccessor',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_changesuccessorevent" ("code_id", "id", "note_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id", "version_id") VALUES (NEW."code_id", NEW."id", NEW."note_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='ea7f47bed8f0ac5765c8a98c7c11650f167a6196', operation='UPDATE', pgid='pgtrigger_update_update_eae89', table='coding_changesuccessor', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changesuccessor',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_changesuccessorevent" ("code_id", "id", "note_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id", "version_id") VALUES (OLD."code_id", OLD."id", OLD."note_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='a92912889b5aeb88260947788194644ef6a655cf', operation='DELETE', pgid='pgtrigger_delete_delete_65845', table='coding_changesuccessor', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changesuccessorevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f04092644ab34fa300bb4602abfcbc2bb5bb128b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a65c8', table='coding_changesuccessorevent', when='BEFORE')),
        ),
        # The version before is one of the same codebook; every end of a note lies in one of the two versions.
        key("coding_codebookversion", "version_predecessor_of_codebook",
            "predecessor_id, codebook_id", "coding_codebookversion", "id, codebook_id"),
        key("coding_changenote", "change_of_study", "version_id, study_id", "coding_codebookversion", "id, study_id"),
        key("coding_changenote", "change_of_predecessor",
            "version_id, predecessor_id", "coding_codebookversion", "id, predecessor_id"),
        key("coding_changenote", "change_code_of_version", "code_id, version_id", "coding_code", "id, version_id"),
        key("coding_changenote", "change_old_code_of_predecessor",
            "old_code_id, predecessor_id", "coding_code", "id, version_id"),
        key("coding_changesuccessor", "successor_of_study",
            "version_id, study_id", "coding_codebookversion", "id, study_id"),
        key("coding_changesuccessor", "successor_of_note", "note_id, version_id", "coding_changenote", "id, version_id"),
        key("coding_changesuccessor", "successor_code_of_version",
            "code_id, version_id", "coding_code", "id, version_id"),
        kept("coding_changenote"),
        kept("coding_changesuccessor"),
        kept("coding_changenoteevent"),
        kept("coding_changesuccessorevent"),
    ]
