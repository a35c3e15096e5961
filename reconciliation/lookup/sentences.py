"""The headline over a payment's four statuses, and the sentence for the customer. Pure. No sentence names a block explorer."""

from dataclasses import dataclass
from datetime import datetime

from ledger.money import spoken
from reconciliation.lookup.facts import PaymentFacts
from reconciliation.lookup.statuses import Planes, main_payment, planes_of, standing_of

PROVIDER = {
    "Confirmed": "Final at the provider", "Detected": "Detected, not final", "Pending": "Not paid yet",
    "Expired": "Expired at the provider", "Failed": "Failed at the provider",
}  # fmt: skip
DOUBTED = {
    "In doubt": "In doubt at the provider", "Money came late": "Paid after it had expired, held", "Missing": "Payment missing",
    "Not due yet": "No payment yet",
}  # fmt: skip
LEDGER = {
    "Posted": "posted in the ledger", "Pending": "pending in the ledger", "Expected": "not posted yet",
    "Reversed": "reversed in the ledger", "Failed": "failed in the ledger",
}  # fmt: skip
BANK = {
    "On the statement": "settled at the bank",
    "Not due yet": "not yet at the bank",
    "Overdue": "overdue at the bank",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a payment's page says above its timeline."""

    headline: str
    sentence: str
    planes: Planes


def told(facts: PaymentFacts, at: datetime) -> Told:
    """The statuses as of `at`."""
    planes = planes_of(facts, at)
    return Told(_headline(facts, planes), _sentence(facts, planes), planes)


def _headline(facts: PaymentFacts, planes: Planes) -> str:
    commerce, provider, ledger, bank = planes
    at_provider = DOUBTED.get(provider.badge) or PROVIDER.get(provider.word, "")
    parts = [at_provider, LEDGER.get(ledger.word, ""), BANK.get(bank.badge, "")]
    said = ", ".join(part for part in parts if part) or commerce.word
    still_open = sum(c.state != "resolved" for c in facts.cases)
    if still_open:
        said += f"; {f'{still_open} cases are' if still_open > 1 else 'a case is'} open"
    return said[:1].upper() + said[1:]


def _sentence(facts: PaymentFacts, planes: Planes) -> str:
    _, provider, ledger, bank = planes
    payment, order = main_payment(facts), next(iter(facts.orders), None)
    about = f"your payment{_amount(facts)}" + (f" for order {order.order_ref}" if order else "")
    tail = f" Reference: {facts.thread}."
    if any(c.state != "resolved" for c in facts.cases):
        return f"We are looking into {about} and will come back to you. Nothing is needed from you for now.{tail}"
    if provider.badge == "In doubt":
        return f"We see {about}, but it is not certain that it will stay. Please wait until we write again.{tail}"
    if provider.word == "Confirmed" or (payment is None and bank.word == "Settled"):
        released = " Your order was released." if order and order.state == "fulfilled" else ""
        return f"We have received {about} and it is final.{released} Nothing is needed from you.{tail}"
    if provider.word == "Detected":
        return f"We have seen {about}. It is not final yet, which takes a while. Nothing is needed from you.{tail}"
    if provider.badge == "Money came late":
        return (
            f"We have received {about} after its time had passed. We hold it and will tell you what happens next.{tail}"
        )
    if provider.word in ("Expired", "Failed"):
        return f"We have not received {about}; the attempt has {provider.word.lower()}. Please pay again from the order.{tail}"
    if payment is None and ledger.word == "Posted":
        return f"We have booked {about}. No bank statement shows it yet. Nothing is needed from you.{tail}"
    if payment is None and ledger.word == "Pending":
        return f"We are processing {about}. Nothing is needed from you.{tail}"
    return f"We have not received {about} yet.{tail}"


def _amount(facts: PaymentFacts) -> str:
    minor, asset = amount_of(facts)
    return f" of {spoken(minor, asset)}" if minor is not None else ""


def amount_of(facts: PaymentFacts) -> tuple[int | None, str]:
    """The payment's amount as the nearest plane states it: received, ordered, or posted."""
    payment = main_payment(facts)
    if payment is not None and payment.asset and (payment.confirmed or payment.detected):
        return payment.confirmed or payment.detected, payment.asset
    if facts.orders:
        return facts.orders[0].expected, facts.orders[0].asset
    standing = standing_of(facts) or facts.transactions
    return (standing[0].amount, standing[0].asset) if standing else (None, "")
