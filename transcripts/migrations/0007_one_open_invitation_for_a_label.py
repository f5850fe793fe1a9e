"""A label of a study has one open invitation; of several that were made at once the latest stays open."""

from django.db import migrations, models
from django.db.models import Q

LATEST_STAYS_OPEN = """
    UPDATE transcripts_invitation SET withdrawn_at = now()
    WHERE membership_id IS NULL AND withdrawn_at IS NULL AND id NOT IN (
        SELECT max(id) FROM transcripts_invitation WHERE membership_id IS NULL AND withdrawn_at IS NULL
        GROUP BY study_id, label)
"""


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0001_squashed_0006_discussion_only")]

    operations = [
        migrations.RunSQL(LATEST_STAYS_OPEN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                "study", "label", condition=Q(membership=None, withdrawn_at=None), name="invitation_open_once"
            ),
        ),
    ]
