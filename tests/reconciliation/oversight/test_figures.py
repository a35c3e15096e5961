"""The figures of one tenant: what is known is stated exactly, what is not known is absent, and who reads them sees no more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection
from django.db.utils import OperationalError

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.oversight.figures import AS_READER, tenant_figures
from tests.reconciliation.books import NOW, Books, march

pytestmark = pytest.mark.django_db(transaction=True)
DRIFT = "ledger_bank_drift_santim_total"


def figures(tenant_id: int, at: datetime = NOW) -> dict[tuple[str, ...], int]:
    with tenant(tenant_id):
        found = tenant_figures(at=at, within_ms=4000)
    stated = {(f.metric, *f.labels): int(f.value) for f in found}
    assert len(stated) == len(found), "one value a series"
    return stated


def test_drift_of_the_last_day_is_summed_without_signs_and_only_while_it_is_fresh(books: Books) -> None:
    books.play("L9 cash 18 -250 @X991\nL8 cash 19 +100 @X992")
    for day in ("18", "19"):
        books.check_day("cash", day)
    found = figures(books.tenant_id)
    assert found[DRIFT, "cash", "ETB"] == 350, "250 too little and 100 too much are 350 of drift"
    assert found["plumbline_drift_minor", "cash", "ETB"] == 150
    later = NOW + timedelta(hours=25)
    assert (DRIFT, "cash", "ETB") not in figures(books.tenant_id, later), "nobody checked in the last 24 h: not known"
    assert figures(books.tenant_id, later)["plumbline_drift_minor", "cash", "ETB"] == 150, "it stands all the same"


def test_a_day_that_still_runs_is_no_drift_yet(books: Books) -> None:
    books.play("L9 cash 20 -250 @X991").check_day("cash", "20")
    assert (DRIFT, "cash", "ETB") not in figures(books.tenant_id)


def test_an_unknown_day_leaves_drift_absent_where_a_zero_would_lie(books: Books) -> None:
    for day in ("17", "18"):
        books.check_day("clr", day)
    assert figures(books.tenant_id)[DRIFT, "clr", "ETB"] == 0
    books.reconcile("cash", march("18"), NOW)  # no statement
    found = figures(books.tenant_id)
    assert not [key for key in found if key[1:2] == ("cash",) and key[0].endswith(("_minor", "_total"))]
    assert found["plumbline_drift_verdict", "cash", "ETB", "unknown"] == 1
    assert found["plumbline_drift_open_days", "cash", "ETB", "unknown"] == 1
    assert found["plumbline_statements_overdue", "cash", "ETB"] == 1


def test_one_unknown_day_beside_clean_ones_is_no_zero_and_beside_drift_hides_none(books: Books) -> None:
    books.check_day("clr", "16")
    books.play("L9 cash 16 -70 @X991").check_day("cash", "16")
    for account in ("clr", "cash"):
        books.reconcile(account, march("20"), NOW + timedelta(hours=2))
    at = NOW + timedelta(days=6)
    for account in ("clr", "cash"):
        books.reconcile(account, march("24"), at)  # due, and no statement covers it
    found = figures(books.tenant_id, at)
    assert not [key for key in found if key[1:2] == ("clr",) and key[0].endswith(("_minor", "_total"))]
    assert found["plumbline_drift_minor", "cash", "ETB"] == 70, "what is known of drift is told"


def test_before_the_first_check_nothing_is_said_of_an_account(books: Books) -> None:
    found = figures(books.tenant_id)
    assert not [key for key in found if key[0].endswith(("_minor", "_total"))]
    assert {key[-1] for key, n in found.items() if key[0] == "plumbline_drift_verdict" and n} == {"unknown"}


def test_a_tenant_without_accounts_has_its_gate_shut_and_no_drift_at_all(acme: Tenant) -> None:
    found = figures(acme.id)
    assert found[("plumbline_gate_open",)] == 0
    assert not [key for key in found if "drift" in key[0]]


def test_how_long_drift_stands_is_told_from_the_first_check_that_found_it(books: Books) -> None:
    books.play("L9 cash 18 -250 @X991").check_day("cash", "18")
    later = NOW + timedelta(hours=30)
    books.reconcile("cash", march("18"), later)
    found = figures(books.tenant_id, later)
    assert found["plumbline_drift_persists_seconds", "cash", "ETB"] == 30 * 3600
    assert found["plumbline_drift_persists_checks", "cash", "ETB"] == 2
    assert found["plumbline_unmatched_value_minor", "ledger-bank", "ETB"] == 250
    assert found["plumbline_exception_queue_depth", "missing_counterpart", "1 to 3 days"] == 1
    assert found["plumbline_exception_queue_overdue", "missing_counterpart"] == 1
    assert found[("plumbline_security_holds",)] == 1


def test_another_tenants_rows_are_in_no_figure(books: Books, rival: Tenant) -> None:
    books.play("L9 cash 19 -250 @X991").check_day("cash", "19")
    assert not [key for key, n in figures(rival.id).items() if n and key[0] != "plumbline_gate_needed_days"]


@pytest.mark.parametrize("attack", [
    "SELECT body FROM provider_delivery", "SELECT number FROM bank_account", "SELECT payment_id FROM exception_case",
    "SELECT * FROM ledger_entry", "SELECT * FROM reconciliation_user", "SELECT sealed FROM provider_key",
    "SELECT payload FROM outbox_item", "SELECT * FROM audit_entry",
])  # fmt: skip
def test_the_reader_sees_nothing_but_what_is_counted(acme: Tenant, attack: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), tenant(acme.id), connection.cursor() as cursor:
        cursor.execute(AS_READER, ["4000"])
        cursor.execute(attack)


def test_the_reader_changes_nothing_and_sees_one_tenant(
    books: Books, rival: Tenant, raw_as: Callable[..., psycopg.Connection[Any]]
) -> None:
    superuser = raw_as("superuser")
    for table in ("bank_account", "exception_case", "outbox_item", "drift_check"):
        for verb in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            ask = "SELECT has_table_privilege('plumbline_figures', %s, %s)"
            assert superuser.execute(ask, [table, verb]).fetchone() == (False,), (table, verb)
    with tenant(rival.id), connection.cursor() as cursor:
        cursor.execute(AS_READER, ["4000"])
        cursor.execute("SELECT count(*) FROM (SELECT code FROM bank_account) x")
        assert cursor.fetchone() == (0,)


def test_a_figure_that_takes_too_long_is_given_up_and_the_scope_is_the_apps_again(acme: Tenant) -> None:
    with pytest.raises(OperationalError, match="statement timeout"), tenant(acme.id), connection.cursor() as cursor:
        cursor.execute(AS_READER, ["20"])
        cursor.execute("SELECT pg_sleep(2)")
    with tenant(acme.id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, current_setting('transaction_read_only'), current_setting('statement_timeout')"
        )
        assert cursor.fetchone() == ("plumbline_app", "off", "0")
