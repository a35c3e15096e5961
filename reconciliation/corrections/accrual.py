"""What an accrual of interest would post: the period, the principal as the book shows it day by day, and the entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef

from ledger.models import LedgerTransaction
from reconciliation.bank.booking_accounts import set_for
from reconciliation.bank.find_bank_account import find_bank_account
from reconciliation.bank.models import BankAccount, BookingAccount
from reconciliation.corrections.interest import DAYS_OF_YEAR, interest
from reconciliation.errors import BadInput, CannotBe
from reconciliation.postings.requests import PostingRequest, RequestedEntry

USE_CASE = "interest_accrual"
MOST_DAYS = 366
# Debits less credits at the end of each day, added up over the days of [from, until). Money of ours at the bank is a debit.
MINOR_DAYS = """
SELECT coalesce(sum(CASE WHEN e.direction = 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END
                    * (%(until)s::date - greatest(t.effective_on, %(from)s::date))), 0)
  FROM ledger_entry e JOIN ledger_transaction t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
 WHERE e.tenant_id = tenant() AND e.account_id = %(account)s AND t.status = 'POSTED' AND t.effective_on < %(until)s
"""


@dataclass(frozen=True, slots=True)
class Period:
    """From and including `first` until and excluding `until`."""

    first: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    def meets(self, other: "Period") -> bool:
        return self.first < other.until and other.first < self.until


def accrual_of(
    account: str, period: Period, *, percent: Decimal, basis: str, principal: int | None, at: datetime
) -> PostingRequest:  # fmt: skip
    """The posting, dated the last day of the period. `account` is a bank account's code; `principal`: minor units that stood on
    every day, None to take what the book shows at the end of each. Needs a tenant scope.

    Raises NotFound, BadInput (no true-up account, a period that cannot be, overlaps another, or comes to nothing)."""
    bank = find_bank_account(account)
    standing = set_for(bank.id, "interest")
    if basis not in DAYS_OF_YEAR:
        raise BadInput(f"the basis is one of {', '.join(DAYS_OF_YEAR)}", "basis")
    if not 1 <= period.days <= MOST_DAYS:
        raise CannotBe(f"a period has 1 to {MOST_DAYS} days, and its last is the day before `until`", "until")
    if period.until - timedelta(days=1) > at.date():
        raise CannotBe("the period has days to come; interest is accrued for days that have begun", "until")
    if standing is None or standing.true_up is None:
        raise CannotBe(f"interest of {bank} is not accrued: set its account with one for the true-up", "account")
    minor_days = _minor_days(bank, period) if principal is None else principal * period.days
    amount = interest(minor_days, percent, basis)
    if not amount:
        raise CannotBe(f"the interest of {bank} comes to nothing", "rate")
    stated = {"rate": str(percent), "basis": basis, "minor_days": str(minor_days), "from": period.first.isoformat(),
              "until": period.until.isoformat()}  # fmt: skip
    return PostingRequest(
        key=_key(bank, period), use_case=USE_CASE, effective_on=period.until - timedelta(days=1), metadata=stated,
        entries=_entries(standing, amount),
    )  # fmt: skip


def _entries(standing: BookingAccount, amount: int) -> Sequence[RequestedEntry]:
    """Interest for us is a debit of what is accrued, interest of the bank's a credit."""
    assert standing.true_up is not None  # noqa: S101  asked before
    accrued, rest = standing.counter.code, standing.true_up.code
    debit, credit = (accrued, rest) if amount > 0 else (rest, accrued)
    return [RequestedEntry(debit, "DEBIT", abs(amount)), RequestedEntry(credit, "CREDIT", abs(amount))]


def _minor_days(bank: BankAccount, period: Period) -> int:
    with connection.cursor() as cursor:
        cursor.execute(MINOR_DAYS, {"account": bank.ledger_account_id, "from": period.first, "until": period.until})
        (found,) = cursor.fetchone()
    return int(found)


def _key(bank: BankAccount, period: Period) -> str:
    """One for the account and the period; after a reversal the next one. Raises CannotBe where another period meets it."""
    opens = f"{USE_CASE} of bank account {bank.id} "
    gone = Exists(LedgerTransaction.objects.filter(reverses=OuterRef("id")))
    rows = LedgerTransaction.objects.filter(use_case=USE_CASE, idempotency_key__startswith=opens, reverses=None)
    reversed_before = 0
    for key, is_gone in rows.annotate(gone=gone).values_list("idempotency_key", "gone"):
        first, _, until = key[len(opens) :].partition(" #")[0].partition("..")
        other = Period(date.fromisoformat(first), date.fromisoformat(until))
        if is_gone:
            reversed_before += other == period
        elif other != period and other.meets(period):
            raise CannotBe(f"interest of {bank} is accrued from {first} until {until}; reverse it first", "from")
    again = f" #{reversed_before + 1}" if reversed_before else ""
    return f"{opens}{period.first}..{period.until}{again}"
