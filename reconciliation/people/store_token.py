"""Make a token and keep its digest. A step of the use cases that issue one: they say for whom, and who may."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.transaction import atomic

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.people.models import ApiToken, User
from reconciliation.people.who import token_digest

LONGEST = 80
LIFETIME, OWN_LIFETIME = timedelta(days=365), timedelta(days=90)


def store_token(
    *, name: str, user: User | None, action: str, by: Actor, at: datetime, answered_by: int | None = None
) -> str:
    """Store the token of `user`, or of an integration when None, and return its secret; `action` is the audit row's,
    `answered_by` the person who answers for an integration's. It expires by itself: a person's after 90 days, an integration's
    after a year.

    Raises NotPermitted (through a token: a found one would live on in those made with it), BadInput (no name, or one
    that its holder used before)."""
    if by.token:
        raise NotPermitted(f"a token makes no further token; {by.token} is one")
    name = name.strip()
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise BadInput(f"a token has a name of at most {LONGEST} characters", "name")
    secret = "pl_" + secrets.token_urlsafe(32)
    try:
        with atomic():
            ApiToken.objects.create(
                name=name, user=user, answered_by_id=answered_by, token_sha256=token_digest(secret), created_at=at,
                expires_at=at + (LIFETIME if user is None else OWN_LIFETIME),
            )  # fmt: skip
    except IntegrityError as error:
        if constraint_of(error) != "token_name_is_unique":
            raise
        raise BadInput(
            f"the name {name} was given to a token before; the audit trail tells them apart by it", "name"
        ) from error
    audit.record(by, at, action, name)
    return secret
