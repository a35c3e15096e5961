"""What stands accrued on an account for a bank's item to clear, read from the book and frozen with the booking that clears it."""

from datetime import date
from typing import Any

from django.db import connection

from ledger.balancing import Direction
from reconciliation.approvals.digest import Payload
from reconciliation.errors import ChangedSinceAsked

# In the direction given: the balance as of the day, and no more of it than has stood on every day since. What a later booking
# cleared is not cleared twice, and what was accrued later is not cleared by an earlier line.
STANDING = """
WITH daily AS MATERIALIZED (
    SELECT greatest(t.effective_on, %(on)s::date) AS day,
           sum(CASE WHEN e.direction = %(direction)s THEN e.amount_minor ELSE -e.amount_minor END) AS moved
      FROM ledger_entry e JOIN ledger_transaction t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id
     WHERE e.tenant_id = tenant() AND e.account_id = %(account)s AND t.status = 'POSTED'
     GROUP BY 1)
SELECT coalesce(least(min(stood), coalesce((SELECT moved FROM daily WHERE day = %(on)s::date), 0)), 0)
  FROM (SELECT sum(moved) OVER (ORDER BY day) AS stood FROM daily) running
"""
LOCK = "SELECT pg_advisory_xact_lock(7021, %s)"


def standing(account_id: int, direction: Direction, on: date) -> int:
    """Minor units in `direction` of what was accrued by the end of `on` and is not cleared; negative: it stands on the other side.
    Needs a tenant scope."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"account": account_id, "direction": direction, "on": on})
        (found,) = cursor.fetchone()
    return int(found)


def still_accrued(payload: Payload) -> dict[str, Any]:
    """The fact that a booking against an accrual rests on; none where it clears none."""
    if not (frozen := payload["accrued"]):
        return {}
    return {"accrued": str(standing(frozen["account_id"], frozen["direction"], date.fromisoformat(frozen["on"])))}


def hold_account(account_id: int) -> None:
    """Let no other clearing of the ledger account, or accrual for it, run until commit."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [account_id % 2147483647])


def hold_accrued(payload: Payload) -> None:
    """Let no other booking clear the same account until commit, and raise ChangedSinceAsked where one did."""
    if not (frozen := payload["accrued"]):
        return
    hold_account(frozen["account_id"])
    if still_accrued(payload)["accrued"] != frozen["amount_minor"]:
        raise ChangedSinceAsked("what was accrued was cleared or accrued anew in the meantime; look again")
