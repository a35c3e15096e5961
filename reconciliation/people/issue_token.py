"""Issue an integration's API token. The secret is shown once; only its digest is kept."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.people.store_token import store_token
from reconciliation.permissions import Permission, require


def issue_token(*, name: str, actor: Actor, at: datetime) -> str:
    """Create the token and return its secret. Raises NotPermitted, BadInput when the name is taken."""
    require(actor, Permission.SET_UP)
    return store_token(name=name, user=None, action="token.issued", by=actor, at=at)
