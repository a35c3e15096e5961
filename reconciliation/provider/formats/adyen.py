"""Adyen notifications. Amounts are integers of minor units; one body may hold several notifications.

Adyen gives an event no id: pspReference, eventCode and success name it, and all three are signed. eventDate is not, so
the order of Adyen's events rests on an unsigned field; amounts and references do not. An authorisation is money promised:
`paid`. A capture is final for Adyen unless a CAPTURE_FAILED follows.
"""

from collections.abc import Mapping

from reconciliation.provider.formats.adyen_items import AdyenItem, read_items
from reconciliation.provider.formats.amounts import Exponents, minor_amount
from reconciliation.provider.formats.event import EventType, ProviderEvent
from reconciliation.provider.formats.instants import iso_at
from reconciliation.provider.signatures.verdict import Verdict

TYPES: Mapping[tuple[str, str], EventType] = {
    ("AUTHORISATION", "true"): "detected",
    ("AUTHORISATION", "false"): "failed",
    ("CAPTURE", "true"): "confirmed",
    ("CAPTURE", "false"): "noted",  # the request to capture was refused; the authorisation stands
    ("CAPTURE_FAILED", "true"): "failed",
    ("CANCELLATION", "true"): "failed",
    ("CANCELLATION", "false"): "noted",
    ("OFFER_CLOSED", "true"): "expired",
}


def read_adyen(body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """One event for each notification. Raises PayloadRefused naming the field."""
    return [_event(item, exponents) for item in read_items(body)]


def _event(item: AdyenItem, exponents: Exponents) -> ProviderEvent:
    known = TYPES.get((item.event_code, item.success), "unknown")
    stated = known != "unknown" and item.value != ""
    return ProviderEvent(
        scheme="adyen",
        event_id=f"{item.psp_reference}:{item.event_code}:{item.success}",
        type=known,
        provider_type=item.event_code,
        payment_ref=item.original_reference or item.psp_reference,
        order_ref=item.merchant_reference,
        occurred_at=iso_at(item.node, "eventDate"),
        amount_minor=minor_amount(item.node.node("amount"), "value", item.currency, exponents) if stated else None,
        asset=item.currency if stated else "",
        detail=item.node.maybe_text("reason"),
    )
