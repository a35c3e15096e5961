"""What the pages of the ledger say beyond the ledger: which bank account stands behind an account, on which day an
entry counts, and where the bank shows a transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from ledger.models import AuditEntry, LedgerTransaction
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.models import BankAccount
from reconciliation.cases.models import CaseRow, ExceptionCase
from reconciliation.matching.models import CountedShift, MatchLeg
from reconciliation.matching.reasons import why_matched
from reconciliation.people.models import User

LINES = """
SELECT DISTINCT l.id, l.number, l.counts_on, l.amount_minor, l.narrative, m.rule, m.days_apart, v.value_date_days, b.code, b.name,
       b.currency, s.counted_on
  FROM match_leg own
  JOIN match m ON m.tenant_id = own.tenant_id AND m.id = own.match_id AND m.retired_by IS NULL
  JOIN match_run r ON r.tenant_id = m.tenant_id AND r.id = m.run_id
  JOIN matcher_version v ON v.tenant_id = r.tenant_id AND v.id = r.matcher_version_id
  JOIN match_leg other ON other.tenant_id = m.tenant_id AND other.match_id = m.id AND other.side = 1
  JOIN bank_line l ON l.tenant_id = m.tenant_id AND l.id = other.row_id
  JOIN bank_account b ON b.tenant_id = l.tenant_id AND b.id = l.bank_account_id
  LEFT JOIN counted_shift s ON s.tenant_id = m.tenant_id AND s.match_id = m.id AND s.transaction_id = own.row_id
 WHERE own.side = 0 AND own.row_id = %s ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A bank line that a transaction is matched with, by which rule, and the day the entry counts on where that is not
    its own. Minor units as the bank signs them."""

    id: int
    number: int
    on: date
    amount_minor: int
    narrative: str
    rule: str
    account: str
    account_name: str
    currency: str
    counted_on: date | None


@dataclass(frozen=True, slots=True)
class Behind:
    """Where a transaction stands outside the book: its bank lines, the cases about it, and the requests that wrote it or moved
    it."""

    lines: list[MatchedLine]
    cases: list[ExceptionCase]
    requests: list[ApprovalRequest]


def banks_behind() -> dict[int, BankAccount]:
    """The bank account reconciled with each ledger account, by the ledger account's id. One query."""
    return {b.ledger_account_id: b for b in BankAccount.objects.all()}


def counted_days(account_id: int, transaction_ids: Iterable[int]) -> dict[tuple[int, int], date]:
    """The day an entry counts on where that is not its own, by transaction and leg; the last one of an entry that
    counts in parts. One query."""
    shifts = CountedShift.objects.filter(
        bank_account__ledger_account_id=account_id, transaction_id__in=list(transaction_ids)
    )
    rows = shifts.order_by("counted_on").values_list("transaction_id", "leg", "counted_on")
    return {(transaction, leg): day for transaction, leg, day in rows}


def behind(transaction: LedgerTransaction) -> Behind:
    """What stands behind one transaction. Three queries, one more where a request stands behind it."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, [transaction.id])
        lines = [
            MatchedLine(id_, number, on, int(minor), narrative, why_matched(rule, apart, window), *account)
            for id_, number, on, minor, narrative, rule, apart, window, *account in cursor.fetchall()
        ]
    cases = ExceptionCase.objects.filter(rows__side=0, rows__row_id=transaction.id).distinct().order_by("number")
    return Behind(lines, list(cases), _requests(transaction))


def _requests(t: LedgerTransaction) -> list[ApprovalRequest]:
    """A posting that waited is a request about its key; a correction one about the transaction that it reverses or confirms."""
    about = [t.idempotency_key, str(t.public_id), *([str(t.reverses.public_id)] if t.reverses else [])]
    found = ApprovalRequest.objects.filter(subject__in=about, execution__transaction_ids__contains=[t.id])
    return list(found.prefetch_related("decisions__decided_by").order_by("id"))


def names_of(trail: Sequence[AuditEntry]) -> dict[str, str]:
    """The names behind the sign-ins of these audit rows, by e-mail address. One query when a person acted."""
    signed_in = {entry.actor for entry in trail if entry.actor_kind == "person"}
    if not signed_in:
        return {}
    return dict(User.objects.filter(email__in=signed_in).values_list("email", "person__name"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a bank line: matched by a rule, or held by a case that is not resolved. Both may be empty."""

    rule: str = ""
    case: int | None = None


def standing_of_lines(line_ids: Sequence[int]) -> dict[int, Standing]:
    """What became of these bank lines, by line id. Two queries."""
    legs = MatchLeg.objects.filter(side=1, row_id__in=line_ids, match__retired_by=None)
    said = legs.values_list(
        "row_id", "match__rule", "match__days_apart", "match__run__matcher_version__value_date_days"
    )
    found = {row: Standing(rule=why_matched(*words)) for row, *words in said}
    held = CaseRow.objects.filter(side=1, row_id__in=line_ids).exclude(case__state=ExceptionCase.State.RESOLVED)
    for row, number in held.order_by("-case__number").values_list("row_id", "case__number"):
        found[row] = Standing(case=number)
    return found
