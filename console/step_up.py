"""Proof that the person at the screen is the one signed in, asked for at every decision and before a token is made: the
code of their authenticator app where one is enrolled, else their password. Tries are few, so that a found session
cannot guess."""

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.core.cache import cache

from reconciliation.approvals.step_up import StepUp
from reconciliation.errors import ReauthenticationNeeded
from reconciliation.people.models import User

TRIES, WINDOW_SECONDS = 5, 300


def asks_for(user: User) -> str:
    """What this person is asked for: "code" or "password"."""
    return "code" if with_codes([user.pk]) else "password"


def with_codes(user_ids: Iterable[int]) -> set[int]:
    """Those of these sign-ins that enrolled an authenticator app. One query."""
    enrolled = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user_id__in=list(user_ids))
    return set(enrolled.values_list("user_id", flat=True))


def proven(user: User, *, password: str, code: str, request_id: int, digest: str, at: datetime) -> StepUp | None:
    """The proof, bound to the request and to the payload that was on the screen; None when code or password is wrong.
    Raises ReauthenticationNeeded as `is_really` does."""
    return StepUp(at, request_id, digest) if is_really(user, password=password, code=code) else None


def is_really(user: User, *, password: str, code: str) -> bool:
    """Whether code or password is right.

    Raises ReauthenticationNeeded after 5 wrong tries within 5 minutes, whatever the next one would have been.
    """
    key = f"step-up:{user.pk}"
    cache.add(key, 0, WINDOW_SECONDS)
    if _count(key) > TRIES:
        raise ReauthenticationNeeded("5 tries did not prove who you are; wait 5 minutes before the next one")
    if not _right(user, password, code):
        return False
    cache.delete(key)
    return True


def _count(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:  # the window ended between the two calls
        cache.set(key, 1, WINDOW_SECONDS)
        return 1


def _right(user: User, password: str, code: str) -> bool:
    app = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user_id=user.pk).first()
    if app is None:
        return bool(password) and user.check_password(password)
    return bool(code) and bool(app.wrap().validate_code(code))
