"""Make a token that acts as oneself. Nobody makes one for another: they could then act as two people, and ask and
approve alone. The secret is shown once; only its digest is kept."""

from datetime import datetime, timedelta

from ledger.actors import Actor
from reconciliation.errors import ReauthenticationNeeded
from reconciliation.people.own_sign_in import own_sign_in
from reconciliation.people.store_token import store_token

LIFETIME = timedelta(minutes=5)


def make_own_token(*, name: str, proven_at: datetime | None, actor: Actor, at: datetime) -> str:
    """Create the token of the sign-in behind `actor` in the tenant in scope and return its secret. `proven_at` is when
    the person proved with password or code who they are, None when they did not; it counts for five minutes.

    Raises NotPermitted (no person, no role held, through a token), ReauthenticationNeeded, BadInput (no name, or one
    used before)."""
    user = own_sign_in(actor, "makes a token of their own")
    if proven_at is None or not timedelta(0) <= at - proven_at <= LIFETIME:
        raise ReauthenticationNeeded("a token of your own needs your code or password")
    return store_token(name=name, user=user, action="own_token.made", by=actor, at=at)
