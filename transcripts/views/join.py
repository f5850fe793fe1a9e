"""Where an invitation leads."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from transcripts.services import invitations
from transcripts.views.scope import person
from workbench.accounts.forms import AccountForm
from workbench.accounts.services import EmailTaken


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, key: str) -> HttpResponse:
    """Join a study: as who is signed in, or with a new account."""
    if request.user.is_authenticated and request.method == "POST":
        return redirect("study", invitations.accept(key=key, user=person(request)).study.slug)
    invitation = invitations.open_invitation(key)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("email", "name", "password")}
        try:
            user, member = invitations.accept_with_new_account(key=key, **given)
        except EmailTaken:
            form.add_error("email", "There is an account with this address: sign in, and open the link again.")
        else:
            get_adapter().login(request, user)
            return redirect("study", member.study.slug)
    context = {"invitation": invitation, "form": form}
    return render(request, "transcripts/join.html", context, status=422 if form.errors else 200)
