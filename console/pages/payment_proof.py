"""A payment's proof, before it is made: for templates/payments/proof.html."""

from collections.abc import Sequence
from typing import Any

from console.pages.links import link
from console.pages.words import plural
from reconciliation.lookup.facts import PaymentFacts
from reconciliation.recovery.proof.handed_out import HandOut

HOLDS = (
    "What its provider told of it, and each event with the digest of its delivery.",
    "Its orders and their moves, its lines at the bank, and the matches that stand.",
    "Its postings with their entries, the decision that allowed each, the policy documents they were made by, and the requests "
    "with who asked and who approved.",
    "The audit rows of all of it, with their place in the sealed chain up to the first signed anchor behind them.",
    "The cases that stand open about it.",
    "verify.py, which checks all of it with Python 3.9 and nothing of ours.",
)
UNPACKED = "unzip -p FILE verify.py > verify.py && python3 verify.py FILE --digest SHA256"
HERE = ".venv/bin/python manage.py verify_bundle FILE --digest SHA256"


def proof_page(facts: PaymentFacts, given: Sequence[HandOut]) -> dict[str, Any]:
    """`given` are the hand-outs on record, newest first."""
    standing = [c for c in facts.cases if c.resolved_at is None]
    return {
        "key": facts.key, "payment": facts.thread, "payment_href": link("payment", facts.key), "href": link("payment-proof"),
        "here": link("payment-proof-of", payment=facts.key), "holds": HOLDS, "unpacked": UNPACKED, "by_own_copy": HERE,
        "open": f"{plural(len(standing), 'case')} stand{'s' if len(standing) == 1 else ''} open about it" if standing else "",
        "cases": [
            {"ref": f"C-{c.number}", "href": link("exception-case", c.number), "title": c.title} for c in standing
        ],
        "given": given,
    }  # fmt: skip
