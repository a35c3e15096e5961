"""What is to be posted for a payment over the planes. Pure.

Each confirmed receipt posts hold/unapplied, once. What commerce expects is posted unapplied/receivable once the whole of it
is confirmed and the matcher accepts the amount; what came beyond it stays unapplied. Money that came late is held and never
recognised by rule. Source: STORIES, Conventions, Other planes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciliation.matching.planes.findings import Judged
from reconciliation.matching.planes.units import Unit

ACCEPTED = frozenset({"over"})  # findings under which the order itself is paid in full


@dataclass(frozen=True, slots=True)
class Receipt:
    """One confirmed receipt of a payment: `reference` is its txid, or the payment's where the provider names none."""

    payment: int
    reference: str
    amount: int


def recognised(unit: Unit, judged: Judged) -> int:
    """How much of the unit's orders is to stand recognised by now, in minor units; 0 while anything is in doubt."""
    if not unit.orders or any(p.status in ("paid", "pending") and p.detected for p in unit.payments):
        return 0
    accepted = judged.standing == "matched" or any(f.kind in ACCEPTED for f in judged.findings)
    if not accepted:
        return 0
    confirmed = sum(p.confirmed or 0 for p in unit.payments)
    return min(sum(o.expected for o in unit.orders), confirmed)


def receipts_of(unit: Unit, by_payment: Mapping[int, Sequence[tuple[str, int]]]) -> list[Receipt]:
    """The confirmed receipts of a unit. `by_payment`: payment → (txid, amount) of its receipts, in order."""
    found: list[Receipt] = []
    for payment in unit.payments:
        if not payment.confirmed:
            continue
        named = [(txid, amount) for txid, amount in by_payment.get(payment.id, ()) if txid and amount]
        if named and sum(amount for _, amount in named) == payment.confirmed:
            found += [Receipt(payment.id, txid, amount) for txid, amount in named]
        else:
            found.append(Receipt(payment.id, payment.payment_ref, payment.confirmed))
    return found
