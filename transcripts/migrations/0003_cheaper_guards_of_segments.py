"""Guard segments by boxes instead of ranges, and by composite keys alone; give session attributes room."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('transcripts', '0002_composite_keys'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='segment',
            name='segment_no_overlap',
        ),
        migrations.AlterField(
            model_name='segment',
            name='revision',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='transcripts.revision'),
        ),
        migrations.AlterField(
            model_name='segment',
            name='speaker',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='transcripts.speaker'),
        ),
        migrations.AlterField(
            model_name='segment',
            name='study',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transcripts.study'),
        ),
        migrations.AlterField(
            model_name='sessionattribute',
            name='value',
            field=models.CharField(max_length=1000),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('char_start__lt', models.F('char_end'))), expressions=[(models.Func(models.Func('revision_id', 'char_start', function='point'), models.Func('revision_id', django.db.models.expressions.CombinedExpression(models.F('char_end'), '-', models.Value(0.5)), function='point'), function='box'), '&&')], name='segment_no_overlap'),
        ),
    ]
