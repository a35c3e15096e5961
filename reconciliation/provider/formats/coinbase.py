"""Coinbase Commerce charges. Amounts are decimal texts; the receipt is the latest of `payments`, in its own asset.

charge:failed says that a charge came to nothing, and the last entry of its timeline says how: EXPIRED, CANCELED, or
UNRESOLVED with a context, where money did arrive. RESOLVED is the merchant's own mark and confirms nothing.
"""

from collections.abc import Mapping

from reconciliation.provider.formats.amounts import Exponents, major_amount
from reconciliation.provider.formats.event import EventType, Flag, ProviderEvent
from reconciliation.provider.formats.instants import iso_at
from reconciliation.provider.formats.node import Node, read_node
from reconciliation.provider.signatures.verdict import Verdict

TYPES: Mapping[str, EventType] = {
    "charge:created": "created",
    "charge:pending": "detected",
    "charge:confirmed": "confirmed",
    "charge:failed": "failed",
    "charge:delayed": "noted",
    "charge:resolved": "noted",
}
ENDINGS: Mapping[str, EventType] = {"EXPIRED": "expired", "CANCELED": "failed", "UNRESOLVED": "noted"}
CONTEXTS: Mapping[str, Flag] = {"UNDERPAID": "under", "OVERPAID": "over", "DELAYED": "late"}
ALWAYS: Mapping[str, Flag] = {"charge:delayed": "late", "charge:resolved": "marked"}


def read_coinbase(body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """One event. Raises PayloadRefused naming the field."""
    event = read_node(body).node("event")
    word = event.text("type")
    known = TYPES.get(word, "unknown")
    charge = event.node("data")
    if known == "unknown":
        return [ProviderEvent("coinbase", event.text("id"), known, word, "", "", iso_at(event, "created_at"))]
    status, context = _last(charge)
    metadata = charge.maybe_node("metadata")
    payments = charge.nodes("payments")
    receipt = payments[-1] if payments else None
    amount, asset = _amount(receipt, exponents)
    flags = {flag for flag in (CONTEXTS.get(context), ALWAYS.get(word)) if flag}
    return [
        ProviderEvent(
            scheme="coinbase",
            event_id=event.text("id"),
            type=ENDINGS.get(status, known) if word == "charge:failed" else known,
            provider_type=word,
            payment_ref=charge.text("code"),
            order_ref=metadata.maybe_text("order_id") if metadata else "",
            occurred_at=iso_at(event, "created_at"),
            amount_minor=amount,
            asset=asset,
            txid=receipt.maybe_text("transaction_id") if receipt else "",
            flags=tuple(sorted(flags)),
            detail=f"{status} {context}".strip(),
        )
    ]


def _last(charge: Node) -> tuple[str, str]:
    """Status and context of the timeline's last entry."""
    timeline = charge.nodes("timeline")
    return (timeline[-1].maybe_text("status"), timeline[-1].maybe_text("context")) if timeline else ("", "")


def _amount(receipt: Node | None, exponents: Exponents) -> tuple[int | None, str]:
    value = receipt.maybe_node("value") if receipt else None
    crypto = value.maybe_node("crypto") if value else None
    if crypto is None:
        return None, ""
    asset = crypto.text("currency")
    return major_amount(crypto, "amount", asset, exponents), asset
