"""Ask for a posting that policy lets nobody make alone: frozen as it was sent, made when enough others have approved it."""

from datetime import datetime

from ledger import book
from ledger.actors import Actor
from ledger.models import Account, LedgerTransaction
from reconciliation.approvals.made_before import Made
from reconciliation.permissions import Permission, require
from reconciliation.postings.held import hold
from reconciliation.postings.requests import DayOf, PostingRequest


def request_posting(r: PostingRequest, *, actor: Actor, at: datetime, day_of: DayOf) -> Made | book.Posted:
    """The request, or the transaction where its key was posted since. Without a day of its own it is dated as if it were posted
    now. Needs a tenant scope.

    Raises NotPermitted (also where nobody answers for the actor), RequestNotOpen (it was rejected), KeyReusedForAnotherPayload,
    ForbiddenByPolicy, and what the book would refuse.
    """
    require(actor, Permission.POST)
    if known := LedgerTransaction.objects.filter(idempotency_key=r.key).first():
        return book.same_or_refuse(known, r.fingerprint().hex())
    accounts = Account.objects.filter(code__in={e.account for e in r.entries}).order_by("code")
    on = r.effective_on or day_of([a.id for a in accounts], at)
    return hold(r, on, actor=actor, at=at)
