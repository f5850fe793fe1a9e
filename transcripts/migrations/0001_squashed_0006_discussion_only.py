"""Everything of migrations 0001 to 0006 in one step, for a new database."""

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models

from transcripts.migrations._keys import key, kept
from transcripts.migrations._together import CreateModels


class Migration(migrations.Migration):

    replaces = [('transcripts', '0001_studies_and_transcripts'), ('transcripts', '0002_composite_keys'), ('transcripts', '0003_cheaper_guards_of_segments'), ('transcripts', '0004_names_in_the_history_are_kept'), ('transcripts', '0005_what_raters_see_of_sessions'), ('transcripts', '0006_discussion_only')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='SpeakerRole',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='speaker_roles', to='transcripts.study')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('study'), django.db.models.functions.text.Lower('name'), name='speaker_role_once'), models.UniqueConstraint(models.F('id'), models.F('study'), name='speaker_role_key_of_study')],
                    },
                ),
                migrations.CreateModel(
                    name='Study',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=60, unique=True)),
                        ('title', models.CharField(max_length=200, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('question', models.TextField(blank=True, help_text='What the study asks, in a sentence or two.')),
                        ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('discussion_only', models.BooleanField(default=False, help_text='The team talks and decides; it wants no numbers.')),
                    ],
                    options={
                        'verbose_name_plural': 'studies',
                        'indexes': [],
                        'constraints': [],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_studyevent" ("created_at", "discussion_only", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "slug", "title") VALUES (NEW."created_at", NEW."discussion_only", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."question", NEW."slug", NEW."title"); RETURN NULL;', hash='d3bb68703a4e4fe04f7b448cc29941f46ee26cba', operation='INSERT', pgid='pgtrigger_insert_insert_e297e', table='transcripts_study', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "transcripts_studyevent" ("created_at", "discussion_only", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "slug", "title") VALUES (NEW."created_at", NEW."discussion_only", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."question", NEW."slug", NEW."title"); RETURN NULL;', hash='6485314976b1db43d7daf34aee706ac327994f26', operation='UPDATE', pgid='pgtrigger_update_update_f3baa', table='transcripts_study', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_studyevent" ("created_at", "discussion_only", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "slug", "title") VALUES (OLD."created_at", OLD."discussion_only", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."question", OLD."slug", OLD."title"); RETURN NULL;', hash='6cb2d885b619aa63e1cd038ce9f6b8fd405c5ad5', operation='DELETE', pgid='pgtrigger_delete_delete_1f36e', table='transcripts_study', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='StudyEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('slug', models.SlugField(db_index=False, max_length=60)),
                        ('title', models.CharField(max_length=200, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('question', models.TextField(blank=True, help_text='What the study asks, in a sentence or two.')),
                        ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='transcripts.study')),
                        ('discussion_only', models.BooleanField(default=False, help_text='The team talks and decides; it wants no numbers.')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0deb1bb9ac23a85d0ad6217a73597e2b1d41ef61', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b4af0', table='transcripts_studyevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Transcript',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transcripts', to='transcripts.study')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('study'), models.F('name'), name='transcript_name_once'), models.UniqueConstraint(models.F('id'), models.F('study'), name='transcript_key_of_study')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_transcriptevent" ("created_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."created_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."study_id"); RETURN NULL;', hash='7fac33c7d8765db59205286d7de361e9fa6c6ae3', operation='INSERT', pgid='pgtrigger_insert_insert_4c145', table='transcripts_transcript', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "transcripts_transcriptevent" ("created_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."created_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."study_id"); RETURN NULL;', hash='3655180e8b6c6bc79e41a49a7f090c68ef73dce5', operation='UPDATE', pgid='pgtrigger_update_update_16336', table='transcripts_transcript', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_transcriptevent" ("created_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (OLD."created_at", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."study_id"); RETURN NULL;', hash='20125f75c8c82cb3952673ee9f7e91693edc013d', operation='DELETE', pgid='pgtrigger_delete_delete_64aff', table='transcripts_transcript', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='TranscriptEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=120, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='transcripts.transcript')),
                        ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='88a9944b638751c745180bc168a3ef0c7516f483', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d76ae', table='transcripts_transcriptevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Upload',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('batch', models.UUIDField(db_index=True, help_text='Files that were uploaded together.')),
                        ('file_name', models.CharField(max_length=255)),
                        ('sha256', models.CharField(max_length=64)),
                        ('file_size', models.PositiveBigIntegerField()),
                        ('encoding', models.CharField(blank=True, max_length=40)),
                        ('merge', models.BooleanField(default=False)),
                        ('uploaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('imported_at', models.DateTimeField(null=True)),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='transcripts.study')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('batch'), models.F('sha256'), models.F('file_name'), name='upload_file_once_per_batch')],
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('label', models.CharField(max_length=80, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('role', models.CharField(choices=[('coordinator', 'coordinator'), ('rater', 'rater'), ('adjudicator', 'adjudicator'), ('reader', 'reader')], max_length=12)),
                        ('kind', models.CharField(choices=[('person', 'person'), ('imported', 'imported'), ('machine', 'machine')], default='person', max_length=8)),
                        ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('left_at', models.DateTimeField(blank=True, null=True)),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='transcripts.study')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('study'), models.F('label'), name='member_label_once'), models.UniqueConstraint(models.F('study'), models.F('user'), name='member_person_once'), models.UniqueConstraint(models.F('id'), models.F('study'), name='member_key_of_study')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_membershipevent" ("id", "joined_at", "kind", "label", "left_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "study_id", "user_id") VALUES (NEW."id", NEW."joined_at", NEW."kind", NEW."label", NEW."left_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."study_id", NEW."user_id"); RETURN NULL;', hash='9602625fb390c978ec3babd7e782136835aa8c7a', operation='INSERT', pgid='pgtrigger_insert_insert_c47ef', table='transcripts_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "transcripts_membershipevent" ("id", "joined_at", "kind", "label", "left_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "study_id", "user_id") VALUES (NEW."id", NEW."joined_at", NEW."kind", NEW."label", NEW."left_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."study_id", NEW."user_id"); RETURN NULL;', hash='94ff11c03c63417df92b4742e856a4605edaad9a', operation='UPDATE', pgid='pgtrigger_update_update_d2626', table='transcripts_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_membershipevent" ("id", "joined_at", "kind", "label", "left_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "study_id", "user_id") VALUES (OLD."id", OLD."joined_at", OLD."kind", OLD."label", OLD."left_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."study_id", OLD."user_id"); RETURN NULL;', hash='2521ce067ea087658287409849a1b811b6bb03c7', operation='DELETE', pgid='pgtrigger_delete_delete_21f93', table='transcripts_membership', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='Revision',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(default=1)),
                        ('sha256', models.CharField(max_length=64)),
                        ('file_name', models.CharField(max_length=255)),
                        ('file_size', models.PositiveBigIntegerField()),
                        ('layout', models.CharField(help_text='How the file was read, in words.', max_length=120)),
                        ('merged', models.BooleanField(default=False, help_text='Consecutive cues of one speaker were joined.')),
                        ('imported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('imported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                        ('transcript', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='transcripts.transcript')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('transcript'), models.F('number'), name='revision_number_once'), models.UniqueConstraint(models.F('id'), models.F('study'), name='revision_key_of_study'), models.UniqueConstraint(models.F('id'), models.F('transcript'), models.F('study'), name='revision_key_of_transcript')],
                    },
                ),
                migrations.CreateModel(
                    name='Speaker',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('label', models.CharField(max_length=120)),
                        ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='speakers', to='transcripts.revision')),
                        ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='speakers', to='transcripts.speakerrole')),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('revision'), models.F('label'), name='speaker_label_once'), models.UniqueConstraint(models.F('id'), models.F('revision'), name='speaker_key_of_revision')],
                    },
                ),
                migrations.CreateModel(
                    name='SessionAttribute',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('value', models.CharField(max_length=1000)),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                        ('transcript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='session_attributes', to='transcripts.transcript')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('transcript'), models.F('name'), name='session_attribute_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Segment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveIntegerField()),
                        ('char_start', models.PositiveIntegerField(help_text="Code points from the beginning of the revision's text.")),
                        ('char_end', models.PositiveIntegerField()),
                        ('start_ms', models.BigIntegerField(null=True)),
                        ('end_ms', models.BigIntegerField(null=True)),
                        ('text', models.TextField()),
                        ('revision', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='transcripts.revision')),
                        ('speaker', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='transcripts.speaker')),
                        ('study', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('revision'), models.F('position'), name='segment_position_once'), models.UniqueConstraint(models.F('id'), models.F('revision'), name='segment_key_of_revision'), models.CheckConstraint(condition=models.Q(('position__gte', 1), ('char_start__lte', models.F('char_end'))), name='segment_numbers_in_order'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('char_start__lt', models.F('char_end'))), expressions=[(models.Func(models.Func('revision_id', 'char_start', function='point'), models.Func('revision_id', django.db.models.expressions.CombinedExpression(models.F('char_end'), '-', models.Value(0.5)), function='point'), function='box'), '&&')], name='segment_no_overlap')],
                        'triggers': [pgtrigger.compiler.Trigger(name='segment_is_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b2c02f4a3f121767e548f655618d07d2a0ac6104', operation='UPDATE', pgid='pgtrigger_segment_is_never_edited_2d55a', table='transcripts_segment', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='MembershipEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('label', models.CharField(max_length=80, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('role', models.CharField(choices=[('coordinator', 'coordinator'), ('rater', 'rater'), ('adjudicator', 'adjudicator'), ('reader', 'reader')], max_length=12)),
                        ('kind', models.CharField(choices=[('person', 'person'), ('imported', 'imported'), ('machine', 'machine')], default='person', max_length=8)),
                        ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('left_at', models.DateTimeField(blank=True, null=True)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='transcripts.membership')),
                        ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e7c451efcb6a6515c603c59ce7cdb4b5df63a9ac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_49257', table='transcripts_membershipevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('label', models.CharField(max_length=80, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('role', models.CharField(choices=[('coordinator', 'coordinator'), ('rater', 'rater'), ('adjudicator', 'adjudicator'), ('reader', 'reader')], max_length=12)),
                        ('key_hash', models.CharField(max_length=64, unique=True)),
                        ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('expires_at', models.DateTimeField()),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('membership', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitation', to='transcripts.membership')),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='transcripts.study')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='ShownAttribute',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shown_attributes', to='transcripts.study')),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [models.UniqueConstraint(models.F('study'), models.F('name'), name='shown_attribute_once')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_shownattributeevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."study_id"); RETURN NULL;', hash='09fe41c337e2f7fbefb85c14c31a6a2c4555e22b', operation='INSERT', pgid='pgtrigger_insert_insert_8e7c6', table='transcripts_shownattribute', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "transcripts_shownattributeevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."study_id"); RETURN NULL;', hash='29beae3db5f154c4f0e103fdc47b9b5c0a8ebea6', operation='UPDATE', pgid='pgtrigger_update_update_0edff', table='transcripts_shownattribute', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "transcripts_shownattributeevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "study_id") VALUES (OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."study_id"); RETURN NULL;', hash='244576cdb0c549221ea489d95b7182a39d60b69c', operation='DELETE', pgid='pgtrigger_delete_delete_221e5', table='transcripts_shownattribute', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='ShownAttributeEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[^\\x00-\\x1f\\x7f]+$', 'Use plain words on one line.')])),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='transcripts.shownattribute')),
                        ('study', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='transcripts.study')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1e77224d17fa6029ee847f590e34b3f03f5356a7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_94b97', table='transcripts_shownattributeevent', when='BEFORE'))],
                    },
                ),
            ],
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'the history is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
            END $$
            """,
            'DROP FUNCTION history_is_kept()',
        ),
        # Updates stay allowed: the API names its person after the context was opened.
        migrations.RunSQL(
            'CREATE TRIGGER history_is_kept BEFORE DELETE OR TRUNCATE ON pghistory_context'
            ' EXECUTE FUNCTION history_is_kept()',
            'DROP TRIGGER history_is_kept ON pghistory_context',
        ),
        key("transcripts_sessionattribute", "session_attribute_of_study",
            "transcript_id, study_id", "transcripts_transcript", "id, study_id"),
        key("transcripts_revision", "revision_of_study",
            "transcript_id, study_id", "transcripts_transcript", "id, study_id"),
        key("transcripts_speaker", "speaker_of_study", "revision_id, study_id", "transcripts_revision", "id, study_id"),
        key("transcripts_speaker", "speaker_role_of_study",
            "role_id, study_id", "transcripts_speakerrole", "id, study_id"),
        key("transcripts_segment", "segment_of_study", "revision_id, study_id", "transcripts_revision", "id, study_id"),
        key("transcripts_segment", "segment_speaker_of_revision",
            "speaker_id, revision_id", "transcripts_speaker", "id, revision_id"),
        *[kept(table) for table in (
            "transcripts_studyevent",
            "transcripts_membershipevent",
            "transcripts_transcriptevent",
            "transcripts_study",
            "transcripts_membership",
            "transcripts_transcript",
            "transcripts_shownattribute",
            "transcripts_shownattributeevent",
        )],
    ]
