"""Post transactions for the systems that own the use cases: one or many at once, all or nothing, idempotent by key."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger import book
from ledger.actors import Actor
from ledger.balancing import Leg, require_balance
from ledger.errors import BadPosting, Unbalanced, UnknownAccount, UnknownTransaction
from ledger.models import Account, LedgerTransaction
from ledger.transaction_ids import whole_id
from reconciliation.checkpoints.decide import Recorded
from reconciliation.errors import BadInput, CannotBe
from reconciliation.permissions import Permission, require
from reconciliation.postings.one_round_trip import post_at_once
from reconciliation.postings.policy_facts import decide_postings
from reconciliation.postings.requests import DayOf, PostingRequest

Posted = book.Posted


@dataclass(frozen=True, slots=True)
class _Accounts:
    by_code: dict[str, Account]

    def leg(self, code: str, direction: str, amount: int) -> Leg:
        account = self.by_code.get(code)
        if account is None:
            raise UnknownAccount(f"no account has the code {code!r:.80}")
        return Leg(account.id, account.asset_id, direction, amount)  # type: ignore[arg-type]


def post_transactions(
    requests: Sequence[PostingRequest], *, actor: Actor, at: datetime, day_of: DayOf
) -> list[book.Posted]:
    """Write the postings in order in one statement each under a recorded decision; answers their ids in order.

    Raises NeedsApproval (one by itself may be asked for: `request_posting`), NotPermitted, BadInput, and the book's refusals
    (Unbalanced, PeriodClosed, UnknownAccount,
     KeyReusedForAnotherPayload, OriginalStillStands, AlreadyReposted …); then nothing is stored.
    """
    require(actor, Permission.POST)
    if not requests:
        raise BadInput("no posting given", "postings")
    twice = [key for key, times in Counter(r.key for r in requests).items() if times > 1]
    if twice:
        raise CannotBe(f"key {twice[0]} stands twice in one batch", "postings")
    alone = len(requests) == 1 and requests[0].effective_on is not None and requests[0].adjusts_on is None
    if alone and (done := post_at_once(requests[0], corrected(requests[0].corrects), actor=actor, at=at)):
        return [done]
    codes = {e.account for r in requests for e in r.entries}
    accounts = _Accounts({a.code: a for a in Account.objects.filter(code__in=codes)})
    decided = decide_postings(requests, accounts.by_code, actor=actor, at=at)
    days: dict[frozenset[str], date] = {}
    try:
        postings = [_posting(r, d, accounts, at, days, day_of) for r, d in zip(requests, decided, strict=True)]
        return book.post(postings, actor=actor, at=at)
    except (UnknownAccount, Unbalanced, BadPosting):
        if len(requests) > 1:
            _refuse_by_name(requests, accounts)
        raise


def _refuse_by_name(requests: Sequence[PostingRequest], accounts: _Accounts) -> None:
    """Raise what the first posting of a batch is refused for, with its key."""
    for r in requests:
        try:
            require_balance([accounts.leg(e.account, e.direction, e.amount_minor) for e in r.entries])
        except (UnknownAccount, Unbalanced, BadPosting) as refusal:
            raise type(refusal)(f"{r.key:.80}: {refusal}") from refusal


def _posting(
    r: PostingRequest,
    decided: Recorded,
    accounts: _Accounts,
    at: datetime,
    days: dict[frozenset[str], date],
    day_of: DayOf,
) -> book.Posting:
    return book.Posting(
        key=r.key, use_case=r.use_case, effective_on=r.effective_on or _day(r, accounts, at, days, day_of),
        legs=[accounts.leg(e.account, e.direction, e.amount_minor) for e in r.entries], status=r.status,
        payment_id=r.payment_id, partner_reference=r.partner_reference, batch_reference=r.batch_reference,
        metadata=r.metadata, corrects=corrected(r.corrects), fingerprint=r.fingerprint(), decision_id=decided.id,
        policy_version=decided.decision.policy_version, adjusts_on=r.adjusts_on,
    )  # fmt: skip


def _day(r: PostingRequest, accounts: _Accounts, at: datetime, days: dict[frozenset[str], date], day_of: DayOf) -> date:
    codes = frozenset(e.account for e in r.entries)
    if codes not in days:
        days[codes] = day_of([accounts.leg(c, "DEBIT", 1).account_id for c in codes], at)
    return days[codes]


def corrected(named: str | None) -> int | None:
    """The transaction that a posting puts right, by its id, whole or short. Raises UnknownTransaction."""
    if named is None:
        return None
    public_id = whole_id(named)
    found = LedgerTransaction.objects.filter(public_id=public_id).values_list("id", flat=True).first()
    if found is None:
        raise UnknownTransaction(f"no transaction has the id {public_id}")
    return int(found)
