"""How much is alike beside a difference: rows of the same amount, and other differences of the same making. Counts
stop early; beyond a hundred the number no longer says more."""

from collections.abc import Sequence
from datetime import date, timedelta

from ledger.models import Entry, LedgerTransaction
from reconciliation.bank.models import BankLine
from reconciliation.cases.models import CaseRow, ExceptionCase
from reconciliation.drift.rows_around import Around
from reconciliation.matching.models import MatchLeg
from reconciliation.matching.rows import EntryRow

MOST = 100


def lookalikes(around: Around, amount: int, day: int) -> int:
    """Unmatched rows of the other side, of the same amount, within grace of the day, under other references."""
    days = around.days
    grace = days.grace_of(day)
    first = days.day(max(day - grace, days.first_ordinal))
    until = days.day(day) + timedelta(days=grace + 1)
    if not any(r[0] == 1 for r in around.own):
        found = BankLine.objects.filter(
            bank_account=around.account, counts=True, amount_minor=around.sign * amount, counts_on__gte=first,
            counts_on__lt=until
        ).exclude(id__in=[b.id for b in around.lines])  # fmt: skip
        ids, side = list(found.values_list("id", flat=True)[:MOST]), 1
    else:
        ids, side = list(_entries_like(around, amount, first, until)), 0
    held = set(MatchLeg.objects.filter(side=side, row_id__in=ids).values_list("row_id", flat=True))
    return len(set(ids) - held)


def _entries_like(around: Around, amount: int, first: date, until: date) -> list[int]:
    side = around.account.ledger_account.normal_side
    other = "CREDIT" if side == "DEBIT" else "DEBIT"
    found = Entry.objects.filter(
        account_id=around.account.ledger_account_id, amount_minor=abs(amount), direction=side if amount > 0 else other,
        transaction__status="POSTED", transaction__effective_on__gte=first, transaction__effective_on__lt=until,
    ).exclude(transaction_id__in=[e.transaction_id for e in around.entries])  # fmt: skip
    return list(found.values_list("transaction_id", flat=True)[:MOST])


def same_sign_error(case: ExceptionCase, entries: Sequence[EntryRow]) -> int:
    """Other open cases of wrong sign whose transaction is of the same use case."""
    if case.cause != 3 or not entries:
        return 0
    rows = CaseRow.objects.filter(side=0, case__cause=3).exclude(case__state="resolved").exclude(case_id=case.id)
    ids = list(rows.values_list("row_id", flat=True)[: 10 * MOST])
    return LedgerTransaction.objects.filter(id__in=ids, use_case=entries[0].use_case).count()


def more_unconfirmed(case: ExceptionCase) -> int:
    """Other cases of this account and day whose line settled what we do not hold as POSTED."""
    if case.cause != 5:
        return 0
    same = ExceptionCase.objects.filter(bank_account_id=case.bank_account_id, day=case.day, cause=5)
    return same.exclude(id=case.id).count()


def same_code(around: Around) -> int:
    """Other lines of the account that carry the bank code of the case's lines."""
    ids = [r[1] for r in around.own if r[0] == 1]
    codes = set(BankLine.objects.filter(id__in=ids).exclude(code="").values_list("code", flat=True))
    if not codes:
        return 0
    alike = BankLine.objects.filter(bank_account=around.account, code__in=codes, counts=True).exclude(id__in=ids)
    return len(alike.values_list("id", flat=True)[:MOST])
