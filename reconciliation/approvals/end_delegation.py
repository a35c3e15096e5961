"""End a delegation before its time. It stays on record; what was decided by it stays decided."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import person_of
from reconciliation.approvals.standing_models import Delegation
from reconciliation.errors import NotFound, NotHeld, NotPermitted
from reconciliation.permissions import Permission, allowed


def end_delegation(*, delegation_id: int, reason: str, actor: Actor, at: datetime) -> Delegation:
    """End it from now on: the lender, the delegate, and whoever sets up the tenant may. Needs a tenant scope.

    Raises NotPermitted, NotFound, NotHeld (it has ended).
    """
    person_id = person_of(actor, "ends a delegation")
    found = Delegation.objects.filter(id=delegation_id).first() if delegation_id < 2**63 else None
    admin = allowed(actor, Permission.SET_UP)
    if found is None or not (admin or person_id in (found.lender_id, found.delegate_id)):
        if admin or allowed(actor, Permission.DECIDE_REQUEST):
            raise NotFound(f"no delegation of yours has the id {delegation_id}")
        raise NotPermitted("a delegation is ended by whoever lent or holds it, or by a policy admin")
    running = Delegation.objects.filter(id=delegation_id, ended_at=None, until_at__gt=at)
    if running.update(ended_at=at, ended_by=person_id) != 1:
        raise NotHeld("the delegation has ended already")
    audit.record(
        actor, at, "delegation.ended", f"{found.lender} to {found.delegate}", why=reason.strip()[:500], role=found.role,
        delegation=found.id,
    )  # fmt: skip
    found.refresh_from_db()
    return found
