"""What came of a payment so far, and how much of its orders it leaves unpaid. Pure."""

from dataclasses import dataclass

from reconciliation.lookup.facts import PaymentFact, PaymentFacts

PARTS = {"under", "partial"}
PAIR = "commerce-provider"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """`received` and `missing` in minor units of `asset`; `final`: all that was received is."""

    received: int
    missing: int
    asset: str
    final: bool


def shortfall(facts: PaymentFacts) -> Shortfall | None:
    """None where nothing came, nothing lacks, or somebody has accepted the difference. An open case says what lacks; without
    one, a payment in parts is compared with its orders."""
    came = [p for p in facts.payments if received_of(p)]
    assets = {p.asset for p in came} | {o.asset for o in facts.orders}
    if not came or not facts.orders or len(assets) != 1:
        return None
    received = sum(received_of(p) for p in came)
    under = [c for c in facts.cases if c.pair == PAIR and c.kind == "under"]
    standing = next((c for c in under if c.open), None)
    if standing is not None:
        missing = -standing.contribution
    elif under or not any(PARTS & set(p.flags) for p in came) or any(o.state != "open" for o in facts.orders):
        return None
    else:
        missing = sum(o.expected for o in facts.orders) - received
    if missing <= 0:
        return None
    return Shortfall(received, missing, assets.pop(), all(p.confirmed is not None for p in came))


def received_of(payment: PaymentFact) -> int:
    """What is final of it, else what was seen and may still become so."""
    if payment.confirmed is not None:
        return payment.confirmed
    return payment.detected or 0 if payment.status in ("pending", "paid") or "late" in payment.flags else 0
