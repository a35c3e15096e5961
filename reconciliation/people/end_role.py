"""End a role that a person holds in the tenant in scope. Ends are recorded, never erased."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.errors import NotFound
from reconciliation.people.models import Membership, User
from reconciliation.permissions import Permission, require


def end_role(user: User, role: str, *, actor: Actor, at: datetime) -> None:
    """End the membership from now on. Raises NotPermitted, NotFound when the role is not held."""
    require(actor, Permission.SET_UP)
    if Membership.objects.filter(user=user, role=role, ended_at=None).update(ended_at=at) != 1:
        raise NotFound(f"{user} does not hold the role {role}")
    audit.record(actor, at, "role.ended", user.email, role=role)
