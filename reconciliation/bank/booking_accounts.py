"""On which ledger account a booking has its other side: what was set last for a bank account and a use case."""

from ledger.models import Account
from reconciliation.bank.models import BookingAccount

USE_CASES = {
    "bank_fee": "bank fee", "interest": "interest", "suspense_receipt": "unidentified receipt",
    "suspense_payment": "payment not initiated here", "bank_adjustment": "bank adjustment",
}  # fmt: skip
CLAIM = "suspense_payment"  # money that left without us: claimed back, so an asset, and never netted with what came
SUSPENSE = ("suspense_receipt", CLAIM)


def set_for(bank_account_id: int, use_case: str, bank_code: str = "") -> BookingAccount | None:
    """What was set last for the use case, for lines with the bank's code before all others; None where nothing was. One query."""
    rows = BookingAccount.objects.filter(
        bank_account_id=bank_account_id, use_case=use_case, bank_code__in=["", bank_code]
    )
    return rows.select_related("counter", "true_up").order_by("-bank_code", "-active_from", "-id").first()


def use_case_for(bank_account_id: int, bank_code: str) -> str:
    """As what lines with the bank's code are booked, set last; "" where nobody said. One query."""
    rows = BookingAccount.objects.filter(bank_account_id=bank_account_id, bank_code=bank_code).exclude(bank_code="")
    return rows.order_by("-active_from", "-id").values_list("use_case", flat=True).first() or ""


def counter_of(bank_account_id: int, use_case: str, bank_code: str = "") -> Account | None:
    """The account set for the use case, None where none is. One query."""
    found = set_for(bank_account_id, use_case, bank_code)
    return found.counter if found else None


def accounts_in_force() -> list[BookingAccount]:
    """By bank account, one for each of its use cases and codes. One query."""
    rows = BookingAccount.objects.select_related("bank_account", "counter", "true_up")
    newest = rows.order_by("bank_account__code", "bank_account_id", "use_case", "bank_code", "-active_from", "-id")
    return list(newest.distinct("bank_account__code", "bank_account_id", "use_case", "bank_code"))
