"""The studies of a person."""

from __future__ import annotations

from dataclasses import dataclass

from transcripts.models import Membership
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class OwnStudy:
    """A study and one's place in it."""

    slug: str
    title: str
    question: str
    label: str
    role: str


def own_studies(user: User) -> tuple[OwnStudy, ...]:
    """List the studies that the person is a member of, by title."""
    places = Membership.objects.filter(user=user.pk, left_at=None).select_related("study").order_by("study__title")
    return tuple(
        OwnStudy(
            slug=place.study.slug,
            title=place.study.title,
            question=place.study.question,
            label=place.label,
            role=place.role,
        )
        for place in places
    )
