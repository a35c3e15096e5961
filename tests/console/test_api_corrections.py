"""Corrections by API: the same request as by the page, by the person behind the token, and nothing is decided here."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern

from console.api.urls import urlpatterns
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalExecution, ApprovalRequest
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.people.end_own_token import end_own_token
from reconciliation.people.end_role import end_role
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import ApiToken, User
from tests.console.working import signed_in
from tests.people import PASSWORD, SET_UP, acting
from tests.reconciliation.books import NOW, Books

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = """
T1 10 ewa 215000 @R1 p1
T2 10 ewa 70 @R2 p2
L2 clr 10 -70 @R2
T3 09 PENDING ewa 175 @R3 p3
L3 clr 10 -175 @R3
"""
UserMaker = Callable[..., User]
KEY = "a" * 32


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def books(acme: Tenant) -> Books:
    made = Books(acme.id).play(ROWS)
    made.check_day("clr", "10")
    return made


@pytest.fixture
def analyst(user_of: UserMaker) -> User:
    return user_of("Anna Analyst", "analyst")


def api_of(user: User, tenant_id: int) -> Client:
    """A machine that holds a token of the person's own."""
    who = acting(user, tenant_id)
    with tenant(tenant_id):
        secret = make_own_token(name="script", proven_at=NOW, actor=who, at=NOW)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def api(books: Books, analyst: User) -> Client:
    return api_of(analyst, books.tenant_id)


def reversal(books: Books, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "reverse", "transaction": books.ids["T1"], "reason_code": "BANK_REJECTED", "note": "FIN-1", "key": KEY,
    } | changed  # fmt: skip


def ask(api: Client, body: Any) -> Any:
    return api.post("/api/v1/corrections/", json.dumps(body), content_type="application/json")


def requests(books: Books) -> list[ApprovalRequest]:
    with tenant(books.tenant_id):
        return list(ApprovalRequest.objects.order_by("id"))


def case_of(books: Books, cause: int) -> int:
    """The number of the day's case with this cause."""
    (number,) = [c.number for c in books.cases("clr", "10") if c.cause == cause]
    return int(number)


def refused(books: Books) -> list[AuditEntry]:
    with tenant(books.tenant_id):
        return list(AuditEntry.objects.filter(action="attempt.refused"))


def test_the_maker_is_the_person_and_the_trail_names_the_token(api: Client, books: Books, analyst: User) -> None:
    answer = ask(api, reversal(books))
    assert answer.status_code == 201
    (stored,) = requests(books)
    assert answer.json() == {
        "request": str(stored), "state": "open", "expires_at": stored.expires_at.isoformat(), "created": True,
    }  # fmt: skip
    assert (stored.made_by_id, stored.made_by_label, stored.note) == (analyst.person_id, "Anna Analyst", "FIN-1")
    with tenant(books.tenant_id):
        row = AuditEntry.objects.get(action="request.made")
    assert (row.actor_kind, row.actor, row.detail["through_token"]) == ("person", analyst.email, "script")


def test_the_id_that_pages_show_is_the_same_asking(api: Client, books: Books) -> None:
    short = f"LT-{books.ids['T1'][:8].upper()}"
    assert ask(api, reversal(books, transaction=short)).status_code == 201
    assert ask(api, reversal(books)).status_code == 200
    (stored,) = requests(books)
    assert stored.subject == books.ids["T1"]


def test_the_same_key_by_page_and_api_is_one_request(api: Client, books: Books, analyst: User) -> None:
    case = case_of(books, cause=1)
    by_api = ask(api, reversal(books, case=case))
    form = {
        "kind": "reverse", "transaction": books.ids["T1"], "reason_code": "BANK_REJECTED", "reason": "FIN-1",
        "case": str(case), "key": KEY,
    }  # fmt: skip
    by_page = signed_in(analyst).post("/corrections/", form, follow=True)
    again = ask(api, reversal(books, case=case, transaction=books.ids["T1"].upper()))
    assert f"{by_api.json()['request']} waits for" in by_page.content.decode()
    assert (by_api.status_code, again.status_code) == (201, 200)
    assert again.json() == by_api.json() | {"created": False}
    assert len(requests(books)) == 1
    other = ask(api, reversal(books, note="something else"))
    assert (other.status_code, other.json()["type"]) == (409, "key_reused_for_another_payload")


def test_a_confirmation_is_asked_for_with_its_case(api: Client, books: Books) -> None:
    case = case_of(books, cause=5)
    body = reversal(books, kind="confirm", transaction=books.ids["T3"], reason_code="CONFIRMATION_FAILED")
    missing = ask(api, body)
    assert (missing.status_code, missing.json()["where"]) == (422, "case")
    answer = ask(api, body | {"case": case})
    assert answer.status_code == 201, answer.json()
    assert requests(books)[0].kind == "confirm"


def test_a_repost_is_asked_for_with_its_case(api: Client, books: Books) -> None:
    books.play("T8 11 FAILED ewa 40 @R8\nL8 clr 11 -40 @R8").check_day("clr", "11")
    body = reversal(books, kind="repost", transaction=books.ids["T8"], reason_code="FAILED_HERE")
    missing = ask(api, body)
    assert (missing.status_code, missing.json()["where"]) == (422, "case")
    answer = ask(api, body | {"case": int(books.case("clr", "11").number)})
    assert answer.status_code == 201, answer.json()
    assert (requests(books)[0].kind, requests(books)[0].amount_minor) == ("repost", 40)


def test_a_booking_is_asked_for_by_its_case(api: Client, books: Books) -> None:
    with tenant(books.tenant_id):
        set_booking_account(bank_account="clr", use_case="bank_fee", counter="fee", actor=SET_UP, at=NOW)
    books.play('L4 clr 10 -25 "FEE"').check_day("clr", "10")
    body = {"kind": "book", "case": case_of(books, cause=6), "reason_code": "BANK_FEE", "key": KEY}
    assert (ask(api, body | {"transaction": books.ids["T1"]}).json()["where"]) == "transaction"
    assert ask(api, {n: v for n, v in body.items() if n != "case"}).json()["where"] == "case"
    made = ask(api, body)
    assert made.status_code == 201, made.json()
    assert (requests(books)[0].kind, ask(api, body).status_code) == ("book", 200)


def test_an_identification_is_asked_for_by_its_receipt(api: Client, books: Books) -> None:
    books.play("T91 05 suspense_receipt ap/sus 45\nT92 05 invoice ar/rev 45 p92")
    body = {
        "kind": "identify", "transaction": books.ids["T91"], "payment": "p92", "counter": "ar", "key": KEY,
        "reason_code": "RECEIPT_IDENTIFIED",
    }  # fmt: skip
    for name in ("payment", "counter", "transaction"):
        missing = ask(api, body | {name: ""})
        assert (missing.status_code, missing.json()["where"]) == (422, name)
    outgoing = ask(api, body | {"payment": "p1"})
    assert (outgoing.status_code, outgoing.json()["where"]) == (400, "payment_id")
    made = ask(api, body)
    assert made.status_code == 201, made.json()
    assert (requests(books)[0].kind, ask(api, body).status_code) == ("identify", 200)
    number = made.json()["request"].removeprefix("CR-")
    assert api.get(f"/api/v1/corrections/CR-{number}/").json()["kind"] == "identify"


def test_an_integration_is_refused_and_audited(books: Books) -> None:
    with tenant(books.tenant_id):
        secret = issue_token(name="core", actor=SET_UP, at=NOW)
    core = Client(headers={"Authorization": f"Bearer {secret}"})
    answer = ask(core, reversal(books))
    assert (answer.status_code, answer.json()["type"]) == (403, "not_permitted")
    assert "only a person asks for a correction; no person stands behind the token core" in answer.json()["title"]
    assert answer["Content-Type"] == "application/problem+json"
    assert requests(books) == []
    (row,) = refused(books)
    assert (row.actor_kind, row.actor) == ("token", "core")


def test_it_is_looked_at_and_taken_back_by_its_maker(api: Client, books: Books, user_of: UserMaker) -> None:
    name = ask(api, reversal(books)).json()["request"]
    shown = api.get(f"/api/v1/corrections/{name}/").json()
    assert (shown["request"], shown["state"], shown["kind"]) == (name, "open", "reverse")
    assert (shown["transaction"], shown["amount_minor"], shown["approvals"]) == (books.ids["T1"], "215000", 0)
    other = api_of(user_of("Oda Other", "analyst"), books.tenant_id)
    assert other.get(f"/api/v1/corrections/{name}/").status_code == 200
    assert other.post(f"/api/v1/corrections/{name}/withdraw/").status_code == 403
    taken = api.post(f"/api/v1/corrections/{name}/withdraw/")
    assert (taken.status_code, taken.json()) == (200, {"request": name, "state": "withdrawn"})
    again = api.post(f"/api/v1/corrections/{name}/withdraw/")
    assert (again.status_code, again.json()["type"]) == (409, "request_not_open")
    ended = api.get(f"/api/v1/corrections/{name}/").json()
    assert (ended["state"], ended["ended_at"] is not None) == ("withdrawn", True)


@pytest.mark.parametrize("number", [99, 2**63, 2**70])
def test_a_request_that_is_none_is_not_found(api: Client, number: int) -> None:
    assert api.get(f"/api/v1/corrections/CR-{number}/").status_code == 404
    assert api.post(f"/api/v1/corrections/CR-{number}/withdraw/").status_code == 404


@pytest.mark.parametrize("role", ["support", "policy_admin", "auditor", "operator"])
def test_a_role_that_may_not_ask_is_refused(books: Books, user_of: UserMaker, role: str) -> None:
    answer = ask(api_of(user_of("Nina Nobody", role), books.tenant_id), reversal(books))
    assert (answer.status_code, answer.json()["type"]) == (403, "not_permitted")
    assert requests(books) == []
    assert len(refused(books)) == 1


def test_support_may_not_look_at_requests(api: Client, books: Books, user_of: UserMaker) -> None:
    name = ask(api, reversal(books)).json()["request"]
    support = api_of(user_of("Sami Support", "support"), books.tenant_id)
    assert support.get(f"/api/v1/corrections/{name}/").status_code == 403


def test_a_persons_token_may_what_the_person_may_and_no_more(api: Client) -> None:
    assert api.get("/api/v1/drift/").status_code == 200
    posting = {
        "key": "k", "use_case": "ewa", "entries": [
            {"account": "emp", "direction": "DEBIT", "amount_minor": "400"},
            {"account": "clr", "direction": "CREDIT", "amount_minor": "400"},
        ],
    }  # fmt: skip
    answer = api.post("/api/v1/postings/", json.dumps({"postings": [posting]}), content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (403, "not_permitted")


def test_a_role_that_ended_in_between_is_refused(books: Books, user_of: UserMaker) -> None:
    user = user_of("Both", "analyst", "support")
    api = api_of(user, books.tenant_id)
    with tenant(books.tenant_id):
        end_role(user, "analyst", actor=SET_UP, at=NOW)
    assert ask(api, reversal(books)).status_code == 403
    with tenant(books.tenant_id):
        end_role(user, "support", actor=SET_UP, at=NOW)
    assert ask(api, reversal(books)).status_code == 401
    assert requests(books) == []


def test_an_ended_token_and_a_closed_sign_in_are_401(api: Client, books: Books, analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert ask(api, reversal(books)).status_code == 401
    User.objects.filter(pk=analyst.pk).update(is_active=True)
    with tenant(books.tenant_id):
        end_own_token(token_id=ApiToken.objects.get().id, actor=acting(analyst, books.tenant_id), at=NOW)
    answer = ask(api, reversal(books))
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert requests(books) == []


def test_another_tenants_transaction_and_request_are_not_found(
    api: Client, books: Books, rival: Tenant, user_of: UserMaker
) -> None:
    name = ask(api, reversal(books)).json()["request"]
    foreign = api_of(user_of("Rita Rival", "analyst", tenant_id=rival.id), rival.id)
    theirs = ask(foreign, reversal(books, key="b"))
    unknown = ask(foreign, reversal(books, key="c", transaction="00000000-0000-4000-8000-000000000000"))
    assert theirs.status_code == unknown.status_code == 404
    assert theirs.json()["type"] == unknown.json()["type"]
    assert foreign.get(f"/api/v1/corrections/{name}/").status_code == 404
    assert foreign.post(f"/api/v1/corrections/{name}/withdraw/").status_code == 404


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "approve"}, "kind"),
        ({"kind": ["reverse"]}, "kind"),
        ({"reason_code": "BECAUSE"}, "reason_code"),
        ({"reason_code": None}, "reason_code"),
        ({"note": "\u0000"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"note": 7}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"key": ""}, "key"),
        ({"key": "k" * 201}, "key"),
        ({"key": "\u0000"}, "key"),
        ({"case": "1"}, "case"),
        ({"case": True}, "case"),
        ({"case": 0}, "case"),
        ({"case": 2**70}, "case"),
        ({"transaction": 5}, "transaction"),
        ({"made_by": 1}, "made_by"),
    ],
)
def test_bad_input_is_refused_with_its_place(api: Client, books: Books, change: dict[str, Any], where: str) -> None:
    answer = ask(api, reversal(books, **change))
    cannot_be = change.get("reason_code") == "BECAUSE" or change.get(where) in ("\x00", "\ud800")
    assert (answer.status_code, answer.json().get("where")) == (422 if cannot_be else 400, where)
    assert requests(books) == []


@pytest.mark.parametrize("body", [[], "text", None, 5])
def test_a_body_that_is_no_object_is_refused(api: Client, body: Any) -> None:
    assert ask(api, body).status_code == 400


def test_a_transaction_that_is_no_id_is_not_found(api: Client, books: Books) -> None:
    assert ask(api, reversal(books, transaction="T1")).status_code == 404
    assert ask(api, reversal(books, case=999)).status_code == 404


def test_the_makers_own_second_sign_in_cannot_approve_it(
    api: Client, books: Books, analyst: User, user_of: UserMaker
) -> None:
    ask(api, reversal(books))
    (stored,) = requests(books)
    twin = signed_in(user_of("Anna Private", "controller", same_as=analyst))
    form = {"decision": "approve", "password": PASSWORD, "reason": "",
            "digest": bytes(stored.payload_sha256).hex()}  # fmt: skip
    answer = twin.post(f"/approvals/{stored.number}/decision/", form)
    assert answer.status_code == 403
    with tenant(books.tenant_id):
        assert not ApprovalExecution.objects.exists()
    assert requests(books)[0].state == "open"


def test_no_address_of_the_api_decides() -> None:
    routes = {str(p.pattern) for p in urlpatterns if isinstance(p, URLPattern)}
    assert len(routes) == len(urlpatterns)
    assert not [r for r in routes if any(word in r for word in ("approv", "decision", "decide", "reject", "token"))]
