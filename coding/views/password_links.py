"""A link with which a member sets a new password; here and not with the members, since coding decides who is blind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from coding.services.password_links import make_password_link
from transcripts.views.members import show_members
from transcripts.views.scope import enter, person


@never_cache
@require_POST
def password_link(request: HttpRequest, study: str, member_id: int) -> HttpResponse:
    """Make a link with which a member sets a new password, and show it, this once."""
    scope = enter(request, study)
    member = get_object_or_404(scope.study.memberships.select_related("study", "user"), pk=member_id)
    key = make_password_link(user=person(request), member=member)
    link = request.build_absolute_uri(reverse("password-link", args=[key]))
    return show_members(request, scope, password_of=member, link=link)
