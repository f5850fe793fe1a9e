"""The way into every resource of a study."""

from __future__ import annotations

from typing import cast

from django.http import Http404
from rest_framework.request import Request

from transcripts.models import Study
from workbench.accounts.models import User


def caller(request: Request) -> User:
    """Give the person behind the request; without one the API answers 401 before it gets here."""
    return cast(User, request.user)


def find_study(request: Request, slug: str) -> Study:
    """Find a study of which the person is a member; for anybody else it does not exist."""
    study: Study | None = Study.objects.visible_to(caller(request)).filter(slug=slug).first()
    if study is None:
        raise Http404
    return study
