"""Issue an integration's API token. The secret is shown once; only its digest is kept."""

import secrets
from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import BadInput
from reconciliation.people.models import ApiToken
from reconciliation.people.who import token_digest
from reconciliation.permissions import Permission, require


def issue_token(*, name: str, actor: Actor, at: datetime) -> str:
    """Create the token and return its secret. Raises NotPermitted, BadInput when the name is taken."""
    require(actor, Permission.SET_UP)
    if not name.strip() or ApiToken.objects.filter(name=name.strip()).exists():
        raise BadInput("a token has a name of its own", "name")
    secret = "pl_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(name=name.strip(), token_sha256=token_digest(secret), created_at=at)
    audit.record(actor, at, "token.issued", name.strip())
    return secret
