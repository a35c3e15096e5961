from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger import audit
from ledger.models import Tenant
from ledger.tenancy import tenant
from tests.reconciliation.bank.desk import NOW, Desk, desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(acme: Tenant) -> Desk:
    made = desk(acme.id)
    made.post(500, "A1")
    with tenant(acme.id):
        audit.seal(NOW)
    return made


def test_it_holds(run: Callable[..., Any], books: Desk) -> None:
    answer = run("verify_ledger", "--tenant", "acme", "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["ok"], answer.json["first_bad"], answer.json["transactions"]) == (True, None, 1)
    assert answer.json["rows"] > 0
    assert run("verify_ledger", "--tenant", "acme", "--anchor", answer.json["head"]).code == 0


def test_what_does_not_hold_is_named_and_leaves_with_1(
    run: Callable[..., Any], books: Desk, raw_as: Callable[..., psycopg.Connection[Any]]
) -> None:
    with raw_as("superuser") as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("UPDATE ledger_entry SET amount_minor = 1")
    answer = run("verify_ledger", "--tenant", "acme", "--json")
    assert (answer.code, answer.json["ok"]) == (1, False)
    assert answer.json["first_bad"].startswith("transaction ")
    assert "does not hold" in run("verify_ledger", "--tenant", "acme").out


def test_an_unknown_tenant_is_refused(run: Callable[..., Any], books: Desk) -> None:
    assert run("verify_ledger", "--tenant", "nobody", "--json").json["error"]["code"] == "not_found"
