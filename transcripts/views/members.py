"""The members of a study: who they are, who is invited, and what a coordinator may do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from transcripts import access
from transcripts.forms import InvitationForm, RoleForm
from transcripts.models import Membership
from transcripts.queries.members import members_page
from transcripts.services import invitations
from transcripts.services import members as services
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


@never_cache
@require_GET
def members(request: HttpRequest, study: str) -> HttpResponse:
    """Show the members of the study."""
    return show_members(request, enter(request, study))


def show_members(request: HttpRequest, scope: Scope, status: int = 200, **more: Any) -> HttpResponse:
    """Render the page of the members, with what was just made or refused."""
    user = person(request)
    require(access.may_manage(user, scope.study))
    context = {
        "scope": scope,
        "tab": "members",
        "page": members_page(user=user, study=scope.study),
        "roles": Membership.Role.choices,
        "form": InvitationForm(),
    }
    return render(request, "transcripts/members.html", context | more, status=status)


@never_cache
@require_POST
def invite(request: HttpRequest, study: str) -> HttpResponse:
    """Make an invitation and show its link, this once."""
    scope = enter(request, study)
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invitation, key = invitations.invite(user=person(request), study=scope.study, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("label", refusal.message)
        else:
            link = request.build_absolute_uri(reverse("join", args=[key]))
            return show_members(request, scope, invitation=invitation, link=link)
    return show_members(request, scope, status=422, form=form)


@require_POST
def withdraw(request: HttpRequest, study: str, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    scope = enter(request, study)
    invitation = get_object_or_404(scope.study.invitations, pk=invitation_id)
    invitations.withdraw(user=person(request), invitation=invitation)
    messages.success(request, f"The invitation for “{invitation.label}” opens nothing any more.")
    return redirect("members", study)


@require_POST
def change_role(request: HttpRequest, study: str, member_id: int) -> HttpResponse:
    """Give a member another role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return show_members(request, enter(request, study), status=422)
    role = form.cleaned_data["role"]
    return _act(request, study, member_id, partial(services.change_role, role=role), f"“{{label}}” is now {role}.")


@require_POST
def bring_back(request: HttpRequest, study: str, member_id: int) -> HttpResponse:
    """Open the study again to somebody who left."""
    return _act(request, study, member_id, services.bring_back, "The study is open to “{label}” again.")


def _act(request: HttpRequest, study: str, member_id: int, act: Callable[..., None], done: str) -> HttpResponse:
    scope, user = enter(request, study), person(request)
    member = get_object_or_404(scope.study.memberships.select_related("study"), pk=member_id)
    try:
        act(user=user, member=member)
    except Refusal as refusal:
        return show_members(request, scope, status=409, refusal=refusal)
    messages.success(request, done.format(label=member.label))
    return redirect("members", study)
