"""The demo's shop and its payment providers: for every deposit an order and the events that led to it. Pure.

Bodies are as the providers write them: BTCPay for the wallet, Kobbopay for the cards.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from console.demo.rows import DemoEvent, DemoLine, DemoOrder, DemoPosting, Plan

WALLET, CARDS = "Sample wallet gateway", "Sample card gateway"
EXPONENT = 8
REFERENCED = 3  # every third order carries a reference of the merchant


def sell(plan: Plan) -> None:
    """Add what commerce and the provider saw of every ordinary deposit."""
    for posting in [p for p in plan.postings if p.use_case == "deposit"]:
        shop = Sale(
            plan, posting.payment_id, posting.legs[0][2], posting.day, order=posting.metadata.get("order_id", "")
        )
        shop.order(reference=f"INV-{posting.payment_id[4:]}" if len(plan.orders) % REFERENCED == 0 else "")
        shop.created()
        shop.receipt(posting.reference)
        shop.processing()
        shop.settled()


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), UTC)


class Sale:
    """One sale paid over the wallet: each verb adds one thing that happened. Minutes count from ten o'clock."""

    def __init__(self, plan: Plan, payment: str, amount: int, day: date, *, order: str = "", invoice: str = "") -> None:
        self.plan, self.payment, self.amount, self.day = plan, payment, amount, day
        self.ref = order or f"ord-{payment}"
        self.invoice = invoice or f"inv_{payment}"

    def order(
        self, *, amount: int = 0, due_hours: int = 1, payment: str | None = None, ref: str = "", reference: str = ""
    ) -> None:
        self.plan.orders.append(DemoOrder(
            ref or self.ref, self.payment if payment is None else payment, amount or self.amount, "BTC", at(self.day, 10),
            due_hours, reference,
        ))  # fmt: skip

    def event(self, word: str, minute: int, **more: Any) -> None:
        when = at(self.day, 10) + timedelta(minutes=minute)
        body = {
            "deliveryId": f"{self.invoice}-{word}-{minute}", "type": word, "invoiceId": self.invoice,
            "timestamp": int(when.timestamp()), "metadata": {"orderId": self.ref},
        }  # fmt: skip
        self.plan.events.append(DemoEvent(WALLET, body | more, when))

    def created(self) -> None:
        self.event("InvoiceCreated", 0)

    def receipt(
        self, txid: str, amount: int = 0, *, minute: int = 6, method: str = "BTC-CHAIN", status: str = "Processing"
    ) -> None:
        value = major(amount or self.amount)
        self.event(
            "InvoiceReceivedPayment",
            minute,
            paymentMethodId=method,
            payment={"id": txid, "value": value, "status": status},
        )

    def processing(self, minute: int = 7) -> None:
        self.event("InvoiceProcessing", minute)

    def settled(self, minute: int = 50, **flags: Any) -> None:
        self.event("InvoiceSettled", minute, **flags)

    def line(self, txid: str, amount: int = 0) -> None:
        """The custodian's line for money that the rule of recognition posts."""
        self.plan.lines.append(DemoLine("1030", amount or self.amount, self.day, txid, "DEP", f"DEPOSIT {txid[:12]}"))

    def posted(self, txid: str, amount: int = 0, *, hours: str = "") -> None:
        """A deposit that the core books itself, at noon."""
        sum_ = amount or self.amount
        self.plan.postings.append(DemoPosting(
            f"planted {txid}", self.day, "deposit", (("1030", "DEBIT", sum_), ("2210", "CREDIT", sum_)), txid, self.payment,
            {"order_id": self.ref},
        ))  # fmt: skip
        self.line(txid, sum_)


def card_sale(plan: Plan, payment: str, amount: int, day: date, words: tuple[tuple[str, int], ...]) -> None:
    """A sale over the cards: `amount` in santim, (event, minute) of each event."""
    plan.orders.append(DemoOrder(f"ord-{payment}", payment, amount, "ETB", at(day, 10)))
    for word, minute in words:
        body = {
            "event": word, "paymentId": payment, "orderId": f"ord-{payment}", "amount": f"{amount // 100}.{amount % 100:02d}",
            "currency": "ETB",
        }  # fmt: skip
        plan.events.append(DemoEvent(CARDS, body, at(day, 10) + timedelta(minutes=minute)))


def major(minor: int) -> str:
    """Satoshi as the provider writes them: "0.00050000"."""
    return f"{minor // 10**EXPONENT}.{minor % 10**EXPONENT:0{EXPONENT}d}"
