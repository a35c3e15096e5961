"""The release gate as people and pipelines see it: pips on home, the mark on every page, its own page, the API and the command."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from console.pages.gate import gate_box, gate_json, gate_mark, gate_page
from console.pages.links import link
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.oversight.gate_rules import AccountDay, judge
from reconciliation.people.issue_token import issue_token
from reconciliation.people.models import User
from tests.console.reading import Counted
from tests.console.working import FRAME, page, signed_in
from tests.people import PASSWORD, SET_UP, UserMaker
from tests.proven import proven
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
    proven(acme.id, NOW - timedelta(days=1), NOW - timedelta(hours=1))
    return made


@pytest.fixture
def analyst(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


@pytest.fixture
def ada(user_of: UserMaker) -> User:
    return user_of("Ada Admin", "policy_admin")


@pytest.fixture
def conrad(user_of: UserMaker) -> User:
    return user_of("Conrad Controller", "controller")


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
    with counted(at_most=FRAME + 4):
        html = client.get("/gate/").content.decode()
    said = words(html)
    assert "The release gate is open" in said
    assert "clr drifted by +9.00 ETB when it was first found, 20 Mar 12:00" in said
    assert re.search(r"Tue 10 Mar.{0,20}drifted.{0,20} 0 ", said)
    assert "/drift/clr/2026-03-10/" in html
    past = words(page(analyst, "/gate/?as_of=2026-03-18"))
    assert "The release gate is shut" in past, "nothing was checked by then"


def test_all_that_shuts_it_is_named_and_can_be_opened() -> None:
    shut = judge([], NOW, blocks=[f"security incident IN-{n} stands open" for n in (1, 2)])
    shown = gate_page(shut, "", link)
    assert [b["href"] for b in shown["blocks"]] == ["/incidents/1/", "/incidents/2/"]
    assert (
        shown["why"] == "Shut while security incident IN-1 stands open, and while security incident IN-2 stands open."
    )


def test_a_pipeline_asks_by_api(books: Books) -> None:
    with tenant(books.tenant_id):
        secret = issue_token(name="pipeline", actor=SET_UP, at=NOW)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    told = api.get("/api/v1/release-gate/").json()
    assert (told["open"], told["clean_days"], told["needed"], told["blocks"]) == (True, 8, 7, [])
    assert told["resets"][0] == {
        "period": "2026-03-10",
        "reason": "clr drifted by +9.00 ETB when it was first found, 20 Mar 12:00",
    }
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


ASKED = {"needed": "9", "note": "Two weekends lie in it.", "key": "k1"}


def test_another_number_is_asked_for_approved_and_shown_wherever_the_gate_is(
    books: Books, analyst: User, ada: User, conrad: User, counted: Counted
) -> None:
    assert "Ask for another number" not in page(analyst, "/gate/")
    assert "Ask for another number" not in page(ada, "/gate/?as_of=2026-03-19"), "the past is not set"
    asking = signed_in(ada)
    asking.get("/gate/")
    with counted(at_most=FRAME + 3):
        would = words(asking.get("/gate/would/?needed=9").content.decode())
    assert (
        "Opens after 9 instead of 7 clean days. The gate today: open, 8 clean days. With it: shut, 8 of 9 clean days."
        in would
    )
    assert asking.post("/gate/days/", ASKED).status_code == 302
    with tenant(books.tenant_id):
        made = ApprovalRequest.objects.get()
    told = words(page(analyst, "/gate/"))
    assert f"Opens after 9 instead of 7 clean days: {made} by Ada Admin waits." in told
    told = words(page(conrad, f"/approvals/{made.number}/"))
    assert "Clean days in a row 7 9" in told
    assert "In words Opens after 9 instead of 7 clean days: later than now" in told
    assert "The gate today open, 8 clean days shut, 8 of 9 clean days" in told
    sent = {"decision": "approve", "reason": "", "digest": bytes(made.payload_sha256).hex(), "password": PASSWORD}
    assert signed_in(conrad).post(f"/approvals/{made.number}/decision/", sent).status_code == 302
    told = words(page(analyst, "/"))
    assert "Release gate 8 of 9 clean days" in told
    assert page(analyst, "/").count('<li class="ok"') == 8
    assert "Release blocked, 8 of 9 clean days" in words(page(analyst, "/exceptions/"))
    told = words(page(analyst, "/gate/"))
    assert "9 open it." in told
    assert "Two weekends lie in it. asked by Ada Admin, approved by Conrad Controller" in told
    assert "9 open it." not in words(page(analyst, "/gate/?as_of=2026-03-19")), "as it stood then"
    assert "The gate today" not in words(page(conrad, f"/approvals/{made.number}/")), "what is over says what it set"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"needed": "0"}, "greater than or equal to 1"), ({"needed": "61"}, "less than or equal to 60"),
     ({"needed": "seven"}, "Enter a whole number"), ({"note": ""}, "This field is required"), ({"needed": "7"}, "in force")],
)  # fmt: skip
def test_a_form_that_was_not_understood_comes_back(books: Books, ada: User, wrong: dict[str, str], says: str) -> None:
    answer = signed_in(ada).post("/gate/days/", ASKED | wrong)
    assert answer.status_code == 400
    assert says in words(answer.content.decode())
    with tenant(books.tenant_id):
        assert not ApprovalRequest.objects.exists()


def run_of(good: int, needed: int) -> dict[str, Any]:
    day = NOW.date()
    rows = [AccountDay("clr", "clr", "ETB", day - timedelta(days=n), NOW, "CLEAN") for n in range(1, good + 1)]
    rows.append(AccountDay("clr", "clr", "ETB", day, NOW + timedelta(days=1), None))
    return gate_box(judge(rows, NOW, needed=needed), lambda *words, **more: "")


@pytest.mark.parametrize(
    ("good", "needed", "drawn", "ok", "left"),
    [(2, 7, 7, 2, ""), (9, 7, 7, 7, ""), (5, 14, 14, 5, ""), (30, 14, 14, 14, ""), (0, 1, 1, 0, ""),
     (5, 60, 14, 5, "Not drawn: 46 to come."), (30, 60, 14, 6, "Not drawn: 24 before, 22 to come."),
     (60, 60, 14, 14, "Not drawn: 46 before.")],
)  # fmt: skip
def test_of_a_long_row_the_days_around_its_front_are_drawn(
    good: int, needed: int, drawn: int, ok: int, left: str
) -> None:
    box = run_of(good, needed)
    assert (len(box["pips"]), sum(p["state"] == "ok" for p in box["pips"]), box["pips_left"]) == (drawn, ok, left)


def test_the_words_use_the_number() -> None:
    assert run_of(0, 1)["word"] == "0 of 1 clean day"
    assert run_of(0, 1)["pips_says"] == "The day that has to be clean"
    assert run_of(12, 14)["word"] == "12 of 14 clean days"
    assert run_of(12, 14)["pips_says"] == "The 14 days that have to be clean"
    assert run_of(50, 45)["word"] == "open, 45 or more clean days"


def test_balances_of_a_broken_statement_are_written_as_money() -> None:
    """The stored reason carries minor units; people read major ones with separators and the currency."""
    because = ("opening 123456789 is not the previous closing -4200",)
    rows = [AccountDay("clr", "Clearing", "ETB", NOW.date(), NOW, "UNKNOWN", because=because)]
    (reset,) = gate_json(judge(rows, NOW))["resets"]
    assert reset["reason"] == "Clearing: opening 1,234,567.89 ETB is not the previous closing −42.00 ETB"
