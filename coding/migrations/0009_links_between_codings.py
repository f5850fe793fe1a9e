"""Links between codings of one assignment: a naming leads back to the pull that it names."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from transcripts.migrations._keys import key, kept


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0008_who_could_read_before'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodingLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, help_text='As the codebook names it; it may name none.', max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='CodingLinkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(blank=True, help_text='As the codebook names it; it may name none.', max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='coding',
            constraint=models.UniqueConstraint(models.F('id'), models.F('judgement'), name='coding_key_of_judgement'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(models.F('id'), models.F('assignment'), name='judgement_key_of_assignment'),
        ),
        migrations.AddField(
            model_name='codinglink',
            name='assignment',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='coding.assignment'),
        ),
        migrations.AddField(
            model_name='codinglink',
            name='from_coding',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='coding.coding'),
        ),
        migrations.AddField(
            model_name='codinglink',
            name='from_judgement',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.judgement'),
        ),
        migrations.AddField(
            model_name='codinglink',
            name='to_coding',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='linked_from', to='coding.coding'),
        ),
        migrations.AddField(
            model_name='codinglink',
            name='to_judgement',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.judgement'),
        ),
        migrations.AddField(
            model_name='codinglinkevent',
            name='assignment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.assignment'),
        ),
        migrations.AddField(
            model_name='codinglinkevent',
            name='from_coding',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.coding'),
        ),
        migrations.AddField(
            model_name='codinglinkevent',
            name='from_judgement',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.judgement'),
        ),
        migrations.AddField(
            model_name='codinglinkevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='codinglinkevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='coding.codinglink'),
        ),
        migrations.AddField(
            model_name='codinglinkevent',
            name='to_coding',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.coding'),
        ),
        migrations.AddField(
            model_name='codinglinkevent',
            name='to_judgement',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='coding.judgement'),
        ),
        migrations.AddConstraint(
            model_name='codinglink',
            constraint=models.UniqueConstraint(models.F('from_coding'), models.F('to_coding'), models.F('kind'), name='link_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codinglink',
            trigger=pgtrigger.compiler.Trigger(name='coding_link_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE part record; open boolean;', func="\n            part := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n            IF TG_OP = 'UPDATE' AND OLD.from_coding_id <> NEW.from_coding_id THEN\n                RAISE EXCEPTION 'what was coded never moves'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'codings_never_move';\n            END IF;\n            SELECT submitted_at IS NULL AND withdrawn_at IS NULL INTO open\n                FROM coding_assignment WHERE id = (part.assignment_id) FOR SHARE;\n            IF NOT open THEN\n                RAISE EXCEPTION 'a submitted assignment is final'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'submitted_is_final';\n            END IF;\n            RETURN part;\n        ", hash='43a49d0e697795b418a0b4c8cfed5b96b3e62a2b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_coding_link_is_final_577c7', table='coding_codinglink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codinglink',
            trigger=pgtrigger.compiler.Trigger(name='link_leads_back', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE here integer; there integer;', func="\n                    SELECT s.position INTO here FROM coding_judgement j\n                        JOIN transcripts_segment s ON s.id = j.segment_id WHERE j.id = NEW.from_judgement_id;\n                    SELECT s.position INTO there FROM coding_judgement j\n                        JOIN transcripts_segment s ON s.id = j.segment_id WHERE j.id = NEW.to_judgement_id;\n                    IF there >= here THEN\n                        RAISE EXCEPTION 'a link leads back to an earlier segment'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'link_leads_back';\n                    END IF;\n                    RETURN NEW;\n                ", hash='f3dd0dda6f5be6f091e2d39481084dda1a870b33', operation='INSERT OR UPDATE', pgid='pgtrigger_link_leads_back_a907c', table='coding_codinglink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codinglink',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_codinglinkevent" ("assignment_id", "from_coding_id", "from_judgement_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_coding_id", "to_judgement_id") VALUES (NEW."assignment_id", NEW."from_coding_id", NEW."from_judgement_id", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."to_coding_id", NEW."to_judgement_id"); RETURN NULL;', hash='fc4a95d64e467000350b213e2622757e6a6e3b71', operation='INSERT', pgid='pgtrigger_insert_insert_40eb8', table='coding_codinglink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codinglink',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "coding_codinglinkevent" ("assignment_id", "from_coding_id", "from_judgement_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_coding_id", "to_judgement_id") VALUES (NEW."assignment_id", NEW."from_coding_id", NEW."from_judgement_id", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."to_coding_id", NEW."to_judgement_id"); RETURN NULL;', hash='ae5a1d55521a6c028fcc611b5bb1218a72c5402a', operation='UPDATE', pgid='pgtrigger_update_update_d88e0', table='coding_codinglink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codinglink',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "coding_codinglinkevent" ("assignment_id", "from_coding_id", "from_judgement_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_coding_id", "to_judgement_id") VALUES (OLD."assignment_id", OLD."from_coding_id", OLD."from_judgement_id", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."to_coding_id", OLD."to_judgement_id"); RETURN NULL;', hash='cfec948db91d289678326601dd2395f562794b6d', operation='DELETE', pgid='pgtrigger_delete_delete_c4f5b', table='coding_codinglink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='codinglinkevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='38c7bde0c45c5a4cd1791675b632a07a6037cc3a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a9574', table='coding_codinglinkevent', when='BEFORE')),
        ),
        # Both ends in the one assignment; Django cannot write these keys.
        key("coding_codinglink", "link_from_judgement_of_assignment",
            "from_judgement_id, assignment_id", "coding_judgement", "id, assignment_id"),
        key("coding_codinglink", "link_to_judgement_of_assignment",
            "to_judgement_id, assignment_id", "coding_judgement", "id, assignment_id"),
        key("coding_codinglink", "link_from_coding_of_judgement",
            "from_coding_id, from_judgement_id", "coding_coding", "id, judgement_id"),
        key("coding_codinglink", "link_to_coding_of_judgement",
            "to_coding_id, to_judgement_id", "coding_coding", "id, judgement_id"),
        kept("coding_codinglink"),
        kept("coding_codinglinkevent"),
    ]
