"""Stripe events of PaymentIntents and Payouts. Amounts are integers of the currency's minor units, as Stripe counts them.

A payout that Stripe calls paid may still fail within days, so it is `paid` here and never `confirmed`: that is for the
bank's line. UGX has two decimals at Stripe for compatibility, and none elsewhere.
"""

from collections.abc import Mapping

from reconciliation.provider.formats.amounts import Exponents, minor_amount
from reconciliation.provider.formats.event import EventType, ProviderEvent
from reconciliation.provider.formats.instants import seconds_at
from reconciliation.provider.formats.node import Node, read_node
from reconciliation.provider.signatures.verdict import Verdict

TYPES: Mapping[str, EventType] = {
    "payment_intent.created": "created",
    "payment_intent.requires_action": "noted",
    "payment_intent.amount_capturable_updated": "noted",
    "payment_intent.processing": "detected",
    "payment_intent.succeeded": "confirmed",
    "payment_intent.payment_failed": "reverted",  # it asks for another payment method: not the end
    "payment_intent.canceled": "failed",
    "payout.created": "created",
    "payout.updated": "noted",
    "payout.paid": "detected",
    "payout.reconciliation_completed": "noted",
    "payout.failed": "failed",
    "payout.canceled": "failed",
}
THEIR_EXPONENTS: Mapping[str, int] = {"UGX": 2}


def read_stripe(body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """One event. Raises PayloadRefused naming the field."""
    node = read_node(body)
    word = node.text("type")
    known = TYPES.get(word, "unknown")
    occurred_at = seconds_at(node, "created")
    if known == "unknown":
        return [ProviderEvent("stripe", node.text("id"), known, word, "", "", occurred_at)]
    thing = node.node("data").node("object")
    asset = thing.text("currency").upper()
    metadata = thing.maybe_node("metadata")
    return [
        ProviderEvent(
            scheme="stripe",
            event_id=node.text("id"),
            type=known,
            provider_type=word,
            payment_ref=thing.text("id"),
            order_ref=metadata.maybe_text("order_id") if metadata else "",
            occurred_at=occurred_at,
            amount_minor=minor_amount(thing, _which(thing, known), asset, exponents, THEIR_EXPONENTS),
            asset=asset,
            detail=thing.maybe_text("failure_code") or thing.maybe_text("status"),
        )
    ]


def _which(thing: Node, known: EventType) -> str:
    """A PaymentIntent's `amount` is what was asked for; once it succeeded, what came counts."""
    received = known == "confirmed" and thing.members.get("amount_received") is not None
    return "amount_received" if received else "amount"
