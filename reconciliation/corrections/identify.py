"""The kind "identify": a receipt leaves suspense for the account of the payment that it belongs to."""

from collections.abc import Sequence
from datetime import datetime

from ledger.actors import Actor
from ledger.models import LedgerTransaction
from reconciliation.approvals.digest import Payload
from reconciliation.approvals.kinds import Facts, Kind
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.corrections.held import with_checks
from reconciliation.corrections.preview import Preview, preview_of
from reconciliation.corrections.receipt import why_gone
from reconciliation.corrections.receipt_fits import fact_of
from reconciliation.corrections.target import holds_on
from reconciliation.planes.expected_payment import expected_payment
from reconciliation.postings import held
from reconciliation.postings.frozen_entries import payment_stands

MOVE = "correction.identify"
EFFECT = with_checks(held.effect)


def facts_of(payload: Payload) -> Facts:
    """What must still hold: the receipt is in suspense, nothing stands under the key, the payment is what it was, still
    expects what it did, no hold."""
    taken = LedgerTransaction.objects.filter(idempotency_key=payload["key"]).exists()
    receipt = LedgerTransaction.objects.get(id=payload["receipt_id"])
    return {
        "key_is_free": not taken, "receipt_gone": why_gone(receipt),
        "security_hold": [str(c) for c in holds_on({e["account_id"] for e in payload["entries"]})],
        "payment_expects": fact_of(
            expected_payment(payload["payment_id"]), int(payload["amount_minor"]), payload["currency"]
        ),
    } | payment_stands(payload["payment_id"])  # fmt: skip


def preview(payload: Payload, at: datetime) -> Preview:
    """The entries as they will stand. No day of a reconciled account changes."""
    return preview_of(payload, payload["entries"], EFFECT, MOVE, at)


def ended(requests: Sequence[ApprovalRequest], *, state: str, actor: Actor, at: datetime) -> None:
    """No case waits on it: the receipt's own was closed when it was booked."""


IDENTIFY = Kind("identify", MOVE, preview, facts_of, EFFECT, ended, together=True)
