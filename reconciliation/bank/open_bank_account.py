"""Open a bank account: its reconciled ledger account, its first calendar, and its settlement days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError

from ledger import audit
from ledger.actors import Actor
from ledger.models import Account
from ledger.refusals import constraint_of
from reconciliation.bank.calendars import zones
from reconciliation.bank.models import BankAccount, BankCalendar
from reconciliation.bank.store_periods import store_periods
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, require

AHEAD = timedelta(days=40)
TAKEN = {
    "bank_account_code_is_unique": "a bank account has this code already",
    "bank_account_number_is_unique": "a bank account has this number already",
    "bank_account_has_one_reconciled_account": "this ledger account is reconciled with another bank account already",
}


@dataclass(frozen=True, slots=True)
class CalendarInput:
    """What a person says about a partner's days. `cutover` is local time in `zone`."""

    zone: str = "UTC"
    cutover: time = time(0, 0)
    closed_weekdays: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    grace_days: int = 2
    due_hours: int = 8


def open_bank_account(
    *,
    code: str,
    name: str,
    partner: str,
    number: str,
    ledger_account: Account,
    opened_on: date,
    calendar: CalendarInput,
    actor: Actor,
    at: datetime,
) -> BankAccount:
    """Create the account with its calendar and days until `at` + 40 days. The currency is the ledger account's.

    Raises NotPermitted, BadInput naming the field."""
    require(actor, Permission.SET_UP)
    if calendar.zone not in zones():
        raise BadInput(f"{calendar.zone!r:.40} is not a time zone", "zone")
    if len(calendar.closed_weekdays) >= 7:
        raise BadInput("at least one weekday is a banking day", "closed_weekdays")
    if not code.strip() or not number.strip():
        raise BadInput("a bank account has a code and a number", "code")
    try:
        account = BankAccount.objects.create(
            code=code.strip(), name=name.strip() or code, partner=partner.strip(), number=number.strip(),
            currency=ledger_account.asset_id, ledger_account=ledger_account, opened_on=opened_on,
        )  # fmt: skip
    except IntegrityError as error:
        sentence = TAKEN.get(constraint_of(error) or "")
        if sentence is None:
            raise
        raise BadInput(sentence, "code") from error
    decided = record_decision(Move("setting.calendar", {"account": code} | by(actor)), at=at, subjects=[code])
    row = BankCalendar.objects.create(
        bank_account=account, effective_from=opened_on, zone=calendar.zone, cutover=calendar.cutover,
        closed_weekdays=sorted(calendar.closed_weekdays), holidays=sorted(calendar.holidays),
        grace_days=calendar.grace_days, due_hours=calendar.due_hours, decision_id=decided.id,
    )  # fmt: skip
    store_periods(account, [row], until=at.astimezone(ZoneInfo("UTC")).date() + AHEAD)
    audit.record(actor, at, "bank_account.opened", code, policy_version=decided.decision.policy_version, number=number)
    return account
