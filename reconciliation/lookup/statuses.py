"""One honest status per plane. Pure. Intermediate truth is said as such: detected is not final, expected is not missing,
posted is not settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from reconciliation.lookup.facts import PaymentFact, PaymentFacts, TransactionFact

Tone = Literal["clean", "info", "warn", "drift", "unknown"]
Planes = tuple["PlaneStatus", "PlaneStatus", "PlaneStatus", "PlaneStatus"]
PAY_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PlaneStatus:
    """`word` as shown large; `badge` says how it stands, in a tone; `since` and `says` beside it."""

    plane: str
    word: str
    tone: Tone
    badge: str
    since: datetime | None = None
    says: str = ""


def planes_of(facts: PaymentFacts, at: datetime) -> Planes:
    """The statuses of commerce, provider, ledger and bank as of `at`."""
    return _commerce(facts, at), _provider(facts, at), _ledger(facts, at), _bank(facts, at)


def _commerce(facts: PaymentFacts, at: datetime) -> PlaneStatus:
    if not facts.orders:
        return PlaneStatus("commerce", "No order", "unknown", "Not known here", says="no order names this payment")
    order = facts.orders[0]
    moved = [m for m in facts.moves if m.order_id == order.id]
    since = moved[-1].at if moved else order.placed_at
    says = f"by {moved[-1].source}" if moved else f"recorded by {order.source}"
    if order.state == "disputed":
        return PlaneStatus("commerce", "Disputed", "drift", "Contested", since, says)
    if order.state == "open" and order.due_at and order.due_at < at and not _money(facts):
        return PlaneStatus("commerce", "Open", "warn", "Payment overdue", since, says)
    return PlaneStatus("commerce", order.state.capitalize(), "clean", "As expected", since, says)


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
            payment.last_event_at,
            "the provider contradicts itself",
        )
    if payment.status == "confirmed":
        return PlaneStatus("provider", "Confirmed", "clean", "Final", payment.confirmed_at, _flags(payment))
    if payment.status == "paid":
        return PlaneStatus("provider", "Detected", "info", "Not final", payment.detected_at, _flags(payment))
    if payment.status == "expired" and "late" in payment.flags:
        return PlaneStatus("provider", "Expired", "warn", "Money came late", payment.last_event_at, "it is held")
    tone: Tone = "info" if payment.status == "pending" else "unknown"
    return PlaneStatus(
        "provider", payment.status.capitalize(), tone, "No money seen", payment.last_event_at, _flags(payment)
    )


def _ledger(facts: PaymentFacts, at: datetime) -> PlaneStatus:
    standing = standing_of(facts)
    posted = [t for t in standing if t.status == "POSTED"]
    if posted:
        since = max(t.posted_at or t.recorded_at for t in posted)
        payment = main_payment(facts)
        early = (
            payment is not None
            and payment.status in ("pending", "paid")
            and any(t.use_case == "deposit" for t in posted)
        )
        if early:
            return PlaneStatus(
                "ledger", "Posted", "drift", "Before it was final", since, "posted before the provider's Confirmed"
            )
        return PlaneStatus(
            "ledger", "Posted", "clean", "As expected", since, ", ".join(dict.fromkeys(t.use_case for t in posted))
        )
    pending = [t for t in standing if t.status == "PENDING"]
    if pending:
        return PlaneStatus("ledger", "Pending", "info", "Not posted yet", pending[-1].recorded_at, pending[-1].use_case)
    if any(t.reverses for t in facts.transactions):
        return PlaneStatus(
            "ledger", "Reversed", "unknown", "Nothing stands", max(t.recorded_at for t in facts.transactions), ""
        )
    if any(t.status == "FAILED" for t in facts.transactions):
        return PlaneStatus("ledger", "Failed", "unknown", "Nothing stands", facts.transactions[-1].recorded_at, "")
    payment = main_payment(facts)
    if payment is not None and payment.status == "confirmed":
        return PlaneStatus("ledger", "Expected", "info", "Not posted yet", payment.confirmed_at, "confirmed then")
    return PlaneStatus(
        "ledger", "Not posted", "unknown", "Nothing to post", says="nothing is posted before it is final"
    )


def _bank(facts: PaymentFacts, at: datetime) -> PlaneStatus:
    if facts.lines:
        line = facts.lines[-1]
        return PlaneStatus(
            "bank", "Settled", "clean", "On the statement", line.imported_at, f"{line.bank}, {line.reference}"[:80]
        )
    open_ones = [t for t in standing_of(facts) if t.bank and not t.matched and t.due_at is not None]
    if open_ones:
        due = max(t.due_at for t in open_ones if t.due_at)
        if due > at:
            return PlaneStatus("bank", "Expected", "info", "Not due yet", due, "missing only after that")
        return PlaneStatus("bank", "Expected", "warn", "Overdue", due, "its statement was due then")
    return PlaneStatus(
        "bank", "No line", "unknown", "None expected yet", says="nothing that a bank would settle is posted"
    )


def main_payment(facts: PaymentFacts) -> PaymentFact | None:
    """The attempt that the page is about: the one named, else the one with money, the latest of several."""
    named = [p for p in facts.payments if facts.key == p.payment_ref]
    with_money = [p for p in facts.payments if p.detected or p.confirmed]
    return next(iter(named), None) or next(reversed(with_money or facts.payments), None)


def standing_of(facts: PaymentFacts) -> list[TransactionFact]:
    """Transactions that are neither reversed nor reversals nor failed."""
    undone = {t.reverses for t in facts.transactions if t.reverses}
    return [t for t in facts.transactions if t.id not in undone and not t.reverses and t.status != "FAILED"]


def _money(facts: PaymentFacts) -> bool:
    return any(p.detected or p.confirmed for p in facts.payments)


def _flags(payment: PaymentFact) -> str:
    return ", ".join(payment.flags)
