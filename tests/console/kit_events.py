"""Contexts of the provider event log and its quarantine. The shop and its invoices are made up."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from console.pages.raw_record import raw_record
from tests.console.kit_work import NOW, amount

PLACES = [
    {"label": label, "href": "/events/", "current": label == "All events"}
    for label in ("All events", "Unclassified", "Unresolved", "Quarantine")
]


def _row(
    word: str,
    kind: str,
    minutes: int,
    value: Any = None,
    flags: str = "",
    seen: int = 1,
    ref: str = "Fk3nExampleInvoice00017",
) -> dict[str, Any]:
    return {
        "key": f"{word}-{minutes}", "href": "/events/one/", "occurred_at": NOW - timedelta(minutes=minutes), "received": "Fri 20 Nov 2026 15:44:02 UTC", "endpoint": "Example shop", "scheme": "btcpay",
        "word": word, "type": kind, "event_id": f"Fk3nExampleInvoice00017-{word}", "payment_ref": ref, "order_ref": "order-40417" if ref else "", "amount": value, "flags": flags, "seen": seen,
    }  # fmt: skip


def events() -> dict[str, Any]:
    return {
        "sub": "By the provider's clock, newest first, in UTC.", "places": PLACES,
        "filters": {"href": "/events/", "view": "unresolved", "q": "", "endpoint": "1", "endpoints": [("1", "Example shop"), ("2", "Example till")], "type": "", "types": [("confirmed", "Confirmed"), ("unknown", "Not classified")], "from": "2026-11-01", "until": ""},
        "rows": [_row("InvoiceSettled", "confirmed", 2), _row("InvoiceReceivedPayment", "noted", 9, amount(50_000, "BTC"), "partial", 3), _row("InvoiceProcessing", "detected", 11), _row("InvoiceInvalid", "failed", 30, flags="marked"), _row("StoreSomethingElse", "unknown", 55, ref=""), _row("InvoiceExpired", "expired", 70), _row("InvoicePaymentGone", "reverted", 80, flags="reorged")],
        "page": {"first": 1, "last": 7, "total": None, "previous_href": "", "next_href": "?after=x", "size": 50}, "empty": {},
        "export": {"href": "/events/export/", "key": "x", "as_of": NOW.isoformat(), "shown": "Fri 20 Nov 2026 15:41:00 UTC", "from": "2026-11-01", "until": "2026-11-20"},
    }  # fmt: skip


def events_empty() -> dict[str, Any]:
    return {**events(), "rows": [], "export": None, "empty": {"title": "No event matches", "text": "Search takes a whole payment, order, transaction or event id."}}  # fmt: skip


def _step(word: str, kind: str, outcome: str, status: str, name: str = "", current: bool = False) -> dict[str, Any]:
    return {"href": f"/events/{word}/", "occurred_at": NOW, "word": word, "type": kind, "outcome": outcome, "status": status, "name": name, "amount": amount(50_000, "BTC"), "txid": "0f" * 32, "flags": "", "current": current}  # fmt: skip


def event() -> dict[str, Any]:
    return {
        "list_href": "/events/",
        "event": _row("InvoiceExpired", "expired", 2, amount(50_000, "BTC"), "late") | {"received_at": NOW, "logged_at": NOW, "txid": "0f" * 32, "detail": "payment Settled", "sha256": "9f3a" + "0" * 56 + "c4e1", "seen": "2 deliveries", "payment_href": "", "order_href": "/orders/order-40417/"},
        "step": _step("InvoiceExpired", "expired", "contradicted", "confirmed", "expired after confirmed"),
        "payment": {"status": "confirmed", "flags": "over", "events": 5, "detected": amount(50_000, "BTC"), "confirmed": amount(50_000, "BTC"), "detected_at": NOW, "confirmed_at": None, "doubts": ["expired after confirmed"]},
        "deliveries": [{"href": "/events/delivery/", "ref": "1f2e3d4c", "received_at": NOW, "origin": "delivered by the provider", "said_at": NOW, "verified": "by key …real"}, {"href": "/events/delivery/", "ref": "9f2e3d4c", "received_at": NOW, "origin": "from a file", "said_at": NOW, "verified": "fetched by us"}],
        "more": 12, "earlier": 9,
        "steps": [_step("InvoiceCreated", "created", "stood", "pending"), _step("InvoiceProcessing", "detected", "moved", "paid"), _step("InvoiceSettled", "confirmed", "moved", "confirmed"), _step("InvoiceGone", "reverted", "fell", "pending"), _step("InvoiceOther", "unknown", "unknown", "confirmed"), _step("InvoiceExpired", "expired", "contradicted", "confirmed", "expired after confirmed", True)],
        "raw": raw_record([["Content-Type", "application/json"], ["BTCPay-Sig", "sha256=" + "ab" * 32]], b'{"deliveryId": "d-1", "payment": {"value": "0.00050000"}, "note": "<img src=x>"}'), "why_not": "",
    }  # fmt: skip


def event_alone() -> dict[str, Any]:
    return {**event(), "step": None, "steps": [], "payment": None, "more": 0, "raw": None, "why_not": "The raw record is for auditor and operator."}  # fmt: skip


def _held(n: int, state: str, why: str = "") -> dict[str, Any]:
    return {"key": f"d{n}", "href": "/events/delivery/", "ref": f"{n}f2e3d4c", "since": NOW - timedelta(hours=n), "endpoint": "Example shop", "reason": "No key of the endpoint makes this signature", "detail": "payment.value: has more decimals than BTC" if n % 2 else "", "size": 812 * n, "state": state, "ended_at": NOW, "by": "Selamawit G." if why else "", "why": why, "replay_href": f"/events/deliveries/{n}/replay/"}  # fmt: skip


def quarantine() -> dict[str, Any]:
    return {
        "title": "Quarantine: 43 deliveries held", "sub": "Deliveries that nothing was taken over from.", "places": PLACES, "state": "held",
        "states": [{"label": label, "href": "?state=x", "current": label == "Held"} for label in ("Held", "Released", "Set aside")],
        "counts": [{"endpoint": "Example shop", "reason": "No key of the endpoint makes this signature", "count": 41, "since": NOW - timedelta(hours=9), "next": "Add the provider's key, then replay.", "href": "?reason=signature-mismatch"}, {"endpoint": "Example till", "reason": "Verified, and cannot be read: a field is missing", "count": 2, "since": NOW, "next": "Set it aside.", "href": "?reason=x"}],
        "replays": [{"id": 1, "name": "Example shop", "count": 41}, {"id": 2, "name": "Example till", "count": 2}], "replay": {"href": "/events/quarantine/replay/", "key": "r1"}, "why_not": "",
        "rows": [_held(1, "held"), _held(2, "held")], "page": {"first": 1, "last": 2, "total": None, "previous_href": "", "next_href": "", "size": 50}, "empty": {},
    }  # fmt: skip


def quarantine_ended() -> dict[str, Any]:
    return {**quarantine(), "title": "Quarantine: nothing is held", "state": "set_aside", "counts": [], "replay": None, "rows": [_held(1, "set_aside", "a test of theirs"), _held(2, "released")]}  # fmt: skip


def quarantine_empty() -> dict[str, Any]:
    return {**quarantine(), "title": "Quarantine: nothing is held", "counts": [], "rows": [], "empty": {"title": "Nothing is held", "text": "Every delivery was verified and read, or set aside."}}  # fmt: skip


def delivery() -> dict[str, Any]:
    return {
        "list": {"href": "/events/quarantine/", "label": "Quarantine"},
        "delivery": {"ref": "1f2e3d4c", "endpoint": "Example shop", "scheme": "btcpay", "received_at": NOW, "origin": "delivered by the provider", "verdict": "No key of the endpoint makes this signature", "state": "held", "reason": "No key of the endpoint makes this signature", "next": "Add the provider's key, then replay.", "detail": "payment.value: is missing", "since": NOW, "tried_at": NOW, "ended_at": None},
        "events": [], "trail": [{"at": NOW, "actor": "Selamawit G.", "text": "replayed it: no key of the endpoint makes this signature"}],
        "acts": {"replay_href": "/events/deliveries/1/replay/", "aside_href": "/events/deliveries/1/set-aside/"}, "why_not": "",
        "raw": raw_record([["X-Note", "right\u202eto left"]], b"\xff\xfe no text"), "raw_why": "",
    }  # fmt: skip


def delivery_read() -> dict[str, Any]:
    return {**delivery(), "delivery": {**delivery()["delivery"], "state": "read", "since": None, "next": ""}, "events": [{"href": "/events/one/", "word": "InvoiceSettled", "type": "confirmed", "event_id": "Fk3n-1"}], "trail": [], "acts": None, "why_not": "Replaying and setting aside is for operator and policy admin.", "raw": None, "raw_why": "The raw record is for auditor and operator."}  # fmt: skip
