"""End a role that a person holds in the tenant in scope. Ends are recorded, never erased."""

from datetime import datetime

from django.db import IntegrityError

from ledger import audit
from ledger.actors import Actor
from ledger.refusals import constraint_of
from reconciliation.errors import LastAdmin, NotFound
from reconciliation.people.models import Membership, User
from reconciliation.permissions import Permission, require


def end_role(user: User, role: str, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """End the membership from now on. Raises NotPermitted, NotFound when the role is not held, LastAdmin when nobody
    would be left who can administer the tenant: the database sees to that, also for two endings at once."""
    require(actor, Permission.SET_UP)
    try:
        ended = Membership.objects.filter(user=user, role=role, ended_at=None).update(ended_at=at)
    except IntegrityError as error:
        if constraint_of(error) != "tenant_keeps_an_admin":
            raise
        raise LastAdmin(f"{user} is the last {role.replace('_', ' ')}; give the role to somebody else first") from error
    if ended != 1:
        raise NotFound(f"{user} does not hold the role {role}")
    audit.record(actor, at, "role.ended", user.email, why=reason, role=role)
