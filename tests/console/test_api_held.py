"""Postings by API that policy lets nobody make alone: answered with 202 and the request, told again by the same key."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.people.issue_token import issue_token
from reconciliation.people.models import User
from tests.checkpoints import checkpoint, put_in_force, two_admins
from tests.console.working import signed_in
from tests.people import PASSWORD, SET_UP, UserMaker, acting
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "payout 7"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant, user_of: UserMaker) -> Books:
    made = Books(acme.id).play("T1 10 ewa 215000 @R1 p1\nL1 clr 10 -215000 @R1\nT9 10 PENDING ewa 70 @R9 p9")
    made.check_day("clr", "10")
    first, second = two_admins(user_of, acme.id)
    one = {"roles": ["controller"], "quorum": 1}
    large = {
        "moves": ["posting.post", "posting.confirm", "posting.fail"], "when": {"use_case": ["ewa"]}, "outcome": "approval",
        "approval": one, "reason": "Somebody looks at every advance.",
    }  # fmt: skip
    put_in_force(acme.id, checkpoint(large, title="Advances"), maker=first, checker=second, at=NOW)
    return made


@pytest.fixture
def controller(books: Books, user_of: UserMaker) -> User:
    return user_of("Conrad Controller", "controller")


@pytest.fixture
def api(books: Books, user_of: UserMaker) -> Client:
    return api_of(books, acting(user_of("Tara Token", "policy_admin", "controller"), books.tenant_id))


def api_of(books: Books, by: Any) -> Client:
    with tenant(books.tenant_id):
        secret = issue_token(name=f"core of {by.name}", actor=by, at=NOW)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def posting(**changed: Any) -> dict[str, Any]:
    with_clr = [
        {"account": "emp", "direction": "DEBIT", "amount_minor": "5000"},
        {"account": "clr", "direction": "CREDIT", "amount_minor": "5000"},
    ]
    return {
        "key": KEY,
        "use_case": "ewa",
        "effective_on": "2026-03-10",
        "payment_id": "p7",
        "entries": with_clr,
    } | changed


def send(api: Client, *rows: dict[str, Any]) -> Any:
    return api.post("/api/v1/postings/", json.dumps({"postings": rows}), content_type="application/json")


def decide(user: User, number: int, verdict: str = "approve") -> int:
    client = signed_in(user)
    page = client.get(f"/approvals/{number}/").content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0] if 'name="shown"' in page else ""
    digest = page.split('name="digest" value="')[1].split('"')[0]
    form = {"decision": verdict, "password": PASSWORD, "digest": digest, "shown": shown, "reason": "no such advance"}
    return client.post(f"/approvals/{number}/decision/", form).status_code


def test_it_waits_is_told_again_and_is_posted_when_a_controller_agreed(
    books: Books, api: Client, controller: User
) -> None:
    answer = send(api, posting())
    assert answer.status_code == 202, answer.content
    (told,) = answer.json()
    assert (told["key"], told["state"], told["quorum"], told["roles"]) == (KEY, "open", 1, ["controller"])
    assert (told["policy"], told["created"]) == ("Advances v1", True)
    again = send(api, posting())
    assert (again.status_code, again.json()) == (202, [told | {"created": False}])
    number = int(told["request"].removeprefix("CR-"))
    assert decide(controller, number) in (200, 302)
    done = send(api, posting())
    assert done.status_code == 200
    with tenant(books.tenant_id):
        posted = LedgerTransaction.objects.get(idempotency_key=KEY)
        assert not AuditEntry.objects.filter(action="attempt.refused").exists(), "what waits was not refused"
    assert done.json() == [{"key": KEY, "id": str(posted.public_id), "created": False}]
    page = signed_in(controller).get(f"/ledger/transactions/{posted.public_id}/").content.decode()
    assert f'href="/approvals/{number}/">CR-{number}</a> by core of Tara Token, for Tara Token; approved by' in page
    assert "approved by Conrad Controller</dd>" in page


def test_the_page_shows_what_will_be_written_and_the_day_after(books: Books, api: Client, controller: User) -> None:
    send(api, posting())
    page = signed_in(controller).get(f"/approvals/{_only(books)}/").content.decode()
    for words in ("Post p7, ewa", "core of Tara Token, for Tara Token", "Somebody looks at every advance", "50.00",
                  "Nothing stands under its key", "Approve 50.00 ETB", "Net drift"):  # fmt: skip
        assert words in page, words


def test_a_day_that_stays_unknown_is_said_once_instead_of_figures(books: Books, api: Client, controller: User) -> None:
    send(api, posting(effective_on="2026-03-20"))
    page = signed_in(controller).get(f"/approvals/{_only(books)}/").content.decode()
    assert "No complete statement covers 20 Mar yet: its drift is unknown before and after." in page
    assert "Net drift" not in page


def test_a_payment_whose_posting_waits_is_not_told_to_be_unknown(
    books: Books, api: Client, controller: User, user_of: UserMaker
) -> None:
    send(api, posting())
    shown = signed_in(controller).get("/payments/?q=p7").content.decode()
    assert "Not booked yet" in shown
    assert f'href="/approvals/{_only(books)}/"' in shown
    support = signed_in(user_of("Simon Support", "support")).get("/payments/?q=p7").content.decode()
    assert "Its posting waits for an approval" in support
    assert "No payment under" not in support
    assert "/approvals/" not in support, "support decides nothing and has no such page"
    decide(controller, _only(books), "reject")
    assert "No payment under" in signed_in(controller).get("/payments/?q=p7").content.decode()


def test_amounts_are_refused_in_the_unit_they_were_sent_in(api: Client) -> None:
    debit, credit = posting()["entries"]
    off = posting(use_case="loan", entries=[debit, credit | {"amount_minor": "4999"}])
    answer = send(api, off)  # alone, in one round trip: the database refuses it, and names the rule in words
    assert (answer.status_code, answer.json()["title"]) == (422, "debits and credits differ in an asset")
    answer = send(api, off, posting(key="other", use_case="loan"))
    assert (answer.status_code, answer.json()["title"]) == (422, f"{KEY}: debits less credits: +1 minor units of ETB")
    answer = send(api, posting(entries=[debit, credit | {"amount_minor": 5000}]))
    assert answer.json()["title"] == '5000 is no text: minor units are sent as text, such as "100"'


def _only(books: Books) -> int:
    with tenant(books.tenant_id):
        return int(ApprovalRequest.objects.get(kind__startswith="posting.").number)


def test_a_no_is_told_to_the_sender(books: Books, api: Client, controller: User) -> None:
    send(api, posting())
    assert decide(controller, _only(books), "reject") in (200, 302)
    answer = send(api, posting())
    assert (answer.status_code, answer.json()["type"]) == (409, "request_not_open")
    assert "rejected by Conrad Controller: no such advance" in answer.json()["title"]


def test_a_batch_is_refused_whole_and_names_what_waits(books: Books, api: Client) -> None:
    answer = send(api, posting(key="other", use_case="loan"), posting())
    assert (answer.status_code, answer.json()["type"]) == (409, "needs_approval")
    assert answer.json()["title"].startswith(f"{KEY}: Advances v1, clause 1: Somebody looks at every advance.")
    with tenant(books.tenant_id):
        assert not LedgerTransaction.objects.filter(idempotency_key__in=["other", KEY]).exists()
        assert not ApprovalRequest.objects.filter(kind="posting.post").exists()


def test_confirming_and_failing_wait_too(books: Books, api: Client, controller: User) -> None:
    address = f"/api/v1/transactions/{books.ids['T9']}"
    answer = api.post(f"{address}/confirm/", json.dumps({"why": "settled"}), content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "open")
    assert answer.json()["id"] == books.ids["T9"]
    failed = api.post(f"{address}/fail/", json.dumps({}), content_type="application/json")
    assert failed.status_code == 202, "what comes of it is for its checkers to say; the second will be stale"
    number = int(answer.json()["request"].removeprefix("CR-"))
    assert decide(controller, number) in (200, 302)
    assert books.transaction("T9").status == "POSTED"
    late = api.post(f"{address}/confirm/", json.dumps({}), content_type="application/json")
    assert (late.status_code, late.json()["type"]) == (409, "not_pending")


def test_a_token_that_nobody_answers_for_is_told_so(books: Books) -> None:
    answer = send(api_of(books, SET_UP), posting())
    assert (answer.status_code, answer.json()["type"]) == (403, "not_permitted")
    assert "nobody answers for the token" in answer.json()["title"]


def test_a_payment_that_only_waits_is_not_called_unknown(books: Books, api: Client) -> None:
    send(api, posting())
    told = api.get("/api/v1/payments/p7/")
    assert told.status_code == 404
    assert f"nothing is booked of p7: its posting waits for approval, CR-{_only(books)}" in told.json()["title"]
    assert api.get("/api/v1/payments/p8000/").json()["title"] == "no payment has this key"
