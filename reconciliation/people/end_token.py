"""End an integration's token. Ends are recorded, never erased; a person's own token is theirs to end."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import BadInput, NotFound, ReasonMissing
from reconciliation.people.models import ApiToken
from reconciliation.permissions import Permission, require

LONGEST_REASON = 500


def end_token(*, token_id: int, reason: str, actor: Actor, at: datetime) -> str:
    """End the token from now on; answers its name. Raises NotPermitted, ReasonMissing, BadInput, NotFound (ended
    before, a person's, or none)."""
    require(actor, Permission.SET_UP)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing("ending a token needs a reason")
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise BadInput(f"a reason is one line of at most {LONGEST_REASON} characters", "reason")
    known = ApiToken.objects.filter(id=token_id, user=None)
    if token_id >= 2**63 or known.filter(ended_at=None).update(ended_at=at) != 1:
        raise NotFound(f"no integration's token in use has the id {token_id}")
    name = known.get().name
    audit.record(actor, at, "token.ended", name, why=reason)
    return name
