"""Ask for the confirmation or the failure of a planned posting that policy lets nobody make alone."""

from datetime import date, datetime

from ledger.actors import Actor
from ledger.dating import Dated
from ledger.models import Entry, LedgerTransaction
from ledger.periods import require_open
from reconciliation.approvals.made_before import Made
from reconciliation.permissions import Permission, require
from reconciliation.postings.held_settling import Settling, hold_settling
from reconciliation.postings.requests import DayOf


def request_settling(
    transaction: LedgerTransaction, move: Settling, *, effective_on: date | None, actor: Actor, at: datetime, day_of: DayOf,
    why: str = "",
) -> Made:  # fmt: skip
    """Without a day of its own a confirmation is dated as if it were made now. Needs a tenant scope. Raises NotPermitted (also
    where nobody answers for the actor), NotPending, PeriodClosed, RequestNotOpen (it was rejected), ForbiddenByPolicy."""
    require(actor, Permission.POST)
    accounts = list(Entry.objects.filter(transaction=transaction).values_list("account_id", flat=True))
    on = Dated(effective_on or day_of(accounts, at))
    if move == "posting.confirm":
        require_open(on.effective_on)
    return hold_settling(transaction, move, on, why=why, actor=actor, at=at)
