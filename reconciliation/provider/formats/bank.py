"""The callback of a bank partner about one of our payments: `event_id`, `partner_reference`, `status`, `occurred_at`, and
`amount` with `currency` where they are sent; `payment_id` and `reason` may stand beside them.

`status` is COMPLETED, REJECTED or RETURNED, or a code of ISO 20022 payment status reports (pain.002, pacs.002). A settlement
that the bank completed and rejects later is its documented fall: the bank wins ties.
"""

from collections.abc import Mapping

from reconciliation.provider.formats.amounts import Exponents
from reconciliation.provider.formats.event import EventType, ProviderEvent
from reconciliation.provider.formats.instants import iso_at
from reconciliation.provider.formats.node import read_node
from reconciliation.provider.formats.payments import optional_amount
from reconciliation.provider.signatures.verdict import Verdict

TYPES: Mapping[str, EventType] = {
    "RCVD": "created",
    "PDNG": "created",
    "ACTC": "created",  # technically valid
    "ACCP": "created",  # customer profile checked
    "ACSP": "detected",  # settlement in process
    "ACSC": "confirmed",  # settlement completed
    "RJCT": "failed",
    "CANC": "failed",
    "COMPLETED": "confirmed",  # partners that speak of settlements rather than of messages
    "REJECTED": "failed",
    "RETURNED": "failed",
}


def read_bank(body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """One event. Raises PayloadRefused naming the field."""
    node = read_node(body)
    word = node.text("status")
    known = TYPES.get(word, "unknown")
    amount, asset = optional_amount(node, exponents) if known != "unknown" else (None, "")
    return [
        ProviderEvent(
            scheme="bank",
            event_id=node.text("event_id"),
            type=known,
            provider_type=word,
            payment_ref=node.text("partner_reference"),
            order_ref=node.maybe_text("payment_id"),
            occurred_at=iso_at(node, "occurred_at"),
            amount_minor=amount,
            asset=asset,
            detail=node.maybe_text("reason"),
        )
    ]
