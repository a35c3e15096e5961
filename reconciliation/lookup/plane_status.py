"""The shape of a plane's status, and which rows of a payment it is about. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reconciliation.bank.booking_accounts import USE_CASES
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


def own_booking(facts: PaymentFacts) -> str:
    """The use case of what we booked for ourselves of the bank's lines, "" for what a customer or payee is party to."""
    own = [t.use_case for t in facts.transactions if not t.reverses]
    alone = not facts.orders and not facts.payments and all(use_case in USE_CASES for use_case in own)
    return own[0] if own and alone else ""


def standing_of(facts: PaymentFacts) -> list[TransactionFact]:
    """Transactions that are neither reversed nor reversals nor failed."""
    undone = {t.reverses for t in facts.transactions if t.reverses}
    return [t for t in facts.transactions if t.id not in undone and not t.reverses and t.status != "FAILED"]
