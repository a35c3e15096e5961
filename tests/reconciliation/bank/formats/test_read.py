import io
from typing import Any, BinaryIO

import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats import read
from reconciliation.bank.formats.csv_saved import profile_from
from reconciliation.bank.formats.read import read_statements
from tests.reconciliation.bank.formats.test_csv import COLUMNS, COLUMNS_FILE
from tests.reconciliation.bank.samples import EXPONENTS, OURS, read_bytes


def test_a_path_and_a_stream_say_the_same() -> None:
    path = OURS / "camt053_every_case.xml"
    with path.open("rb") as stream:
        assert read_statements(stream, EXPONENTS) == read_statements(path, EXPONENTS, "camt053")


def test_a_format_that_is_not_read_is_refused() -> None:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(b"x", "qif")
    assert refused.value.code == "format_unread"


def test_a_profile_does_not_make_auto_guess() -> None:
    with pytest.raises(StatementRefused) as refused:
        read_statements(io.BytesIO(COLUMNS_FILE), EXPONENTS, "auto", profile_from(COLUMNS))
    assert refused.value.code == "ambiguous"


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("x"), RecursionError(), MemoryError(), AssertionError()])
def test_whatever_a_reader_trips_over_is_a_refusal(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(stream: BinaryIO, *rest: Any) -> None:
        raise error

    monkeypatch.setitem(read.READERS, "mt940", trip)
    with pytest.raises(StatementRefused):
        read_bytes(b"x", "mt940")
