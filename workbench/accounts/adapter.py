"""What allauth asks of us: nobody registers without a link."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse open registration: an account is made by following an invitation."""
        return False
