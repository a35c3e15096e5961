"""What the pages of accounts show: balances summed in the database, entries a page at a time, newest first."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

from ledger.errors import UnknownTransaction
from ledger.keyset import SIZE, Page, Place, cut
from ledger.models import Account, Entry, LedgerTransaction

# All entries without their transactions, less the few of those that are not POSTED: the join of every entry with its header
# would cost twice as much. An index for those few would cost every posting a twentieth of its time, so their headers are read.
# Summed per account before the join, so that an account without entries costs nothing and keeps its line.
BALANCES = """
SELECT a.id, a.code, a.name, a.kind, a.normal_side, a.asset, coalesce(s.written, 0) - coalesce(u.not_posted, 0), u.pending,
       coalesce(s.entries, 0)
  FROM ledger_account a
  LEFT JOIN (
    SELECT e.tenant_id, e.account_id, count(*) AS entries,
           sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END) AS written
      FROM ledger_entry e
     WHERE %(only)s::bigint IS NULL OR e.account_id = %(only)s
     GROUP BY e.tenant_id, e.account_id) s ON s.tenant_id = a.tenant_id AND s.account_id = a.id
  LEFT JOIN (
    SELECT e.tenant_id, e.account_id,
           sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END) AS not_posted,
           sum(CASE e.direction WHEN 'DEBIT' THEN e.amount_minor ELSE -e.amount_minor END)
               FILTER (WHERE t.status = 'PENDING') AS pending
      FROM ledger_transaction t
      JOIN ledger_entry e ON e.tenant_id = t.tenant_id AND e.transaction_id = t.id
     WHERE t.status <> 'POSTED' AND (%(only)s::bigint IS NULL OR e.account_id = %(only)s)
     GROUP BY e.tenant_id, e.account_id) u ON u.tenant_id = a.tenant_id AND u.account_id = a.id
 WHERE %(only)s::bigint IS NULL OR a.id = %(only)s
 ORDER BY a.code
"""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with its balance in minor units, + on its normal side. `pending` is None when nothing is PENDING."""

    id: int
    code: str
    name: str
    kind: str
    normal_side: str
    asset: str
    balance: int
    pending: int | None
    entries: int


def accounts(only: int | None = None) -> list[AccountLine]:
    """Every account of the tenant in scope, or the one of this id, by code. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, {"only": only})
        return [_line(*row) for row in cursor.fetchall()]


def account_named(code: str) -> Account | None:
    """The account of a code, or None."""
    return Account.objects.filter(code=code).first()


def entries(
    account: Account, place: Place, *, status: str = "", first: date | None = None, last: date | None = None
) -> Page[Entry]:
    """Entries of an account with their transactions, newest first; days are effective days, both included. Two queries
    at most. Raises UnknownTransaction when the place is none."""
    rows = Entry.objects.filter(account=account).select_related("transaction")
    if status:
        rows = rows.filter(transaction__status=status)
    if first:
        rows = rows.filter(transaction__effective_on__gte=first)
    if last:
        rows = rows.filter(transaction__effective_on__lte=last)
    if place.mark:
        at = _position(place.mark)
        rows = rows.filter(pk__gt=at) if place.backwards else rows.filter(pk__lt=at)
    order = ("transaction_id", "leg") if place.backwards else ("-transaction_id", "-leg")
    return cut(list(rows.order_by(*order)[: SIZE + 1]), place)


def mark(entry: Entry) -> str:
    """The place of an entry, free of ids that would count the book."""
    return f"{entry.transaction.public_id}.{entry.leg}"


def _position(text: str) -> tuple[int, int]:
    public_id, _, leg = text.partition(".")
    return transaction_id(public_id), int(leg) if leg.isascii() and leg.isdigit() and len(leg) < 6 else 0


def transaction_id(public_id: str) -> int:
    """The inner id behind a public one. Raises UnknownTransaction, also for what is no id."""
    try:
        found = LedgerTransaction.objects.filter(public_id=UUID(public_id)).values_list("id", flat=True).first()
    except ValueError:
        found = None
    if found is None:
        raise UnknownTransaction(f"no transaction has the id {public_id!r:.60}")
    return int(found)


def _line(
    id_: int, code: str, name: str, kind: str, side: str, asset: str, posted: Decimal, pending: Decimal | None, n: int
) -> AccountLine:
    turn = 1 if side == "DEBIT" else -1
    return AccountLine(
        id_, code, name, kind, side, asset, turn * int(posted), None if pending is None else turn * int(pending), n
    )
