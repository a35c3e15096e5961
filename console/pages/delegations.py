"""The page of delegations as its template takes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from console.pages.settings import frame_for_readers
from ledger.actors import Actor
from reconciliation.approvals.delegations import state_of
from reconciliation.approvals.standing_models import Delegation
from reconciliation.permissions import Permission, allowed


def delegations_page(found: Sequence[Delegation], actor: Actor, at: datetime) -> dict[str, Any]:
    """templates/settings/delegations.html."""
    running = sum(state_of(d, at) == "in force" for d in found)
    sub = f"Who decides for whom while they are away. {running} in force."
    page = frame_for_readers("settings-delegations", "Delegations", sub, actor)
    admin = allowed(actor, Permission.SET_UP)
    rows = [
        {"id": d.id, "lender": d.lender.name, "delegate": d.delegate.name, "role": d.role, "from_at": d.from_at,
         "until_at": d.until_at, "reason": d.reason, "state": state_of(d, at), "ended_at": d.ended_at,
         "ended_by": d.ended_by.name if d.ended_by else "",
         "may_end": d.ended_at is None and d.until_at > at and (admin or actor.person_id in (d.lender_id, d.delegate_id))}
        for d in found
    ]  # fmt: skip
    return page | {"delegations": rows}
