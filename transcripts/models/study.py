"""A team's project, its members and the roles its speakers speak in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from transcripts.formats.visible import INVISIBLE, is_visible
from transcripts.history import keep_history
from transcripts.models.scope import StudyQuerySet, StudyScopedQuerySet
from workbench.accounts.models import User


class VisibleWords(RegexValidator):
    """Take what the pattern takes, if at least one character of it can be seen."""

    def __call__(self, value: object) -> None:
        super().__call__(value)
        if not is_visible(str(value)):
            raise ValidationError(INVISIBLE, params={"value": value})

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Stand in migrations as the pattern alone: what can be seen is nothing that a column knows."""
        _, args, kwargs = super().deconstruct()
        return "django.core.validators.RegexValidator", args, kwargs


#: What a label or a name may not hold: control characters would break exchange files.
plain_words = VisibleWords(r"^[^\x00-\x1f\x7f]+$", "Use plain words on one line.")
FIRST_SPEAKER_ROLES = ("patient", "therapist", "other")


@keep_history
class Study(models.Model):
    """A team's project: members, transcripts, codebooks, rounds."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200, validators=[plain_words])
    question = models.TextField(blank=True, help_text="What the study asks, in a sentence or two.")
    discussion_only = models.BooleanField(default=False, help_text="The team talks and decides; it wants no numbers.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.title


@keep_history
class Membership(models.Model):
    """A person (or an imported or machine rater) in a study, known in data and exports by a label."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", "coordinator"
        RATER = "rater", "rater"
        ADJUDICATOR = "adjudicator", "adjudicator"
        READER = "reader", "reader"

    class Kind(models.TextChoices):
        PERSON = "person", "person"
        IMPORTED = "imported", "imported"
        MACHINE = "machine", "machine"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="memberships")
    label = models.CharField(max_length=80, validators=[plain_words])
    role = models.CharField(max_length=12, choices=Role)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    joined_at = models.DateTimeField(db_default=Now(), editable=False)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("study", "label", name="member_label_once"),
            models.UniqueConstraint("study", "user", name="member_person_once"),
            models.UniqueConstraint("id", "study", name="member_key_of_study"),
        ]

    def __str__(self) -> str:
        return self.label


class InvitationQuerySet(StudyScopedQuerySet):
    def open(self) -> InvitationQuerySet:
        """Keep invitations that can still be accepted."""
        return self.filter(membership=None, withdrawn_at=None, expires_at__gt=Now())


class Invitation(models.Model):
    """A link that names study, role and label; whoever follows it first joins."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="invitations")
    label = models.CharField(max_length=80, validators=[plain_words])
    role = models.CharField(max_length=12, choices=Membership.Role)
    key_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    membership = models.OneToOneField(Membership, null=True, on_delete=models.PROTECT, related_name="invitation")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Of two that are made at once for one label, the second is refused; one that ran out is withdrawn first.
            models.UniqueConstraint(
                "study", "label", condition=Q(membership=None, withdrawn_at=None), name="invitation_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.role})"


class SpeakerRole(models.Model):
    """As what somebody speaks: patient, therapist, other, and what an import adds."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="speaker_roles")
    name = models.CharField(max_length=40, validators=[plain_words])

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("study", Lower("name"), name="speaker_role_once"),
            models.UniqueConstraint("id", "study", name="speaker_role_key_of_study"),
        ]

    def __str__(self) -> str:
        return self.name
