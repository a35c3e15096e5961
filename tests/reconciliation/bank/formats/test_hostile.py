"""SAFETY.md: 300 hostile files, no unexpected error, under 300 MB."""

import io
import resource
from collections.abc import Callable

import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.read import read_statements
from tests.reconciliation.bank.formats.test_csv import SIGNED
from tests.reconciliation.bank.hostile import WHOLE, hostile_files
from tests.reconciliation.bank.samples import EXPONENTS

PROFILE = profile_from(SIGNED)


@pytest.mark.soak
def test_hostile_files_are_read_or_refused(sized: Callable[[int], int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused, read, unforeseen = 0, 0, []
    for name, content, file_format in hostile_files(sized(WHOLE)):
        profile = PROFILE if file_format == "csv" else None
        try:
            statements = read_statements(io.BytesIO(content), EXPONENTS, file_format, profile)
        except StatementRefused as refusal:
            refused += 1
            if refusal.code in ("unreadable", "too_deep") and refusal.__cause__ is not None:
                unforeseen.append(f"{name}: {refusal} {refusal.__cause__!r}")
        else:
            read += 1
            assert all(type(line.amount) is int for item in statements for line in item.lines), name
    assert not unforeseen
    assert refused + read == sized(WHOLE) and refused > read
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_one_seed_makes_the_same_files() -> None:
    assert list(hostile_files(4)) == list(hostile_files(4))


@pytest.mark.soak
@pytest.mark.parametrize(
    ("unit", "head", "file_format"),
    [
        (b":61:2603100310C1,NTRFX\n", b":20:A\n:25:B\n:28C:1\n:60F:C260310EUR0,\n", "mt940"),
        (b"16,495,1,,,,\n", b"01,A,B,260310,1,1,,,2/\n02,A,B,1,260310,,,/\n03,C,USD/\n", "bai2"),
        (b"10.03.2026;;1;EUR;;;;\n", b"x\nBuchung;Valuta;Betrag;Waehrung;Text;Referenz;Id;Art\n", "csv"),
    ],
)
def test_a_file_of_the_largest_size_in_the_smallest_lines(unit: bytes, head: bytes, file_format: str) -> None:
    limits = Limits()
    content = head + unit * (limits.max_bytes // len(unit))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(StatementRefused) as refused:
        profile = PROFILE if file_format == "csv" else None
        read_statements(io.BytesIO(content), EXPONENTS, file_format, profile)
    assert refused.value.code == "too_many_lines"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024
