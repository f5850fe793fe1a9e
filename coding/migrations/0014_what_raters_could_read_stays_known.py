"""Since when raters could see the others stays known, though it be shown no longer; and a submitted note stays as it was."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

#: For rounds that stand already: the first time that the history knows them both closed and shown.
FILL = """
    UPDATE coding_round round SET others_shown_since = shown.since
    FROM (
        SELECT pgh_obj_id AS id, min(GREATEST(closed_at, pgh_created_at)) AS since FROM coding_roundevent
        WHERE others_shown AND closed_at IS NOT NULL AND pgh_label <> 'delete' GROUP BY pgh_obj_id
    ) shown
    WHERE shown.id = round.id AND round.others_shown_since IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0013_plans_and_runs_are_kept'),
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
            name='others_shown_since',
            field=models.DateTimeField(blank=True, editable=False, help_text="When its raters could first see the others' codings.", null=True),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='others_shown_since',
            field=models.DateTimeField(blank=True, editable=False, help_text="When its raters could first see the others' codings.", null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='round_remembers_what_it_showed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF TG_OP = 'UPDATE' AND OLD.others_shown_since IS NOT NULL THEN\n                        IF NEW.others_shown_since IS DISTINCT FROM OLD.others_shown_since THEN\n                            RAISE EXCEPTION 'since when raters could read the others stays known'\n                                USING ERRCODE = 'check_violation', CONSTRAINT = 'round_remembers_what_it_showed';\n                        END IF;\n                    ELSIF NEW.others_shown AND NEW.closed_at IS NOT NULL AND NEW.others_shown_since IS NULL THEN\n                        NEW.others_shown_since := NEW.closed_at;\n                        IF TG_OP = 'UPDATE' AND OLD.closed_at IS NOT NULL THEN\n                            NEW.others_shown_since := GREATEST(NEW.closed_at, now());\n                        END IF;\n                    END IF;\n                    RETURN NEW;\n                ", hash='aa0d785c864bb9065ac560ac12f0c26dc1d1d283', operation='INSERT OR UPDATE', pgid='pgtrigger_round_remembers_what_it_showed_07d5e', table='coding_round', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "others_shown", "others_shown_since", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."imported", NEW."kind", NEW."name", NEW."notes_for_study", NEW."others_shown", NEW."others_shown_since", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='5ea8dd3c6fc4585179293670f118157ae0b5982c', operation='INSERT', pgid='pgtrigger_insert_insert_0fdfa', table='coding_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "others_shown", "others_shown_since", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (NEW."closed_at", NEW."created_at", NEW."created_by_id", NEW."id", NEW."imported", NEW."kind", NEW."name", NEW."notes_for_study", NEW."others_shown", NEW."others_shown_since", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='004d37ed01c3432f78dedc3d7746d349a353e732', operation='UPDATE', pgid='pgtrigger_update_update_2f257', table='coding_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_roundevent" ("closed_at", "created_at", "created_by_id", "id", "imported", "kind", "name", "notes_for_study", "others_shown", "others_shown_since", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "study_id", "version_id") VALUES (OLD."closed_at", OLD."created_at", OLD."created_by_id", OLD."id", OLD."imported", OLD."kind", OLD."name", OLD."notes_for_study", OLD."others_shown", OLD."others_shown_since", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."seed", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='470b8a5f18b3dbb276a61c4cdac009f894a4be8f', operation='DELETE', pgid='pgtrigger_delete_delete_9cbf6', table='coding_round', when='AFTER')),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reflexivenote',
            name='note_is_final',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reflexivenote',
            trigger=pgtrigger.compiler.Trigger(name='note_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE open boolean;', func="\n                    IF TG_OP = 'UPDATE' THEN\n                        IF NEW.id <> OLD.id OR NEW.assignment_id <> OLD.assignment_id THEN\n                            RAISE EXCEPTION 'a note never moves'\n                                USING ERRCODE = 'check_violation', CONSTRAINT = 'note_never_moves';\n                        ELSIF NEW.text = OLD.text AND NEW.written_at = OLD.written_at THEN\n                            RETURN NEW;\n                        END IF;\n                    ELSIF TG_OP = 'DELETE' THEN\n                        RAISE EXCEPTION 'a note is kept: emptying it is a change of its words'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'note_is_kept';\n                    END IF;\n                    SELECT submitted_at IS NULL AND withdrawn_at IS NULL INTO open\n                        FROM coding_assignment WHERE id = NEW.assignment_id FOR SHARE;\n                    IF NOT open THEN\n                        RAISE EXCEPTION 'a submitted assignment is final'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'submitted_is_final';\n                    END IF;\n                    RETURN NEW;\n                ", hash='2a7e1934716a0257240d4651a2d2f56d26edeb1c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_note_is_final_e9c01', table='coding_reflexivenote', when='BEFORE')),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
