"""The tables of adjudication: its opening, who adjudicates, their answers, and when names were shown."""


import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0022_rounds_are_due'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdjudicatedCoding',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('rating', models.SmallIntegerField(blank=True, null=True)),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.code')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion')),
            ],
        ),
        migrations.CreateModel(
            name='AdjudicatedEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('coding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='coding.adjudicatedcoding')),
            ],
            options={
                'verbose_name_plural': 'adjudicated evidence',
            },
        ),
        migrations.CreateModel(
            name='Adjudication',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('n', models.PositiveIntegerField(help_text='Counted from 1 within the segment.')),
                ('outcome', models.CharField(blank=True, choices=[('none', 'none applies'), ('uncodable', 'uncodable'), ('open', 'left open')], max_length=9, null=True)),
                ('rule', models.CharField(choices=[('discussion', 'discussion'), ('third_rater', 'third rater'), ('majority', 'majority'), ('mean', 'mean')], max_length=11)),
                ('cause', models.CharField(blank=True, choices=[('close_codes', 'close codes'), ('overlooked', 'overlooked'), ('definition', 'definition unclear')], help_text='What the raters differed by.', max_length=11)),
                ('reason', models.TextField(blank=True)),
                ('restores', models.PositiveIntegerField(blank=True, null=True)),
                ('saw_identities_at', models.DateTimeField(blank=True, help_text='Since when its author could know who gave what here; empty: decided blind.', null=True)),
                ('saw', models.CharField(blank=True, help_text='Why they could know, in words.', max_length=200)),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('revision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='coding.round')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='transcripts.segment')),
                ('study', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion')),
            ],
        ),
        migrations.AddField(
            model_name='adjudicatedcoding',
            name='adjudication',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='codings', to='coding.adjudication'),
        ),
        migrations.CreateModel(
            name='AdjudicationOpening',
            fields=[
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='adjudication', serialize=False, to='coding.round')),
                ('seed', models.BigIntegerField()),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ended_at', models.DateTimeField(help_text='Since then adjudicators may read who gave what.', null=True)),
                ('outcome_shown', models.BooleanField(default=False, help_text='Raters may read the final word on their transcripts.')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion')),
            ],
        ),
        migrations.CreateModel(
            name='AdjudicationOpeningEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('seed', models.BigIntegerField()),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ended_at', models.DateTimeField(help_text='Since then adjudicators may read who gave what.', null=True)),
                ('outcome_shown', models.BooleanField(default=False, help_text='Raters may read the final word on their transcripts.')),
                ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.membership')),
                ('opened_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.membership')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.adjudicationopening')),
                ('round', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', serialize=False, to='coding.round')),
                ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.codebookversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Adjudicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('could_read_since', models.DateTimeField(help_text='Could read who gave what in the round before that was hidden, since then.', null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='transcripts.membership')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudicators', to='coding.round')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
            ],
        ),
        migrations.CreateModel(
            name='NamesShown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(choices=[('meeting', 'in the meeting'), ('adjudication', 'after the own first answer')], max_length=12)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.membership')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.revision')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.round')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.segment')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
            ],
        ),
        migrations.CreateModel(
            name='AdjudicatedAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(max_length=200)),
                ('attribute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.attribute')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.codebookversion')),
                ('coding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attributes', to='coding.adjudicatedcoding')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('coding'), models.F('attribute'), name='adjudicated_attribute_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicatedattribute',
            trigger=pgtrigger.compiler.Trigger(name='adjudicated_attribute_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fbdc0a217cb0e86f5e8dbaef2e42c3f9f3b28050', operation='UPDATE OR DELETE', pgid='pgtrigger_adjudicated_attribute_is_kept_67fb9', table='coding_adjudicatedattribute', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='adjudicatedevidence',
            constraint=models.UniqueConstraint(models.F('coding'), models.F('start'), models.F('end'), name='adjudicated_evidence_once'),
        ),
        migrations.AddConstraint(
            model_name='adjudicatedevidence',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='adjudicated_evidence_not_empty'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicatedevidence',
            trigger=pgtrigger.compiler.Trigger(name='adjudicated_evidence_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a575bcc1fab7e374c12573297d7844e046abee7c', operation='UPDATE OR DELETE', pgid='pgtrigger_adjudicated_evidence_is_kept_146f1', table='coding_adjudicatedevidence', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.UniqueConstraint(models.F('round'), models.F('segment'), models.F('n'), name='adjudication_number_once'),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.UniqueConstraint(models.F('id'), models.F('version'), name='adjudication_key_of_version'),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.CheckConstraint(condition=models.Q(('n__gte', 1)), name='adjudication_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='adjudication',
            constraint=models.CheckConstraint(condition=models.Q(('restores', None), ('restores__lt', models.F('n')), _connector='OR'), name='adjudication_undoes_back'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudication',
            trigger=pgtrigger.compiler.Trigger(name='adjudication_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='abb134c91eb3d2006638e5661cbcbdb9321ec222', operation='UPDATE OR DELETE', pgid='pgtrigger_adjudication_is_kept_ccdd4', table='coding_adjudication', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudication',
            trigger=pgtrigger.compiler.Trigger(name='adjudication_of_closed_round', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    PERFORM 1 FROM coding_round r JOIN coding_adjudicationopening o ON o.round_id = r.id\n                        WHERE r.id = NEW.round_id AND r.closed_at IS NOT NULL;\n                    IF NOT FOUND THEN\n                        RAISE EXCEPTION 'a closed round whose adjudication was opened is adjudicated'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_of_closed_round';\n                    END IF;\n                    PERFORM 1 FROM coding_assignment\n                        WHERE round_id = NEW.round_id AND revision_id = NEW.revision_id AND withdrawn_at IS NULL;\n                    IF NOT FOUND THEN\n                        RAISE EXCEPTION 'this segment is not part of the round'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_within_round';\n                    END IF;\n                    RETURN NEW;\n                ", hash='fb861f174177a61264fb69b09218598d8e93472e', operation='INSERT', pgid='pgtrigger_adjudication_of_closed_round_e8eca', table='coding_adjudication', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='adjudicatedcoding',
            constraint=models.UniqueConstraint(models.F('adjudication'), models.F('code'), name='adjudicated_once_per_code'),
        ),
        migrations.AddConstraint(
            model_name='adjudicatedcoding',
            constraint=models.UniqueConstraint(models.F('id'), models.F('version'), name='adjudicated_key_of_version'),
        ),
        migrations.AddConstraint(
            model_name='adjudicatedcoding',
            constraint=models.CheckConstraint(condition=models.Q(('rating', None), ('rating__gte', 1), _connector='OR'), name='adjudicated_rating_never_zero'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicatedcoding',
            trigger=pgtrigger.compiler.Trigger(name='adjudicated_coding_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8858911a57365ad384e3d9fed97f9b6bebdc3123', operation='UPDATE OR DELETE', pgid='pgtrigger_adjudicated_coding_is_kept_f1d42', table='coding_adjudicatedcoding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicatedcoding',
            trigger=pgtrigger.compiler.Trigger(name='adjudicated_coding_needs_no_outcome', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    PERFORM 1 FROM coding_adjudication WHERE id = NEW.adjudication_id AND outcome IS NOT NULL;\n                    IF FOUND THEN\n                        RAISE EXCEPTION 'an outcome and codings exclude each other'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudicated_outcome_excludes_codings';\n                    END IF;\n                    RETURN NEW;\n                ", hash='ff09da631a48f39a13d4a9e10a2e1450c2c51ba9', operation='INSERT', pgid='pgtrigger_adjudicated_coding_needs_no_outcome_d9dd2', table='coding_adjudicatedcoding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicationopening',
            trigger=pgtrigger.compiler.Trigger(name='adjudication_stays_open', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF TG_OP = 'DELETE' OR NEW.round_id <> OLD.round_id OR NEW.seed <> OLD.seed\n                        OR NEW.opened_at <> OLD.opened_at\n                        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN\n                        RAISE EXCEPTION 'when adjudication was opened and ended stays known'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjudication_stays_open';\n                    END IF;\n                    RETURN NEW;\n                ", hash='ea57463f6fe897dffc8b70ebe375605bcc41b38e', operation='UPDATE OR DELETE', pgid='pgtrigger_adjudication_stays_open_3f896', table='coding_adjudicationopening', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicationopening',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_adjudicationopeningevent" ("ended_at", "ended_by_id", "opened_at", "opened_by_id", "outcome_shown", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round_id", "seed", "study_id", "version_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."opened_at", NEW."opened_by_id", NEW."outcome_shown", _pgh_attach_context(), NOW(), \'insert\', NEW."round_id", NEW."round_id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='83eb5760243729a42f3663be7b003a879970dea1', operation='INSERT', pgid='pgtrigger_insert_insert_9dc27', table='coding_adjudicationopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicationopening',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_adjudicationopeningevent" ("ended_at", "ended_by_id", "opened_at", "opened_by_id", "outcome_shown", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round_id", "seed", "study_id", "version_id") VALUES (NEW."ended_at", NEW."ended_by_id", NEW."opened_at", NEW."opened_by_id", NEW."outcome_shown", _pgh_attach_context(), NOW(), \'update\', NEW."round_id", NEW."round_id", NEW."seed", NEW."study_id", NEW."version_id"); RETURN NULL;', hash='72c6272bf37aafb5f0cbcddff16adb9a64f01a0d', operation='UPDATE', pgid='pgtrigger_update_update_28300', table='coding_adjudicationopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicationopening',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_adjudicationopeningevent" ("ended_at", "ended_by_id", "opened_at", "opened_by_id", "outcome_shown", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round_id", "seed", "study_id", "version_id") VALUES (OLD."ended_at", OLD."ended_by_id", OLD."opened_at", OLD."opened_by_id", OLD."outcome_shown", _pgh_attach_context(), NOW(), \'delete\', OLD."round_id", OLD."round_id", OLD."seed", OLD."study_id", OLD."version_id"); RETURN NULL;', hash='004b53743c3d5f53159e642221136a69f66ed177', operation='DELETE', pgid='pgtrigger_delete_delete_e638d', table='coding_adjudicationopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicationopeningevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bc09f60cc94d1afa6200c40b7a2efb234c4191d3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c6d52', table='coding_adjudicationopeningevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='adjudicator',
            constraint=models.UniqueConstraint(models.F('round'), models.F('member'), name='adjudicator_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adjudicator',
            trigger=pgtrigger.compiler.Trigger(name='adjudicator_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='032f26b300bb3d0c39c804e1e804f422d790de29', operation='UPDATE OR DELETE', pgid='pgtrigger_adjudicator_is_kept_5efe8', table='coding_adjudicator', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='namesshown',
            constraint=models.UniqueConstraint(models.F('round'), models.F('segment'), models.F('member'), models.F('place'), name='names_shown_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='namesshown',
            trigger=pgtrigger.compiler.Trigger(name='names_shown_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f16ee820cb243aa02d9f3209b8f7601ccc939016', operation='UPDATE OR DELETE', pgid='pgtrigger_names_shown_is_kept_11b87', table='coding_namesshown', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='namesshown',
            trigger=pgtrigger.compiler.Trigger(name='names_after_first_answer', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."place" = \'adjudication\')', func="\n                    PERFORM 1 FROM coding_adjudication\n                        WHERE round_id = NEW.round_id AND segment_id = NEW.segment_id AND author_id = NEW.member_id;\n                    IF NOT FOUND THEN\n                        RAISE EXCEPTION 'names are shown after the own first answer'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'names_after_first_answer';\n                    END IF;\n                    RETURN NEW;\n                ", hash='8a036ce1a0ed581fb8fb75d6bf5bec714db16a8b', operation='INSERT', pgid='pgtrigger_names_after_first_answer_90b3f', table='coding_namesshown', when='BEFORE')),
        ),
    ]
