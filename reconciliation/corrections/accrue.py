"""Accrue the interest of a bank account for a period: one posting under policy, once for an account and a period."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ledger.actors import Actor
from reconciliation.bank.find_bank_account import find_bank_account
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.corrections.accrual import Period, accrual_of
from reconciliation.corrections.accrued import hold_account
from reconciliation.permissions import Permission, require
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.requests import PostingRequest


@dataclass(frozen=True, slots=True)
class Accrued:
    """`posted`: the transaction's public id, "" of a dry run; `created`: False where it stood already."""

    request: PostingRequest
    posted: str
    created: bool


def accrue(
    account: str, period: Period, *, percent: Decimal, basis: str, principal: int | None, dry_run: bool, actor: Actor,
    at: datetime,
) -> Accrued:  # fmt: skip
    """As `accrual_of` says. Needs a tenant scope. Raises NotPermitted, what `accrual_of` does, NeedsApproval,
    ForbiddenByPolicy and the book's refusals; KeyReusedForAnotherPayload where the period stands with other figures."""
    require(actor, Permission.POST)
    hold_account(find_bank_account(account).ledger_account_id)
    request = accrual_of(account, period, percent=percent, basis=basis, principal=principal, at=at)
    if dry_run:
        return Accrued(request, "", False)
    (done,) = post_transactions([request], actor=actor, at=at, day_of=settlement_day)
    return Accrued(request, str(done.public_id), done.created)
