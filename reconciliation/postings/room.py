"""How much may still be posted about a payment: what a rule asks for is a remainder, and others may post meanwhile."""

from typing import Any

from django.db import connection
from django.db.models import Sum

from ledger.models import Entry
from reconciliation.approvals.digest import Payload
from reconciliation.errors import ChangedSinceAsked
from reconciliation.postings.frozen_entries import moved


def has_room(payload: Payload) -> dict[str, Any]:
    """The fact that a posting of a rule rests on; none where it was frozen without a bound."""
    return {} if payload["up_to"] is None else {"still_missing": _room(payload)}


def hold_room(payload: Payload) -> None:
    """Let no other held posting about the payment run until commit, and raise ChangedSinceAsked where one left no room."""
    if payload["up_to"] is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7010, hashtext(%s))", [payload["payment_id"]])
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
