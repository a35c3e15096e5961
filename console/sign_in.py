"""What is this product's own about signing in: people are invited by their organisation, and a new password ends what
held the old one."""

from datetime import UTC, datetime

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from reconciliation.people.change_password import change_password
from reconciliation.people.models import User


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter with public sign-up closed, and our use case behind its pages of passwords."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        change_password(user=user, password=password, at=datetime.now(UTC))
