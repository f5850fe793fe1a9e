"""Drift checks ask for turns with gold, too, and their designs say so."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0030_how_far_everybody_is'),
        ('transcripts', '0001_squashed_0006_discussion_only'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='assignedsegment',
            name='assigned_with_the_assignment',
        ),
        migrations.RemoveConstraint(
            model_name='assignedsegment',
            name='assigned_for_a_purpose',
        ),
        migrations.RemoveConstraint(
            model_name='rounddesign',
            name='design_says_what_was_asked',
        ),
        migrations.RemoveConstraint(
            model_name='rounddesign',
            name='design_says_what_comes_back',
        ),
        migrations.AlterField(
            model_name='assignedsegment',
            name='purpose',
            field=models.CharField(choices=[('repeat', 'coded before by the same rater'), ('gold', 'has gold to be held beside')], max_length=6),
        ),
        migrations.AlterField(
            model_name='rounddesign',
            name='gap_days',
            field=models.PositiveSmallIntegerField(help_text="Between a turn's last coding and its return.", null=True),
        ),
        migrations.AlterField(
            model_name='rounddesign',
            name='how',
            field=models.CharField(choices=[('hand', 'said one by one'), ('each', 'so many raters for every transcript'), ('share', 'a share coded by two'), ('again', 'a share of what each rater coded, once more'), ('gold', 'a share of the turns with gold')], max_length=5),
        ),
        migrations.AlterField(
            model_name='rounddesign',
            name='repeats_of',
            field=models.ForeignKey(help_text='Whose turns come back, or whose raters get turns with gold.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeats', to='coding.round'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assignedsegment',
            trigger=pgtrigger.compiler.Trigger(name='assigned_with_the_assignment', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE made timestamptz; round_kind text;', func="\n                    SELECT a.assigned_at, r.kind INTO made, round_kind FROM coding_assignment a\n                        JOIN coding_round r ON r.id = a.round_id WHERE a.id = NEW.assignment_id;\n                    IF made < transaction_timestamp() THEN\n                        RAISE EXCEPTION 'the segments of an assignment are said when it is made'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'assigned_with_the_assignment';\n                    END IF;\n                    IF NEW.purpose IN ('repeat', 'gold') AND round_kind <> 'drift' THEN\n                        RAISE EXCEPTION 'what was coded before, or has gold, is asked for in a drift check alone'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'repeats_stand_in_a_drift_check';\n                    END IF;\n                    RETURN NEW;\n                ", hash='f77d90cc17313c3f9f2d83f04d50cafea3e959b0', operation='INSERT', pgid='pgtrigger_assigned_with_the_assignment_2f44e', table='coding_assignedsegment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='assignedsegment',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['repeat', 'gold'])), name='assigned_for_a_purpose'),
        ),
        migrations.AddConstraint(
            model_name='rounddesign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', 'hand'), ('raters_each', None), ('share', None)), models.Q(('how', 'each'), ('raters_each__gte', 1), ('raters_each__isnull', False), ('share', None)), models.Q(('how', 'share'), ('raters_each', None), ('share__gte', 0), ('share__isnull', False), ('share__lte', 100)), models.Q(('how__in', ['again', 'gold']), ('raters_each', None), ('share__gte', 1), ('share__isnull', False), ('share__lte', 100)), _connector='OR'), name='design_says_what_was_asked'),
        ),
        migrations.AddConstraint(
            model_name='rounddesign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gap_days__isnull', False), ('how__in', ['again', 'gold']), ('repeats_of__isnull', False)), models.Q(models.Q(('how__in', ['again', 'gold']), _negated=True), ('gap_days', None), ('repeats_of', None)), _connector='OR'), name='design_says_what_comes_back'),
        ),
    ]
