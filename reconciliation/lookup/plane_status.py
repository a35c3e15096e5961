"""The shape of a plane's status, and which rows of a payment it is about. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reconciliation.lookup.facts import PaymentFact, PaymentFacts, TransactionFact

Tone = Literal["clean", "info", "warn", "drift", "unknown"]


@dataclass(frozen=True, slots=True)
class PlaneStatus:
    """`word` as shown large; `badge` says how it stands, in a tone; `since` and `says` beside it."""

    plane: str
    word: str
    tone: Tone
    badge: str
    since: datetime | None = None
    says: str = ""


def main_payment(facts: PaymentFacts) -> PaymentFact | None:
    """The attempt that the page is about: the one named, else the one with money, the latest of several."""
    named = [p for p in facts.payments if facts.key == p.payment_ref]
    with_money = [p for p in facts.payments if p.detected or p.confirmed]
    return next(iter(named), None) or next(reversed(with_money or facts.payments), None)


def goes_out(facts: PaymentFacts) -> bool:
    """Whether it is money of ours that goes out: no order asks for it, and the first of its postings leaves by a bank."""
    first = next((t for t in facts.transactions if t.bank and not t.reverses), None)
    return not facts.orders and first is not None and first.out


def standing_of(facts: PaymentFacts) -> list[TransactionFact]:
    """Transactions that are neither reversed nor reversals nor failed."""
    undone = {t.reverses for t in facts.transactions if t.reverses}
    return [t for t in facts.transactions if t.id not in undone and not t.reverses and t.status != "FAILED"]
