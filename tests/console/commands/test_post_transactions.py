import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from tests.reconciliation.bank.desk import Desk, desk


@pytest.fixture
def books(acme: Tenant) -> Desk:
    return desk(acme.id)


def posting(key: str, amount: str = "500", **more: Any) -> dict[str, Any]:
    entries = [
        {"account": "cash", "direction": "DEBIT", "amount_minor": amount},
        {"account": "rev", "direction": "CREDIT", "amount_minor": amount},
    ]
    return {"key": key, "use_case": "receipt", "entries": entries, "effective_on": "2026-03-10"} | more


def lines(folder: Path, *rows: Any) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def states(books: Desk) -> dict[str, str]:
    with tenant(books.tenant_id):
        return dict(LedgerTransaction.objects.order_by("id").values_list("idempotency_key", "status"))


def test_it_posts_plans_confirms_and_fails_in_the_order_of_the_file(
    run: Callable[..., Any], books: Desk, tmp_path: Path
) -> None:
    path = lines(
        tmp_path, posting("a"), posting("b", action="plan"), posting("c", status="PENDING"), "",
        {"action": "confirm", "key": "b", "effective_on": "2026-03-11"},
        {"action": "fail", "key": "c", "why": "expired"},
    )  # fmt: skip
    answer = run("post_transactions", path, "--tenant", "acme", "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["rows"], answer.json["done"], answer.json["known"]) == (5, 5, 0)
    assert states(books) == {"a": "POSTED", "b": "POSTED", "c": "FAILED"}
    with tenant(books.tenant_id):
        row = AuditEntry.objects.get(action="transaction.posted")
        assert (row.actor_kind, row.role) == ("operator", "integration")
        assert answer.json["transactions"][0]["id"] == row.subject


def lopsided() -> dict[str, Any]:
    row = posting("x")
    row["entries"][1]["amount_minor"] = "501"
    return row


def test_run_again_it_changes_nothing(run: Callable[..., Any], books: Desk, tmp_path: Path) -> None:
    path = lines(tmp_path, posting("a"), posting("b", action="plan"), {"action": "confirm", "key": "b"})
    run("post_transactions", path, "--tenant", "acme")
    again = run("post_transactions", path, "--tenant", "acme", "--json")
    assert (again.code, again.json["done"], again.json["known"]) == (0, 0, 3)


def test_one_json_array_is_a_file_too(run: Callable[..., Any], books: Desk, tmp_path: Path) -> None:
    path = lines(tmp_path, json.dumps([posting("a"), posting("b")], indent=1))
    assert run("post_transactions", path, "--tenant", "acme", "--json").json["done"] == 2


@pytest.mark.parametrize(
    ("row", "code", "where"),
    [
        (posting("x", "1.50"), "bad_input", "row 2.entries[0].amount_minor"),
        (posting("x", surprise=1), "bad_input", "row 2.surprise"),
        ({"action": "confirm", "key": "none"}, "unknown_transaction", "row 2"),
        ({"action": "burn", "key": "a"}, "bad_input", "row 2.action"),
        ("{", "bad_input", "line 2"),
        ('{"key": 1.5}', "bad_input", "line 2"),
        (posting("a", "501"), "key_reused_for_another_payload", "row 2"),
        (lopsided(), "unbalanced", "row 2"),
        ({"action": "fail", "key": "a"}, "not_pending", "row 2"),
    ],
)  # fmt: skip
def test_it_is_all_or_nothing_and_names_the_row(
    run: Callable[..., Any], books: Desk, tmp_path: Path, row: Any, code: str, where: str
) -> None:
    answer = run("post_transactions", lines(tmp_path, posting("a"), row), "--tenant", "acme", "--json")
    assert answer.code == 1
    assert (answer.json["error"]["code"], answer.json["error"]["where"]) == (code, where)
    assert code in answer.err
    assert states(books) == {}
    with tenant(books.tenant_id):
        assert AuditEntry.objects.filter(action="attempt.refused", subject="command post_transactions").count() == 1


def test_an_unknown_tenant_is_refused(run: Callable[..., Any], books: Desk, tmp_path: Path) -> None:
    answer = run("post_transactions", lines(tmp_path, posting("a")), "--tenant", "nobody", "--json")
    assert (answer.code, answer.json["error"]["code"]) == (1, "not_found")
