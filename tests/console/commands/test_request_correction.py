from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.people.end_role import end_role
from reconciliation.people.issue_token import issue_token
from reconciliation.people.make_own_token import make_own_token
from reconciliation.people.models import User
from tests.people import SET_UP, acting
from tests.reconciliation.books import NOW, Books

ROWS = """
T1 10 ewa 215000 @R1 p1
T2 10 ewa 70 @R2 p2
L2 clr 10 -70 @R2
"""
Run = Callable[..., Any]


@pytest.fixture
def books(acme: Tenant) -> Books:
    made = Books(acme.id).play(ROWS)
    made.check_day("clr", "10")
    return made


@pytest.fixture
def analyst(user_of: Callable[..., User]) -> User:
    return user_of("Anna Analyst", "analyst")


@pytest.fixture
def secret(books: Books, analyst: User, monkeypatch: pytest.MonkeyPatch) -> str:
    who = acting(analyst, books.tenant_id)
    with tenant(books.tenant_id):
        made = make_own_token(name="script", proven_at=NOW, actor=who, at=NOW)
    monkeypatch.setenv("PLUMBLINE_TOKEN", made)
    return made


def ask(run: Run, books: Books, *more: str, kind: str = "reverse", reason: str = "BANK_REJECTED") -> Any:
    words = (kind, books.ids["T1"], "--reason", reason, "--note", "FIN-1", *more)
    with time_machine.travel(NOW, tick=True):
        return run("request_correction", *words)


def made(books: Books) -> list[ApprovalRequest]:
    with tenant(books.tenant_id):
        return list(ApprovalRequest.objects.order_by("id"))


def test_it_asks_as_the_person_of_the_token(run: Run, books: Books, analyst: User, secret: str) -> None:
    answer = ask(run, books, "--json", "--key", "k1", "--case", str(books.cases("clr", "10")[0].number))
    assert answer.code == 0, answer.err
    (stored,) = made(books)
    assert answer.json == {
        "request": str(stored), "state": "open", "expires_at": stored.expires_at.isoformat(), "created": True,
    }  # fmt: skip
    assert (stored.made_by_id, stored.note) == (analyst.person_id, "FIN-1")
    with tenant(books.tenant_id):
        row = AuditEntry.objects.get(action="request.made")
    assert (row.actor_kind, row.detail["through_token"]) == ("person", "script")
    assert secret not in answer.out + answer.err


def test_the_same_key_is_one_request_and_says_so(run: Run, books: Books, secret: str) -> None:
    assert "waits for a checker" in ask(run, books, "--key", "k1").out
    again = ask(run, books, "--key", "k1")
    assert (again.code, len(made(books))) == (0, 1)
    assert "was asked for before" in again.out
    without = ask(run, books, "--json")
    assert (without.code, without.json["error"]["code"]) == (1, "already_requested")


def test_the_id_that_pages_show_will_do(run: Run, books: Books, secret: str) -> None:
    whole = books.ids["T1"]
    books.ids["T1"] = f"LT-{whole[:8].upper()}"
    assert ask(run, books, "--key", "k1").code == 0
    books.ids["T1"] = whole
    assert "was asked for before" in ask(run, books, "--key", "k1").out
    (stored,) = made(books)
    assert stored.subject == whole


def test_an_id_of_nothing_is_refused(run: Run, books: Books, secret: str) -> None:
    for wrong in ("LT-00000000", "LT-1", "1", "C-1"):
        books.ids["T1"] = wrong
        answer = ask(run, books, "--json")
        assert (answer.code, answer.json["error"]["code"]) == (1, "unknown_transaction")
        assert wrong in answer.err


def test_without_a_token_it_says_where_one_goes(run: Run, books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLUMBLINE_TOKEN", raising=False)
    for _ in range(2):
        answer = ask(run, books)
        assert answer.code == 2
        assert "PLUMBLINE_TOKEN is not set" in answer.err
        monkeypatch.setenv("PLUMBLINE_TOKEN", " ")


@pytest.mark.parametrize("wrong", ["pl_nothing", "pl_\xfc"])
def test_a_token_that_is_none_is_refused(run: Run, books: Books, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PLUMBLINE_TOKEN", wrong)
    answer = ask(run, books, "--json")
    assert (answer.code, answer.json["error"]["code"]) == (1, "not_permitted")
    assert wrong not in answer.out + answer.err


def test_an_integration_is_refused_and_audited(run: Run, books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenant(books.tenant_id):
        monkeypatch.setenv("PLUMBLINE_TOKEN", issue_token(name="core", actor=SET_UP, at=NOW))
    answer = ask(run, books, "--json")
    assert (answer.code, answer.json["error"]["code"]) == (1, "not_permitted")
    assert "no person stands behind the token core" in answer.err
    with tenant(books.tenant_id):
        row = AuditEntry.objects.get(action="attempt.refused")
    assert (row.actor_kind, row.subject) == ("token", "command request_correction")


def test_a_role_that_ended_is_refused(run: Run, books: Books, analyst: User, secret: str) -> None:
    with tenant(books.tenant_id):
        end_role(analyst, "analyst", actor=SET_UP, at=NOW)
    assert ask(run, books).code == 1
    assert made(books) == []


def test_what_does_not_fit_is_refused_with_its_place(run: Run, books: Books, secret: str) -> None:
    unknown = ask(run, books, "--json", reason="BECAUSE")
    assert (unknown.code, unknown.json["error"]["where"]) == (1, "reason_code")
    no_case = ask(run, books, "--json", kind="confirm", reason="CONFIRMATION_FAILED")
    assert (no_case.code, no_case.json["error"]["where"]) == (1, "case")
    with pytest.raises(CommandError):
        ask(run, books, kind="approve")


def test_a_receipt_is_identified_by_command(run: Run, books: Books, secret: str) -> None:
    books.play("T91 05 suspense_receipt ap/sus 45\nT92 05 invoice ar/rev 45 p92")
    words = ("identify", books.ids["T91"], "--reason", "RECEIPT_IDENTIFIED", "--note", "they wrote", "--payment", "p92")
    with time_machine.travel(NOW, tick=True):
        refused = run("request_correction", *words)
        answer = run("request_correction", *words, "--counter", "ar")
    assert refused.code != 0 and "names its counter" in refused.err
    assert answer.code == 0, answer.err
    (stored,) = made(books)
    assert (stored.kind, stored.payment_id) == ("identify", "p92")
