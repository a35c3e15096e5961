"""Whether a receipt can be a payment's money: what cannot be, what a person must explain, and where it may go."""

from collections.abc import Sequence

from ledger.models import Account
from ledger.money import spoken
from reconciliation.approvals.kinds import Facts
from reconciliation.bank.models import BankAccount, BookingAccount
from reconciliation.corrections.receipt import Receipt
from reconciliation.errors import BadInput
from reconciliation.planes.expected_payment import ExpectedPayment


def refused(expected: ExpectedPayment, currency: str) -> str:
    """Why money that came in this currency is never this payment's, "" where it may be."""
    if expected.goes_out:
        return f"{expected.payment_id} is a payment of ours that goes out; the receipt came in"
    if expected.assets and currency not in expected.assets:
        return f"{expected.payment_id} is in {' and '.join(expected.assets)}, the receipt in {currency}"
    return ""


def warnings(expected: ExpectedPayment, amount_minor: int, currency: str) -> list[str]:
    """What speaks against it though it may be: a person says in a note how they know."""
    asked, came = expected.amount(currency), expected.received(currency)
    told = [f"its order {o.ref} is {o.state} and waits for no money" for o in expected.ended]
    if asked is None:
        told.append(f"no plane says how much {currency} it should bring")
    elif came >= asked:
        told.append(f"{spoken(came, currency)} of {spoken(asked, currency)} has come already: it is received in full")
    elif asked - came != amount_minor:
        lacks = f"{spoken(asked - came, currency)} of it {'has still to come' if came else 'is expected'}"
        told.append(f"another amount: {lacks}, the receipt is {spoken(amount_minor, currency)}")
    return told


def fact_of(expected: ExpectedPayment, amount_minor: int, currency: str) -> Facts:
    """What the request was made on, for the checker to see and for the approval to hold against what stands then."""
    asked = expected.amount(currency)
    return {
        "amount": None if asked is None else str(asked), "received": str(expected.received(currency)),
        "assets": expected.assets, "out": expected.goes_out, "receivables": expected.receivables(currency),
        "orders": [[o.ref, o.state] for o in expected.orders],
        "warnings": warnings(expected, amount_minor, currency),
    }  # fmt: skip


def counters_for(expected: ExpectedPayment, receipt: Receipt) -> list[Account]:
    """Where it may go: the receivables that the payment's own postings name; else every asset account of the currency that is
    neither reconciled with a bank's nor set to book what the bank alone shows. Two queries at most."""
    fitting = Account.objects.filter(kind="ASSET", asset_id=receipt.currency, bank_account=None).order_by("code")
    if named := expected.receivables(receipt.currency):
        return list(fitting.filter(code__in=named))
    set_for = BookingAccount.objects.values("counter_id")
    return list(fitting.exclude(id=receipt.suspense.id).exclude(id__in=set_for))


def require_counter(receipt: Receipt, code: str, allowed: Sequence[Account]) -> Account:
    """The account of that code. Raises BadInput: why it is none that the receipt may go to."""
    if fits := next((a for a in allowed if a.code == code), None):
        return fits
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise BadInput(f"no account has the code {code!r:.80}", "counter")
    if found.id == receipt.suspense.id:
        raise BadInput(f"account {code} is the one that the receipt waits on", "counter")
    if found.asset_id != receipt.currency:
        raise BadInput(f"account {code} is in {found.asset_id}, the receipt in {receipt.currency}", "counter")
    if bank := BankAccount.objects.filter(ledger_account=found).first():
        raise BadInput(f"account {code} is reconciled with {bank}: its entries claim lines of that bank", "counter")
    where = ", ".join(f"{a}" for a in allowed) or f"an asset account in {receipt.currency}, of which there is none yet"
    raise BadInput(f"account {found} is no receivable of this payment: it goes to {where}", "counter")
