"""The way into every page of a study."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from transcripts.access import POWERS
from transcripts.models import Membership, Study
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class Scope:
    """The study a page is about, and the place in it of the person who reads the page."""

    study: Study
    member: Membership
    powers: frozenset[str]


def person(request: HttpRequest) -> User:
    """Give the signed-in person; pages without one never get here (LoginRequiredMiddleware)."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def enter(request: HttpRequest, slug: str) -> Scope:
    """Find the study for one of its members; for anybody else it does not exist."""
    member = (
        Membership.objects.filter(study__slug=slug, user=person(request).pk, left_at=None)
        .select_related("study")
        .first()
    )
    if member is None:
        raise Http404
    return Scope(study=member.study, member=member, powers=POWERS[member.role])
