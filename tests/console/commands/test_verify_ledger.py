from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from ledger.models import AuditEntry, AuditVerification, Tenant
from ledger.tenancy import tenant
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from reconciliation.tasks import now, tick
from reconciliation.work_off import work_off
from tests.console.working import signed_in
from tests.reconciliation.bank.desk import NOW, Desk, desk
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(acme: Tenant) -> Desk:
    made = desk(acme.id)
    made.post(500, "A1")
    with tenant(acme.id):
        seal_all(NOW)
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


def test_the_verdict_is_kept_and_shown_at_the_foot_of_every_page(
    run: Callable[..., Any], books: Desk, user_of: Callable[..., User], raw_as: Callable[..., psycopg.Connection[Any]]
) -> None:
    auditor = signed_in(user_of("Auditor", "auditor"))
    assert "Not verified yet" in auditor.get("/ledger/").content.decode()
    run("verify_ledger", "--tenant", "acme")
    assert "sealed rows, unbroken" in auditor.get("/").content.decode()
    with raw_as("superuser") as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("UPDATE ledger_entry SET amount_minor = 1")
    tick()
    with tenant(books.tenant_id):
        item = OutboxItem.objects.get(kind="verify_ledger")
    assert work_off(books.tenant_id, item.id, at=now())
    assert "Ledger chain broken" in auditor.get("/").content.decode()
    html = auditor.get("/audit/").content.decode()
    assert "First bad row: transaction" in html
    with tenant(books.tenant_id):
        found = AuditVerification.objects.order_by("id").values_list("ok", "verified_by")
        assert [ok for ok, _ in found] == [True, False]
        assert AuditEntry.objects.filter(action="ledger.verified").count() == 2


def test_a_tail_cut_off_since_the_last_verification_is_found(
    run: Callable[..., Any], books: Desk, raw_as: Callable[..., psycopg.Connection[Any]]
) -> None:
    assert run("verify_ledger", "--tenant", "acme", "--json").json["ok"]
    with raw_as("superuser") as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("DELETE FROM audit_block")
    assert not run("verify_ledger", "--tenant", "acme", "--json").json["ok"]


def test_an_unknown_tenant_is_refused(run: Callable[..., Any], books: Desk) -> None:
    assert run("verify_ledger", "--tenant", "nobody", "--json").json["error"]["code"] == "not_found"
