"""The release gate as people and pipelines see it: pips on home, the mark on every page, its own page, the API and the command."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from console.pages.gate import gate_mark
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.oversight.gate_rules import AccountDay, judge
from reconciliation.people.issue_token import issue_token
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import FRAME, page, signed_in
from tests.people import SET_UP, UserMaker
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant) -> Books:
    """Every account is clean from the 10th to the 19th, but for a drifted 10th; the 19th is not due yet."""
    made = Books(acme.id).play("T1 10 ewa 900 @D1")
    for account in made.banks:
        for day in range(10, 20):
            made.check_day(account, str(day))
    return made


@pytest.fixture
def analyst(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_home_shows_the_days_and_every_page_the_mark(books: Books, analyst: User) -> None:
    html = page(analyst, "/")
    said = words(html)
    assert "Release gate open, 8 clean days" in said
    assert html.count('<li class="ok"') == 7
    assert "Release open, 8 clean days" in words(page(analyst, "/exceptions/"))
    books.play("T2 16 ewa 70 @D2").check_day("clr", "16")
    said = words(page(analyst, "/"))
    assert "Release gate 2 of 7 clean days" in said
    assert "Reset on 16 Mar by 1 account. It stands at 19 Mar: not due yet." in said
    assert "It opens after Mon 23 Mar at the earliest." in said
    assert "Release blocked, 2 of 7 clean days" in words(page(analyst, "/exceptions/")), "the mark follows at once"


def test_its_page_says_day_by_day_why_and_how_it_stood(books: Books, analyst: User, counted: Counted) -> None:
    client = signed_in(analyst)
    client.get("/")
    with counted(at_most=FRAME + 2):
        html = client.get("/gate/").content.decode()
    said = words(html)
    assert "The release gate is open" in said
    assert "clr drifted by +9.00 ETB, found 20 Mar 12:00" in said
    assert re.search(r"Tue 10 Mar.{0,20}drifted.{0,20} 0 ", said)
    assert "/drift/clr/2026-03-10/" in html
    past = words(page(analyst, "/gate/?as_of=2026-03-18"))
    assert "The release gate is shut" in past, "nothing was checked by then"


def test_a_pipeline_asks_by_api(books: Books) -> None:
    with tenant(books.tenant_id):
        secret = issue_token(name="pipeline", actor=SET_UP, at=NOW)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    told = api.get("/api/v1/release-gate/").json()
    assert (told["open"], told["clean_days"], told["needed"], told["blocks"]) == (True, 8, 7, [])
    assert told["resets"][0] == {"period": "2026-03-10", "reason": "clr drifted by +9.00 ETB, found 20 Mar 12:00"}
    assert told["waits"]["period"] == "2026-03-19"


def test_before_the_first_check_no_page_claims_anything(acme: Tenant, analyst: User) -> None:
    html = page(analyst, "/")
    assert "Release" not in words(html)
    assert "The release gate is shut" in words(page(analyst, "/gate/"))
    assert "No settlement day was counted yet" in words(page(analyst, "/gate/"))


def test_the_mark_shuts_when_the_days_of_an_account_run_out(books: Books, analyst: User, raw_as: Any) -> None:
    assert "Release open" in words(page(analyst, "/exceptions/"))
    admin = raw_as("superuser", autocommit=True)
    admin.execute("SET session_replication_role = replica")
    admin.execute("DELETE FROM bank_period WHERE ends_at > %s", [NOW])
    assert "Release blocked" in words(page(analyst, "/exceptions/")), "though nothing else has changed since"


def test_a_long_run_is_told_as_one() -> None:
    day, due = NOW.date(), NOW - timedelta(days=1)
    rows = [AccountDay("clr", "clr", "ETB", day - timedelta(days=n), due, "CLEAN") for n in range(40)]
    assert gate_mark(judge(rows, NOW)) == {"state": "open", "word": "Release open, 30 or more clean days"}
    assert gate_mark(judge(rows[:29], NOW))["word"] == "Release open, 29 clean days"
