"""Intraday reports are seen and never counted."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.bank.expected import expected_money, fates
from reconciliation.bank.models import BankLine, BankStatement
from reconciliation.cases.models import ExceptionCase
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.outbox_models import OutboxItem
from tests.reconciliation.bank.desk import NOW, Desk, desk, mt940
from tests.reconciliation.bank.intraday_text import TWO, bai2, camt052, mt942
from tests.stories.world import JOB

TODAY = date(2026, 3, 12)
NEXT_DAY = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def books(acme: Tenant) -> Desk:
    made = desk(acme.id)
    made.post(500, "A1", day=10)
    made.post(-200, "B2", day=10)
    made.post(900, "C3", day=12)
    made.take_in(mt940(0, [(500, "A1"), (-100, "X9")]))
    made.work()
    return made


def reconciled(books: Desk) -> tuple[object, ...]:
    """Every figure of a check of all days, and every case."""
    with tenant(books.tenant_id):
        done = reconcile_account(books.account, date(2026, 3, 9), date(2026, 3, 13), actor=JOB, at=NOW)
        checks = DriftCheck.objects.filter(id__in=done.check_ids).order_by("day").values_list(
            "day", "verdict", "ledger_total", "statement_total", "drift", "gross", "unexplained", "open_count", "timing_only",
            "unknown_because",
        )  # fmt: skip
        cases = ExceptionCase.objects.order_by("number").values_list("number", "state", "contribution_minor", "cause")
        return list(checks), list(cases)


def fate_of(books: Desk, at: datetime = NOW) -> list[str]:
    with tenant(books.tenant_id):
        found = fates(list(BankLine.objects.values_list("id", flat=True)), at=at)
        return [found[n] for n in sorted(found)]


@pytest.mark.parametrize("content", [mt942(), camt052(), bai2(), camt052(day=10), mt942(day=10)])
def test_a_check_before_and_after_it_says_the_same(books: Desk, content: bytes) -> None:
    before = reconciled(books)
    assert before[1]  # there is something that a report could clear
    done = books.take_in(content, "now.txt")
    assert [o.state for o in done.outcomes] == ["intraday"]
    with tenant(books.tenant_id):
        assert not OutboxItem.objects.filter(state=OutboxItem.State.WAITING, kind="reconcile").exists()
    assert reconciled(books) == before
    assert fate_of(books, NOW)


def test_its_lines_are_stored_and_count_nowhere(books: Desk) -> None:
    counting = books.lines()
    books.take_in(mt942())
    assert books.lines() == counting
    assert books.lines(counting=False) == [(500, "A1"), (-200, "B2")]


def test_a_later_report_adds_only_what_is_new(books: Desk) -> None:
    books.take_in(camt052(status="PDNG"))
    again = books.take_in(camt052([*TWO, (700, "D4", "B-4")]))
    assert [o.stored.new_lines for o in again.outcomes if o.stored] == [1]
    assert [o.state for o in books.take_in(camt052() + b"\n").outcomes] == ["repeated"]


def test_two_payments_that_look_the_same_stay_two(books: Desk) -> None:
    books.take_in(mt942([(500, "A1", ""), (500, "A1", "")]))
    assert books.lines(counting=False) == [(500, "A1"), (500, "A1")]


def test_what_is_expected_is_summed_by_day(books: Desk) -> None:
    books.take_in(mt942())
    with tenant(books.tenant_id):
        found = expected_money([books.account.id], TODAY, date(2026, 3, 13), at=NOW)
    assert found == {(books.account.id, TODAY): (2, 300)}


def test_it_is_booked_since_by_the_banks_id_or_by_reference_and_amount(books: Desk) -> None:
    books.take_in(camt052([*TWO, (300, "", "B-3"), (111, "E5", "B-5")]))
    assert fate_of(books) == ["expected"] * 4
    books.take_in(mt940(400, [(500, "A1"), (-200, "other//B-2"), (300, "NONREF//B-3"), (112, "E5")], day=12), "12.sta")
    assert fate_of(books) == ["booked", "booked", "booked", "expected"]
    assert fate_of(books, NEXT_DAY) == ["booked", "booked", "booked", "expired"]


def test_one_of_two_that_look_the_same_is_not_certain(books: Desk) -> None:
    books.take_in(mt942([(700, "T7", ""), (700, "T7", "")]))
    books.take_in(mt940(400, [(700, "T7")], day=12), "12.sta")
    assert fate_of(books) == ["expected", "expected"]
    books.take_in(mt940(0, [(700, "T7")], day=11, sequence=2), "11.sta")
    assert fate_of(books) == ["booked", "booked"]


def test_the_statement_of_the_day_settles_it_as_if_no_report_had_come(books: Desk) -> None:
    books.take_in(mt940(400, [], day=11), "11.sta")
    books.take_in(mt942([(900, "C3", "B-9")]))
    books.take_in(mt940(400, [(900, "C3")], day=12), "12.sta")
    with tenant(books.tenant_id):
        reconcile_account(books.account, date(2026, 3, 9), date(2026, 3, 13), actor=JOB, at=NEXT_DAY)
    assert books.verdicts()["2026-03-12"] == "CLEAN"


def test_the_database_lets_no_report_stand_in_force(books: Desk) -> None:
    books.take_in(mt942())
    with tenant(books.tenant_id):
        report = BankStatement.objects.get(intraday=True)
        line = BankLine.objects.filter(statement=report)[:1].get()
        with pytest.raises(IntegrityError, match="intraday_is_never_in_force"), atomic():
            BankStatement.objects.create(
                bank_account=books.account, bank_import=report.bank_import, statement_ref="", sequence="", from_on=TODAY,
                until_on=date(2026, 3, 13), opening_minor=0, closing_minor=0, line_count=0, in_force=True, intraday=True,
                findings=[], imported_at=NOW,
            )  # fmt: skip
        with (
            pytest.raises(IntegrityError, match="in force when the line counts"),
            atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO bank_line (tenant_id, bank_account_id, statement_id, number, reference, batch_reference,"
                " amount_minor, value_on, counts, status, code, kind, bank_id, narrative, counterparty, raw, identity,"
                " occurrence, imported_at) SELECT tenant_id, bank_account_id, statement_id, 99, reference, batch_reference,"
                " amount_minor, value_on, true, 'BOOK', code, kind, bank_id, narrative, counterparty, raw,"
                " gen_random_uuid(), 1, imported_at FROM bank_line WHERE id = %s",
                [line.id],
            )
