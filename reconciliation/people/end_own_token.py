"""End a token of one's own. Ends are recorded, never erased."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.people.models import ApiToken
from reconciliation.people.own_sign_in import own_sign_in


def end_own_token(*, token_id: int, actor: Actor, at: datetime) -> str:
    """End the token from now on; answers its name. Raises NotPermitted, NotFound (ended before, somebody else's, or
    none)."""
    user = own_sign_in(actor, "ends a token of their own")
    own = ApiToken.objects.filter(id=token_id, user=user)
    if token_id >= 2**63 or own.filter(ended_at=None).update(ended_at=at) != 1:
        raise NotFound(f"no token in use of yours has the id {token_id}")
    name = own.get().name
    audit.record(actor, at, "own_token.ended", name)
    return name
