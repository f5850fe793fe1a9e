"""Closing a study to a member; here and not with the members, since coding knows who still codes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from coding.services.leaving import StillCodes, remove_member
from transcripts.views.members import show_members
from transcripts.views.scope import enter, person
from workbench.accounts.refusals import Refusal


@require_POST
def remove(request: HttpRequest, study: str, member_id: int) -> HttpResponse:
    """Close the study to a member, or say where their coding is to be taken back first."""
    scope, user = enter(request, study), person(request)
    member = get_object_or_404(scope.study.memberships.select_related("study"), pk=member_id)
    try:
        remove_member(user=user, member=member)
    except StillCodes as refusal:
        leads = [(str(one), reverse("round", args=[study, one.pk]) + "#leave") for one in refusal.rounds]
        return show_members(request, scope, status=409, refusal=refusal, leads=leads)
    except Refusal as refusal:
        return show_members(request, scope, status=409, refusal=refusal)
    messages.success(request, f"The study is closed to “{member.label}”; what they coded stays.")
    return redirect("home") if member.user_id == user.pk else redirect("members", study)
