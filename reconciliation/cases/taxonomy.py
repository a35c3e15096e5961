"""The closed list of exception classes: what went wrong, what proves it, who owns it first, how soon it is due. Pure data.

Source: DOMAIN, Exception classes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Desk = Literal["support", "treasury", "engineering", "finance"]


@dataclass(frozen=True, slots=True)
class ExceptionClass:
    """`words` as shown everywhere; `owner` the desk that it comes to first; `due` from opening. `failure`: what went
    wrong; `evidence`: what proves it; `auto`: what may end it without a person; `escalation`: where it goes when it
    stays; `sign_off`: what finance signs. How it may end: `resolutions.ENDS`."""

    words: str
    owner: Desk
    due: timedelta
    severity: int
    failure: str
    evidence: str
    escalation: str
    sign_off: str
    auto: str = "closes when a run finds the difference gone"


H = timedelta(hours=1)
BELOW = "closes when a run finds the difference gone; an underpayment within the threshold of its asset by rule"
CLASSES: dict[str, ExceptionClass] = {
    "amount_mismatch": ExceptionClass(
        "amount mismatch", "support", 48 * H, 2,
        "Less or more moved on one plane than on the other.",
        "Expected and received amount, tolerance used, every part with its time",
        "finance lead after 48 h; engineering when one use case repeats it",
        "whoever accepts the difference signs as a controller", BELOW,
    ),
    "reference_mismatch": ExceptionClass(
        "reference mismatch", "finance", 48 * H, 2,
        "The keys name nothing of ours, or different things.",
        "payment_id, txid, order and merchant reference, each with the plane that says it",
        "finance lead after 48 h; never posted by rule",
        "none: the posting that follows has its own approval",
    ),
    "duplicate_observation": ExceptionClass(
        "duplicate observation", "engineering", 24 * H, 3,
        "One movement was recorded twice, or paid twice.",
        "Both observations, their ids and digests, and what was posted of each",
        "engineering lead after 24 h",
        "none: a second posting is reversed by its own approval",
    ),
    "timing_skew": ExceptionClass(
        "timing skew", "finance", 72 * H, 1,
        "One side came before its prerequisite, or waits too long for it.",
        "Detection, confirmation, posting and bank times; the service level used",
        "treasury after 72 h",
        "none while it clears by itself", "closes when the other side comes within its time",
    ),
    "rail_or_asset_mismatch": ExceptionClass(
        "rail or asset mismatch", "support", 24 * H, 3,
        "It was paid on another rail or in another asset than was ordered.",
        "Rail, network and asset of order, payment and posting",
        "treasury at once when the asset is not kept",
        "none: currencies never add up, so nothing is accepted",
    ),
    "policy_hold": ExceptionClass(
        "policy hold", "treasury", 72 * H, 2,
        "A hand or a policy stopped it at the provider.",
        "The mark, who set it, and whether money stands behind it",
        "treasury lead after 72 h",
        "whoever releases it signs as a controller",
    ),
    "ambiguous_finality": ExceptionClass(
        "ambiguous finality", "treasury", 48 * H, 2,
        "The provider contradicts what it had called final.",
        "Every event with its time and signature outcome; confirmations of the network",
        "treasury lead and the provider after 48 h",
        "whoever calls it final signs as a controller",
    ),
    "missing_counterpart": ExceptionClass(
        "missing counterpart", "finance", 24 * H, 3,
        "One side is there and the other is overdue by its service level.",
        "The row that stands, its due time, and the last word of the silent side",
        "finance and engineering leads after 24 h",
        "none: what is posted or reversed has its own approval",
    ),
    "illegal_transition": ExceptionClass(
        "illegal transition", "engineering", 8 * H, 3,
        "It was posted or fulfilled before the provider's Confirmed.",
        "Both times to the second, the actor and use case of the posting",
        "engineering lead at once, finance lead after 8 h",
        "whoever explains the clock signs as a controller",
    ),
    "unmodelled_bank_item": ExceptionClass(
        "unmodelled bank item", "finance", 96 * H, 1,
        "The bank booked a fee, interest or adjustment that we do not model.",
        "The line with its bank transaction code and description",
        "finance lead after 96 h",
        "none: its posting has its own use case",
    ),
}  # fmt: skip

SECURITY_DUE = 2 * H

CAUSES: dict[int, str] = {
    1: "Rejected or returned by the bank",
    2: "Reported in the next period",
    3: "Wrong accounting sign",
    4: "Settled by the bank, never initiated by us",
    5: "Confirmation failed after the bank settled",
    6: "Fee or interest not modelled",
}

TITLES: dict[tuple[str, int | None], str] = {
    ("missing_counterpart", 1): "Posted transaction that the bank did not settle",
    ("timing_skew", 2): "Posted, its bank line is expected within grace",
    ("amount_mismatch", 3): "Ledger and bank move in opposite directions",
    ("missing_counterpart", 4): "Outgoing line with no payment of ours behind it",
    ("duplicate_observation", 4): "Second debit of one of our payments",
    ("missing_counterpart", 5): "Bank settled a transaction we do not hold as POSTED",
    ("unmodelled_bank_item", 6): "Bank fee or interest that the ledger does not model",
    ("amount_mismatch", None): "Amounts differ between ledger and bank",
    ("reference_mismatch", None): "Incoming line that no reference of ours explains",
    ("duplicate_observation", None): "The same amount booked twice under one reference",
    ("missing_counterpart", None): "Outgoing line whose entry is expected within grace",
}
RETURNED = "Settled by the bank, then returned"
BESIDE = "A line and an entry of the same day and amount, without a common reference"
LATE = "Bank settled it after grace of the day we posted it on"


def title(exception_class: str, cause: int | None, *, rule: int = 0, late: bool = False, beside: bool = False) -> str:
    """The case's title: what differs, in one line. `rule` is the matcher's, which parts what shares class and cause;
    `late`: a POSTED entry stands behind the line, on a day too far away; `beside`: one stands alone beside it, without
    a common reference."""
    if rule == 5:
        return RETURNED
    if late and cause == 5:
        return LATE
    if beside and exception_class == "reference_mismatch":
        return BESIDE
    return TITLES.get((exception_class, cause)) or CLASSES[exception_class].words.capitalize()


def severity(exception_class: str, cause: int | None) -> int:
    """1 low, 2 medium, 3 high; a security hold is always high."""
    return 3 if cause == 4 else CLASSES[exception_class].severity


def due_after(exception_class: str, cause: int | None) -> timedelta:
    """How long a case of this class may stay open before it is overdue."""
    return SECURITY_DUE if cause == 4 else CLASSES[exception_class].due
