"""Training to criterion: criterion, gold, what opens a round, and who is cleared."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from transcripts.migrations._keys import key, kept

ROUND = ("coding_round", "id, study_id")
ROUND_OF_VERSION = ("coding_round", "id, version_id, study_id")
MEMBER = ("transcripts_membership", "id, study_id")


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0001_squashed_0027_roles_of_codes_in_analyses'),
        ('transcripts', '0001_squashed_0006_discussion_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_hand', models.BooleanField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='CriterionCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='Gold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField(help_text='Counted from 1 within round and transcript.')),
                ('reason', models.CharField(blank=True, help_text='Why it replaces the one before.', max_length=500)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='RoundGate',
            fields=[
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='gate', serialize=False, to='coding.round')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='TrainingCriterion',
            fields=[
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='criterion', serialize=False, to='coding.round')),
                ('coefficient', models.CharField(choices=[('cohen_kappa', "Cohen's kappa"), ('krippendorff_alpha', "Krippendorff's alpha"), ('percent_agreement', 'Agreement in per cent')], default='cohen_kappa', max_length=30)),
                ('threshold', models.DecimalField(decimal_places=3, max_digits=4, validators=[django.core.validators.MinValueValidator(-1), django.core.validators.MaxValueValidator(1)])),
                ('in_a_row', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)])),
                ('at_least', models.PositiveSmallIntegerField(help_text='Where no codes are named: how often the gold gives a code that is to be met.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)])),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name_plural': 'training criteria',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgement',
            trigger=pgtrigger.compiler.Trigger(name='judgement_after_clearance', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF EXISTS (\n                        SELECT 1 FROM coding_assignment a JOIN coding_roundgate g ON g.round_id = a.round_id\n                        WHERE a.id = NEW.assignment_id AND NOT EXISTS (\n                            SELECT 1 FROM coding_clearance c\n                            WHERE c.training_id = g.training_id AND c.rater_id = a.rater_id\n                        )\n                    ) THEN\n                        RAISE EXCEPTION 'this round opens when its rater is cleared'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'judgement_after_clearance';\n                    END IF;\n                    RETURN NEW;\n                ", hash='00918ae3a152310405fa2645de5b56fab33c3246', operation='INSERT', pgid='pgtrigger_judgement_after_clearance_87ad1', table='coding_judgement', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='clearance',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='clearance',
            name='rater',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='clearance',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='clearance',
            name='training',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clearances', to='coding.round'),
        ),
        migrations.AddField(
            model_name='criterioncode',
            name='code',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.code'),
        ),
        migrations.AddField(
            model_name='criterioncode',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='criterion_codes', to='coding.round'),
        ),
        migrations.AddField(
            model_name='criterioncode',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='criterioncode',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='gold',
            name='assignment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='golds', to='coding.assignment'),
        ),
        migrations.AddField(
            model_name='gold',
            name='final_round',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='final_golds', to='coding.round'),
        ),
        migrations.AddField(
            model_name='gold',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='gold',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision'),
        ),
        migrations.AddField(
            model_name='gold',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='golds', to='coding.round'),
        ),
        migrations.AddField(
            model_name='gold',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='gold',
            name='transcript',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.transcript'),
        ),
        migrations.AddField(
            model_name='gold',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion'),
        ),
        migrations.AddField(
            model_name='roundgate',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='roundgate',
            name='training',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opens', to='coding.round'),
        ),
        migrations.AddField(
            model_name='trainingcriterion',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership'),
        ),
        migrations.AddField(
            model_name='trainingcriterion',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AddField(
            model_name='trainingcriterion',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.UniqueConstraint(models.F('training'), models.F('rater'), name='clearance_once'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by_hand', False), ('reason', '')), models.Q(('by_hand', True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='clearance_by_hand_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clearance',
            trigger=pgtrigger.compiler.Trigger(name='clearance_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d8dd7a2b71c4d86f1fdd2e52225e8ef69653b2e7', operation='UPDATE OR DELETE', pgid='pgtrigger_clearance_is_kept_4e246', table='coding_clearance', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='criterioncode',
            constraint=models.UniqueConstraint(models.F('round'), models.F('code'), name='criterion_code_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterioncode',
            trigger=pgtrigger.compiler.Trigger(name='criterion_code_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='469536ec9b8b7b34e7459bff0afadf1f933d0e1c', operation='UPDATE OR DELETE', pgid='pgtrigger_criterion_code_is_kept_c0209', table='coding_criterioncode', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterioncode',
            trigger=pgtrigger.compiler.Trigger(name='criterion_code_before_coding', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            PERFORM 1 FROM coding_assignment WHERE round_id = NEW.round_id;\n            IF FOUND THEN\n                RAISE EXCEPTION 'a criterion is fixed before anybody can code' USING ERRCODE = 'check_violation', CONSTRAINT = 'criterion_code_before_coding';\n            END IF;\n            RETURN NEW;\n        ", hash='c9156037dfe9b7a956157f8e18578b34faf93beb', operation='INSERT', pgid='pgtrigger_criterion_code_before_coding_413e5', table='coding_criterioncode', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='gold',
            constraint=models.UniqueConstraint(models.F('round'), models.F('transcript'), models.F('n'), name='gold_number_once'),
        ),
        migrations.AddConstraint(
            model_name='gold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assignment__isnull', False), ('final_round', None)), models.Q(('assignment', None), ('final_round__isnull', False)), _connector='OR'), name='gold_has_one_source'),
        ),
        migrations.AddConstraint(
            model_name='gold',
            constraint=models.CheckConstraint(condition=models.Q(('n', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='gold_is_replaced_with_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gold',
            trigger=pgtrigger.compiler.Trigger(name='gold_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7b953f876277b281140c6c85677863b1ea925dec', operation='UPDATE OR DELETE', pgid='pgtrigger_gold_is_kept_8fd47', table='coding_gold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gold',
            trigger=pgtrigger.compiler.Trigger(name='gold_is_finished', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM coding_round t JOIN coding_assignment a ON a.round_id = t.id\n                        WHERE t.id = NEW.round_id AND t.kind = 'training' AND a.revision_id = NEW.revision_id\n                    ) OR NOT EXISTS (\n                        SELECT 1 FROM coding_assignment a JOIN coding_round r ON r.id = a.round_id\n                        WHERE a.id = NEW.assignment_id AND a.phase = 'blind' AND a.submitted_at IS NOT NULL\n                            AND r.closed_at IS NOT NULL AND r.id <> NEW.round_id AND r.kind <> 'drift'\n                        UNION ALL\n                        SELECT 1 FROM coding_adjudicationopening o JOIN coding_round r ON r.id = o.round_id\n                        JOIN coding_assignment a ON a.round_id = r.id\n                        WHERE r.id = NEW.final_round_id AND r.id <> NEW.round_id AND o.ended_at IS NOT NULL\n                            AND r.closed_at IS NOT NULL AND a.revision_id = NEW.revision_id\n                            AND a.submitted_at IS NOT NULL\n                    ) THEN\n                        RAISE EXCEPTION 'gold is finished work on the same text, for a training round'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'gold_is_finished';\n                    END IF;\n                    RETURN NEW;\n                ", hash='a7c7470996eff8ac5fdf3fa6e4a4ad770a552875', operation='INSERT', pgid='pgtrigger_gold_is_finished_8692f', table='coding_gold', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='roundgate',
            constraint=models.CheckConstraint(condition=models.Q(('round', models.F('training')), _negated=True), name='gate_leads_elsewhere'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundgate',
            trigger=pgtrigger.compiler.Trigger(name='gate_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3b8624ed066a44f73137ca8812e323a56800d0f7', operation='UPDATE OR DELETE', pgid='pgtrigger_gate_is_kept_68471', table='coding_roundgate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundgate',
            trigger=pgtrigger.compiler.Trigger(name='gate_before_coding', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            PERFORM 1 FROM coding_assignment WHERE round_id = NEW.round_id;\n            IF FOUND THEN\n                RAISE EXCEPTION 'what opens a round is said before anybody can code in it' USING ERRCODE = 'check_violation', CONSTRAINT = 'gate_before_coding';\n            END IF;\n            RETURN NEW;\n        ", hash='216a16ed12952abc03ad72b39a3099164f789878', operation='INSERT', pgid='pgtrigger_gate_before_coding_2eedf', table='coding_roundgate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundgate',
            trigger=pgtrigger.compiler.Trigger(name='gate_has_a_criterion', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    PERFORM 1 FROM coding_trainingcriterion WHERE round_id = NEW.training_id;\n                    IF NOT FOUND THEN\n                        RAISE EXCEPTION 'a round is opened by a criterion'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'gate_has_a_criterion';\n                    END IF;\n                    RETURN NEW;\n                ", hash='006d5f9d0fc73fa0cd9e34665dbeaf0623d388c5', operation='INSERT', pgid='pgtrigger_gate_has_a_criterion_ee314', table='coding_roundgate', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='trainingcriterion',
            constraint=models.CheckConstraint(condition=models.Q(('threshold__gte', -1), ('threshold__lte', 1)), name='criterion_threshold_in_range'),
        ),
        migrations.AddConstraint(
            model_name='trainingcriterion',
            constraint=models.CheckConstraint(condition=models.Q(('in_a_row__gte', 1)), name='criterion_row_of_one_or_more'),
        ),
        migrations.AddConstraint(
            model_name='trainingcriterion',
            constraint=models.CheckConstraint(condition=models.Q(('at_least__gte', 1)), name='criterion_code_given_at_least_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trainingcriterion',
            trigger=pgtrigger.compiler.Trigger(name='criterion_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='31de24b271542c710774ee655ecfdbc4b62f40a7', operation='UPDATE OR DELETE', pgid='pgtrigger_criterion_is_kept_f0904', table='coding_trainingcriterion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trainingcriterion',
            trigger=pgtrigger.compiler.Trigger(name='criterion_before_coding', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            PERFORM 1 FROM coding_assignment WHERE round_id = NEW.round_id;\n            IF FOUND THEN\n                RAISE EXCEPTION 'a criterion is fixed before anybody can code' USING ERRCODE = 'check_violation', CONSTRAINT = 'criterion_before_coding';\n            END IF;\n            RETURN NEW;\n        ", hash='be5a25fd2450bce1729ee47005872d7918fe5b3c', operation='INSERT', pgid='pgtrigger_criterion_before_coding_6f549', table='coding_trainingcriterion', when='BEFORE')),
        ),
        key("coding_trainingcriterion", "criterion_of_round", "round_id, version_id, study_id", *ROUND_OF_VERSION),
        key("coding_trainingcriterion", "criterion_made_in_study", "made_by_id, study_id", *MEMBER),
        key("coding_criterioncode", "criterion_code_of_criterion",
            "round_id, version_id, study_id", *ROUND_OF_VERSION),
        key("coding_criterioncode", "criterion_code_of_version", "code_id, version_id", "coding_code", "id, version_id"),
        key("coding_gold", "gold_of_round", "round_id, version_id, study_id", *ROUND_OF_VERSION),
        key("coding_gold", "gold_revision_of_transcript",
            "revision_id, transcript_id, study_id", "transcripts_revision", "id, transcript_id, study_id"),
        key("coding_gold", "gold_assignment_alike", "assignment_id, study_id, version_id, revision_id",
            "coding_assignment", "id, study_id, version_id, revision_id"),
        key("coding_gold", "gold_final_round_alike", "final_round_id, version_id, study_id", *ROUND_OF_VERSION),
        key("coding_gold", "gold_made_in_study", "made_by_id, study_id", *MEMBER),
        key("coding_roundgate", "gate_of_round", "round_id, study_id", *ROUND),
        key("coding_roundgate", "gate_of_training", "training_id, study_id", *ROUND),
        key("coding_clearance", "clearance_of_round", "training_id, study_id", *ROUND),
        key("coding_clearance", "clearance_of_rater", "rater_id, study_id", *MEMBER),
        key("coding_clearance", "clearance_made_in_study", "made_by_id, study_id", *MEMBER),
        *[kept(f"coding_{model}") for model in (
            "trainingcriterion", "criterioncode", "gold", "roundgate", "clearance")],
    ]
