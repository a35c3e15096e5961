"""Append a version to an account's calendar and cut the days that it takes effect in again. A step of carrying out an approved
request; days that have begun, or that evidence stands on, are left as they are."""

from datetime import date, datetime, timedelta

from reconciliation.bank.asked_calendar import AskedCalendar
from reconciliation.bank.extend_periods import AHEAD, lock_periods
from reconciliation.bank.models import BankAccount, BankCalendar, BankPeriod
from reconciliation.bank.store_periods import store_periods
from reconciliation.errors import CannotBe


def change_calendar(account: BankAccount, asked: AskedCalendar, *, decision_id: int, at: datetime) -> int:
    """Returns how many days are cut again. Needs a tenant scope. Raises CannotBe where the date lies too early."""
    lock_periods(account)
    require_future(account, asked, at)
    BankCalendar.objects.create(
        bank_account=account, effective_from=asked.effective_from, zone=asked.zone, cutover=asked.cutover,
        closed_weekdays=sorted(asked.closed_weekdays), holidays=sorted(asked.holidays),
        grace_days=asked.grace_days, due_hours=asked.due_hours, decision_id=decision_id,
    )  # fmt: skip
    calendars = list(BankCalendar.objects.filter(bank_account=account).order_by("effective_from"))
    last = BankPeriod.objects.filter(bank_account=account).order_by("-ordinal").first()
    again, _ = BankPeriod.objects.filter(bank_account=account, until_on__gte=asked.effective_from).delete()
    horizon = (at + AHEAD).date()
    store_periods(account, calendars, until=max(horizon, last.until_on) if last else horizon)
    return again


def require_future(account: BankAccount, asked: AskedCalendar, at: datetime) -> None:
    """Raise CannotBe unless every day that it would cut again is still to begin, and no version of a later date stands."""
    newest = BankCalendar.objects.filter(bank_account=account).order_by("-effective_from").first()
    if newest is not None and newest.effective_from >= asked.effective_from:
        raise CannotBe(
            f"version of {newest.effective_from} stands already; the next one takes effect after it", "effective_from"
        )
    if asked.effective_from < (first := earliest_from(account, at)):
        raise CannotBe(
            f"days that have begun are never cut again: the earliest date is {first} for now", "effective_from"
        )


def earliest_from(account: BankAccount, at: datetime) -> date:
    """The first date from which on another version can take effect: the day before it, which it stretches or shortens, is
    still to begin."""
    begun = BankPeriod.objects.filter(bank_account=account, starts_at__lte=at).order_by("-ordinal").first()
    return (begun.until_on if begun else at.date()) + timedelta(days=1)
