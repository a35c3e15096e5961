"""How a case may end: the codes, who may say each, and which class permits which. Pure data; the database holds the same
table in `case_ends_as_its_class_permits`.

A code that a person gives ends the work on a difference and never the difference itself: between ledger and bank the day
stays what its check says, whatever is said here."""

from dataclasses import dataclass
from typing import Literal

By = Literal["run", "rule", "person", "two"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """`by`: a run that found the difference gone, a rule with its threshold, a person, or two of them. `note`: it says
    nothing without one. `sign_off`: money is accepted as it stands, so finance signs."""

    words: str
    says: str
    by: By
    note: bool = False
    sign_off: bool = False


OTHER = "other"
AUTO_UNDERPAID = "auto_underpaid"
CODES: dict[str, Resolution] = {
    "difference_gone": Resolution("difference gone", "a run found both sides equal", "run"),
    "cleared_in_grace": Resolution("auto, cleared in grace", "a run found the other side within its time", "run"),
    AUTO_UNDERPAID: Resolution("auto, underpaid within threshold", "a rule closed it by its threshold", "rule"),
    "difference_accepted": Resolution(
        "difference accepted", "finance takes it as it stands; nothing is posted by it", "person", note=True, sign_off=True
    ),
    "settled_with_payer": Resolution("settled with the payer", "refunded or topped up outside of it", "person", note=True),
    "reference_identified": Resolution("reference identified", "the payer was found, and what it was for", "person", note=True),
    "observed_once": Resolution("one movement, observed twice", "the second observation is an echo", "person", note=True),
    "known_delay": Resolution("known delay", "the other side said when it will come", "person", note=True),
    "returned_to_payer": Resolution("returned to the payer", "the money went back the way it came", "person", note=True),
    "released_by_policy": Resolution("released", "the owner of the policy let it pass", "person", note=True, sign_off=True),
    "proven_final": Resolution("proven final", "the provider confirmed it in writing", "person", note=True, sign_off=True),
    "answered_elsewhere": Resolution("answered elsewhere", "the counterpart exists outside of these planes", "person", note=True),
    "clock_explained": Resolution("clock explained", "a clock was wrong, the order right", "person", note=True, sign_off=True),
    "agreed_with_bank": Resolution("agreed with the bank", "the item is right; its posting follows", "person", note=True),
    OTHER: Resolution("other", "a note says what, and a second person agrees", "two", note=True),
}  # fmt: skip

ENDS: dict[str, tuple[str, ...]] = {
    "amount_mismatch": ("difference_gone", AUTO_UNDERPAID, "difference_accepted", "settled_with_payer", OTHER),
    "reference_mismatch": ("difference_gone", "reference_identified", "returned_to_payer", OTHER),
    "duplicate_observation": ("difference_gone", "observed_once", "returned_to_payer", OTHER),
    "timing_skew": ("difference_gone", "cleared_in_grace", "known_delay", OTHER),
    "rail_or_asset_mismatch": ("difference_gone", "returned_to_payer", OTHER),
    "policy_hold": ("difference_gone", "released_by_policy", OTHER),
    "ambiguous_finality": ("difference_gone", "proven_final", OTHER),
    "missing_counterpart": ("difference_gone", "answered_elsewhere", OTHER),
    "illegal_transition": ("difference_gone", "clock_explained", OTHER),
    "unmodelled_bank_item": ("difference_gone", "agreed_with_bank", OTHER),
}
GONE = tuple(code for code, end in CODES.items() if end.by == "run")
BY_PEOPLE = tuple(code for code, end in CODES.items() if end.by in ("person", "two"))


def ends_by_hand(exception_class: str, *, held: bool = False) -> tuple[str, ...]:
    """The codes that a person may give a case of this class; none to a security hold until its incident is released."""
    return () if held else tuple(code for code in ENDS[exception_class] if code in BY_PEOPLE)


def permitted(code: str, exception_class: str, plane_pair: str) -> bool:
    """Whether a case may end so, by whomever; a security hold only once its incident is released."""
    if code not in ENDS[exception_class]:
        return False
    return code != AUTO_UNDERPAID or plane_pair == "commerce-provider"
