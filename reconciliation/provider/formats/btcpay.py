"""BTCPay Server, Greenfield webhooks of invoices. Amounts are decimal texts in the asset of `paymentMethodId`.

A repeated delivery names its first one in originalDeliveryId, so that is the event's id. BTCPay tells an RBF by a payment
of status Invalid; the invoice itself falls back to New without an event of its own.
"""

from collections.abc import Mapping

from reconciliation.provider.formats.amounts import Exponents, major_amount
from reconciliation.provider.formats.event import EventType, Flag, ProviderEvent
from reconciliation.provider.formats.instants import seconds_at
from reconciliation.provider.formats.node import Node, read_node
from reconciliation.provider.signatures.verdict import Verdict

TYPES: Mapping[str, EventType] = {
    "InvoiceCreated": "created",
    "InvoiceReceivedPayment": "noted",  # a receipt, perhaps a part: InvoiceProcessing says that it is paid in full
    "InvoicePaymentSettled": "noted",  # one receipt is final, perhaps a part
    "InvoiceProcessing": "detected",
    "InvoiceSettled": "confirmed",
    "InvoiceExpired": "expired",
    "InvoiceExpiredPaidPartial": "noted",
    "InvoicePaidAfterExpiration": "noted",
    "InvoiceInvalid": "failed",
}
ALWAYS: Mapping[str, Flag] = {"InvoiceExpiredPaidPartial": "partial", "InvoicePaidAfterExpiration": "late"}
MEANS: Mapping[str, Flag] = {
    "afterExpiration": "late",
    "overPaid": "over",
    "partiallyPaid": "partial",
    "manuallyMarked": "marked",
}


def read_btcpay(body: bytes, verdict: Verdict, exponents: Exponents) -> list[ProviderEvent]:
    """One event. Raises PayloadRefused naming the field."""
    node = read_node(body)
    word = node.text("type")
    known = TYPES.get(word, "unknown")
    payment = node.maybe_node("payment") if known != "unknown" else None
    gone = payment is not None and payment.maybe_text("status") == "Invalid"
    amount, asset = _amount(node, payment, exponents)
    metadata = node.maybe_node("metadata") if known != "unknown" else None
    return [
        ProviderEvent(
            scheme="btcpay",
            event_id=node.maybe_text("originalDeliveryId") or node.text("deliveryId"),
            type="reverted" if gone else known,
            provider_type=word,
            payment_ref=node.maybe_text("invoiceId") if known == "unknown" else node.text("invoiceId"),
            order_ref=metadata.maybe_text("orderId") if metadata else "",
            occurred_at=seconds_at(node, "timestamp"),
            amount_minor=amount,
            asset=asset,
            txid=payment.maybe_text("id") if payment else "",
            flags=_flags(node, word, known, gone),
            detail=f"payment {payment.maybe_text('status')}" if payment else "",
        )
    ]


def _amount(node: Node, payment: Node | None, exponents: Exponents) -> tuple[int | None, str]:
    if payment is None or payment.members.get("value") is None:
        return None, ""
    method = node.maybe_text("paymentMethodId") or node.text("paymentMethod")  # BTC-CHAIN, or BTC in older versions
    asset = method.partition("-")[0]
    return major_amount(payment, "value", asset, exponents), asset


def _flags(node: Node, word: str, known: EventType, gone: bool) -> tuple[Flag, ...]:
    if known == "unknown":
        return ()
    found = {flag for name, flag in MEANS.items() if node.flag(name)}
    if word in ALWAYS:
        found.add(ALWAYS[word])
    if gone:
        found.add("reorged")
    return tuple(sorted(found))
