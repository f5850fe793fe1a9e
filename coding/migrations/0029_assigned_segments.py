"""Assignments of some segments alone: what each rater coded before and codes once more, in a drift check."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0028_training'),
        ('transcripts', '0001_squashed_0006_discussion_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssignedSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('repeat', 'coded before by the same rater')], max_length=6)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='rounddesign',
            name='design_says_what_was_asked',
        ),
        migrations.AddField(
            model_name='rounddesign',
            name='gap_days',
            field=models.PositiveSmallIntegerField(help_text="Between a turn's first coding and its return.", null=True),
        ),
        migrations.AddField(
            model_name='rounddesign',
            name='repeats_of',
            field=models.ForeignKey(help_text='Whose turns come back.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeats', to='coding.round'),
        ),
        migrations.AlterField(
            model_name='rounddesign',
            name='how',
            field=models.CharField(choices=[('hand', 'said one by one'), ('each', 'so many raters for every transcript'), ('share', 'a share coded by two'), ('again', 'a share of what each rater coded, once more')], max_length=5),
        ),
        migrations.AlterField(
            model_name='rounddesign',
            name='share',
            field=models.PositiveSmallIntegerField(help_text="Per cent of the transcripts, or of a rater's turns.", null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgement',
            trigger=pgtrigger.compiler.Trigger(name='judgement_is_asked_for', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF EXISTS (SELECT 1 FROM coding_assignedsegment WHERE assignment_id = NEW.assignment_id)\n                        AND NOT EXISTS (SELECT 1 FROM coding_assignedsegment\n                            WHERE assignment_id = NEW.assignment_id AND segment_id = NEW.segment_id) THEN\n                        RAISE EXCEPTION 'this assignment does not ask for this segment'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'judgement_is_asked_for';\n                    END IF;\n                    RETURN NEW;\n                ", hash='e60fc32eb621a9dcc2141ba39806f1edaa68a7f2', operation='INSERT OR UPDATE OF "segment_id"', pgid='pgtrigger_judgement_is_asked_for_e9aac', table='coding_judgement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='drift_check_stays_one', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" IS DISTINCT FROM \'drift\' AND OLD."kind" = \'drift\')', func="\n                    RAISE EXCEPTION 'a drift check stays a drift check'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'drift_check_stays_one';\n                ", hash='f9844c648f4a105a8187f4bae226101498976edf', operation='UPDATE OF "kind"', pgid='pgtrigger_drift_check_stays_one_2537a', table='coding_round', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='rounddesign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', 'hand'), ('raters_each', None), ('share', None)), models.Q(('how', 'each'), ('raters_each__gte', 1), ('raters_each__isnull', False), ('share', None)), models.Q(('how', 'share'), ('raters_each', None), ('share__gte', 0), ('share__isnull', False), ('share__lte', 100)), models.Q(('how', 'again'), ('raters_each', None), ('share__gte', 1), ('share__isnull', False), ('share__lte', 100)), _connector='OR'), name='design_says_what_was_asked'),
        ),
        migrations.AddConstraint(
            model_name='rounddesign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gap_days__isnull', False), ('how', 'again'), ('repeats_of__isnull', False)), models.Q(models.Q(('how', 'again'), _negated=True), ('gap_days', None), ('repeats_of', None)), _connector='OR'), name='design_says_what_comes_back'),
        ),
        migrations.AddField(
            model_name='assignedsegment',
            name='assignment',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assigned', to='coding.assignment'),
        ),
        migrations.AddField(
            model_name='assignedsegment',
            name='revision',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision'),
        ),
        migrations.AddField(
            model_name='assignedsegment',
            name='segment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.segment'),
        ),
        migrations.AddField(
            model_name='assignedsegment',
            name='study',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='assignedsegment',
            name='version',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion'),
        ),
        migrations.AddConstraint(
            model_name='assignedsegment',
            constraint=models.UniqueConstraint(models.F('assignment'), models.F('segment'), name='assigned_once'),
        ),
        migrations.AddConstraint(
            model_name='assignedsegment',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['repeat'])), name='assigned_for_a_purpose'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignedsegment',
            trigger=pgtrigger.compiler.Trigger(name='assigned_segment_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='afe5b5f0d90443b7d60436f7bcc506904e6cb181', operation='UPDATE OR DELETE', pgid='pgtrigger_assigned_segment_is_kept_07b73', table='coding_assignedsegment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignedsegment',
            trigger=pgtrigger.compiler.Trigger(name='assigned_with_the_assignment', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE made timestamptz; round_kind text;', func="\n                    SELECT a.assigned_at, r.kind INTO made, round_kind FROM coding_assignment a\n                        JOIN coding_round r ON r.id = a.round_id WHERE a.id = NEW.assignment_id;\n                    IF made < transaction_timestamp() THEN\n                        RAISE EXCEPTION 'the segments of an assignment are said when it is made'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assigned_with_the_assignment';\n                    END IF;\n                    IF NEW.purpose = 'repeat' AND round_kind <> 'drift' THEN\n                        RAISE EXCEPTION 'what was coded before comes back in a drift check alone'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'repeats_stand_in_a_drift_check';\n                    END IF;\n                    RETURN NEW;\n                ", hash='edf81ccd26e82a9143bfecaf22f4a30c40dd7141', operation='INSERT', pgid='pgtrigger_assigned_with_the_assignment_2f44e', table='coding_assignedsegment', when='BEFORE')),
        ),
        key("coding_assignedsegment", "assigned_segment_of_assignment",
            "assignment_id, study_id, version_id, revision_id",
            "coding_assignment", "id, study_id, version_id, revision_id"),
        key("coding_assignedsegment", "assigned_segment_of_revision",
            "segment_id, revision_id", "transcripts_segment", "id, revision_id"),
        key("coding_rounddesign", "design_repeats_of_study", "repeats_of_id, study_id", "coding_round", "id, study_id"),
        kept("coding_assignedsegment"),
    ]
