"""Bodies as the providers document them, one good one for each scheme; tests change what they are about."""

import json
from datetime import UTC, datetime
from typing import Any

from ledger.assets import EXPONENTS
from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.formats.read import read_events
from reconciliation.provider.signatures.verdict import Verdict
from tests.reconciliation.provider.signing import NOW, adyen_item

VERIFIED = Verdict(None, 0, NOW, "msg_1")
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def btcpay(word: str = "InvoiceReceivedPayment", **changes: Any) -> dict[str, Any]:
    return {
        "deliveryId": "d2", "originalDeliveryId": "d1", "isRedelivery": True, "type": word,
        "timestamp": int(NOON.timestamp()), "storeId": "s1", "invoiceId": "inv1", "metadata": {"orderId": "4041"},
        "paymentMethodId": "BTC-CHAIN",
        "payment": {"id": "tx1-0", "value": "0.0005", "fee": "0.0", "status": "Processing", "destination": "bc1q"},
        **changes,
    }  # fmt: skip


def coinbase(word: str = "charge:pending", timeline: Any = (), **changes: Any) -> dict[str, Any]:
    payment = {
        "network": "ethereum", "transaction_id": "0xabc", "status": "CONFIRMED",
        "value": {"local": {"amount": "32.00", "currency": "USD"}, "crypto": {"amount": "32", "currency": "USDC"}},
    }  # fmt: skip
    data = {"code": "66BEOV2A", "metadata": {"order_id": "4041"}, "payments": [payment], "timeline": list(timeline)}
    event = {"id": "ev1", "type": word, "created_at": "2026-03-10T12:00:00Z", "data": {**data, **changes}}
    return {"id": "1", "attempt_number": 1, "event": event}


def stripe(word: str = "payment_intent.processing", **changes: Any) -> dict[str, Any]:
    thing = {
        "id": "pi_1", "object": word.partition(".")[0], "amount": 3200, "currency": "usd", "status": "processing",
        "metadata": {"order_id": "4041"}, **changes,
    }  # fmt: skip
    return {"id": "evt_1", "type": word, "created": int(NOON.timestamp()), "data": {"object": thing}}


def standard(word: str = "payment.paid", **changes: Any) -> dict[str, Any]:
    data = {"payment_id": "pay_1", "order_id": "4041", "amount": "32.00", "currency": "USD", **changes}
    return {"type": word, "timestamp": "2026-03-10T12:00:00.344522Z", "data": data}


def adyen(word: str = "AUTHORISATION", **changes: Any) -> dict[str, Any]:
    return adyen_item(eventCode=word, **changes)


def kobbopay(word: str = "payment.paid", **changes: Any) -> dict[str, Any]:
    return {"event": word, "paymentId": "pay_1", "orderId": "4041", **changes}


def bank(word: str = "ACSP", **changes: Any) -> dict[str, Any]:
    return {
        "event_id": "b1", "status": word, "partner_reference": "D1", "payment_id": "p1", "amount": "300.00",
        "currency": "ETB", "occurred_at": "2026-03-10T15:00:00+03:00", **changes,
    }  # fmt: skip


BODIES = {
    "btcpay": btcpay, "coinbase": coinbase, "stripe": stripe, "standard": standard, "adyen": adyen,
    "kobbopay": kobbopay, "bank": bank,
}  # fmt: skip


def read(scheme: str, body: dict[str, Any], verdict: Verdict = VERIFIED) -> ProviderEvent:
    """The one event of a body."""
    (event,) = read_events(scheme, json.dumps(body).encode(), verdict, EXPONENTS)
    return event
