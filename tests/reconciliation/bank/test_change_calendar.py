"""A calendar changed from a day to come: what has begun stays, the seam leaves no gap, and the database refuses the rest."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.bank.asked_calendar import AskedCalendar
from reconciliation.bank.change_calendar import change_calendar, earliest_from
from reconciliation.bank.extend_periods import extend_periods
from reconciliation.bank.models import BankAccount, BankCalendar, BankPeriod
from reconciliation.checkpoints.acting import by
from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import CannotBe
from tests.people import SET_UP
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
Row = tuple[date, date, datetime, datetime]
LATER = date(2026, 4, 6)


@pytest.fixture
def books(acme: Tenant) -> Books:
    return Books(acme.id)


@pytest.fixture
def account(books: Books) -> BankAccount:
    return books.banks["clr"]


def asked(effective_from: date = LATER, **changed: Any) -> AskedCalendar:
    given: dict[str, Any] = {
        "zone": "Africa/Addis_Ababa", "cutover": time(8), "closed_weekdays": frozenset({7}), "holidays": frozenset(),
        "grace_days": 3, "due_hours": 4,
    }  # fmt: skip
    return AskedCalendar(effective_from, **(given | changed))


def decided() -> int:
    """What policy says of setting a calendar up; the approval of a change is tested with its request."""
    return record_decision(Move("setting.calendar", by(SET_UP)), at=NOW, count=1).id


def rows(account: BankAccount) -> list[Row]:
    return list(
        BankPeriod.objects.filter(bank_account=account)
        .order_by("ordinal")
        .values_list("day", "until_on", "starts_at", "ends_at")
    )


def test_days_from_its_date_on_are_cut_again_and_join(acme: Tenant, account: BankAccount) -> None:
    with tenant(acme.id):
        before = rows(account)
        again = change_calendar(account, asked(), decision_id=decided(), at=NOW)
        after = rows(account)
        by_day = {p.day: p for p in BankPeriod.objects.filter(bank_account=account).select_related("calendar")}
    assert again == len([r for r in before if r[1] >= LATER])
    assert [r for r in after if r[1] < LATER] == [r for r in before if r[1] < LATER]
    for one, then in pairwise(after):
        assert (one[1], one[3]) == (then[0], then[2])
    seam, first = by_day[date(2026, 4, 5)], by_day[LATER]
    # 08:00 in Addis Ababa is 05:00 UTC; the day at the seam, cut at 06:00 until now, is an hour shorter.
    assert (seam.ends_at, seam.ends_at - seam.starts_at) == (datetime(2026, 4, 6, 5, tzinfo=UTC), timedelta(hours=23))
    assert (seam.grace_days, first.grace_days) == (2, 3)
    assert first.due_at - first.ends_at == timedelta(hours=4)
    assert date(2026, 4, 12) not in by_day
    assert max(by_day) >= max(r[0] for r in before) - timedelta(days=1)


def test_later_days_follow_the_new_version_too(acme: Tenant, account: BankAccount) -> None:
    with tenant(acme.id):
        change_calendar(account, asked(), decision_id=decided(), at=NOW)
        extend_periods(account, at=NOW + timedelta(days=60))
        last = BankPeriod.objects.filter(bank_account=account).latest("ordinal")
        assert (last.starts_at.hour, last.calendar.zone) == (5, "Africa/Addis_Ababa")


def test_one_that_takes_effect_beyond_what_is_stored_waits_for_its_date(acme: Tenant, account: BankAccount) -> None:
    far = date(2026, 7, 1)
    with tenant(acme.id):
        before = rows(account)
        assert change_calendar(account, asked(far), decision_id=decided(), at=NOW) == 0
        assert rows(account)[: len(before)] == before
        extend_periods(account, at=NOW + timedelta(days=90))
        by_day = {r[0]: r for r in rows(account)}
    assert by_day[date(2026, 6, 30)][3] == by_day[far][2] == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_a_day_that_has_begun_is_never_cut_again(acme: Tenant, account: BankAccount) -> None:
    with tenant(acme.id):
        first = earliest_from(account, NOW)
        assert first == date(2026, 3, 22)  # the day of the 20th runs until the 21st, which is the first that may change
        before = rows(account)
        with pytest.raises(CannotBe, match="the earliest date is 2026-03-22"):
            change_calendar(account, asked(first - timedelta(days=1)), decision_id=decided(), at=NOW)
        assert rows(account) == before
        change_calendar(account, asked(first), decision_id=decided(), at=NOW)
        assert [r for r in rows(account) if r[2] <= NOW] == [r for r in before if r[2] <= NOW]


def test_the_next_version_takes_effect_after_the_last_one(acme: Tenant, account: BankAccount) -> None:
    with tenant(acme.id):
        change_calendar(account, asked(), decision_id=decided(), at=NOW)
        for day in (LATER, LATER - timedelta(days=1)):
            with pytest.raises(CannotBe, match="stands already"):
                change_calendar(account, asked(day), decision_id=decided(), at=NOW)
        change_calendar(account, asked(LATER + timedelta(days=7), cutover=time(9)), decision_id=decided(), at=NOW)
        assert BankCalendar.objects.filter(bank_account=account).count() == 3


def test_an_entry_is_posted_on_the_day_that_the_new_cut_says(acme: Tenant, books: Books, account: BankAccount) -> None:
    from reconciliation.bank.settlement_day import settlement_day

    with tenant(acme.id):
        change_calendar(account, asked(), decision_id=decided(), at=NOW)
        ledger_account = [account.ledger_account_id]
        for at, day in (
            (datetime(2026, 4, 6, 4, 59, 58, tzinfo=UTC), date(2026, 4, 5)),
            (datetime(2026, 4, 6, 5, 0, tzinfo=UTC), LATER),
            (datetime(2026, 4, 6, 5, 0, 2, tzinfo=UTC), LATER),
        ):
            assert settlement_day(ledger_account, at) == day


def test_a_grace_to_come_changes_no_day_before_it(acme: Tenant, books: Books, account: BankAccount) -> None:
    books.play("T1 10 ewa 500 @R1 p1")
    with tenant(acme.id):
        change_calendar(account, asked(grace_days=20), decision_id=decided(), at=NOW)
    assert not books.check_day("clr", "10").timing_only


def refused(account: BankAccount, statement: str, constraint: str, **values: Any) -> None:
    """The statement, run as the application, is refused by the named wall."""
    with pytest.raises(IntegrityError) as error, tenant(account.tenant_id), connection.cursor() as cursor:
        cursor.execute(statement, {"account": account.id} | values)
    cause = error.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == constraint


TAIL = "DELETE FROM bank_period WHERE bank_account_id = %(account)s AND day >= %(day)s"


def a_later_version(acme: Tenant, account: BankAccount, effective_from: date) -> None:
    with tenant(acme.id):
        BankCalendar.objects.create(
            bank_account=account, effective_from=effective_from, zone="UTC", cutover=time(6), closed_weekdays=[],
            holidays=[], grace_days=2, due_hours=8, decision_id=decided(),
        )  # fmt: skip


def test_the_database_cuts_no_day_again_without_a_version_for_it(acme: Tenant, account: BankAccount) -> None:
    refused(account, TAIL, "period_recut_by_a_later_version", day=LATER)
    a_later_version(acme, account, LATER)
    refused(account, TAIL, "period_recut_by_a_later_version", day=LATER - timedelta(days=2))


def test_the_database_takes_no_day_out_of_the_middle(acme: Tenant, account: BankAccount) -> None:
    a_later_version(acme, account, LATER)
    one = "DELETE FROM bank_period WHERE bank_account_id = %(account)s AND day = %(day)s"
    refused(account, one, "period_recut_to_the_end", day=LATER)


def test_the_database_keeps_a_day_with_evidence(acme: Tenant, books: Books, account: BankAccount) -> None:
    books.play("T1 10 ewa 500 @R1 p1").check_day("clr", "10")
    a_later_version(acme, account, date(2026, 2, 26))
    refused(account, TAIL, "period_with_evidence_stands", day=date(2026, 3, 11))
    with tenant(acme.id):
        change = asked(date(2026, 3, 9))
        with pytest.raises(CannotBe):
            change_calendar(account, change, decision_id=decided(), at=NOW)


def test_the_database_keeps_a_day_with_a_check(acme: Tenant, books: Books, account: BankAccount) -> None:
    cash = books.banks["cash"]
    books.reconcile("cash", date(2026, 3, 10), NOW)  # no statement has come: UNKNOWN, and a check all the same
    a_later_version(acme, cash, date(2026, 2, 26))
    refused(cash, TAIL, "check_of_a_known_period", day=date(2026, 3, 1))


@pytest.mark.parametrize("minutes", [-1, 1])
def test_the_database_stores_no_gap_and_no_overlap(acme: Tenant, account: BankAccount, minutes: int) -> None:
    with tenant(acme.id):
        last = BankPeriod.objects.filter(bank_account=account).latest("ordinal")
    values = {
        "day": last.until_on, "until": last.until_on + timedelta(days=1), "starts": last.ends_at + timedelta(minutes=minutes),
        "ends": last.ends_at + timedelta(days=1), "ordinal": last.ordinal + 1, "calendar": last.calendar_id,
    }  # fmt: skip
    insert = (
        "INSERT INTO bank_period (bank_account_id, day, until_on, starts_at, ends_at, due_at, ordinal, grace_days, calendar_id)"
        " VALUES (%(account)s, %(day)s, %(until)s, %(starts)s, %(ends)s, %(ends)s, %(ordinal)s, 2, %(calendar)s)"
    )
    refused(account, insert, "periods_join", **values)
    refused(account, insert, "periods_join", **(values | {"starts": last.ends_at, "day": last.until_on + timedelta(days=1),
                                                          "until": last.until_on + timedelta(days=2)}))  # fmt: skip
    refused(account, insert, "periods_join", **(values | {"starts": last.ends_at, "ordinal": last.ordinal + 2}))


def test_nobody_edits_a_day(account: BankAccount, raw_as: Callable[..., psycopg.Connection[Any]]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_as("app").execute("UPDATE bank_period SET grace_days = 9")
    with pytest.raises(psycopg.errors.RestrictViolation):
        raw_as("superuser").execute("UPDATE bank_period SET grace_days = 9")
