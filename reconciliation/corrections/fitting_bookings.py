"""Which difference is booked by a posting of its own, and how it reads. Pure: class, cause, matching rule and the bank's own
word for the line in, a use case and words out."""

CLASSES = ("unmodelled_bank_item", "reference_mismatch")
SECURITY = 4
NETTED = 6  # the matching rule that found a charge taken off the amount of a payment
OF_KIND = {"fee": "bank_fee", "interest": "interest"}
ADJUSTMENT = "adjustment"  # booked once its code is mapped, a gap of the model before
REASONS = {
    "bank_fee": "BANK_FEE",
    "interest": "BANK_INTEREST",
    "bank_adjustment": "BANK_ADJUSTMENT",
    "suspense_receipt": "UNIDENTIFIED_RECEIPT",
    "suspense_payment": "UNINITIATED_PAYMENT",
}
WORDS = {
    ("bank_fee", True): "the bank's fee", ("bank_fee", False): "the fee that the bank gave back",
    ("interest", True): "the interest that the bank charged", ("interest", False): "the bank's interest",
    ("bank_adjustment", True): "the adjustment that the bank charged",
    ("bank_adjustment", False): "the adjustment that the bank credited",
    ("suspense_receipt", False): "the unidentified receipt",
    ("suspense_payment", True): "the payment that nobody here initiated",
}  # fmt: skip


def use_case_of(
    exception_class: str, cause: int | None, rule: int, line_kind: str, *, ours: bool, ambiguous: bool, mapped: str = ""
) -> str:  # fmt: skip
    """The use case that books the difference, "" when a booking is not what removes it. `ours`: a transaction of ours stands in
    the case; `mapped`: as what people said that the code of an adjustment is booked; `ambiguous`: one of ours may belong to the
    line, and people say which. Of a security hold it is asked once its incident is released."""
    if exception_class == "unmodelled_bank_item" and cause == 6:
        return "bank_fee" if rule == NETTED else OF_KIND.get(line_kind, mapped)
    if cause == SECURITY:
        return "" if ours or ambiguous else "suspense_payment"
    if exception_class == "reference_mismatch" and cause is None and not ours and not ambiguous:
        return "suspense_receipt"
    return ""


def is_booked(use_case: str, *, out: bool) -> bool:
    """Whether money in this direction is booked by it: what leaves without a payment of ours is no receipt, and is looked into."""
    return (use_case, out) in WORDS


def words_of(use_case: str, *, out: bool) -> str:
    """What is booked, as a sentence names it. `out`: money of ours went to the bank."""
    return WORDS[use_case, out]
