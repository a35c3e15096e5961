from datetime import date

import pytest

from reconciliation.bank.errors import StatementRefused
from tests.reconciliation.bank.samples import OURS, codes, read_bytes, read_ours

WHOLE = (OURS / "camt053_every_case.xml").read_bytes()


def changed(old: str, new: str, count: int = 1) -> bytes:
    assert old.encode() in WHOLE
    return WHOLE.replace(old.encode(), new.encode(), count)


def refusal(content: bytes) -> StatementRefused:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(content)
    return refused.value


def test_every_case_of_a_statement_is_read() -> None:
    first, second = read_ours("camt053_every_case.xml")
    assert (first.account, first.currency, first.statement_id, first.sequence) == (
        "ET00DEMO0000000001", "ETB", "DEMO-S1", "41",
    )  # fmt: skip
    assert (first.opening, first.closing, first.closing_on) == (100000, 55550, date(2026, 3, 10))
    assert [line.amount for line in first.lines] == [-50050, -10000, -20000, 40000, -2500, 100, -2000, -7700, -7800]
    assert [line.number for line in first.lines] == [1, 2, 2, 3, 4, 5, 6, 7, 8]
    assert codes(first) == ["details_differ"]
    assert (second.account, second.currency, second.opening, second.closing) == (
        "ET22DEMO0000000002",
        "JPY",
        -500,
        -500,
    )
    assert second.duplicate_flag and not first.duplicate_flag
    assert second.lines == [] and second.findings == []


def test_one_payment_has_the_entry_s_amount_and_id_and_its_own_references() -> None:
    line = read_ours("camt053_every_case.xml")[0].lines[0]
    assert (line.where, line.reference, line.bank_id) == ("Stmt 1 Ntry 1", "D1", "B-1")
    assert (line.value_on, line.booked_on) == (date(2026, 3, 11), date(2026, 3, 10))
    assert (line.counterparty, line.counterparty_account) == ("Abebe Demo", "ET11DEMO")
    assert (line.charge, line.narrative, line.code) == (50, "Advance & fee March", "PMNT/ICDT/DMCT")
    assert {"InstrId": "I-1", "MndtId": "M-1", "TxAcctSvcrRef": "TX-1"}.items() <= line.references.items()


def test_a_batch_that_adds_up_is_one_line_for_each_payment() -> None:
    two, three = read_ours("camt053_every_case.xml")[0].lines[1:3]
    assert [line.where for line in (two, three)] == ["Stmt 1 Ntry 2 TxDtls 1", "Stmt 1 Ntry 2 TxDtls 2"]
    assert {line.batch_reference for line in (two, three)} == {"BATCH-7"}
    assert [line.reference for line in (two, three)] == ["D2", "T3"], "NOTPROVIDED is no reference"
    assert [line.bank_id for line in (two, three)] == ["", "TX-3"], "the entry's own id would stand twice"


def test_a_batch_that_does_not_add_up_stays_one_line_and_says_so() -> None:
    statement = read_ours("camt053_every_case.xml")[0]
    line = statement.lines[6]
    assert (line.amount, line.reference, line.batch_reference, line.bank_id) == (-2000, "BATCH-8", "BATCH-8", "B-6")
    assert statement.findings[0].where == "Stmt 1 Ntry 6"
    assert "-19.00 ETB" in statement.findings[0].what and "-20.00 ETB" in statement.findings[0].what


def test_a_reversal_keeps_its_net_direction() -> None:
    line = read_ours("camt053_every_case.xml")[0].lines[3]
    assert (line.amount, line.reversal, line.reference, line.code) == (40000, True, "RF18DEMO", "NTRF+201")


def test_fees_and_interest_are_known_by_their_code() -> None:
    lines = read_ours("camt053_every_case.xml")[0].lines
    assert [line.kind for line in lines] == ["", "", "", "", "fee", "interest", "", "", ""]


def test_announced_entries_keep_their_status_and_do_not_count() -> None:
    first = read_ours("camt053_every_case.xml")[0]
    assert [line.status for line in first.lines[6:]] == ["BOOK", "PDNG", "FUTR"]
    assert "unbalanced" not in codes(first)


@pytest.mark.parametrize("version", range(2, 11))
def test_versions_02_to_10_are_read(version: int) -> None:
    content = changed("camt.053.001.08", f"camt.053.001.{version:02d}")
    assert len(read_bytes(content)[0].lines) == 9


@pytest.mark.parametrize(
    ("namespace", "code"),
    [("camt.054.001.08", "not_a_statement"), ("camt.052.001.11", "wrong_namespace"), ("camt.053.001.11", "wrong_namespace"),
     ("camt.053.001.01", "wrong_namespace"), ("pain.001.001.09", "wrong_namespace"), ("", "wrong_namespace")],
)  # fmt: skip
def test_its_siblings_are_refused_by_name(namespace: str, code: str) -> None:
    refused = refusal(changed("camt.053.001.08", namespace))
    assert refused.code == code and refused.where == "Document"
    if code == "not_a_statement":
        assert namespace[:8] in refused.message and "camt.053" in refused.message


def test_a_prefixed_document_and_comments_are_read() -> None:
    text = WHOLE.decode().replace("<Document xmlns=", "<!-- a -->\n<?b c?>\n<n:Document xmlns:n=")
    for name in ("</", "<"):
        text = text.replace(name, f"{name}n:").replace(f"{name}n:n:", f"{name}n:")
    text = text.replace("<n:?", "<?").replace("<n:!", "<!").replace("<n:/n:", "</n:").replace("</n:n:", "</n:")
    assert read_bytes(text.encode()) == read_ours("camt053_every_case.xml")


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ('<Amt Ccy="ETB">500.50</Amt>', "", "missing_field", "Stmt 1 Ntry 1 Amt"),
        ("500.50", "500,50", "bad_amount", "Stmt 1 Ntry 1 Amt"),
        ("500.50", "-500.50", "bad_amount", "Stmt 1 Ntry 1 Amt"),
        ("500.50", "500.505", "too_many_decimals", "Stmt 1 Ntry 1 Amt"),
        ("500.50", "５00.50", "bad_amount", "Stmt 1 Ntry 1 Amt"),
        ('Ccy="ETB">500.50', 'Ccy="XXX">500.50', "unknown_currency", "Stmt 1 Ntry 1 Amt"),
        ("DBIT</CdtDbtInd><Sts><Cd>BOOK", "OUT</CdtDbtInd><Sts><Cd>BOOK", "bad_direction", "Stmt 1 Ntry 1 CdtDbtInd"),
        ("<Cd>BOOK</Cd>", "<Cd>MAYBE</Cd>", "bad_status", "Stmt 1 Ntry 1 Sts"),
        ("2026-03-11T08:30:00+03:00", "11.03.2026", "bad_date", "Stmt 1 Ntry 1 ValDt"),
        ('"ETB">100.00', '"ETB">1e2', "bad_amount", "Stmt 1 Ntry 2 TxDtls Amt"),
        ('"ETB">1000.00', '"ETB">1_000.00', "bad_amount", "Stmt 1 Bal OPBD"),
        ('"JPY">500', '"JPY">500.00', "too_many_decimals", "Stmt 2 Bal PRCD"),
        ("<Acct><Id><Othr><Id>ET00DEMO0000000001</Id></Othr></Id>", "<Acct>", "no_account", "Stmt 1 Acct/Id"),
        ('<Amt Ccy="ETB">1000.00', '<Amt Ccy="EUR">1000.00', "currency_differs", "Stmt 1 Bal OPBD"),
    ],
)
def test_it_refuses_what_it_cannot_read_and_names_the_place(old: str, new: str, code: str, where: str) -> None:
    refused = refusal(changed(old, new))
    assert (refused.code, refused.where) == (code, where)


def test_an_entry_in_another_currency_is_a_line_that_does_not_count() -> None:
    first = read_bytes(changed('<Amt Ccy="ETB">25.00', '<Amt Ccy="EUR">25.00'))[0]
    assert "currency_differs" in codes(first) and "unbalanced" in codes(first)


def test_a_statement_that_does_not_add_up_names_both_figures() -> None:
    first = read_bytes(changed("555.50", "555.51"))[0]
    found = next(finding for finding in first.findings if finding.code == "unbalanced")
    assert "555.50 ETB" in found.what and "555.51 ETB" in found.what and found.level == "refuse"


def test_a_bank_id_twice_is_found_except_on_a_fee_of_its_payment() -> None:
    twice = read_bytes(changed("<AcctSvcrRef>B-3</AcctSvcrRef>", "<AcctSvcrRef>B-1</AcctSvcrRef>"))[0]
    assert "bank_id_twice" not in codes(twice), "a reversal carries its original's id"
    twice = read_bytes(changed("<AcctSvcrRef>B-6</AcctSvcrRef>", "<AcctSvcrRef>B-1</AcctSvcrRef>"))[0]
    found = next(finding for finding in twice.findings if finding.code == "bank_id_twice")
    assert found.where == "Stmt 1 Ntry 6" and "Stmt 1 Ntry 1" in found.what


def test_a_booking_after_the_closing_date_is_found() -> None:
    later = changed("<BookgDt><Dt>2026-03-10</Dt></BookgDt>", "<BookgDt><Dt>2026-03-11</Dt></BookgDt>")
    assert "future_dated" in codes(read_bytes(later)[0])
    ahead = changed("2026-03-11T08:30:00+03:00", "2026-06-11T08:30:00+03:00")
    assert "future_dated" in codes(read_bytes(ahead)[0])


def test_missing_entries_show_in_the_bank_s_own_count() -> None:
    assert "entry_count_differs" in codes(read_bytes(changed("<NbOfNtries>8<", "<NbOfNtries>9<"))[0])


def test_a_statement_without_an_opening_balance_says_so() -> None:
    content = WHOLE.replace(b"<Cd>OPBD</Cd>", b"<Cd>CLAV</Cd>").replace(b"<Cd>PRCD</Cd>", b"<Cd>FWAV</Cd>")
    assert "balance_missing" in codes(read_bytes(content)[0])


@pytest.mark.parametrize(("was", "code"), [("OPBD", "pages_before_missing"), ("CLBD", "pages_after_missing")])
def test_an_intermediate_balance_without_pages_says_that_more_is_to_come(was: str, code: str) -> None:
    content = WHOLE.replace(f"<Cd>{was}</Cd>".encode(), b"<Cd>ITBD</Cd>").replace(b"<Cd>PRCD</Cd>", b"<Cd>FWAV</Cd>")
    assert code in codes(read_bytes(content)[0])


def test_pages_of_one_statement_are_joined() -> None:
    def page(number: int, last: str, opening: str, first: str, closing: str, second: str) -> str:
        return (
            f"<Stmt><Id>P</Id><StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn>"
            "<Acct><Id><IBAN>ET1</IBAN></Id></Acct>"
            f'<Bal><Tp><CdOrPrtry><Cd>{opening}</Cd></CdOrPrtry></Tp><Amt Ccy="ETB">{first}</Amt>'
            "<CdtDbtInd>CRDT</CdtDbtInd></Bal>"
            f'<Bal><Tp><CdOrPrtry><Cd>{closing}</Cd></CdOrPrtry></Tp><Amt Ccy="ETB">{second}</Amt>'
            "<CdtDbtInd>CRDT</CdtDbtInd></Bal>"
            '<Ntry><Amt Ccy="ETB">5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry></Stmt>'
        )

    def document(*pages: str) -> bytes:
        body = "".join(pages)
        namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
        return f'<Document xmlns="{namespace}"><BkToCstmrStmt>{body}</BkToCstmrStmt></Document>'.encode()

    one, two = page(1, "false", "OPBD", "10", "ITBD", "15"), page(2, "true", "ITBD", "15", "CLBD", "20")
    (joined,) = read_bytes(document(one, two))
    assert (joined.opening, joined.closing, [line.number for line in joined.lines]) == (1000, 2000, [1, 2])
    assert "unbalanced" not in codes(joined) and not [c for c in codes(joined) if "missing" in c]
    (gap,) = read_bytes(document(one, two.replace(">15<", ">16<").replace(">20<", ">21<")))
    assert "page_gap" in codes(gap)
    (lone,) = read_bytes(document(two))
    assert "pages_before_missing" in codes(lone)
    (head,) = read_bytes(document(one))
    assert "pages_after_missing" in codes(head)
