"""Bank accounts by the code that people and machines use."""

from reconciliation.bank.models import BankAccount
from reconciliation.errors import BadInput, NotFound
from reconciliation.stated import is_seen


def find_bank_account(code: object) -> BankAccount:
    """The account with its ledger account. Needs a tenant scope. Raises BadInput (not a code), NotFound."""
    if not isinstance(code, str) or not is_seen(code, 64):
        raise BadInput("account is a bank account code", "account")
    account = BankAccount.objects.select_related("ledger_account").filter(code=code).first()
    if account is None:
        raise NotFound("no bank account has this code")
    return account


def bank_accounts() -> list[BankAccount]:
    """All accounts of the tenant by code, with their ledger accounts."""
    return list(BankAccount.objects.select_related("ledger_account").order_by("code"))
