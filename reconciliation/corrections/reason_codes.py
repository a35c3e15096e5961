"""Why a transaction is corrected, in codes that reports can count. Pure."""

from reconciliation.errors import BadInput, CannotBe, ReasonMissing

WORDS: dict[str, str] = {
    "BANK_REJECTED": "the bank rejected it",
    "BANK_RETURNED": "the bank returned the money",
    "CONFIRMATION_FAILED": "the bank settled it and our confirmation failed",
    "FAILED_HERE": "it failed here and the bank settled it",
    "REVERSED_HERE": "it was reversed here and the bank settled it",
    "WRONG_AMOUNT": "it was posted at another amount than the bank settled",
    "WRONG_SIGN": "its use case posted with the wrong sign",
    "POSTED_IN_ERROR": "it was posted in error",
    "BANK_FEE": "the bank took a fee, or gave one back",
    "BANK_INTEREST": "the bank paid or charged interest",
    "BANK_ADJUSTMENT": "the bank adjusted the account",
    "UNIDENTIFIED_RECEIPT": "money came that no payment of ours explains",
    "UNINITIATED_PAYMENT": "money left that nobody here initiated",
    "RECEIPT_IDENTIFIED": "the payment that a receipt belongs to is known",
    "SAME_MONEY": "line and entry are the same money",
    "DIFFERENT_MONEY": "line and entry are different money",
    "OTHER": "another reason, said in the note",
}
ALLOWED: dict[str, tuple[str, ...]] = {
    "reverse": ("BANK_REJECTED", "BANK_RETURNED", "POSTED_IN_ERROR", "OTHER"),
    "confirm": ("CONFIRMATION_FAILED", "OTHER"),
    "repost": ("WRONG_AMOUNT", "FAILED_HERE", "REVERSED_HERE", "OTHER"),
    "correction.batch": ("WRONG_SIGN", "OTHER"),
    "book": ("BANK_FEE", "BANK_INTEREST", "BANK_ADJUSTMENT", "UNIDENTIFIED_RECEIPT", "UNINITIATED_PAYMENT", "OTHER"),
    "join": ("SAME_MONEY", "OTHER"),
    "apart": ("DIFFERENT_MONEY", "OTHER"),
    "identify": ("RECEIPT_IDENTIFIED", "OTHER"),
}
LONGEST = 2000


def require_reason(kind: str, code: str, note: str) -> str:
    """The note, trimmed. Raises BadInput (code not of this kind, note too long), ReasonMissing (OTHER says nothing by
    itself)."""
    if code not in ALLOWED[kind]:
        raise CannotBe(f"the reason to {kind} is one of {', '.join(ALLOWED[kind])}", "reason_code")
    if len(note) > LONGEST:
        raise BadInput(f"a note has at most {LONGEST} characters", "note")
    if code == "OTHER" and not note.strip():
        raise ReasonMissing("OTHER needs a note that says the reason")
    return note.strip()
