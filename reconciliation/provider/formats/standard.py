"""Standard Webhooks: an envelope of `type`, `timestamp` and `data`, whose types are the sender's own.

Types of a payment under the names that Kobbopay uses are read, with `data` holding payment_id, order_id, amount and
currency; every other type is unknown. The event's id is webhook-id, which is signed.
"""

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.amounts import Exponents
from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.formats.instants import iso_at
from reconciliation.provider.formats.node import read_node
from reconciliation.provider.formats.payments import FLAGS, TYPES, optional_amount
from reconciliation.provider.signatures.verdict import Verdict


def read_standard(body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """One event. Raises PayloadRefused naming the field."""
    if not verdict.signed_id:
        raise PayloadRefused("missing", "no signed id came with the delivery", "webhook-id")
    node = read_node(body)
    word = node.text("type")
    known = TYPES.get(word, "unknown")
    occurred_at = iso_at(node, "timestamp")
    if known == "unknown":
        return [ProviderEvent("standard", verdict.signed_id, known, word, "", "", occurred_at)]
    data = node.node("data")
    amount, asset = optional_amount(data, exponents)
    return [
        ProviderEvent(
            scheme="standard",
            event_id=verdict.signed_id,
            type=known,
            provider_type=word,
            payment_ref=data.text("payment_id"),
            order_ref=data.maybe_text("order_id"),
            occurred_at=occurred_at,
            amount_minor=amount,
            asset=asset,
            flags=FLAGS.get(word, ()),
        )
    ]
