"""Lend a deciding role that one holds to another person of the tenant, from one instant until another."""

from datetime import datetime, timedelta

from ledger import audit
from ledger.actors import Actor
from reconciliation.approvals.checkers import as_checker, person_of
from reconciliation.approvals.refusals import refused_by_key
from reconciliation.approvals.standing_models import Delegation
from reconciliation.errors import BadInput, NotPermitted, ReasonMissing, ReauthenticationNeeded
from reconciliation.people.models import Membership
from reconciliation.permissions import Permission, holders

LONGEST = timedelta(days=31)
LONGEST_REASON = 500
PROOF = timedelta(minutes=5)


def lend_role(
    *, role: str, delegate: str, from_at: datetime, until_at: datetime, reason: str, proven_at: datetime | None,
    actor: Actor, at: datetime,
) -> Delegation:  # fmt: skip
    """Lend `role` to the person behind the sign-in `delegate` (its e-mail address), who then decides by the right of the
    lender, in their name. Needs a tenant scope. `proven_at` is when the lender proved who they are, None when they did not;
    it counts for five minutes.

    Raises NotPermitted (a token, a role that is not held or decides nothing, one that was itself lent), BadInput naming the
    field (a delegate who is oneself, who is unknown here or may not see requests; dates), ReasonMissing,
    ReauthenticationNeeded.
    """
    lender = as_checker(actor, at)
    if role not in lender.roles.intersection(holders(Permission.DECIDE_REQUEST)):
        raise NotPermitted(f"only a deciding role that one holds is lent; you act as {lender.role}")
    _require_dates(from_at, until_at, at)
    if not reason.strip() or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise ReasonMissing(f"a delegation says why, in at most {LONGEST_REASON} characters")
    to = _person(delegate.strip().lower())
    if to == person_of(lender):
        raise BadInput("a role is lent to somebody else; two sign-ins of one person are one person", "delegate")
    if proven_at is None or not timedelta(0) <= at - proven_at <= PROOF:
        raise ReauthenticationNeeded("lending your role needs your code or password")
    with refused_by_key():
        made = Delegation.objects.create(
            lender_id=person_of(lender), delegate_id=to, role=role, from_at=from_at, until_at=until_at,
            reason=reason.strip(), made_at=at,
        )  # fmt: skip
    audit.record(
        lender, at, "role.lent", delegate, why=reason.strip(), role=role, from_at=from_at.isoformat(),
        until_at=until_at.isoformat(), delegation=made.id,
    )  # fmt: skip
    return made


def _require_dates(from_at: datetime, until_at: datetime, at: datetime) -> None:
    if until_at <= max(from_at, at):
        raise BadInput("a delegation ends after it begins, and not in the past", "until")
    if until_at - from_at > LONGEST:
        raise BadInput(f"a role is lent for at most {LONGEST.days} days", "until")


def _person(email: str) -> int:
    """The person behind a sign-in that may see requests here. Raises BadInput."""
    found = Membership.objects.filter(user__email=email, user__is_active=True, ended_at=None).values_list(
        "user__person_id", "role"
    )
    if not found:
        raise BadInput("nobody who works here signs in by this address", "delegate")
    sees = holders(Permission.VIEW_REQUESTS)
    if not any(role in sees for _, role in found):
        raise BadInput(f"whoever decides must see requests: {', '.join(r.replace('_', ' ') for r in sees)}", "delegate")
    return int(found[0][0])
