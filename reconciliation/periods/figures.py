"""Reads the checklist of a period: a fixed number of set-based queries, whatever stands in it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.db import connection

from ledger.models import AuditVerification, Period
from ledger.money import spoken
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.periods.balances import balances
from reconciliation.periods.checklist import Checklist, Item, with_balances

TOLD = 6
# Every settlement day of every account; of each the check that stands.
DAYS = """
SELECT b.name, p.day, c.verdict, c.checked_at < p.ends_at, coalesce(c.unexplained, 0) <> 0,
       c.verdict = 'UNKNOWN' AND c.unknown_because <> '[]', c.unknown_because->>0
  FROM bank_account b
  JOIN bank_period p ON p.tenant_id = b.tenant_id AND p.bank_account_id = b.id AND p.day >= %(first)s AND p.day < %(until)s
  LEFT JOIN drift_standing s ON s.tenant_id = p.tenant_id AND s.bank_account_id = p.bank_account_id AND s.day = p.day
  LEFT JOIN drift_check c ON c.tenant_id = s.tenant_id AND c.id = s.check_id
 WHERE c.id IS NULL OR c.verdict = 'UNKNOWN' OR c.checked_at < p.ends_at OR c.unexplained <> 0
 ORDER BY p.day, b.code
"""
PLANNED = """
SELECT 'LT-' || upper(left(public_id::text, 8)) || ', planned for ' || effective_on, count(*) OVER () FROM ledger_transaction
 WHERE status = 'PENDING' AND effective_on < %(until)s ORDER BY effective_on, id LIMIT %(told)s
"""
WAITING = """
SELECT 'CR-' || number || ' ' || title, count(*) OVER () FROM approval_request
 WHERE state = 'open' AND least((payload->>'effective_on')::date, (payload->>'adjusts_on')::date) < %(until)s
 ORDER BY id LIMIT %(told)s
"""
INCIDENTS = """
SELECT 'C-' || number || ' ' || title, count(*) OVER () FROM exception_case
 WHERE cause = 4 AND state <> 'resolved' AND day < %(until)s ORDER BY number LIMIT %(told)s
"""
# Suspense is the other side of what nobody could identify, a claim of what nobody here paid out; clearing is what a payout passes
# through. All return to zero.
OPEN_BALANCES = """
WITH watched AS (
    SELECT counter_id AS id FROM booking_account WHERE use_case IN ('suspense_receipt', 'suspense_payment')
     UNION
    SELECT a.id FROM bank_account b JOIN ledger_account a ON a.tenant_id = b.tenant_id AND a.id = b.ledger_account_id
     WHERE a.normal_side = 'CREDIT'
)
SELECT a.code, a.name, a.asset, sum(CASE e.direction WHEN a.normal_side THEN e.amount_minor ELSE -e.amount_minor END)
  FROM watched w JOIN ledger_account a ON a.tenant_id = tenant() AND a.id = w.id
  JOIN ledger_entry e ON e.tenant_id = a.tenant_id AND e.account_id = a.id
  JOIN ledger_transaction t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
       AND t.status = 'POSTED' AND t.effective_on < %(until)s
 GROUP BY a.code, a.name, a.asset
HAVING sum(CASE e.direction WHEN a.normal_side THEN e.amount_minor ELSE -e.amount_minor END) <> 0
 ORDER BY a.code
"""
UNMATCHED = """
SELECT plane_pair, count(*) FROM exception_case
 WHERE plane_pair <> 'ledger-bank' AND state <> 'resolved' AND day < %(until)s GROUP BY 1 ORDER BY 1
"""


def checklist_of(period: Period, *, at: datetime) -> Checklist:
    """The checklist as it stands at `at`. Needs a tenant scope."""
    given = {"first": period.first_on, "until": period.until_on, "told": TOLD}
    earlier = Period.objects.filter(until_on__lte=period.first_on).exclude(state=Period.State.CLOSED)
    days = _rows(DAYS, given)
    never = [f"{name}, {day}: never checked" for name, day, verdict, *_ in days if verdict is None]
    early = [f"{name}, {day}: checked only while it ran" for name, day, verdict, ran, *_ in days if verdict and ran]
    unknown = [
        f"{name}, {day}: {why or 'unknown'}"
        for name, day, verdict, ran, _, _, why in days
        if verdict == "UNKNOWN" and not ran
    ]
    incomplete = [f"{name}, {day}: {why}" for name, day, *_, has, why in days if has]
    unexplained = [f"{name}, {day}" for name, day, _, _, off, *_ in days if off]
    items = [
        Item("ended", "The period has ended", True, int(period.until_on > at.astimezone(UTC).date())),
        _item("earlier", "Every earlier period is closed", [str(p) for p in earlier.order_by("first_on")]),
        _item("days", "Every settlement day of every account is checked and known", never + early + unknown),
        _item("statements", "Statements are complete", incomplete),
        _item("unexplained", "Nothing is unexplained", unexplained),
        _counted("requests", "No request waits that is dated in it", _rows(WAITING, given), blocking=True),
        _verified(period),
        _counted("planned", "No planned posting is left from before its end", _rows(PLANNED, given)),
        _counted("security", "No security incident is open", _rows(INCIDENTS, given)),
        _told("balances_left", "Suspense and clearing accounts are at zero", [
            f"{code} {name}: {spoken(int(left), asset)}" for code, name, asset, left in _rows(OPEN_BALANCES, given)
        ]),
        _told("planes", "No unit of commerce, provider and ledger is left unmatched", [
            f"{PAIR_WORDS.get(pair, pair)}: {count}" for pair, count in _rows(UNMATCHED, given)
        ]),
    ]  # fmt: skip
    return with_balances(
        period.first_on, period.until_on, items, balances(period.first_on, period.until_on), PAIR_WORDS
    )


def _rows(sql: str, given: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _item(key: str, title: str, found: Sequence[str], *, blocking: bool = True) -> Item:
    return Item(key, title, blocking, len(found), tuple(found[:TOLD]))


def _told(key: str, title: str, found: Sequence[str]) -> Item:
    return _item(key, title, found, blocking=False)


def _counted(key: str, title: str, rows: Sequence[tuple[str, int]], *, blocking: bool = False) -> Item:
    return Item(key, title, blocking, rows[0][1] if rows else 0, tuple(words for words, _ in rows))


def _verified(period: Period) -> Item:
    """The newest verification since the period's end found the chain and the book whole."""
    ended = datetime.combine(period.until_on, time(0), UTC)
    last = AuditVerification.objects.order_by("-id").first()
    found = (
        []
        if last and last.ok and last.at >= ended
        else ["not since its last day" if not last or last.ok else last.first_bad]
    )
    return _item("verified", "The ledger is verified after its last day", found)
