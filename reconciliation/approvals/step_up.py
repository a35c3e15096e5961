"""Proof that the person at the screen is the one signed in: at most five minutes old, and for this request only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciliation.errors import ReauthenticationNeeded

LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StepUp:
    """A re-authentication at `at`, bound to what was on the screen then: the request and its payload's digest (hex)."""

    at: datetime
    request_id: int
    payload_sha256: str


def require_step_up(step_up: StepUp | None, *, request_id: int, payload_sha256: str, at: datetime) -> None:
    """Raise ReauthenticationNeeded unless the proof is fresh and bound to this request and payload."""
    if step_up is None:
        raise ReauthenticationNeeded("a decision needs your code or password, given for this request")
    if not timedelta(0) <= at - step_up.at <= LIFETIME:
        raise ReauthenticationNeeded("you confirmed who you are more than 5 minutes ago; confirm again")
    if (step_up.request_id, step_up.payload_sha256) != (request_id, payload_sha256):
        raise ReauthenticationNeeded("you confirmed who you are for another request; confirm for this one")
