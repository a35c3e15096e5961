"""Which plane an open case accuses, and the badge that stands there instead of a calm one. Pure."""

from dataclasses import replace

from reconciliation.lookup.facts import CaseFact, PaymentFacts
from reconciliation.lookup.plane_status import PlaneStatus, Tone

# Of a pair of planes and what differs between them: the plane, the tone, the badge.
ACCUSED: dict[tuple[str, str], tuple[str, Tone, str]] = {
    ("commerce-provider", "keys_disagree"): ("provider", "drift", "Names different orders"),
    ("commerce-provider", "asset"): ("provider", "drift", "Another asset"),
    ("commerce-provider", "same_id"): ("provider", "drift", "In doubt"),
    ("commerce-provider", "contradiction"): ("provider", "drift", "In doubt"),
    ("commerce-provider", "late"): ("provider", "warn", "Money came late"),
    ("commerce-provider", "marked"): ("provider", "warn", "Marked by hand"),
    ("commerce-provider", "unconfirmed"): ("provider", "warn", "Not final, overdue"),
    ("commerce-provider", "paid_twice"): ("provider", "drift", "Paid more than once"),
    ("commerce-provider", "under"): ("provider", "drift", "Less than ordered"),
    ("commerce-provider", "over"): ("provider", "drift", "More than ordered"),
    ("commerce-provider", "unpaid"): ("commerce", "warn", "Payment overdue"),
    ("commerce-provider", "no_reference"): ("provider", "drift", "Without a reference"),
    ("commerce-provider", "no_order"): ("provider", "drift", "Order not known"),
    ("commerce-provider", "fulfilled_early"): ("commerce", "drift", "Before it was final"),
    ("provider-ledger", "asset"): ("ledger", "drift", "Another asset"),
    ("provider-ledger", "posted_early"): ("ledger", "drift", "Before it was final"),
    ("provider-ledger", "posted_twice"): ("ledger", "drift", "Booked twice"),
    ("provider-ledger", "under"): ("ledger", "drift", "Less than confirmed"),
    ("provider-ledger", "over"): ("ledger", "drift", "More than confirmed"),
    ("provider-ledger", "unposted"): ("ledger", "warn", "Overdue"),
    ("provider-ledger", "no_payment"): ("ledger", "drift", "No payment behind it"),
    ("provider-ledger", "confirmation_failed"): ("ledger", "warn", "Confirmation failed"),
    ("provider-log", "missing"): ("provider", "warn", "Log incomplete"),
    ("provider-log", "unknown"): ("provider", "drift", "Not in its list"),
    ("provider-log", "status"): ("provider", "drift", "Listed otherwise"),
    ("provider-log", "amount"): ("provider", "drift", "Listed otherwise"),
    ("provider-log", "unknown_type"): ("provider", "warn", "Events not read"),
}
# Of ledger and bank, the causes that are the book's own: a wrong sign, and what the bank settled and is not confirmed here.
OF_THE_BOOK: dict[int | None, tuple[str, Tone, str]] = {
    3: ("ledger", "drift", "Wrong sign"),
    5: ("ledger", "warn", "Settled, not confirmed"),
}
CALM = ("clean", "info")


def accused(status: PlaneStatus, facts: PaymentFacts) -> PlaneStatus:
    """The status, unless it is calm and an open case is of that plane: then the first such case's badge."""
    for case in facts.cases:
        plane, tone, badge = _accusation(case)
        if case.open and plane == status.plane and status.tone in (CALM if plane != "bank" else CALM[:1]):
            says = ", ".join(part for part in (status.says, f"C-{case.number} is open") if part)
            return replace(status, tone=tone, badge=badge, says=says)
    return status


def _accusation(case: CaseFact) -> tuple[str, Tone, str]:
    """A case of ledger and bank names no kind; what the bank awaits in its time stays so."""
    if case.pair == "ledger-bank":
        return OF_THE_BOOK.get(case.cause, ("bank", "drift", "Differs from the book"))
    return ACCUSED.get((case.pair, case.kind), ("", "drift", ""))
