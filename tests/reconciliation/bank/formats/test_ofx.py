from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import Limits
from reconciliation.bank.formats.statement import OPENING_DERIVED, PAGES_AFTER, ParsedStatement
from tests.reconciliation.bank.ofx_text import listed, movement, ofx1, ofx2
from tests.reconciliation.bank.samples import codes, read_bytes, read_ours

LINES = (
    (125050, "REF-1", "F-1", date(2026, 3, 10), date(2026, 3, 9), "CREDIT", "Tesfaye & Sons", ""),
    (-20005, "000417", "F-2", None, date(2026, 3, 10), "CHECK", "Rent of March", ""),
    (-300, "", "F-3", None, date(2026, 3, 10), "SRVCHG", "Ledger fee", "fee"),
)


def seen(statement: ParsedStatement) -> tuple[tuple[object, ...], ...]:
    return tuple(
        (x.amount, x.reference, x.bank_id, x.value_on, x.booked_on, x.code, x.narrative, x.kind)
        for x in statement.lines
        if x.status == "BOOK"
    )


@pytest.mark.parametrize("name", ["ofx1_every_case.ofx", "ofx2_every_case.ofx"])
def test_both_versions_say_the_same(name: str) -> None:
    bank = read_ours(name)[0]
    assert (bank.account, bank.currency, seen(bank)) == ("ET55DEMO0001", "ETB", LINES)
    assert (bank.opening, bank.opening_on) == (100000, date(2026, 3, 8))
    assert (bank.closing, bank.closing_on) == (204745, date(2026, 3, 10))
    assert codes(bank) == [OPENING_DERIVED]
    assert bank.lines[1].counterparty == "Café Demo" and bank.lines[2].counterparty_account == "ET99"


def test_several_statements_and_a_card_stand_in_one_file() -> None:
    card = read_ours("ofx1_every_case.ofx")[1]
    assert (card.account, card.currency, len(card.lines)) == ("4000DEMO0002", "USD", 1)
    assert (card.opening, card.closing, card.closing_on) == (-50000, -51200, date(2026, 3, 10))


def test_what_is_only_pending_counts_nowhere() -> None:
    line = read_ours("ofx2_every_case.ofx")[0].lines[-1]
    assert (line.status, line.amount, line.bank_id) == ("PDNG", 7700, "")


def test_a_list_that_ends_at_midnight_covers_the_day_before() -> None:
    held = ofx1(listed([movement("5", on="20260311")], end="20260311000000", asof="20260311"))
    assert read_bytes(held)[0].closing_on == date(2026, 3, 11)
    ends = ofx1(listed([movement("5")], end="20260311000000", asof="20260310"))
    assert read_bytes(ends)[0].closing_on == date(2026, 3, 10)


def test_a_balance_later_than_its_list_closes_nothing() -> None:
    statement = read_bytes(ofx1(listed([movement("5")], asof="20260312")))[0]
    assert (statement.opening, statement.closing) == (None, None)
    assert "balance_later" in codes(statement)


def test_a_balance_of_an_hour_leaves_the_day_open() -> None:
    assert PAGES_AFTER in codes(read_bytes(ofx1(listed([movement("5")], asof="20260310140500")))[0])
    assert PAGES_AFTER not in codes(read_bytes(ofx1(listed([movement("5")], asof="20260310120000")))[0])


def test_a_line_behind_the_balance_contradicts_it() -> None:
    assert "future_dated" in codes(read_bytes(ofx1(listed([movement("5")], asof="20260309")))[0])


def test_without_a_balance_nothing_is_worked_out() -> None:
    statement = read_bytes(ofx1(listed([movement("5")], balance="")))[0]
    assert (statement.opening, statement.closing, codes(statement)) == (None, None, ["balance_missing"])


@pytest.mark.parametrize("action", ["REPLACE", "DELETE", "", "MERGE"])
def test_a_correction_is_named_and_refuses_the_statement(action: str) -> None:
    told = f"<CORRECTFITID>F-0<CORRECTACTION>{action}" if action else "<CORRECTFITID>F-0"
    (finding,) = [f for f in read_bytes(ofx1(listed([movement("5", more=told)])))[0].findings if f.code == "correction"]
    assert finding.level == "refuse" and "F-0" in finding.what


def test_an_id_of_the_bank_stands_once_in_a_file() -> None:
    assert "bank_id_twice" in codes(read_bytes(ofx1(listed([movement("5"), movement("6")])))[0])


def test_a_movement_in_another_currency_is_named() -> None:
    foreign = movement("5", more="<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>")
    assert "currency_differs" in codes(read_bytes(ofx1(listed([foreign])))[0])


def test_a_header_on_one_line_and_no_line_ends_at_all() -> None:
    content = ofx1(listed([movement("5")])).replace(b"\r\n", b"")
    assert content.count(b"\n") == 0
    assert read_bytes(content)[0].lines[0].amount == 500


@pytest.mark.parametrize(
    ("charset", "raw", "told"),
    [
        ("ENCODING:UTF-8\r\nCHARSET:NONE", "Ä".encode(), "Ä"),
        ("ENCODING:USASCII\r\nCHARSET:1252", b"\x80", "€"),
        ("ENCODING:USASCII\r\nCHARSET:8859-1", b"\xc4", "Ä"),
        ("ENCODING:USASCII\r\nCHARSET:NONE", b"A", "A"),
    ],
)
def test_the_header_says_how_texts_are_written(charset: str, raw: bytes, told: str) -> None:
    content = ofx1(listed([movement("5", more="<NAME>XX")]), charset).replace(b"XX", raw)
    assert read_bytes(content)[0].lines[0].counterparty == told


BILLION = b'<!DOCTYPE d [<!ENTITY e0 "lol">]>'
REFUSED = [
    (ofx1(listed([movement("5")]), "ENCODING:USASCII\r\nCHARSET:NONE").replace(b"F-1", b"\xc4"), "encoding", "line 21 FITID"),
    (ofx1(listed([movement("5")]), "ENCODING:USASCII\r\nCHARSET:KOI8"), "encoding", "line 1"),
    (ofx1(listed([movement("5")])).replace(b"COMPRESSION:NONE", b"COMPRESSION:ZIP"), "not_a_statement", "line 1"),
    (ofx1(listed([movement("5")])).replace(b"SECURITY:NONE", b"SECURITY:TYPE1"), "not_a_statement", "line 1"),
    (ofx1(BILLION.decode() + listed([movement("5")])), "doctype", "line"),
    (ofx2(listed([movement("5")])).replace(b"<OFX>", BILLION + b"<OFX>"), "doctype", "line"),
    (ofx1("<A>" * 60 + listed([movement("5")])), "too_deep", "line"),
    (ofx1(listed([movement("5")])).replace(b"</STMTTRN>", b"", 1), "bad_sgml", "line"),
    (ofx1(listed([movement("5")])).replace(b"</STMTRS>", b""), "bad_sgml", "line"),
    (ofx1(listed([movement("5")]))[:-40], "truncated", "line"),
    (ofx1(listed([movement("5")])).replace(b"</OFX>", b""), "truncated", "line"),
    (ofx1(listed([movement("5")])).replace(b"<STMTTRN>", b"<STMTTRN>x", 1), "bad_sgml", "line"),
    (ofx1(listed([movement("5", more="<NAME>a < b")])), "bad_sgml", "line"),
    (ofx1(listed([movement("5", more="<TRNAMT>6")])), "stated_twice", "line"),
    (ofx1(listed([movement("5")])).replace(b"F-1", b""), "missing_field", "line"),
    (ofx1(listed([movement("5")], start="", end="")), "missing_field", "line"),
    (ofx1(listed([movement("5")], start="20260312")), "bad_date", "line"),
    (ofx1(listed([movement("5")], end="20260230")), "bad_date", "line"),
    (ofx1(listed([movement("5")]).replace("<ACCTID>ET55DEMO0001", "")), "no_account", "line"),
    (ofx1(listed([movement("5")]).replace("ETB", "XXX")), "unknown_currency", "line"),
    (ofx1("<INVSTMTMSGSRSV1><INVSTMTRS></INVSTMTRS></INVSTMTMSGSRSV1>" + listed([])), "not_a_statement", "line"),
    (ofx1(""), "no_statement", "OFX"),
    (ofx1(listed([movement("5")]).replace("<SEVERITY>INFO", "<SEVERITY>ERROR")), "not_a_statement", "line"),
    (ofx1(movement("5") + listed([])), "misplaced", "line"),
    (ofx1(listed([movement("5")])).replace(b"F-1", b"\0"), "binary", "line"),
    (ofx1("<A>x\r\n" * 20_000 + listed([movement("5")])).replace(b"F-1", b"\0"), "nul", "line 20021"),
    (ofx2(listed([movement("5")])).replace(b"F-1", b"&e9;"), "bad_xml", "line"),
    *[
        (ofx1(listed([movement(figure)])), code, "line")
        for figure, code in [
            ("1_000", "bad_amount"), ("１２", "bad_amount"), ("(5)", "bad_amount"), ("5-", "bad_amount"), ("1e3", "bad_amount"),
            ("NaN", "bad_amount"), ("-0", "bad_amount"), ("1,000.00", "bad_amount"), ("0.005", "too_many_decimals"),
            ("9" * 50, "bad_amount"), (".", "bad_amount"), ("--5", "bad_amount"),
        ]
    ],
]  # fmt: skip


@pytest.mark.parametrize(("content", "code", "where"), REFUSED)
def test_what_is_not_sound_is_refused_by_name_and_place(content: bytes, code: str, where: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        read_bytes(content)
    assert refused.value.code == code
    assert refused.value.where.startswith(where), refused.value.where


def test_sizes_are_bounded() -> None:
    small = replace(Limits(), max_lines=2, max_field=500, max_nodes=50)
    three = listed([movement("5", fitid=f"F{n}") for n in range(3)])
    for content, code in (
        (ofx1(three), "too_many_lines"),
        (ofx2(three), "too_many_lines"),
        (ofx1(listed([movement("5", more="<MEMO>" + "x" * 600)])), "field_too_long"),
        (ofx1("<A>x" * 60 + listed([])), "too_many_elements"),
    ):
        with pytest.raises(StatementRefused) as refused:
            read_bytes(content, limits=small)
        assert refused.value.code == code


WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("C", "Z")), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**12), 10**12).filter(bool), WORDS), max_size=6), st.booleans())
def test_what_is_written_is_read(rows: list[tuple[int, str]], xml: bool) -> None:
    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    said = [
        movement(
            f"{'-' if a < 0 else ''}{abs(a) // 100}.{abs(a) % 100:02d}", fitid=f"F-{n}", more=f"<MEMO>{escaped(w)}"
        )
        for n, (a, w) in enumerate(rows)
    ]
    write = ofx2 if xml else ofx1
    statement = read_bytes(write(listed(said, balance="10.00")))[0]
    assert [(x.amount, x.narrative, x.bank_id) for x in statement.lines] == [
        (a, w, f"F-{n}") for n, (a, w) in enumerate(rows)
    ]
    assert (statement.opening, statement.closing) == (1000 - sum(a for a, _ in rows), 1000)
