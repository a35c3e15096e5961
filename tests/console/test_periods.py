"""Accounting periods on their pages: the checklist, the requests from it, and adjustments shown as such."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from django.test import Client

from console.pages.periods import _balance, _item, counted
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.made_before import Made, as_made
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.people.issue_token import issue_token
from reconciliation.people.models import User
from reconciliation.periods.balances import Balance
from tests.console.reading import Counted
from tests.console.working import FRAME, page, signed_in
from tests.people import SET_UP, UserMaker, acting
from tests.reconciliation.books import NOW
from tests.reconciliation.periods.bench import Closing
from tests.stories.notation import Tx

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/periods/2026-02-01/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant) -> Closing:
    found = Closing(acme.id)
    found.post(Tx("T1", "2026-02-27", "POSTED", "ewa", [("emp", "DEBIT", 6000), ("clr", "CREDIT", 6000)], "D1"))
    return found.ready()


@pytest.fixture
def analyst(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


@pytest.fixture
def controller(user_of: UserMaker) -> User:
    return user_of("Cora Controller", "controller")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def sent(html: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("key", "seen")}  # type: ignore[index]


def test_a_period_is_closed_from_its_page_and_opened_again(
    books: Closing, analyst: User, controller: User, counted: Counted
) -> None:
    client = signed_in(analyst)
    client.get("/periods/")
    with counted(at_most=FRAME + 7):
        listed = words(client.get("/periods/").content.decode())
    assert "Nothing is closed yet." in listed
    assert re.search(r"February 2026 1 Feb to 28 Feb Open none 60.00 ETB in 1", listed)
    with counted(at_most=FRAME + 18):
        html = client.get(HERE).content.decode()
    said = words(html)
    assert "No exception is open at the end carried over 1 1 missing counterpart, ledger ↔ bank, ETB" in said
    assert "ledger ↔ bank missing counterpart ETB 0 0.00 1 60.00 0 0.00 1 60.00" in said
    refused = client.post(f"{HERE}close/", sent(html) | {"note": " "})
    assert refused.status_code == 400
    assert "What is carried over from February 2026 needs a reason" in words(refused.content.decode())
    answer = client.post(f"{HERE}close/", sent(html) | {"note": "FIN-1: the bank answers in March"})
    assert answer.status_code == 302
    asked = words(client.get(answer["Location"]).content.decode())
    assert "Close February 2026" in asked
    assert "First open day Sun 1 Mar" in asked
    assert "Not held: No exception is open at the end" in asked
    assert "The period is still open, its checklist says what it said" in asked
    books.approve(_made(books), acting(controller, books.tenant_id))
    said = words(page(analyst, HERE))
    assert "The books are closed through Sat 28 Feb" in said
    assert "FIN-1: the bank answers in March" in said
    assert "Re-open February 2026" in said
    listed = words(page(analyst, "/periods/"))
    assert "Closed none 60.00 ETB in 1 cora.controller@example.test Anna Analyst" in listed
    html = page(analyst, HERE)
    key = re.search(r'name="key" value="([^"]+)"', html)[1]  # type: ignore[index]
    again = client.post(f"{HERE}reopen/", {"key": key, "reason_code": "ERROR_FOUND", "note": "FIN-2"})
    assert again.status_code == 302
    assert "Re-open February 2026" in words(client.get(again["Location"]).content.decode())
    books.approve(_made(books), acting(controller, books.tenant_id))
    assert "re-opened 1 time" in words(page(analyst, HERE))


def test_what_blocks_is_named_and_no_form_is_offered(books: Closing, analyst: User) -> None:
    books.post(Tx("T2", "2026-02-26", "POSTED", "ewa", [("emp", "DEBIT", 5), ("clr", "CREDIT", 5)], "D2"))
    case = books.cases("clr")[0].number
    books.reverse("T1", acting(analyst, books.tenant_id), case=case)
    html = page(analyst, HERE)
    assert "It cannot be closed yet: “No request waits that is dated in it” does not hold." in words(html)
    assert "Send for approval" not in html


def test_a_system_asks_for_the_first_open_day_by_api(books: Closing, analyst: User, controller: User) -> None:
    with tenant(books.tenant_id):
        token = issue_token(name="erp", actor=SET_UP, at=NOW)
    api = Client(headers={"Authorization": f"Bearer {token}"})
    assert api.get("/api/v1/periods/").json()["open_from"] is None
    books.close(acting(analyst, books.tenant_id), acting(controller, books.tenant_id))
    told = api.get("/api/v1/periods/").json()
    assert told["open_from"] == "2026-03-01"
    february = told["periods"][-1]
    assert (february["state"], february["balances"][0]["counts"], february["balances"][0]["gross"]) == (
        "closed", [0, 1, 0, 1], ["0", "6000", "0", "6000"],
    )  # fmt: skip
    entries = [
        {"account": "emp", "direction": "DEBIT", "amount_minor": "5"},
        {"account": "clr", "direction": "CREDIT", "amount_minor": "5"},
    ]
    posting = {"key": "k", "use_case": "ewa", "effective_on": "2026-02-27", "entries": entries}
    refused = api.post("/api/v1/postings/", {"postings": [posting]}, content_type="application/json")
    assert (refused.status_code, refused.json()["type"]) == (409, "period_closed")
    assert "the first open day is 2026-03-01" in str(refused.json())


def test_a_reader_sees_the_checklist_and_no_form(books: Closing, user_of: UserMaker) -> None:
    html = page(user_of("Otto Auditor", "auditor"), HERE)
    assert "Checklist" in html
    assert "Send for approval" not in html


def test_an_adjustment_is_shown_as_such_on_every_page(books: Closing, analyst: User, controller: User) -> None:
    maker, checker = acting(analyst, books.tenant_id), acting(controller, books.tenant_id)
    books.close(maker, checker)
    case = books.cases("clr")[0]
    assert "adjusting Fri 27 Feb 2026, whose books are closed" in words(page(analyst, f"/exceptions/{case.number}/"))
    made = books.reverse("T1", maker, case=case.number)
    asked = words(page(controller, f"/approvals/{made.number}/"))
    assert "Effective Sun 1 Mar 2026, the first open day: it adjusts Fri 27 Feb 2026, closed." in asked
    books.approve(made, checker)
    reversal = books.reversal_of("T1")
    assert reversal is not None
    books.check_day("clr", "01")
    assert "Adjusts Fri 27 Feb 2026, whose books are closed" in words(
        page(analyst, f"/ledger/transactions/{reversal.public_id}/")
    )
    assert "adjusts 27 Feb , closed" in words(page(analyst, "/drift/clr/2026-03-01/"))
    assert "adjusts 27 Feb, closed" in words(page(analyst, "/ledger/transactions/"))


def _made(books: Closing) -> Made:
    with tenant(books.tenant_id):
        return as_made(ApprovalRequest.objects.get(state="open"), created=True)


def test_exceptions_without_money_are_counted_alone() -> None:
    assert (counted(2, 0, ""), counted(1, 60, "ETB")) == ("2", "0.60 ETB in 1")
    lost = Balance("provider-log", "missing_counterpart", "", (0, 2, 0, 2), (0, 0, 0, 0))
    shown = _balance(lost.frozen())
    assert [part["gross"] for part in shown["parts"]] == [""] * 4


def test_what_is_not_listed_is_counted_once() -> None:
    told = {"title": "x", "blocking": True, "count": 9, "found": ["a", "b"]}
    assert _item({"key": "days"} | told)["found"] == ["a", "b", "7 more"]
    assert _item({"key": "exceptions"} | told)["found"] == ["a", "b"], "told by class"
