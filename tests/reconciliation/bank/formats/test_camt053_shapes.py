"""Taking known entries out of the stream changes how fast a file is read and nothing else: a comment right behind the
root element makes the parser read everything itself, and both readings must agree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.camt053_shapes import MOST_SHAPES, Shapes
from reconciliation.bank.formats.statement import ParsedStatement
from tests.reconciliation.bank.samples import CORPUS, OURS, read_bytes

HEAD = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
OPEN = "<BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>ET1</IBAN></Id><Ccy>ETB</Ccy></Acct>"
CLOSE = "</Stmt></BkToCstmrStmt></Document>"
ENTRY = (
    '<Ntry><NtryRef>{n}</NtryRef><Amt Ccy="ETB">{n}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
    "<AcctSvcrRef>B{n}</AcctSvcrRef></Ntry>\n"
)

words = st.sampled_from(
    ["", " ", "D1", "NOTPROVIDED", "a > b", "a &amp; b", "ä", "<![CDATA[x]]>", "\n two \r\n lines ", "]]"]
)


def leaf(*names: str) -> st.SearchStrategy[str]:
    tags = st.sampled_from(names)
    return st.one_of(st.just(""), st.builds("<{0}>{1}</{0}>".format, tags, words), st.builds("<{0}/>".format, tags))


def group(name: str, *inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.tuples(*inside).map("".join)
    return st.one_of(st.just(""), body.map(f"<{name}>{{}}</{name}>".format))


AMOUNTS = [
    '<Amt Ccy="ETB">5.00</Amt>', '<Amt Ccy="ETB">7</Amt>', "<Amt Ccy='ETB'>7</Amt>", '<Amt Ccy="EUR">1.5</Amt>',
    '<Amt Ccy="ETB"> 9 </Amt>',
]  # fmt: skip
amount = st.sampled_from(AMOUNTS)
code = group(
    "BkTxCd", group("Domn", leaf("Cd"), group("Fmly", leaf("Cd"), leaf("SubFmlyCd"))), group("Prtry", leaf("Cd"))
)
charges = st.sampled_from(["", "", '<Chrgs><TtlChrgsAndTaxAmt Ccy="ETB">0.50</TtlChrgsAndTaxAmt></Chrgs>'])
person = group("Dbtr", leaf("Nm"), group("Pty", leaf("Nm")))
account = group("DbtrAcct", group("Id", leaf("IBAN"), group("Othr", leaf("Id"))))
payment = group(
    "TxDtls",
    group("Refs", leaf("EndToEndId"), leaf("TxId", "EndToEndId", "AcctSvcrRef"), group("Prtry", leaf("Ref"))),
    st.one_of(st.just(""), amount, amount.map("<AmtDtls><TxAmt>{}</TxAmt></AmtDtls>".format)),
    charges,
    group("RltdPties", person, account),
    group("RmtInf", leaf("Ustrd"), leaf("Ustrd"), group("Strd", group("CdtrRefInf", leaf("Ref")))),
    leaf("AddtlTxInf"),
    code,
)
entry = st.tuples(
    leaf("NtryRef"),
    amount,
    st.sampled_from(["<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>DBIT</CdtDbtInd>\r\n"]),
    st.sampled_from(["<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>", "<Sts>\n<Cd> PDNG </Cd></Sts>"]),
    group("ValDt", st.sampled_from(["<Dt>2026-03-10</Dt>", "<DtTm>2026-03-10T01:00:00Z</DtTm>", ""])),
    leaf("AcctSvcrRef"),
    code,
    charges,
    group("NtryDtls", group("Btch", leaf("PmtInfId")), payment, payment),
    group("NtryDtls", payment),
    leaf("AddtlNtryInf"),
).map("".join)


Answer = list[ParsedStatement] | tuple[str, str]


def both(body: str) -> tuple[Answer, Answer]:
    """What is read with known entries taken out, and what the parser alone reads."""
    return read_or_refused(HEAD + OPEN + body + CLOSE), read_or_refused(HEAD + "<!-- -->" + OPEN + body + CLOSE)


def read_or_refused(document: str) -> Answer:
    try:
        return read_bytes(document.encode(), "camt053")
    except StatementRefused as refused:
        return refused.code, refused.where


@settings(max_examples=400, deadline=None)
@given(st.lists(entry, min_size=1, max_size=4), st.sampled_from(["", "\n", "  ", "<AddtlStmtInf>x</AddtlStmtInf>"]))
def test_both_readings_of_any_entries_agree(entries: list[str], gap: str) -> None:
    fast, parser = both(gap.join(f"<Ntry>{text}</Ntry>" for text in entries * 2))
    assert fast == parser


def test_both_readings_of_whole_files_agree() -> None:
    files = [OURS / "camt053_every_case.xml", *sorted((CORPUS / "camt").glob("053*.xml"))]
    for path in files:
        text = path.read_text()
        at = text.index(">", text.index("<Document")) + 1
        assert read_or_refused(text) == read_or_refused(text[:at] + "<!-- -->" + text[at:]), path.name


def test_entries_over_many_blocks_keep_their_order_and_their_numbers() -> None:
    body = "".join(ENTRY.format(n=n) for n in range(1, 3_001))
    fast, parser = both(body)
    assert fast == parser
    assert isinstance(fast, list)
    assert [line.where for line in fast[0].lines] == [f"Stmt 1 Ntry {n}" for n in range(1, 3_001)]


def test_an_unusual_entry_among_known_ones_keeps_its_place() -> None:
    usual = "".join(ENTRY.format(n=n) for n in range(1, 200))
    odd = ENTRY.format(n=7).replace("B7", "B &amp; C")
    fast, parser = both(usual + odd + usual + odd + odd + usual)
    assert fast == parser


BAD = [
    '<Ntry><Amt Ccy="ETB">1e3</Amt></Ntry>', "<Ntry/>", "<Ntry></Ntry>", "<Ntry><Amt></Ntry></Amt>", "<Ntry>&x;</Ntry>",
    "<Ntry>\x01</Ntry>", "<!-- <Ntry>--></Ntry>", '<Ntry run="1"/>',
    "<TxsSummry><Ntry><Amt>1</Amt></Ntry></TxsSummry>",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_entry_among_known_ones_is_refused_alike(bad: str) -> None:
    usual = "".join(ENTRY.format(n=n) for n in range(1, 400))
    fast, parser = both(usual + bad + usual)
    assert fast == parser and isinstance(fast, tuple)


def test_a_known_shape_is_taken_out_and_the_rest_is_left_to_the_parser() -> None:
    shapes = Shapes()
    raw = ENTRY.format(n=5).strip().encode()
    taken = shapes.read(raw)
    assert taken is not None and taken.entry.texts.amount == "5.00" and taken.entry.references["AcctSvcrRef"] == "B5"
    for other in (
        raw.replace(b"B5", b"B&amp;5"), raw.replace(b"B5", b"\xff"), raw.replace(b"B5", b""), raw.replace(b"B5", b" "),
        raw.replace(b"<Ntry>", b'<Ntry a="b">'), raw.replace(b"</Sts>", b"</Stz>"), raw.replace(b'"ETB"', b'"E>B"'),
        raw.replace(b"<Sts>BOOK</Sts>", b"<Sts><Cd>BOOK</Cd><Chrgs></Chrgs></Sts>"), raw + b"<a/>", raw[:-8],
    ):  # fmt: skip
        assert shapes.read(other) is None


def test_a_file_of_ever_new_shapes_is_left_to_the_parser() -> None:
    shapes = Shapes()
    raw = [f"<Ntry><A{n}>1</A{n}><Amt>1</Amt><Sts>BOOK</Sts></Ntry>".encode() for n in range(MOST_SHAPES + 1)]
    assert [shapes.read(entry) for entry in raw][-1] is None


def test_a_second_document_behind_an_undeclared_entity_is_not_taken_for_the_file() -> None:
    usual = "".join(ENTRY.format(n=n) for n in range(1, 900))
    whole = HEAD + OPEN + usual + CLOSE
    for padding in range(60_000, 70_000, 500):
        cut = HEAD + OPEN + "<Ntry>&x;" + " " * (padding - len(HEAD) - len(OPEN))
        assert isinstance(read_or_refused(cut + whole), tuple)
