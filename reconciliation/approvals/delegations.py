"""What the page of delegations shows: those of the reader, or all of them for whoever sets up or audits the tenant."""

from datetime import datetime

from django.db.models import Q

from ledger.actors import Actor
from reconciliation.approvals.standing_models import Delegation
from reconciliation.people.models import Membership
from reconciliation.permissions import Permission, allowed, holders

MOST = 200


def delegations(actor: Actor) -> list[Delegation]:
    """The newest first, at most 200; lent by the reader or to them, all of them for one who sees the settings. One query."""
    rows = Delegation.objects.select_related("lender", "delegate", "ended_by").order_by("-id")
    if not allowed(actor, Permission.VIEW_SETTINGS):
        rows = rows.filter(Q(lender_id=actor.person_id) | Q(delegate_id=actor.person_id))
    return list(rows[:MOST])


def in_force(at: datetime) -> list[Delegation]:
    """All that is lent at `at`. One query."""
    rows = Delegation.objects.filter(ended_at=None, from_at__lte=at, until_at__gt=at)
    return list(rows.select_related("lender", "delegate").order_by("until_at", "id"))


def may_borrow(actor: Actor) -> list[tuple[str, str]]:
    """To whom the reader may lend: (address, name and address) of everybody else who sees requests here. One query."""
    rows = Membership.objects.filter(
        ended_at=None, user__is_active=True, role__in=holders(Permission.VIEW_REQUESTS)
    ).exclude(user__person_id=actor.person_id or 0)  # fmt: skip
    found = rows.order_by("user__person__name", "user__email").values_list("user__email", "user__person__name")
    return [(email, f"{name}, {email}") for email, name in dict.fromkeys(found)]


def lendable(actor: Actor) -> list[str]:
    """The deciding roles that the reader holds."""
    return sorted(actor.roles.intersection(holders(Permission.DECIDE_REQUEST)))


def state_of(delegation: Delegation, at: datetime) -> str:
    """ended, over, to come or in force, as of `at`."""
    if delegation.ended_at is not None:
        return "ended"
    if delegation.until_at <= at:
        return "over"
    return "in force" if delegation.from_at <= at else "to come"
