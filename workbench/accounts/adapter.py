"""What allauth asks of us: nobody registers without a link, and whoever signs in hears of links made for them."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from workbench.accounts.models import AccountLink, User

#: How long each sign-in tells of a password that was set through somebody's link.
TOLD_FOR = timedelta(days=30)


class ClosedAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse open registration: an account is made by following an invitation."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and say who lately made a link that set this password: nobody signs in as another unnoticed."""
        super().login(request, user)
        links = AccountLink.objects.to_set_password().filter(user=user, used_at__gt=timezone.now() - TOLD_FOR)
        for link in links.select_related("made_by").order_by("used_at"):
            messages.warning(request, told(link))


def told(link: AccountLink) -> str:
    """Say who made a password link, when, and when it was used."""
    maker = str(link.made_by) if link.made_by else "Whoever runs this server"
    made, used = (date_format(timezone.localtime(at), "j F Y, H:i") for at in (link.created_at, link.used_at))
    return f"{maker} made a link to set your password ({made}); it was used on {used}. If that was not you, tell them."
