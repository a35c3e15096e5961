"""Which correction fits which difference. Pure: class, cause, matching rule and the transactions behind a case in, a
kind and a sentence out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Place = Literal["own", "known", "related"]


@dataclass(frozen=True, slots=True)
class Behind:
    """A transaction behind a case: in its rows, known under its reference without counting, or related to its line."""

    id: int
    name: str
    status: str
    place: str
    use_case: str
    is_reversal: bool = False
    reversed_by: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """`sentence` has the slots {name} and {day} when a kind is proposed."""

    sentence: str
    kind: Literal["reverse", "confirm", "repost"] | None = None
    transaction_id: int | None = None
    reason_code: str = ""


NONE: dict[int | None, str] = {
    2: "None is needed: it clears by itself when the line comes within grace.",
    3: "The sign is wrong in the whole use case {use_case}: its transactions are reversed and re-posted as one batch,"
    " not singly.",
    6: "A bank fee or interest is posted through its own use case; of several lines none is booked singly.",
    None: "No single reversal or confirmation removes this difference.",
}
AMOUNT = "The amounts differ, and no single posting anew puts it right; choose the transaction by hand."
LATE_AMOUNT = (
    "{name} is POSTED on a day out of grace, at another amount: reversed there, it is posted anew at the line's amount."
)
OTHER_AMOUNT = (
    "Reverse {name} and post it anew at the amount of the bank's line, {amount}, both effective {day}. The original stays POSTED;"
    " the new one is linked to it by `corrects`."
)
FAILS = (
    "{name} is PENDING at another amount: it fails, and is posted anew at the amount of the bank's line, {amount}, effective"
    " {day}. The new one is linked to it by `corrects`."
)
ANEW_OTHER = (
    "Post {name} anew at the amount of the bank's line, {amount}, effective {day}. It is {stands} and stays so; the new one is"
    " linked to it by `corrects`."
)
ANEW = (
    "Post {name} anew, effective {day}. It is {stands} and stays so; the new one has its entries and references, and is linked to"
    " it by `corrects`."
)
SUSPENSE = "No payment of ours explains the line: it is posted to suspense until somebody identifies it."

BESIDE = (
    "{name} stands alone beside the line, of the same day and amount, without a common reference: two people say"
    " whether they belong together. Then they match, or are told apart. Nothing is posted to suspense, which would book it twice."
)
JOINED = (
    "Join the line with {name}: of the same day and amount, it stands alone beside it. Nothing is posted and the line"
    " stays as the bank wrote it; from the next check on it is compared by the reference of {name}."
)
KEPT_APART = (
    "Keep the line apart from {name}: they are different money. Nothing is posted; the next check states each by itself, the line"
    " as money that no payment of ours explains, the entry as one that the bank did not settle."
)
AMBIGUOUS = (
    "Entries of ours of the same day and amount stand alone beside it: people say which of them belongs to the line."
    " Until then nothing is posted to suspense, which might book it twice."
)


def fit(
    exception_class: str, cause: int | None, rule: int, behind: Sequence[Behind], *, ambiguous: bool = False
) -> Fit:
    """The correction that removes the difference, or why there is none. `ambiguous`: several entries or lines of that day
    and amount stand alone, and the matcher chose none."""
    own = [b for b in behind if b.place == "own"]
    if cause == 1 and rule == 5:
        return _returned([b for b in behind if b.place == "related"])
    if cause == 1 or (exception_class == "duplicate_observation" and own):
        return _reversal(own, "BANK_REJECTED" if cause == 1 else "POSTED_IN_ERROR")
    if cause == 5:
        return _confirmation([b for b in behind if b.place != "own"])
    if exception_class == "amount_mismatch" and cause is None:
        return _other_amount(
            own or [b for b in behind if b.place == "known"], [b for b in behind if b.place == "related"]
        )
    if exception_class == "reference_mismatch":
        if own:
            return Fit(BESIDE.replace("{name}", ", ".join(b.name for b in own)))
        return Fit(AMBIGUOUS if ambiguous else SUSPENSE)
    return Fit(NONE.get(cause, NONE[None]).replace("{use_case}", ", ".join(sorted({b.use_case for b in own}))))


def _returned(related: Sequence[Behind]) -> Fit:
    if len(related) != 1:
        return Fit("The returned line had settled several transactions; choose the one that came back by hand.")
    return _reversal(related, "BANK_RETURNED")


def _reversal(found: Sequence[Behind], reason_code: str) -> Fit:
    if len(found) != 1:
        return Fit("The difference is made of several transactions; choose the one to reverse by hand.")
    (one,) = found
    if one.is_reversal:
        return Fit(f"{one.name} is itself a reversal and is not reversed; its original may be re-posted.")
    if one.reversed_by:
        return Fit(f"{one.name} was reversed by {one.reversed_by} already; what is left nets out over the days.")
    return Fit(
        "Reverse {name} with an equal and opposite transaction effective {day}. The original stays POSTED.", "reverse",
        one.id,
        reason_code,
    )  # fmt: skip


def _confirmation(found: Sequence[Behind]) -> Fit:
    if len(found) != 1:
        return Fit("More than one transaction carries the reference; choose by hand.")
    (one,) = found
    if one.status == "PENDING":
        return Fit(
            "Move {name} from PENDING to POSTED, effective {day}. Its amounts and accounts stay as they are.",
            "confirm", one.id,
            "CONFIRMATION_FAILED",
        )  # fmt: skip
    if one.status != "FAILED" and not one.reversed_by:
        return Fit(
            f"{one.name} is POSTED on a day out of grace: once it is reversed there, it is posted anew on the line's day."
        )
    stands, why = ("reversed", "REVERSED_HERE") if one.reversed_by else ("FAILED", "FAILED_HERE")
    return Fit(ANEW.replace("{stands}", stands), "repost", one.id, why)


def _other_amount(found: Sequence[Behind], late: Sequence[Behind]) -> Fit:
    """What counts at another amount, or would have: PENDING, FAILED or reversed behind the line."""
    if not found and len(late) == 1 and not late[0].reversed_by:
        return Fit(LATE_AMOUNT.replace("{name}", late[0].name))
    one = found[0] if len(found) == 1 else late[0] if len(late) == 1 and not found else None
    if one is None or one.is_reversal or (one.place == "own" and one.reversed_by):
        return Fit(AMOUNT)
    return Fit(OTHER_AMOUNT, "repost", one.id, "WRONG_AMOUNT")
