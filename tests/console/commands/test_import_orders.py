from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.commerce.models import Order
from tests.reconciliation.commerce.test_orders_file import ROW, file

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., Any]


@pytest.fixture
def orders(acme: Tenant, tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(file(ROW, ROW.replace("A-1", "A-2")))
    return path


def stored(acme: Tenant) -> int:
    with tenant(acme.id):
        return Order.objects.count()


def test_it_imports_once_and_says_what_is_new(run: Run, acme: Tenant, orders: Path) -> None:
    answer = run("import_orders", orders, "--tenant", "acme", "--json")
    assert answer.code == 0, answer.err
    assert answer.json == {"file": "orders.csv", "rows": 2, "created": 2, "known": 0, "dry_run": False}
    assert run("import_orders", orders, "--tenant", "acme", "--json").json["known"] == 2
    assert run("import_orders", orders, "--tenant", "acme").out == "orders.csv: 2 orders, 0 new, 2 known already\n"
    with tenant(acme.id):
        row = AuditEntry.objects.get(action="orders.imported")
        assert (row.actor_kind, row.role) == ("operator", "integration")


def test_a_dry_run_stores_nothing(run: Run, acme: Tenant, orders: Path) -> None:
    answer = run("import_orders", orders, "--tenant", "acme", "--dry-run", "--json")
    assert (answer.code, answer.json["created"], answer.json["dry_run"]) == (0, 2, True)
    assert stored(acme) == 0
    with tenant(acme.id):
        assert not AuditEntry.objects.exists()


def test_a_refused_row_is_named_and_nothing_is_stored(run: Run, acme: Tenant, orders: Path) -> None:
    orders.write_bytes(file(ROW, ROW.replace("A-1", "A-2").replace("0.0005", "1_000")))
    answer = run("import_orders", orders, "--tenant", "acme", "--json")
    assert (answer.code, answer.json["error"]["code"], answer.json["error"]["where"]) == (
        1,
        "bad_input",
        "row 3.amount",
    )
    assert "row 3.amount" in answer.err
    assert stored(acme) == 0


def test_an_order_with_another_content_is_refused(run: Run, acme: Tenant, orders: Path) -> None:
    run("import_orders", orders, "--tenant", "acme")
    orders.write_bytes(file(ROW.replace("A-1", "A-0"), ROW.replace("0.0005", "0.0006")))
    answer = run("import_orders", orders, "--tenant", "acme", "--json")
    assert (answer.code, answer.json["error"]["code"], answer.json["error"]["where"]) == (1, "order_differs", "row 3")
    assert stored(acme) == 2


def test_no_file_is_wrong_use(run: Run, acme: Tenant, tmp_path: Path) -> None:
    assert run("import_orders", tmp_path / "none", "--tenant", "acme").code == 2
