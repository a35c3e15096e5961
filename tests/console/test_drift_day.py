"""What the page of a day says beside its differences: everything that happened to it, and what its figures count."""

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine

from ledger.models import Tenant
from reconciliation.people.models import User
from tests.console.test_home import words
from tests.console.working import page
from tests.people import acting
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/drift/clr/2026-03-10/"
ROWS = """
T1 10 ewa 215000 @R1 p1
T2 10 ewa 70 @R2 p2
L2 clr 10 -70 @R2
"""
UserMaker = Callable[..., User]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant) -> Books:
    made = Books(acme.id).play(ROWS)
    made.check_day("clr", "10")
    return made


def test_a_clean_day_keeps_all_that_made_it_clean(books: Books, user_of: UserMaker) -> None:
    maker, checker = user_of("Mara Maker", "analyst"), user_of("Dawit Checker", "controller")
    case = books.cases("clr", "10")[0]
    asked = books.reverse("T1", by=acting(maker, books.tenant_id), case=case.number)
    books.approve(asked, by=acting(checker, books.tenant_id))
    books.check_day("clr", "10")
    said = words(page(maker, HERE).split('id="log-h"')[1].split("</section>")[0])
    original, reversal = books.transaction("T1"), books.reversal_of("T1")
    assert "Opened by run" in said
    assert f"Mara Maker asked to reverse {original}: FIN-1 CR-1" in said
    assert "Dawit Checker approved CR-1" in said
    assert "CR-1 was carried out" in said
    assert f"{reversal} reverses {original}" in said
    assert "Closed by run" in said


def test_a_request_that_was_rejected_stays_in_the_timeline_of_its_day(books: Books, user_of: UserMaker) -> None:
    maker, checker = user_of("Mara Maker", "analyst"), user_of("Dawit Checker", "controller")
    asked = books.reverse("T2", by=acting(maker, books.tenant_id), code="POSTED_IN_ERROR")
    books.reject(asked, by=acting(checker, books.tenant_id))
    said = words(page(maker, HERE))
    assert "Dawit Checker rejected CR-1: not proven" in said
    html = page(user_of("Simon Support", "support"), HERE)
    assert "rejected CR-1: not proven" in words(html)
    assert "/approvals/" not in html


def test_the_count_of_entries_is_of_those_that_the_total_sums(acme: Tenant, user_of: UserMaker) -> None:
    books = Books(acme.id).play(f"{ROWS}T3 10 ewa 400 @R3 p3\nL3 clr 11 -400 @R3")
    books.check_day("clr", "10")
    books.check_day("clr", "11")
    reader = user_of("Anna Analyst", "analyst")
    first, second = words(page(reader, HERE)), words(page(reader, "/drift/clr/2026-03-11/"))
    assert "2 POSTED entries, and 1 that counts on 11 Mar" in first
    assert "1 POSTED entry, 1 of them of 10 Mar" in second
    assert "1 booked lines" not in second


def test_a_row_alone_on_a_day_without_a_verdict_has_no_difference(acme: Tenant, user_of: UserMaker) -> None:
    books = Books(acme.id).play("T1 10 ewa 215000 @R1 p1")
    books.reconcile("clr", books.transaction("T1").effective_on, NOW)
    html = page(user_of("Anna Analyst", "analyst"), HERE)
    (row,) = re.findall(r"(?s)<tr data-row=.*?</tr>", html)
    assert "not matched" in words(row)
    assert "unknown" in words(row)
    assert "0.00 " not in words(row).replace("2,150.00 ", "")


def test_support_is_offered_no_page_that_it_may_not_open(books: Books, user_of: UserMaker) -> None:
    html = page(user_of("Simon Support", "support"), HERE).split("<main")[1]
    assert "/ledger/" not in html
    assert "/bank/" not in html
    assert "/exceptions/" in html
