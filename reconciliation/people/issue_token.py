"""Issue an integration's API token. The secret is shown once; only its digest is kept."""

from datetime import datetime

from ledger.actors import Actor
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.people.models import Membership
from reconciliation.people.store_token import store_token
from reconciliation.permissions import Permission, require


def issue_token(*, name: str, actor: Actor, at: datetime, answered_by: str = "") -> str:
    """Create the token and return its secret. Whoever makes it answers for what comes by it, or the member whose sign-in
    `answered_by` names: what needs an approval is asked for in their name, and approved by others.

    Raises NotPermitted (also for a person who names somebody else: who holds the secret could then approve what comes by it),
    BadInput when the name is taken or the sign-in is nobody's here."""
    require(actor, Permission.SET_UP)
    person = actor.person_id
    if answered_by:
        member = Membership.objects.filter(user__email=answered_by, ended_at=None).select_related("user").first()
        if member is None:
            raise BadInput(f"{answered_by:.80} holds no role here", "answered_by")
        if actor.kind == "person" and member.user.person_id != actor.person_id:
            raise NotPermitted("whoever makes a token answers for it; another is named in the set-up file alone")
        person = member.user.person_id
    return store_token(name=name, user=None, action="token.issued", by=actor, at=at, answered_by=person)
