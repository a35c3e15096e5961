"""What a note leans on that belongs to a block explorer, and the payment of ours that could be named instead."""

from dataclasses import dataclass
from datetime import date

from reconciliation.lookup.cited import Cited, explorer_citations, words_of
from reconciliation.lookup.find_payments import find_payments
from reconciliation.lookup.keys import sought

MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Leaning:
    """`cited` stands in the text, which names no payment; `payment` is ours by that id, "" when none is or several are."""

    cited: Cited
    payment: str


def leaning_on(text: str, *, payment_id: str, today: date) -> Leaning | None:
    """None for a text that cites no explorer, or that names a payment: its case's own `payment_id`, or any that is known. A few
    queries, and none for a text without a citation. Needs a tenant scope."""
    cited = explorer_citations(text)
    words = words_of(text)
    if not cited or (payment_id and payment_id in words):
        return None
    if any(_payment(word, today) == word for word in words[:MOST_WORDS] if len(word) > 2 and not word.isalpha()):
        return None
    found = next((payment for one in cited if one.txid and (payment := _payment(one.txid, today))), "")
    return Leaning(cited[0], found or payment_id)


def _payment(key: str, today: date) -> str:
    """The one payment that a key names exactly."""
    asked = sought(key, today)
    hits = (
        [hit for hit in find_payments(asked, today) if hit.exact and hit.opens]
        if asked and asked.amount is None
        else []
    )
    return hits[0].thread if len(hits) == 1 else ""
