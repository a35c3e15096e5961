"""Who may open an account here: nobody by themselves. People are invited by their organisation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter with public sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
