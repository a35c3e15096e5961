"""Say on which account a bank's fee, its interest, a receipt that nobody knows or a payment that nobody here made is booked.
A change is a new row; what was booked before stays."""

from datetime import datetime

from ledger import audit
from ledger.actors import Actor
from ledger.models import Account
from reconciliation.bank.booking_accounts import CLAIM, SUSPENSE, USE_CASES
from reconciliation.bank.models import BankAccount, BookingAccount
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, require
from reconciliation.stated import is_seen


def set_booking_account(
    *, bank_account: str, use_case: str, counter: str, actor: Actor, at: datetime, true_up: str = "",
    bank_code: str = "",
) -> BookingAccount:  # fmt: skip
    """`bank_account`, `counter` and `true_up` are codes: of the bank account, and of the ledger account on the other side. With
    `true_up`, of interest alone, the other side holds what was accrued; the rest goes on the true-up account.
    With `bank_code` it is of lines with that code alone; a bank's adjustment is booked by its code only.

    Needs a tenant scope. Raises NotPermitted, NotFound (no such bank account), ForbiddenByPolicy, BadInput naming the field."""
    require(actor, Permission.SET_UP)
    bank = BankAccount.objects.filter(code=bank_account).select_related("ledger_account").first()
    if bank is None:
        raise NotFound(f"no bank account has the code {bank_account!r:.80}")
    if use_case not in USE_CASES:
        raise BadInput(f"the use case is one of {', '.join(USE_CASES)}", "use_case")
    bank_code = bank_code.strip()
    if use_case == "bank_adjustment" and not bank_code:
        raise BadInput("say which code of the bank is booked as an adjustment", "bank_code")
    if bank_code and (use_case in SUSPENSE or not is_seen(bank_code, 140)):
        raise BadInput(
            "a code of the bank, up to 140 printable characters, of a fee, interest or adjustment", "bank_code"
        )
    found = _fitting(bank, counter, "counter")
    if use_case == CLAIM and found.kind != "ASSET":
        raise BadInput(
            f"account {counter} is {found.kind}; money to be claimed back stands on an asset account", "counter"
        )
    rest = _fitting(bank, true_up, "true_up") if true_up else None
    if rest and use_case != "interest":
        raise BadInput("only interest is booked against an accrual", "true_up")
    if rest and rest.id == found.id:
        raise BadInput(f"account {counter} holds what is accrued; the true-up goes on another", "true_up")
    others = [found.code, rest.code] if rest else [found.code]
    facts = {"account": [bank.ledger_account.code, *others], "asset": bank.currency} | by(actor)
    decided = record_decision(Move("setting.booking", facts), at=at, subjects=[bank.code, use_case])
    made = BookingAccount.objects.create(
        bank_account=bank, use_case=use_case, bank_code=bank_code, counter=found, true_up=rest,
        ledger_account_id=bank.ledger_account_id, currency=bank.currency, active_from=at, set_by=actor.id, decision_id=decided.id,
    )  # fmt: skip
    audit.record(
        actor, at, "booking.set", f"{bank.code} {use_case}", policy_version=decided.decision.policy_version,
        counter=counter, **({"true_up": true_up} if true_up else {}), **({"bank_code": bank_code} if bank_code else {}),
    )  # fmt: skip
    return made


def _fitting(bank: BankAccount, code: str, where: str) -> Account:
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise BadInput(f"no account has the code {code!r:.80}", where)
    if found.asset_id != bank.currency:
        raise BadInput(f"account {code} is in {found.asset_id}, {bank} in {bank.currency}", where)
    if other := BankAccount.objects.filter(ledger_account=found).first():
        raise BadInput(f"account {code} is reconciled with {other}: its entries claim lines of that bank", where)
    return found
