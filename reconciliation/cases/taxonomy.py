"""The closed list of exception classes: how each is named, who owns it first, how soon it is due. Pure data."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ExceptionClass:
    """`words` as shown everywhere; `owner` the default desk; `due` from opening; `codes` the resolutions it allows."""

    words: str
    owner: str
    due: timedelta
    severity: int
    codes: tuple[str, ...]


H = timedelta(hours=1)
CLASSES: dict[str, ExceptionClass] = {
    "amount_mismatch": ExceptionClass("amount mismatch", "support", 48 * H, 2, ("difference_gone", "corrected")),
    "reference_mismatch": ExceptionClass("reference mismatch", "finance", 48 * H, 2, ("difference_gone", "corrected")),
    "duplicate_observation": ExceptionClass(
        "duplicate observation", "engineering", 24 * H, 3, ("difference_gone", "corrected")
    ),
    "timing_skew": ExceptionClass("timing skew", "finance", 72 * H, 1, ("difference_gone", "cleared_in_grace")),
    "rail_or_asset_mismatch": ExceptionClass("rail or asset mismatch", "support", 24 * H, 3, ("difference_gone",)),
    "policy_hold": ExceptionClass("policy hold", "treasury", 72 * H, 2, ("difference_gone",)),
    "ambiguous_finality": ExceptionClass("ambiguous finality", "treasury", 48 * H, 2, ("difference_gone",)),
    "missing_counterpart": ExceptionClass(
        "missing counterpart", "finance", 24 * H, 3, ("difference_gone", "corrected")
    ),
    "illegal_transition": ExceptionClass("illegal transition", "engineering", 8 * H, 3, ("difference_gone",)),
    "unmodelled_bank_item": ExceptionClass(
        "unmodelled bank item", "finance", 96 * H, 1, ("difference_gone", "corrected")
    ),
}

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
LATE = "Bank settled it after grace of the day we posted it on"


def title(exception_class: str, cause: int | None, *, rule: int = 0, late: bool = False) -> str:
    """The case's title: what differs, in one line. `rule` is the matcher's, which parts what shares class and cause;
    `late`: a POSTED entry stands behind the line, on a day too far away."""
    if rule == 5:
        return RETURNED
    if late and cause == 5:
        return LATE
    return TITLES.get((exception_class, cause)) or CLASSES[exception_class].words.capitalize()


def severity(exception_class: str, cause: int | None) -> int:
    """1 low, 2 medium, 3 high; a security hold is always high."""
    return 3 if cause == 4 else CLASSES[exception_class].severity


def due_after(exception_class: str, cause: int | None) -> timedelta:
    """How long a case of this class may stay open before it is overdue."""
    return SECURITY_DUE if cause == 4 else CLASSES[exception_class].due
