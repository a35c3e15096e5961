"""Expected money on the pages: before it counts, on the calendar, among the lines, on the payment."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.lookup.read_payment import read_payment
from reconciliation.lookup.settled import bank_status
from reconciliation.people.models import User
from tests.console.test_bank import uploaded
from tests.console.working import signed_in
from tests.reconciliation.bank.desk import NOW, Desk, desk, mt940
from tests.reconciliation.bank.intraday_text import camt052, mt942

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(acme: Tenant, evening: datetime) -> Desk:
    return desk(acme.id)


@pytest.fixture
def analyst(user_of: Callable[..., User]) -> Client:
    return signed_in(user_of("Anna Analyst", "analyst"))


def test_a_report_says_that_it_counts_nowhere_before_it_is_kept(analyst: Client, bank: Desk) -> None:
    where = uploaded(analyst, bank, mt942(), "now.txt")
    html = analyst.get(where).content.decode()
    assert "MT942, intraday" in html and "Keep 2 expected lines" in html
    assert "2 lines expected, money in +" in html and "3.00" in html
    assert "Would make of" not in html
    analyst.post(f"{where}confirm/")
    assert bank.lines() == [] and len(bank.lines(counting=False)) == 2


def test_the_calendar_and_the_lines_show_what_is_expected(analyst: Client, bank: Desk) -> None:
    bank.take_in(camt052())
    html = analyst.get("/bank/").content.decode()
    assert "2 lines of 3.00 ETB seen intraday, expected" in html
    rows = analyst.get("/bank/lines/?account=cash").content.decode()
    assert rows.count("expected, seen intraday") == 2
    bank.take_in(mt940(0, [(500, "A1")], day=12), "12.sta")
    rows = analyst.get("/bank/lines/?account=cash").content.decode()
    assert rows.count("booked since") == 1 and rows.count("expected, seen intraday") == 1


def test_the_page_of_the_day_says_what_is_expected_beside_its_figures(analyst: Client, bank: Desk) -> None:
    bank.take_in(mt940(0, [(900, "Z9")], day=12), "12.sta")
    bank.work()
    before = analyst.get("/drift/cash/2026-03-12/").content.decode()
    assert "expected and not booked" not in before
    bank.take_in(camt052())
    after = analyst.get("/drift/cash/2026-03-12/").content.decode()
    assert "2 lines of 3.00 ETB; they count in none of these figures." in after


def test_a_line_seen_intraday_settles_no_payment(bank: Desk) -> None:
    bank.post(500, "A1", day=12)
    with tenant(bank.tenant_id):
        transaction = LedgerTransaction.objects.get(partner_reference="A1")
        before = bank_status(read_payment(str(transaction.public_id)), NOW)
    bank.take_in(camt052())
    with tenant(bank.tenant_id):
        facts = read_payment(str(transaction.public_id))
        seen = bank_status(facts, NOW)
        after = bank_status(facts, datetime(2026, 3, 20, tzinfo=UTC))
    assert (before.word, before.badge) == ("Expected", "Not due yet")
    assert (seen.word, seen.badge) == ("Expected", "Seen intraday")
    assert (after.word, after.badge) == ("Expected", "Overdue")
    assert facts.lines == [] and [x.amount for x in facts.uncounted] == [500]
    bank.take_in(mt940(0, [(500, "A1")], day=12), "12.sta")
    with tenant(bank.tenant_id):
        assert bank_status(read_payment(str(transaction.public_id)), NOW).word == "Settled"
