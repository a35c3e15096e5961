"""Contexts of orders."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from tests.console.kit_work import NOW, amount


def _row(ref: str, state: str, minor: int, asset: str, **more: Any) -> dict[str, Any]:
    return {
        "key": ref, "ref": ref, "href": "/orders/one/", "state": state, "reference": "INV-2026-11-0418", "placed_at": NOW,
        "due_at": None, "rail": "onchain", "network": "bitcoin", "payment_id": "pay_5Tk2vQ8mZr", "payment_href": "",
        "amount": amount(minor, asset), "source": "the API", "recorded_at": NOW,
    } | more  # fmt: skip


def orders() -> dict[str, Any]:
    return {
        "sub": "What was sold, and what is expected for it. Newest first.",
        "filters": {"href": "/orders/", "q": "MSK", "states": [{"value": "open", "label": "Open", "on": True}], "set": True},
        "rows": [
            _row("MSK-104-9017", "open", 50000, "BTC", due_at=NOW - timedelta(hours=30)),
            _row("MSK-104-9016", "open", 1248000, "ETB", due_at=NOW + timedelta(hours=3), rail="", network="", payment_id=""),
            _row("MSK-104-9015", "fulfilled", 1248000, "ETB", payment_href="/payments/"), _row("MSK-104-9014", "refunded", 900, "USD", reference=""),
            _row("MSK-104-9013/" + "long-" * 20, "disputed", 123456789012345678901, "ETH", network="")],
        "page": {"first": 1, "last": 5, "total": None, "previous_href": "", "next_href": "?after=5", "size": 50},
    }  # fmt: skip


def orders_empty() -> dict[str, Any]:
    return {**orders(), "rows": [], "filters": {"href": "/orders/", "q": "", "states": [], "set": False}}


def order() -> dict[str, Any]:
    move = {
        "at": NOW,
        "tone": "",
        "from": "open",
        "to": "fulfilled",
        "actor": "By matcher",
        "role": "matcher",
        "reason": "",
        "code": "",
        "ticket": "",
        "note": "",
        "decision": "Ledger corrections v1, clause 7",
    }
    by_hand = {
        "tone": "k",
        "from": "fulfilled",
        "to": "open",
        "actor": "Dawit Woldegiorgis",
        "role": "controller",
        "reason": "the last move was wrong",
        "code": "RECORDED_WRONGLY",
        "ticket": "SUP-2291",
        "note": "Another parcel.\nSee the ticket.",
        "decision": "Ledger corrections v1, clause 8",
    }
    return {
        "list_href": "/orders/",
        "order": _row("MSK-104-9017", "open", 50000, "BTC", due_at=NOW - timedelta(hours=30)) | {
            "headline": "still waits for 0.00050000 BTC, overdue 1 d", "overdue": True, "since": NOW, "since_says": "by hand, Dawit Woldegiorgis",
            "decision": "Ledger corrections v1, clause 7", "metadata": [("basket", 3)], "ledger_href": "/ledger/transactions/"},
        "moves": [{**move, **by_hand}, move],
        "waits": {"ref": "CR-31", "href": "/approvals/31/", "says": "Move from open to refunded, by Hanna Controller"},
        "form": {"href": "/order-moves/", "key": "o1", "seen": "open", "policy": "Ledger corrections v1, clause 8: An order is moved by hand only with a reason code and a ticket.", "options": [
            {"value": "fulfilled GOODS_SENT_BY_SUPPORT", "label": "Fulfilled: support sent the goods"}]},
        "frozen": None, "read_only": "That needs the role controller; you act as support.",
    }  # fmt: skip


def order_read() -> dict[str, Any]:
    return {**order(), "form": None, "moves": []}


def order_frozen() -> dict[str, Any]:
    """Nobody moves it by hand: one of its gaps has its turn."""
    row = {
        "ref": "gap G-3 of RR-1",
        "href": "/recovery/1/?gap=3",
        "says": "asked for there, and approved by a second person",
    }
    return {
        **order_read(),
        "frozen": {
            "reason": "Moves by hand are frozen by recovery RR-1.",
            "says": "",
            "rows": [row, {**row, "href": ""}],
        },
    }
