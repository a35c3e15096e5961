"""Kobbopay payments: `event`, `paymentId`, `orderId`, and `amount` with `currency` where they are sent.

The event id of the header is not signed, so the id is made of what is: payment and event, as Kobbopay's own ids are made.
A payment may come in many parts, so a partial one also carries the digest of its body. The signed time of the
delivery stands for the event's; of repeated deliveries the earliest counts.
"""

from hashlib import sha256

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.amounts import Exponents
from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.formats.node import read_node
from reconciliation.provider.formats.payments import FLAGS, TYPES, optional_amount
from reconciliation.provider.signatures.verdict import Verdict


def read_kobbopay(body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """One event. Raises PayloadRefused naming the field."""
    signed_at = verdict.signed_at
    if signed_at is None:
        raise PayloadRefused("missing", "no signed time came with the delivery", "X-Kobbopay-Timestamp")
    node = read_node(body)
    word, payment_ref = node.text("event"), node.text("paymentId")
    known = TYPES.get(word, "unknown")
    part = "" if known in ("created", "detected", "confirmed", "expired") else f":{sha256(body).hexdigest()[:32]}"
    amount, asset = optional_amount(node, exponents) if known != "unknown" else (None, "")
    return [
        ProviderEvent(
            scheme="kobbopay",
            event_id=f"payment:{payment_ref}:{word}{part}",
            type=known,
            provider_type=word,
            payment_ref=payment_ref,
            order_ref=node.maybe_text("orderId"),
            occurred_at=signed_at,
            amount_minor=amount,
            asset=asset,
            flags=FLAGS.get(word, ()),
        )
    ]
