"""Held postings over the API at their edges: whatever is sent is held or refused with a sentence, every page of its checkers still
opens, and a refused attempt is one row of the trail."""

from typing import Any

import pytest
from django.test import Client

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.people.models import User
from tests.console.test_api_held import api, api_of, books, clock, controller, decide, posting, send
from tests.console.working import signed_in
from tests.people import SET_UP
from tests.reconciliation.books import Books

__all__ = ["api", "books", "clock", "controller"]
pytestmark = pytest.mark.django_db(transaction=True)


def deep(levels: int) -> dict[str, Any]:
    found: Any = "x"
    for _ in range(levels):
        found = [found]
    return {"a": found}


def moved(amount: str) -> list[dict[str, str]]:
    return [
        {"account": "emp", "direction": "DEBIT", "amount_minor": amount},
        {"account": "clr", "direction": "CREDIT", "amount_minor": amount},
    ]


SENT: dict[str, tuple[dict[str, Any], int]] = {
    "an account of the sender's": ({"metadata": {"account_id": {"iban": ["x"]}}}, 202),
    "deep": ({"metadata": deep(18)}, 202),
    "deeper than is read": ({"metadata": deep(400)}, 422),
    "a number": ({"metadata": {"rate": 1e300}}, 202),
    "a long key": ({"key": "k  " * 66 + "\u1e9e\U0001f600"}, 202),
    "a key of blanks": ({"key": " " * 200}, 202),
    "a large amount": ({"entries": moved("9" * 38)}, 0),
    "a very large amount": ({"entries": moved("9" * 5000)}, 400),
    "no day": ({"effective_on": None}, 202),
    "the first day": ({"effective_on": "0001-01-01"}, 0),
    "the last day": ({"effective_on": "9999-12-31"}, 0),
    "a use case of two words": ({"use_case": "ewa", "payment_id": "\u00fc" * 140}, 202),
    "a correction of nothing": ({"corrects": "LT-NOPE"}, 0),
}  # fmt: skip


@pytest.mark.parametrize("what", SENT)
def test_it_is_held_or_refused_and_its_checkers_see_it(books: Books, api: Client, controller: User, what: str) -> None:
    changed, status = SENT[what]
    answer = send(api, posting(**changed))
    assert answer.status_code == status if status else answer.status_code in (202, 400, 404, 409, 422), answer.content
    screen = signed_in(controller)
    page = screen.get("/approvals/")
    assert page.status_code == 200, (page.content, answer.content)
    if answer.status_code == 202:
        number = int(answer.json()[0]["request"].removeprefix("CR-"))
        assert screen.get(f"/approvals/{number}/").status_code == 200
        assert decide(controller, number) == 302
        again = send(api, posting(**changed))
        assert (again.status_code, again.json()[0]["created"]) == (200, False)


def test_what_nobody_answers_for_is_one_refused_attempt(books: Books, acme: Tenant) -> None:
    nameless = api_of(books, SET_UP)
    assert send(nameless, posting()).status_code == 403
    with tenant(acme.id):
        assert AuditEntry.objects.filter(action="attempt.refused").count() == 1
