"""One honest status per plane. Pure. Intermediate truth is said as such: detected is not final, expected is not missing,
posted is not settled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reconciliation.lookup.accused import accused
from reconciliation.lookup.booked import ledger_status
from reconciliation.lookup.facts import OrderMove, PaymentFact, PaymentFacts
from reconciliation.lookup.plane_status import PlaneStatus, Tone, main_payment
from reconciliation.lookup.settled import bank_status
from reconciliation.lookup.shortfall import shortfall

Planes = tuple[PlaneStatus, PlaneStatus, PlaneStatus, PlaneStatus]
PAY_WITHIN = timedelta(hours=24)
BY = {"operator": "by hand", "matcher": "by its rule"}


def planes_of(facts: PaymentFacts, at: datetime) -> Planes:
    """The statuses of commerce, provider, ledger and bank as of `at`."""
    return (
        accused(_commerce(facts, at), facts),
        accused(_provider(facts, at), facts),
        accused(ledger_status(facts, at), facts),
        accused(bank_status(facts, at), facts),
    )


def _commerce(facts: PaymentFacts, at: datetime) -> PlaneStatus:
    if not facts.orders:
        return PlaneStatus("commerce", "No order", "unknown", "Not known here", says="no order names this payment")
    order = facts.orders[0]
    moved = [m for m in facts.moves if m.order_id == order.id]
    since = moved[-1].at if moved else order.placed_at
    says = moved_by(moved[-1].source) if moved else f"recorded by {order.source}"
    if order.state == "disputed":
        return PlaneStatus("commerce", "Disputed", "drift", "Contested", since, says)
    if order.state == "open" and order.due_at and order.due_at < at and not _paid(facts):
        return PlaneStatus("commerce", "Open", "warn", "Payment overdue", since, says)
    if order.state == "fulfilled" and _too_early(moved, facts):
        return PlaneStatus(
            "commerce", "Fulfilled", "warn", "Before it was final", since, f"{says}, whatever agrees by now"
        )
    return PlaneStatus("commerce", order.state.capitalize(), "clean", "As expected", since, says)


def moved_by(source: str) -> str:
    """Who moved an order, in words: "by hand", "by its rule", "by api"."""
    return BY.get(source, f"by {source}")


def _too_early(moved: Sequence[OrderMove], facts: PaymentFacts) -> bool:
    """Whether a person let the goods go before any money was final. What a rule may do is the rule's."""
    final = min((p.confirmed_at for p in facts.payments if p.confirmed_at), default=None)
    out = [m.at for m in moved if m.to_state == "fulfilled" and m.source == "operator"]
    return bool(out and facts.payments) and (final is None or out[-1] < final)


def _provider(facts: PaymentFacts, at: datetime) -> PlaneStatus:
    payment = main_payment(facts)
    if payment is None:
        if not facts.orders:
            return PlaneStatus("provider", "Not reported", "unknown", "Not known here", says="no provider reported it")
        due = facts.orders[0].due_at or facts.orders[0].placed_at + PAY_WITHIN
        late = due < at
        return PlaneStatus(
            "provider", "Expected", "warn" if late else "info", "Missing" if late else "Not due yet", due, "due then"
        )
    if payment.doubts or "reorged" in payment.flags:
        return PlaneStatus(
            "provider",
            payment.status.capitalize(),
            "drift",
            "In doubt",
            _since(payment, facts),
            "the provider contradicts itself",
        )
    if payment.status == "confirmed":
        return PlaneStatus("provider", "Confirmed", "clean", "Final", _since(payment, facts), _flags(payment))
    if payment.status == "paid":
        return PlaneStatus("provider", "Detected", "info", "Not final", _since(payment, facts), _flags(payment))
    if payment.status == "expired" and "late" in payment.flags:
        return PlaneStatus("provider", "Expired", "warn", "Money came late", _since(payment, facts), "it is held")
    tone: Tone = "info" if payment.status == "pending" else "unknown"
    return PlaneStatus(
        "provider", payment.status.capitalize(), tone, "No money seen", _since(payment, facts), _flags(payment)
    )


def _paid(facts: PaymentFacts) -> bool:
    """Whether money is final, and not too little of it: what is only detected leaves an order unpaid."""
    return any(p.confirmed for p in facts.payments) and shortfall(facts) is None


def _since(payment: PaymentFact, facts: PaymentFacts) -> datetime:
    """When the state began; what was only noted after it does not move it."""
    if payment.status == "pending":
        return payment.first_event_at
    at = {"confirmed": payment.confirmed_at, "paid": payment.detected_at}.get(payment.status)
    told = [e.at for e in facts.events if e.payment == payment.id and e.type == payment.status]
    return at or min(told, default=payment.last_event_at)


def _flags(payment: PaymentFact) -> str:
    return ", ".join(payment.flags)
