"""Keep how a round was designed, each rater's own order, and every change after the start with its reason."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0019_versions_are_retired'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='DesignChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('added', 'added'), ('left', 'taken back')], max_length=5)),
                ('reason', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='RoundDesign',
            fields=[
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='design', serialize=False, to='coding.round')),
                ('how', models.CharField(choices=[('hand', 'said one by one'), ('each', 'so many raters for every transcript'), ('share', 'a share coded by two')], max_length=5)),
                ('raters_each', models.PositiveSmallIntegerField(null=True)),
                ('share', models.PositiveSmallIntegerField(help_text='Per cent of the transcripts coded by two.', null=True)),
                ('strata', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, help_text='Session attributes drawn within.', size=None)),
                ('seconds', models.PositiveSmallIntegerField(default=30, help_text='A turn, as the hours of work were estimated.')),
                ('rule', models.CharField(blank=True, help_text='The way of drawing, by its name.', max_length=20)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='assignment',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='assignment',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='assignment',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='assignment',
            name='place',
            field=models.PositiveIntegerField(blank=True, help_text="Where it stands in its rater's own order.", null=True),
        ),
        migrations.AddField(
            model_name='assignmentevent',
            name='place',
            field=models.PositiveIntegerField(blank=True, help_text="Where it stands in its rater's own order.", null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='assignment_keeps_the_design', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE wanted text;', func="\n                    IF TG_OP = 'INSERT' THEN\n                        IF NEW.phase <> 'blind' THEN\n                            RETURN NEW;\n                        END IF;\n                        wanted := 'added';\n                    ELSIF TG_OP = 'UPDATE' AND NEW.round_id = OLD.round_id AND NEW.transcript_id = OLD.transcript_id\n                            AND NEW.rater_id = OLD.rater_id AND NEW.place IS NOT DISTINCT FROM OLD.place THEN\n                        IF NEW.withdrawn_at IS NOT DISTINCT FROM OLD.withdrawn_at THEN\n                            RETURN NEW;\n                        ELSIF OLD.withdrawn_at IS NULL THEN\n                            wanted := 'left';\n                        END IF;\n                    END IF;\n                    IF EXISTS (\n                        SELECT 1 FROM coding_rounddesign\n                        WHERE round_id = CASE WHEN TG_OP = 'INSERT' THEN NEW.round_id ELSE OLD.round_id END\n                    ) AND (wanted IS NULL OR NOT EXISTS (\n                        SELECT 1 FROM coding_designchange WHERE assignment_id = NEW.id AND kind = wanted\n                    )) THEN\n                        RAISE EXCEPTION 'a started design changes only with a reason'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_keeps_the_design';\n                    END IF;\n                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n                ", hash='5eb2d186636671c20ed5924ca2a1d9baef4d2e13', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_assignment_keeps_the_design_0cec0', table='coding_assignment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_assignmentevent" ("assigned_at", "could_read_since", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "place", "rater_id", "reason", "revises_id", "revision_id", "round_id", "study_id", "submitted_at", "transcript_id", "version_id", "withdrawn_at") VALUES (NEW."assigned_at", NEW."could_read_since", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phase", NEW."place", NEW."rater_id", NEW."reason", NEW."revises_id", NEW."revision_id", NEW."round_id", NEW."study_id", NEW."submitted_at", NEW."transcript_id", NEW."version_id", NEW."withdrawn_at"); RETURN NULL;', hash='33c7f1cbff21b7244ba2651d5c52a9442e0ddd4a', operation='INSERT', pgid='pgtrigger_insert_insert_c290c', table='coding_assignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_assignmentevent" ("assigned_at", "could_read_since", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "place", "rater_id", "reason", "revises_id", "revision_id", "round_id", "study_id", "submitted_at", "transcript_id", "version_id", "withdrawn_at") VALUES (NEW."assigned_at", NEW."could_read_since", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase", NEW."place", NEW."rater_id", NEW."reason", NEW."revises_id", NEW."revision_id", NEW."round_id", NEW."study_id", NEW."submitted_at", NEW."transcript_id", NEW."version_id", NEW."withdrawn_at"); RETURN NULL;', hash='ecb9431ffcee9801897011cfc9f87f2565d6fc66', operation='UPDATE', pgid='pgtrigger_update_update_25172', table='coding_assignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_assignmentevent" ("assigned_at", "could_read_since", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "place", "rater_id", "reason", "revises_id", "revision_id", "round_id", "study_id", "submitted_at", "transcript_id", "version_id", "withdrawn_at") VALUES (OLD."assigned_at", OLD."could_read_since", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phase", OLD."place", OLD."rater_id", OLD."reason", OLD."revises_id", OLD."revision_id", OLD."round_id", OLD."study_id", OLD."submitted_at", OLD."transcript_id", OLD."version_id", OLD."withdrawn_at"); RETURN NULL;', hash='00de42f33d69a749cd25668909c16c76f8d9f0a3', operation='DELETE', pgid='pgtrigger_delete_delete_5b3b4', table='coding_assignment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='round_keeps_its_seed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."seed" IS DISTINCT FROM (NEW."seed"))', func="\n                    RAISE EXCEPTION 'a round keeps the seed that it was drawn with'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'round_keeps_its_seed';\n                ", hash='5918ca861f2b813ebd3bb695dde882d2ad3fe3b8', operation='UPDATE OF "seed"', pgid='pgtrigger_round_keeps_its_seed_e0674', table='coding_round', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='designchange',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='design_changes', to='coding.assignment'),
        ),
        migrations.AddField(
            model_name='designchange',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='designchange',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='design_changes', to='coding.round'),
        ),
        migrations.AddField(
            model_name='designchange',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='rounddesign',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='rounddesign',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddConstraint(
            model_name='designchange',
            constraint=models.UniqueConstraint(models.F('assignment'), models.F('kind'), name='design_change_once'),
        ),
        migrations.AddConstraint(
            model_name='designchange',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='design_change_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='designchange',
            trigger=pgtrigger.compiler.Trigger(name='design_change_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1c94e6e6eec4838e9c5b6a82be9d23e41d369e11', operation='UPDATE OR DELETE', pgid='pgtrigger_design_change_is_kept_3d9c9', table='coding_designchange', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='rounddesign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', 'hand'), ('raters_each', None), ('share', None)), models.Q(('how', 'each'), ('raters_each__gte', 1), ('raters_each__isnull', False), ('share', None)), models.Q(('how', 'share'), ('raters_each', None), ('share__gte', 0), ('share__isnull', False), ('share__lte', 100)), _connector='OR'), name='design_says_what_was_asked'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rounddesign',
            trigger=pgtrigger.compiler.Trigger(name='design_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='952bde966d50ff44e911f705fdc72d45f2979219', operation='UPDATE OR DELETE', pgid='pgtrigger_design_is_kept_79c4f', table='coding_rounddesign', when='BEFORE')),
        ),
    ]
