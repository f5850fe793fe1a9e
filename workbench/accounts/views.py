"""The pages of one's own account, and those that one-time links lead to."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from workbench.accounts import services, tokens
from workbench.accounts.forms import NameForm, NewPasswordForm, StartForm, TokenForm
from workbench.accounts.models import AccountLink, User

Purpose = AccountLink.Purpose


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the account, and take another name."""
    user = cast(User, request.user)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        services.rename(user=user, name=form.cleaned_data["name"])
        messages.success(request, "Your name is kept.")
        return redirect("account")
    context = {
        "form": form,
        "second_factor": Authenticator.objects.filter(user=user.pk, type=Authenticator.Type.TOTP).exists(),
        "links": AccountLink.objects.to_set_password().filter(user=user).select_related("made_by").order_by("-pk"),
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens, and make one, whose key is shown this once."""
    user, key = cast(User, request.user), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _, key = tokens.create_token(user, form.cleaned_data["name"], expires_at=form.expires_at())
        form = TokenForm()
    rows = user.api_tokens.order_by("revoked_at", "-pk")
    context = {"form": form, "key": key, "tokens": rows}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    token = get_object_or_404(cast(User, request.user).api_tokens, pk=token_id)
    tokens.revoke_token(token)
    messages.success(request, f"The token “{token.name}” opens nothing any more.")
    return redirect("tokens")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Make the account of a first coordinator and sign in."""
    link = services.open_link(key, Purpose.START)
    form = StartForm(request.POST or None, for_email=link.for_email, initial={"name": link.for_name})
    if request.method == "POST" and form.is_valid():
        try:
            user = services.follow_start_link(
                key=key, name=form.cleaned_data["name"], password=form.cleaned_data["password"]
            )
        except services.EmailTaken as refusal:
            form.add_error(None, refusal.message)
        else:
            get_adapter().login(request, user)
            return redirect("home")
    return render(request, "accounts/start.html", {"form": form, "link": link}, status=422 if form.errors else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def password_link(request: HttpRequest, key: str) -> HttpResponse:
    """Set a new password; signing in with it comes after, so that a second factor is asked for as ever."""
    link = services.open_link(key, Purpose.PASSWORD)
    form = NewPasswordForm(request.POST or None, person=link.user)
    if request.method == "POST" and form.is_valid():
        services.follow_password_link(key=key, password=form.cleaned_data["password"])
        messages.success(request, "Your password is set. Sign in with it.")
        return redirect("account_login")
    context = {"form": form, "link": link}
    return render(request, "accounts/password_link.html", context, status=422 if form.errors else 200)
