"""Note in each run which program computed it: a copy may be updated without a new version number."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0014_what_raters_could_read_stays_known'),
        ('transcripts', '0004_names_in_the_history_are_kept'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reliabilityrun',
            name='run_once',
        ),
        migrations.AddField(
            model_name='reliabilityrun',
            name='program',
            field=models.CharField(blank=True, help_text='SHA-256 of the source of what computes; empty where it was not noted.', max_length=64),
        ),
        migrations.AddConstraint(
            model_name='reliabilityrun',
            constraint=models.UniqueConstraint(fields=('round', 'fingerprint', 'software', 'program', 'numpy', 'interval', 'level', 'seed'), name='run_once', nulls_distinct=False),
        ),
    ]
