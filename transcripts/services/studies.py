"""Starting a study."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from transcripts import access
from transcripts.models import Membership, SpeakerRole, Study
from transcripts.models.study import FIRST_SPEAKER_ROLES
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

ONE_CLICK = timedelta(seconds=10)
_SLUG_LENGTH = 50
_TAKEN_BY_PAGES = frozenset({"new"})


class SlugTaken(Refusal):
    code = "slug_taken"


@transaction.atomic
def create_study(*, user: User, title: str, question: str = "", label: str = "coordinator") -> Study:
    """
    Start a study and make the person its coordinator, under this label; raises PermissionDenied.

    The slug comes from the title, with a number behind it where another study has it.
    """
    require(access.may_create_study(user))
    study = _store_with_free_slug(title=title, question=question)
    Membership.objects.create(study=study, user=user, label=label, role=Membership.Role.COORDINATOR)
    return study


@transaction.atomic
def create_study_once(*, user: User, title: str, question: str = "", label: str = "coordinator") -> Study:
    """
    Start a study, or give the one that the same person started a moment ago with the same words: a second click.

    Raises PermissionDenied.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # the second click waits here for the first
    since = timezone.now() - ONE_CLICK
    same = Study.objects.filter(title=title, question=question, created_at__gt=since)
    found = same.filter(memberships__user=user, memberships__label=label).order_by("-pk").first()
    return found or create_study(user=user, title=title, question=question, label=label)


def _store_with_free_slug(*, title: str, question: str) -> Study:
    stem = slugify(title)[:_SLUG_LENGTH].strip("-_") or "study"
    number = 1
    while True:
        slug = stem if number == 1 and stem not in _TAKEN_BY_PAGES else f"{stem}-{number}"
        try:
            return store_study(slug=slug, title=title, question=question)
        except SlugTaken:
            number += 1


@transaction.atomic
def set_discussion_only(*, user: User, study: Study, wanted: bool) -> Study:
    """
    Say that a team talks and decides and wants no numbers, or that it wants them; nothing is lost either way.

    Raises PermissionDenied.
    """
    require(access.may_manage(user, study))
    Study.objects.filter(pk=study.pk).exclude(discussion_only=wanted).update(discussion_only=wanted)
    study.discussion_only = wanted
    return study


@transaction.atomic
def store_study(*, slug: str, title: str, question: str = "") -> Study:
    """Store a study with the speaker roles that every study begins with, or raise SlugTaken."""
    try:
        with transaction.atomic():
            study = Study.objects.create(slug=slug, title=title, question=question)
    except IntegrityError as error:
        raise SlugTaken(f"There is already a study “{slug}”.") from error
    SpeakerRole.objects.bulk_create(SpeakerRole(study=study, name=name) for name in FIRST_SPEAKER_ROLES)
    return study
