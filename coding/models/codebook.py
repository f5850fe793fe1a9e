"""The set of codes. A draft can be edited; publishing freezes a version for good, by trigger."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from coding.models.kept import KeptJSON
from transcripts.history import keep_history
from transcripts.models.scope import StudyScopedQuerySet
from transcripts.models.study import SpeakerRole, Study, VisibleWords, plain_words
from workbench.accounts.models import User

#: A key is whatever a codebook file may hold: one line, nothing that a person cannot see.
key_words = VisibleWords(
    r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+\Z", "Write the key in one line, without control characters."
)


def frozen_with_version(name: str) -> pgtrigger.Trigger:
    """Refuse any change to a part of a published version; the table carries version_id."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("part", "record"), ("published", "timestamptz")],
        func="""
            part := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            SELECT published_at INTO published FROM coding_codebookversion WHERE id = part.version_id FOR SHARE;
            IF published IS NULL AND TG_OP = 'UPDATE' AND OLD.version_id <> NEW.version_id THEN
                SELECT published_at INTO published FROM coding_codebookversion WHERE id = OLD.version_id FOR SHARE;
            END IF;
            IF published IS NOT NULL THEN
                RAISE EXCEPTION 'a published codebook version is never changed'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'version_is_frozen';
            END IF;
            RETURN part;
        """,
    )


@keep_history
class Codebook(models.Model):
    """A codebook through all its versions."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="codebooks")
    key = models.CharField(max_length=60, validators=[key_words])

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("study", "key", name="codebook_key_once"),
            models.UniqueConstraint("id", "study", name="codebook_key_of_study"),
        ]

    def __str__(self) -> str:
        return self.key


class VersionQuerySet(StudyScopedQuerySet):
    def published(self) -> VersionQuerySet:
        """Keep versions that rounds can use."""
        return self.exclude(published_at=None)

    def in_use(self) -> VersionQuerySet:
        """Keep published versions that nobody retired: those that new rounds choose from."""
        return self.published().filter(retirement=None)

    def drafts(self) -> VersionQuerySet:
        """Keep versions that can still be edited."""
        return self.filter(published_at=None)


@keep_history
class CodebookVersion(models.Model):
    """One state of a codebook: open as a draft, frozen once published."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="codebook_versions")
    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    predecessor = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="successors", help_text="The version it changes."
    )
    name = models.CharField(max_length=40, validators=[plain_words], help_text="As people say it: 1.0.0.")
    title = models.CharField(max_length=200, validators=[plain_words])
    max_codes_per_turn = models.PositiveSmallIntegerField(null=True, blank=True)
    # The one scale that rated codes of this version are rated on; no name means that nothing is rated.
    rating_name = models.CharField(max_length=60, blank=True)
    rating_type = models.CharField(max_length=20, blank=True, default="ordinal")
    rating_minimum = models.SmallIntegerField(default=0)
    rating_maximum = models.SmallIntegerField(default=3)
    rating_anchors = models.JSONField(default=dict, blank=True)
    rating_required = models.BooleanField(default=False)
    rating_rest = KeptJSON(default=dict, blank=True)
    rest = KeptJSON(default=dict, blank=True, help_text="Parts of the file that are kept but not used.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("codebook", "number", name="version_number_once"),
            models.UniqueConstraint("codebook", "name", name="version_name_once"),
            models.UniqueConstraint("id", "study", name="version_key_of_study"),
            models.UniqueConstraint("id", "codebook", name="version_key_of_codebook"),
            models.UniqueConstraint("id", "predecessor", name="version_key_of_predecessor"),
            models.CheckConstraint(
                condition=Q(rating_minimum__gte=0, rating_maximum__gt=F("rating_minimum")), name="rating_scale_in_order"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="version_follows_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__predecessor__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM coding_codebookversion
                        WHERE id = NEW.predecessor_id AND published_at IS NOT NULL AND number < NEW.number
                    ) THEN
                        RAISE EXCEPTION 'a version follows a published one that came before it'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_follows_published';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="version_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func="""
                    RAISE EXCEPTION 'a published codebook version is never changed'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'version_is_frozen';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_rated(self) -> bool:
        return bool(self.rating_name)


@keep_history
class Family(models.Model):
    """A group of codes; exclusive ones take at most one of their codes per segment."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="families")
    key = models.CharField(max_length=60, validators=[key_words])
    name = models.CharField(max_length=120, validators=[plain_words])
    definition = models.TextField(blank=True)
    exclusive = models.BooleanField(default=False)
    color = models.CharField(max_length=40, blank=True)
    slot = models.CharField(max_length=8, help_text="Hue and shape on the pages.")
    position = models.PositiveIntegerField()
    rest = KeptJSON(default=dict, blank=True)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "families"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("version", "key", name="family_key_once"),
            models.UniqueConstraint("id", "version", name="family_key_of_version"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [frozen_with_version("family_is_frozen")]

    def __str__(self) -> str:
        return self.name


@keep_history
class Code(models.Model):
    """One relational move that can be given to a segment; its key is stable over versions."""

    class Outcome(models.TextChoices):
        NONE = "none", "none applies"
        UNCODABLE = "uncodable", "uncodable"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="codes")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="codes")
    key = models.CharField(max_length=60, validators=[key_words])
    name = models.CharField(max_length=120, validators=[plain_words])
    definition = models.TextField(blank=True)
    include = models.JSONField(default=list, blank=True)
    exclude = models.JSONField(default=list, blank=True)
    near_misses = models.JSONField(default=list, blank=True)
    examples = KeptJSON(default=list, blank=True)
    rated = models.BooleanField(default=False)
    # A code that stands for an outcome of the judgement (none applies, uncodable) and is never given as a coding.
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    letter = models.CharField(max_length=2, blank=True, help_text="Its key on the desk.")
    color = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField()
    rest = KeptJSON(default=dict, blank=True)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("version", "key", name="code_key_once"),
            models.UniqueConstraint("version", "letter", name="code_letter_once", condition=~Q(letter="")),
            models.UniqueConstraint("id", "version", name="code_key_of_version"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [frozen_with_version("code_is_frozen")]

    def __str__(self) -> str:
        return self.name


@keep_history
class CodeRole(models.Model):
    """A speaker role that a code applies to; a code without any applies to every role."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="code_roles")
    role = models.ForeignKey(SpeakerRole, on_delete=models.PROTECT, related_name="+")

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("code", "role", name="code_role_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [frozen_with_version("code_role_is_frozen")]

    def __str__(self) -> str:
        return str(self.role)


@keep_history
class Attribute(models.Model):
    """Something said about a coding, such as lived here or told of there."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="attributes")
    key = models.CharField(max_length=60, validators=[key_words])
    type = models.CharField(max_length=20, blank=True, default="nominal")
    applies_to = models.JSONField(default=list, blank=True, help_text="Keys of families and codes; none means all.")
    required = models.BooleanField(default=False)
    default = models.CharField(max_length=60, blank=True)
    minimum = models.SmallIntegerField(null=True, blank=True, help_text="Lowest number of an ordinal attribute.")
    maximum = models.SmallIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField()
    rest = KeptJSON(default=dict, blank=True)

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("version", "key", name="attribute_key_once"),
            models.UniqueConstraint("id", "version", name="attribute_key_of_version"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [frozen_with_version("attribute_is_frozen")]

    def __str__(self) -> str:
        return self.key


@keep_history
class AttributeValue(models.Model):
    """One value that an attribute can take."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="values")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField()

    objects = StudyScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("attribute", "key", name="attribute_value_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [frozen_with_version("attribute_value_is_frozen")]

    def __str__(self) -> str:
        return self.name or self.key
