"""How much may still be posted about a payment: what a rule asks for is a remainder, and others may post meanwhile."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Sum

from ledger.models import Entry
from reconciliation.approvals.digest import Payload
from reconciliation.errors import ChangedSinceAsked
from reconciliation.postings.frozen_entries import moved

LOCK = "SELECT pg_advisory_xact_lock(7010, hashtext(%s))"
LOCK_HELD = """
SELECT pg_advisory_xact_lock(7010, hashtext(payment_id)) FROM (
    SELECT DISTINCT payment_id FROM approval_request
     WHERE state = 'open' AND kind LIKE 'posting.%%' AND payment_id = ANY(%s) ORDER BY payment_id) held
"""


def wait_for_held(payment_ids: Sequence[str]) -> None:
    """Wait for those that approve a posting about one of these payments at this moment, and let no other run until commit: what
    is read of them after this is what stands."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_HELD, [list(payment_ids)])


def has_room(payload: Payload) -> dict[str, Any]:
    """The fact that a posting of a rule rests on; none where it was frozen without a bound."""
    return {} if payload["up_to"] is None else {"still_missing": _room(payload)}


def hold_room(payload: Payload) -> None:
    """Let no other held posting about the payment run until commit, and raise ChangedSinceAsked where one left no room."""
    if payload["up_to"] is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [payload["payment_id"]])
    if not _room(payload):
        raise ChangedSinceAsked(f"what was missing of {payload['payment_id']} was posted in the meantime; look again")


def _room(payload: Payload) -> bool:
    amount, asset = moved(payload["entries"])
    stands = Entry.objects.filter(
        transaction__payment_id=payload["payment_id"], transaction__use_case=payload["use_case"], transaction__reverses=None,
        account__asset=asset, direction="DEBIT",
    ).exclude(transaction__status="FAILED")  # fmt: skip
    posted = stands.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return int(posted) + amount <= int(payload["up_to"])
