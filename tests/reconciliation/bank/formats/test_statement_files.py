from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.statement_files import ACCOUNT, CSV_PROFILE, write_camt053, write_csv, write_mt940, write_ofx
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.read import read_statements
from tests.reconciliation.bank.samples import EXPONENTS

Writer = Callable[..., tuple[int, int]]


@pytest.mark.parametrize(
    ("write", "name"), [(write_camt053, "camt053"), (write_mt940, "mt940"), (write_csv, "csv"), (write_ofx, "ofx")]
)
def test_a_generated_file_is_read_whole_and_balances(write: Writer, name: str, tmp_path: Path) -> None:
    opening, closing = write(tmp_path / "file", 500, seed=3)
    profile = profile_from(CSV_PROFILE) if name == "csv" else None
    (statement,) = read_statements(tmp_path / "file", EXPONENTS, name, profile)
    assert (statement.account, len(statement.lines)) == (ACCOUNT, 500)
    assert opening + sum(line.amount for line in statement.lines) == closing
    if name != "csv":
        assert (statement.opening, statement.closing) == (opening, closing)
        assert [f.code for f in statement.findings] == (["opening_derived"] if name == "ofx" else [])


def test_formats_of_one_seed_hold_the_same_movements(tmp_path: Path) -> None:
    seen = set()
    for write in (write_camt053, write_mt940, write_ofx):
        write(tmp_path / "file", 50, seed=9)
        lines = read_statements(tmp_path / "file", EXPONENTS)[0].lines
        seen.add(tuple((line.reference, line.bank_id, line.amount, line.value_on) for line in lines))
    assert len(seen) == 1


def test_one_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    write_camt053(tmp_path / "a", 50, seed=5)
    write_camt053(tmp_path / "b", 50, seed=5)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
