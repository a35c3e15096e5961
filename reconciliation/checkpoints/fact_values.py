"""What each fact of the vocabulary can be, where that is a closed list. Pure. The lists have their homes above this package, so a
test compares; a fact that stands in none is open: use cases, accounts, rails, the bank's codes, a person's name."""

from collections.abc import Iterable

from ledger.assets import EXPONENTS
from reconciliation.checkpoints.vocabulary import DOORS, VOCABULARY, Transition
from reconciliation.permissions import ROLES

# In the order in which they are offered: as far as a thing has come, else as its home lists them.
STATES = ("pending", "paid", "confirmed", "expired", "failed", "unknown", "open", "fulfilled", "disputed", "refunded")
PAIRS = ("commerce-provider", "provider-ledger", "ledger-bank")
CLOSED: dict[str, tuple[str, ...]] = {
    "provider_state": STATES[:6],
    "door": tuple(DOORS),
    "role": tuple(ROLES),
    "asset": tuple(EXPONENTS),
    "plane_pair": PAIRS,
    "exception_class": (
        "amount_mismatch", "reference_mismatch", "duplicate_observation", "timing_skew", "rail_or_asset_mismatch", "policy_hold",
        "ambiguous_finality", "missing_counterpart", "illegal_transition", "unmodelled_bank_item",
    ),
    "reason_code": (
        "BANK_REJECTED", "BANK_RETURNED", "CONFIRMATION_FAILED", "FAILED_HERE", "REVERSED_HERE", "WRONG_AMOUNT", "WRONG_SIGN",
        "POSTED_IN_ERROR", "BANK_FEE", "BANK_INTEREST", "BANK_ADJUSTMENT", "UNIDENTIFIED_RECEIPT", "UNINITIATED_PAYMENT",
        "RECEIPT_IDENTIFIED", "SAME_MONEY", "DIFFERENT_MONEY", "OTHER",
    ),
    "flow": ("in", "out"),
    "looser": ("yes", "no"),
    "step": ("1", "2", "3", "4", "5", "6"),
    "root_cause": ("unauthorised_access", "inside_misuse", "bank_error", "standing_mandate", "sent_past_the_ledger"),
    "change": ("restrict", "open", "give", "take"),
    "on": ("account", "policy"),
}  # fmt: skip


def values_of(fact: str, moves: Iterable[str]) -> tuple[str, ...]:
    """What the fact can be in any of these moves, in the order of offering; () where its list is open."""
    known = [VOCABULARY[m] for m in moves if m in VOCABULARY and fact in VOCABULARY[m].facts]
    if fact in ("from", "to"):
        reached = {step[fact == "to"] for t in known for step in t.steps}
        return tuple(state for state in STATES if state in reached)
    if fact == "plane_pair" and any(_of_cases(t) for t in known):
        return (*PAIRS, "provider-log")
    return CLOSED.get(fact, ())


def _of_cases(t: Transition) -> bool:
    return t.name.startswith("case.")  # a case may also lie between a provider and our log of it
