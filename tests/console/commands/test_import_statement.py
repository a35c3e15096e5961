import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.statement_files import CSV_PROFILE
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.import_statement import receive_statement
from reconciliation.bank.models import BankImport
from tests.reconciliation.bank.desk import ANALYST, NOW, NUMBER, Desk, desk, mt940

TEN = [(500, "A1"), (-200, "B2")]


@pytest.fixture
def books(acme: Tenant) -> Desk:
    return desk(acme.id)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "day.sta"
    path.write_bytes(mt940(0, TEN))
    return path


def test_it_imports_and_says_what_became_of_each_statement(run: Callable[..., Any], books: Desk, file: Path) -> None:
    answer = run("import_statement", file, "--tenant", "acme", "--account", "cash", "--json")
    assert answer.code == 0, answer.err
    made, (statement,) = answer.json["import"], answer.json["statements"]
    assert (made["state"], made["repeated"], made["format"], made["lines"], made["new_lines"]) == (
        "imported", False, "mt940", 2, 2,
    )  # fmt: skip
    assert (statement["state"], statement["opening"], statement["closing"]) == ("in_force", "0", "300")
    assert books.lines() == TEN


def test_the_same_file_again_says_so(run: Callable[..., Any], books: Desk, file: Path) -> None:
    first = run("import_statement", file, "--tenant", "acme", "--account", "cash", "--json").json["import"]
    again = run("import_statement", file, "--tenant", "acme", "--account", "cash", "--json")
    assert (again.code, again.json["import"]["repeated"], again.json["import"]["id"]) == (0, True, first["id"])
    assert "imported before" in run("import_statement", file, "--tenant", "acme", "--account", "cash").out


def test_a_dry_run_shows_the_day_and_stores_nothing(run: Callable[..., Any], books: Desk, file: Path) -> None:
    answer = run("import_statement", file, "--tenant", "acme", "--account", "cash", "--dry-run", "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["dry_run"], answer.json["import"]["id"], answer.json["import"]["new_lines"]) == (True, None, 2)
    assert [(d["day"], d["verdict"], d["drift"]) for d in answer.json["trial"]] == [("2026-03-10", "DRIFTED", "-300")]
    with tenant(books.tenant_id):
        assert not BankImport.objects.exists()


def test_a_dry_run_says_what_keeps_a_day_unknown_and_what_the_page_of_a_waiting_file_says(
    run: Callable[..., Any], books: Desk, file: Path
) -> None:
    books.take_in(mt940(0, [(100, "A0")], day=9))
    file.write_bytes(mt940(777, TEN))
    with tenant(books.tenant_id):
        made = receive_statement(books.account, file_name=file.name, content=file.read_bytes(), actor=ANALYST, at=NOW)
    books.work()
    words = ["import_statement", file, "--tenant", "acme", "--account", "cash", "--dry-run"]
    answer = run(*words, "--json").json
    assert (answer["import"]["id"], answer["import"]["new_lines"]) == (str(made.bank_import.public_id), 2)
    (found,) = answer["statements"][0]["findings"]
    assert (found["level"], found["code"]) == ("check", "discontinuous")
    assert found["what"] == "2026-03-10 would stay unknown: opening 777 is not the previous closing 100"
    assert [d["verdict"] for d in answer["trial"]] == ["UNKNOWN"]
    assert "opening 777 is not the previous closing 100" in run(*words).out
    with tenant(books.tenant_id):
        assert BankImport.objects.filter(state="read").count() == 1


def test_a_refused_file_names_the_place_and_is_audited(run: Callable[..., Any], books: Desk, file: Path) -> None:
    file.write_bytes(mt940(0, TEN, account="ET99OTHER777"))
    answer = run("import_statement", file, "--tenant", "acme", "--account", "cash", "--json")
    assert (answer.code, answer.json["error"]["code"], answer.json["error"]["where"]) == (1, "wrong_account", "account")
    assert "wrong_account" in answer.err
    with tenant(books.tenant_id):
        assert AuditEntry.objects.get(action="attempt.refused").subject == "command import_statement"


def test_a_csv_is_read_with_a_saved_profile(run: Callable[..., Any], books: Desk, tmp_path: Path) -> None:
    profile, content = tmp_path / "profile.json", tmp_path / "day.csv"
    profile.write_text(json.dumps(CSV_PROFILE | {"account": NUMBER}))
    assert run("save_profile", profile, "--tenant", "acme", "--json").json == {"profile": "bench", "version": 1}
    content.write_text("Booked,Value,Amount,Reference,Bank id,Code,Text\n2026-03-10,2026-03-10,5.00,A1,B1,TRF,Rent\n")
    words = ["import_statement", content, "--tenant", "acme", "--account", "cash", "--profile", "bench", "--json"]
    assert run(*words).json["import"]["format"] == "csv"


@pytest.mark.parametrize("words", [["--account", "none"], ["--account", "cash", "--profile", "none"]])
def test_what_is_not_there_is_refused(run: Callable[..., Any], books: Desk, file: Path, words: list[str]) -> None:
    answer = run("import_statement", file, "--tenant", "acme", "--json", *words)
    assert (answer.code, answer.json["error"]["code"]) == (1, "not_found")


def test_no_file_is_wrong_use(run: Callable[..., Any], books: Desk, tmp_path: Path) -> None:
    answer = run("import_statement", tmp_path / "none", "--tenant", "acme", "--account", "cash")
    assert (answer.code, answer.out) == (2, "")
