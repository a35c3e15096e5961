import pytest

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits
from tests.reconciliation.bank.samples import OURS, read_bytes

WHOLE = (OURS / "camt053_every_case.xml").read_bytes()
BODY = WHOLE[WHOLE.index(b"<Document") :]
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def refusal(content: bytes, limits: Limits | None = None) -> StatementRefused:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(content, limits=limits or Limits())
    return refused.value


@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE Document>",
        b'<!DOCTYPE Document SYSTEM "http://demo.invalid/x.dtd">',
        b'<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;&a;">]>',
        b'<!-- first -->\n<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_a_document_type_is_refused_with_its_line(doctype: bytes) -> None:
    refused = refusal(DECLARATION + b"\n" + doctype + BODY)
    assert refused.code == "doctype"
    assert refused.where == f"line {3 + doctype.count(b'-->')}"


def test_a_document_type_behind_a_long_comment_is_still_refused() -> None:
    assert refusal(DECLARATION + b"<!--" + b"x" * 70_000 + b"--><!DOCTYPE d>" + BODY).code == "not_xml"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_refused(encoding: str) -> None:
    assert refusal(WHOLE.decode().encode(encoding)).code == "encoding"


@pytest.mark.parametrize("name", ["UTF-7", "UTF-16", "EBCDIC-CP-US", "IBM037", "x-user-defined"])
def test_an_encoding_that_could_hide_a_tag_is_refused(name: str) -> None:
    assert refusal(f'<?xml version="1.0" encoding="{name}"?>'.encode() + BODY).code == "encoding"


def test_latin_1_is_read_where_the_file_declares_it() -> None:
    content = WHOLE.replace(b"UTF-8", b"ISO-8859-1").replace(b"Hana Demo", b"H\xe4na Demo")
    assert read_bytes(content)[0].lines[3].counterparty == "Häna Demo"
    assert refusal(content.replace(b"ISO-8859-1", b"UTF-8")).code == "encoding"


def test_a_byte_order_mark_is_read_over() -> None:
    assert read_bytes(b"\xef\xbb\xbf" + WHOLE)[0].lines


def test_an_entity_that_nobody_declared_is_refused() -> None:
    refused = refusal(WHOLE.replace(b"&amp;", b"&xxe;"))
    assert refused.code == "bad_xml" and refused.where.startswith("line ")


@pytest.mark.parametrize("at", [0.3, 0.5, 0.8, 0.99])
def test_a_truncated_file_is_refused_with_the_place(at: float) -> None:
    refused = refusal(WHOLE[: int(len(WHOLE) * at)])
    assert (refused.code in ("truncated", "bad_xml") and "Stmt 1 Ntry" in refused.where) or "Stmt 2" in refused.where


def test_deep_nesting_is_refused() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    assert refusal(WHOLE.replace(b"<NtryRef>1</NtryRef>", deep)).code == "too_deep"
    shallow = b"<a>" * 200 + b"</a>" * 200
    assert read_bytes(WHOLE.replace(b"<NtryRef>1</NtryRef>", shallow))[0].lines


def test_a_flood_of_elements_or_attributes_is_refused() -> None:
    limits = Limits(max_nodes=20_000)
    for flood in (b"<a/>" * 30_000, b"<a><b></b></a>\n" * 30_000, b"<Bal/>" * 30_000):
        assert refusal(WHOLE.replace(b"<TxsSummry>", flood + b"<TxsSummry>"), limits).code == "too_many_elements"
    attributes = b"<a " + b" ".join(b'a%d=""' % number for number in range(30_000)) + b"/>"
    assert refusal(WHOLE.replace(b"<TxsSummry>", attributes + b"<TxsSummry>"), limits).code == "too_many_elements"


def test_many_small_entries_are_no_flood() -> None:
    start, end = WHOLE.index(b"<Ntry>"), WHOLE.index(b"</Ntry>") + len(b"</Ntry>")
    content = WHOLE[:end] + WHOLE[start:end] * 2_000 + WHOLE[end:]
    assert len(read_bytes(content, limits=Limits(max_nodes=5_000))[0].lines) == 2_009


def test_a_flood_of_payments_in_one_entry_is_no_flood_of_elements() -> None:
    payment = b"<TxDtls><Refs><EndToEndId>D2</EndToEndId></Refs></TxDtls>"
    content = WHOLE.replace(b"<TxDtls><RltdPties>", payment * 20_000 + b"<TxDtls><RltdPties>")
    assert "details_without_amount" in [
        found.code for found in read_bytes(content, limits=Limits(max_nodes=20_000))[0].findings
    ]


def test_a_file_beyond_the_limits_is_refused() -> None:
    assert refusal(WHOLE, Limits(max_bytes=2_000)).code == "too_large"
    assert refusal(WHOLE, Limits(max_lines=3)).code == "too_many_lines"
    assert refusal(WHOLE.replace(b"Account fee", b"x" * 200_001)).code == "field_too_long"


def test_an_entry_outside_its_place_is_refused() -> None:
    entry = WHOLE[WHOLE.index(b"<Ntry>") : WHOLE.index(b"</Ntry>") + 7]
    assert refusal(WHOLE.replace(b"<TxsSummry>", b"<TxsSummry>" + entry)).code == "misplaced"


def test_an_entry_of_another_namespace_is_refused_rather_than_skipped() -> None:
    assert refusal(WHOLE.replace(b"<Ntry>", b'<Ntry xmlns="urn:demo">', 1)).code == "wrong_namespace"


def test_text_is_kept_as_text() -> None:
    hostile = "<![CDATA[<img src=x onerror=alert(1)>]]> \u202egnp.exe =HYPERLINK(1)"
    line = read_bytes(WHOLE.replace(b"Account fee", hostile.encode()))[0].lines[4]
    assert line.narrative == "<img src=x onerror=alert(1)> \u202egnp.exe =HYPERLINK(1)"
