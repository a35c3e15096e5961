"""Contexts of the payment lookup, made by the product's own pages from facts written here."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any
from uuid import UUID

from console.pages.payment import payment_context
from console.pages.payments import found_context
from reconciliation.lookup.facts import (
    CaseFact,
    EventFact,
    LineFact,
    OrderFact,
    PaymentFact,
    PaymentFacts,
    RequestFact,
    TransactionFact,
)
from reconciliation.lookup.find_payments import LISTED, Hit
from reconciliation.lookup.keys import sought
from reconciliation.lookup.list_hits import HitRow
from reconciliation.lookup.models import Macro
from reconciliation.lookup.sentences import told
from tests.console.kit_work import NOW

ID = UUID("88219977-0000-4000-8000-000000000001")
START = NOW - timedelta(hours=6)


def _to(name: str, *args: Any, **query: Any) -> str:
    return f"/{name}/"


def _facts(**more: Any) -> PaymentFacts:
    given: dict[str, Any] = {
        "orders": [OrderFact(1, "MSK-104-9017", "pay_5Tk2vQ8mZr", "INV-2026-11-0418", 1248000, "ETB", "", "", "fulfilled", START, None, START, "api")],
        "payments": [
            PaymentFact(1, "pay_5Tk2vQ8mZr", "pay_5Tk2vQ8mZr", "MSK-104-9017", "confirmed", (), "ETB", 1248000, 1248000,
                        START + timedelta(minutes=2), START + timedelta(minutes=47), START, NOW, (), "Sample gateway", "kobbopay"),
            PaymentFact(2, "pay_5Tj9aB1cWs" + "x" * 60, "", "MSK-104-9017", "expired", ("late",), "", None, None, None, None, START, NOW, (), "Sample gateway", "kobbopay"),
        ],
        "events": [
            EventFact(1, ID, "detected", "payment.paid", START + timedelta(minutes=2), NOW, 1248000, "ETB", "", (), 2, ID),
            EventFact(1, ID, "confirmed", "payment.confirmed", START + timedelta(minutes=47), NOW, 1248000, "ETB", "", ("over",), 1, ID),
        ],
        "transactions": [
            TransactionFact(1, ID, "disbursement", "POSTED", "pay_5Tk2vQ8mZr", "FT1", START.date(), START + timedelta(minutes=3), START + timedelta(minutes=48),
                            None, None, 1248000, "ETB", "Example Bank payout clearing", NOW + timedelta(hours=16), START.date(), False,
                            START + timedelta(minutes=48), "POSTED"),
        ],
    }  # fmt: skip
    return PaymentFacts("pay_5Tk2vQ8mZr", **(given | more))


def _page(facts: PaymentFacts) -> dict[str, Any]:
    found = [
        Macro(name="Delay at the bank", text="Hello,\n\n{sentence}\n\nOrder {order}, {amount}."),
        Macro(name="Merchant asks", text="{merchant_reference}: {sentence}"),
    ]
    context = payment_context(
        facts, told(facts, NOW), query="MSK-104-9017", at=NOW, to=_to, language="en", macros=found
    )
    return context | {"key": "MSK-104-9017"}


def payment() -> dict[str, Any]:
    return _page(_facts())


def payment_in_doubt() -> dict[str, Any]:
    case = CaseFact(
        20418,
        "The provider contradicts what it said was final",
        "open",
        "ambiguous_finality",
        -1248000,
        "ETB",
        NOW,
        None,
        "",
    )
    line = LineFact(
        1, "FT1", -1248000, "ETB", START.date(), START.date(), NOW, "Example Bank payout clearing", "clr", "BOOK"
    )
    return {
        **_page(_facts(cases=[case], lines=[line], requests=[RequestFact(1186, "reverse", "open", NOW)])),
        "by_link": True,
    }


def payments() -> dict[str, Any]:
    return found_context(
        "MSK-104-9017",
        sought("MSK-104-9017", NOW.date()),
        [
            HitRow(
                Hit("pay_1", "order", True), "MSK-104-9017", 1248000, "ETB", "open", "commerce", NOW, "Sample gateway"
            ),
            HitRow(Hit("line 7", "bank line", True)),
            HitRow(Hit("inv_9", LISTED, True), "", 50000, "BTC", "", "provider", NOW, "Sample gateway", 12),
        ],
        _to,
    )


def payments_none() -> dict[str, Any]:
    return found_context("nix" * 40, sought("nix" * 40, NOW.date()), [], _to)
