import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.reconciliation.bank.formats.test_csv import SIGNED
from tests.reconciliation.bank.samples import OURS


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("parse_statement", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_it_prints_the_statements_of_a_file() -> None:
    code, out, err = run(OURS / "camt053_every_case.xml", "--json")
    first = json.loads(out)["statements"][0]
    assert (code, err) == (0, "")
    assert set(first) == {"account", "currency", "opening", "closing", "lines", "findings"}
    assert (first["account"], first["opening"], first["closing"]) == ("ET00DEMO0000000001", "100000", "55550")
    assert first["lines"][0] == {
        "reference": "D1", "amount": "-50050", "value_on": "2026-03-11", "booked_on": "2026-03-10",
        "code": "PMNT/ICDT/DMCT", "narrative": "Advance & fee March",
    }  # fmt: skip
    assert all(set(found) == {"where", "what"} for found in first["findings"])


def test_announced_entries_are_findings_so_that_lines_add_up() -> None:
    first = json.loads(run(OURS / "camt053_every_case.xml", "--json")[1])["statements"][0]
    assert int(first["opening"]) + sum(int(line["amount"]) for line in first["lines"]) == int(first["closing"])
    assert [found["where"] for found in first["findings"]][-2:] == ["Stmt 1 Ntry 7", "Stmt 1 Ntry 8"]


def test_a_refusal_is_one_object_and_exit_one(tmp_path: Path) -> None:
    content = (OURS / "camt053_every_case.xml").read_text().replace("500.50", "500,50")
    (tmp_path / "bad.xml").write_text(content)
    code, out, err = run(tmp_path / "bad.xml", "--json")
    error = json.loads(out)["error"]
    assert code == 1 and set(error) == {"code", "message", "where"}
    assert (error["code"], error["where"]) == ("bad_amount", "Stmt 1 Ntry 1 Amt")
    assert "bad.xml" in err and "Ntry 1" in err


def test_without_json_it_speaks_to_people() -> None:
    code, out, _ = run(OURS / "mt940_every_case.sta")
    assert code == 0 and "8 lines" in out


def test_a_missing_file_is_a_usage_error() -> None:
    code, out, err = run(OURS / "missing.xml", "--json")
    assert (code, out) == (2, "") and "missing.xml" in err


@pytest.mark.parametrize("name", ["csv_signed.csv"])
def test_a_csv_needs_its_profile(name: str, tmp_path: Path) -> None:
    assert json.loads(run(OURS / name, "--json")[1])["error"]["code"] == "profile_needed"
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps(SIGNED))
    code, out, _ = run(OURS / name, "--format", "csv", "--profile", profile, "--json")
    statements: list[dict[str, Any]] = json.loads(out)["statements"]
    assert code == 0 and [line["amount"] for line in statements[0]["lines"]] == ["-150050", "200000", "-2500", "7"]


@pytest.mark.parametrize("content", ["", "{", "[]", "\0", '{"name": "x"}', "[" * 100_000])
def test_a_profile_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text(content)
    code, out, _ = run(OURS / "csv_signed.csv", "--format", "csv", "--profile", profile, "--json")
    assert code == 1 and json.loads(out)["error"]["code"] == "bad_profile"
