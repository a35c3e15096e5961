"""The headline over a payment's four statuses, and the sentence for the customer. Pure. No sentence names a block explorer."""

from dataclasses import dataclass
from datetime import datetime

from reconciliation.lookup.facts import CaseFact, OrderFact, PaymentFacts
from reconciliation.lookup.phrases import Language, Saying, amount_in, said
from reconciliation.lookup.plane_status import goes_out, main_payment, own_booking, standing_of
from reconciliation.lookup.shortfall import shortfall
from reconciliation.lookup.statuses import Planes, planes_of

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
    "Seen intraday": "not yet at the bank",
    "Overdue": "overdue at the bank",
    "Came back": "returned by the bank",
}

UNSAID = {
    "suspense_receipt": "Nothing to send: this booking holds a receipt in suspense. Once the receipt is given to a payment, that "
    "payment says so.",
    "suspense_payment": "Nothing to send: nobody here initiated this payment. It is our claim, and nobody's payout.",
}
OURS_ALONE = "Nothing to send: this is a booking of our own, and no customer's payment."
MOST_NAMES = 5
DOUBTFUL = {
    "ambiguous_finality", "reference_mismatch", "duplicate_observation", "rail_or_asset_mismatch", "policy_hold",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a payment's page says above its timeline. `sentence` is "" where nobody is there to be told; `unsaid` says why."""

    headline: str
    sentence: str
    planes: Planes
    unsaid: str = ""


def told(facts: PaymentFacts, at: datetime, language: Language = "en") -> Told:
    """The statuses as of `at`, the sentence in a language."""
    planes = planes_of(facts, at)
    if own := own_booking(facts):
        return Told(_headline(facts, planes), "", planes, UNSAID.get(own, OURS_ALONE))
    given, saying, short = values_of(facts, "", language), _saying(facts, planes), shortfall(facts)
    amount, missing = given["amount"], ""
    if short is not None and saying in ("underpaid", "underpaid_seen"):
        amount = amount_in(language, short.received, short.asset)
        missing = amount_in(language, short.missing, short.asset)
    sentence = said(
        language, saying, amount=amount, order=given["order"], payment_id=given["payment_id"], missing=missing,
        out=goes_out(facts),
    )  # fmt: skip
    return Told(_headline(facts, planes), sentence, planes)


def _headline(facts: PaymentFacts, planes: Planes) -> str:
    commerce, provider, ledger, bank = planes
    at_provider = DOUBTED.get(provider.badge) or PROVIDER.get(provider.word, "")
    parts = [at_provider, LEDGER.get(ledger.word, ""), BANK.get(bank.badge, "")]
    headline = ", ".join(part for part in parts if part) or commerce.word
    still_open = sum(c.open for c in facts.cases)
    if still_open:
        headline += f"; {f'{still_open} cases are' if still_open > 1 else 'a case is'} open"
    return headline[:1].upper() + headline[1:]


def _saying(facts: PaymentFacts, planes: Planes) -> Saying:
    _, provider, ledger, bank = planes
    payment, order = main_payment(facts), next(iter(facts.orders), None)
    if any(c.open and _in_doubt(c) for c in facts.cases):
        return "looked_into"
    if goes_out(facts):
        return _of_ours(planes)
    if bank.word == "Returned":
        return "looked_into"
    if provider.badge == "In doubt":
        return "in_doubt"
    if (short := shortfall(facts)) is not None and provider.badge != "Money came late":
        return "underpaid" if short.final else "underpaid_seen"
    if provider.word == "Confirmed" or (payment is None and bank.word == "Settled"):
        return "released" if order and order.state == "fulfilled" else "final"
    if provider.word == "Detected":
        return "detected"
    if provider.badge == "Money came late":
        return "late"
    if payment is None and ledger.word == "Posted":
        return "booked"
    return "processing" if payment is None and ledger.word == "Pending" else "not_received"


def _of_ours(planes: Planes) -> Saying:
    """What is said of money of ours that goes out: nobody paid it to us, and nobody waits for it but its payee."""
    _, provider, ledger, bank = planes
    if provider.badge == "In doubt":
        return "looked_into"
    if bank.word == "Returned":
        return "came_back"
    if bank.word == "Settled" or provider.word == "Confirmed":
        return "carried_out"
    return "booked" if ledger.word == "Posted" else "processing" if ledger.word == "Pending" else "not_carried_out"


def _in_doubt(case: CaseFact) -> bool:
    """Whether it leaves the customer's own outcome open. What the book did with money that came is ours alone, and what has
    not come, or not wholly, the states say better."""
    if case.pair == "provider-ledger":
        return False
    return case.exception_class in DOUBTFUL or (case.exception_class == "timing_skew" and case.kind == "late")


def values_of(facts: PaymentFacts, sentence: str, language: Language) -> dict[str, str]:
    """What the placeholders of a macro stand for; "" where this payment has nothing for one."""
    minor, asset = amount_of(facts)
    order = next(iter(facts.orders), None)
    return {
        "payment_id": facts.thread, "order": names_of(facts.orders_named),
        "merchant_reference": order.merchant_reference if order else "",
        "amount": amount_in(language, minor, asset) if minor is not None else "", "sentence": sentence,
    }  # fmt: skip


def names_of(orders: list[OrderFact]) -> str:
    """Their names, a long list cut short; "" for none."""
    names = [o.order_ref for o in orders]
    return ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")


def amount_of(facts: PaymentFacts) -> tuple[int | None, str]:
    """The payment's amount as the nearest plane states it: received, ordered, or posted."""
    payment = main_payment(facts)
    if payment is not None and payment.asset and (payment.confirmed or payment.detected):
        return payment.confirmed or payment.detected, payment.asset
    if facts.orders:
        return facts.orders[0].expected, facts.orders[0].asset
    standing = standing_of(facts) or facts.transactions
    return (standing[0].amount, standing[0].asset) if standing else (None, "")
