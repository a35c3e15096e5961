import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.detect import detect_format
from tests.reconciliation.bank.samples import OURS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("camt053_every_case.xml", "camt053"),
        ("mt940_every_case.sta", "mt940"),
        ("bai2_every_case.txt", "bai2"),
        ("ofx1_every_case.ofx", "ofx"),
        ("ofx2_every_case.ofx", "ofx"),
    ],
)
def test_a_format_is_known_by_its_first_bytes(name: str, expected: str) -> None:
    head = (OURS / name).read_bytes()
    assert detect_format(head) == expected
    assert detect_format(b"\xef\xbb\xbf" + head) == expected


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"Date,Amount\n2026-03-10,5.00\n", "profile_needed"),
        (b"01,2026-03-10,5.00\n", "profile_needed"),
        (b"PK\x03\x04rest", "binary"),
        (b"text\0text", "binary"),
        ("<Document/>".encode("utf-16"), "encoding"),
        ("<Document/>".encode("utf-16-le"), "encoding"),
        (b"<html></html>", "unknown_xml"),
        (b"<!DOCTYPE html><html></html>", "doctype"),
        (b"01,A,B,260310,1,1,,,2/\n:20:X\n:25:Y\n", "ambiguous"),
        (b"%PDF-1.7", "profile_needed"),
        (b"<", "not_xml"),
    ],
)
def test_what_fits_none_or_two_is_refused(head: bytes, code: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        detect_format(head)
    assert refused.value.code == code
