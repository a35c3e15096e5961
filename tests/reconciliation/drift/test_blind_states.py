"""No false zero: the ways in which a settlement day cannot be known. Eight days before it are clean and the gate is open; the
books of the blind day agree with what its statement would say, so that only what is wrong with the statement keeps it from
being clean. Each way has to leave it UNKNOWN with a reason in words, and to shut the gate at a count of 0."""

from collections.abc import Sequence

import pytest

from ledger.models import Tenant
from tests.reconciliation.drift.blind import (
    CLEAN_BEFORE,
    FORMATS,
    NONE,
    OTHER,
    TOGETHER,
    TWO,
    WHOLE,
    Blind,
    File,
    World,
    eight_clean_days,
)
from tests.reconciliation.drift.statement_text import Line, Text, camt_file, camt_statement, mt940


def in_each(name: str, reason: str, *files: File, formats: Sequence[str] = FORMATS, **more: object) -> list[Blind]:
    return [Blind(name, fmt, files, reason, **more) for fmt in formats]  # type: ignore[arg-type]


def bad(content: bytes, code: str, name: str, fmt: str = "mt940") -> Blind:
    return Blind(name, fmt, [(content, code)], NONE)


PAGES = ("camt053", "mt940")
HEAD = WHOLE.but(closes="ITBD", pages=(1, "false"))
TAIL = WHOLE.but(opens="ITBD", pages=(2, "true"))
FALLS = Text((Line(500, "A1", "B1"), Line(-500, "A3", "B3")))

TABLE = [
    *in_each("opening is not the previous closing", "opening 99000 is not the previous", WHOLE.but(opening=99_000)),
    *in_each("opening and lines are not the closing", "the bank says", TWO.but(closing=100_700), posted=TOGETHER),
    *in_each("of another account", NONE, (WHOLE.but(account=OTHER), "wrong_account")),
    *in_each("in another currency", NONE, (WHOLE.but(currency="USD"), "wrong_currency")),
    *in_each("a bank id twice in the file", "bank id B1 stands already",
             Text((Line(500, "A1", "B1"), Line(300, "A2", "B1"))), posted=TOGETHER),
    *in_each("a bank id twice in two parts of the day", "bank id B1 stands already",
             WHOLE, WHOLE.but(lines=(Line(500, "A2", "B1"),), opening=100_500), posted=((500, "A1"), (500, "A2"))),
    *in_each("a line booked after the closing date", "after the closing date",
             WHOLE.but(lines=(Line(500, "A1", "B1"), Line(300, "A2", "B2", day=11))), formats=PAGES, posted=TOGETHER),
    *in_each("a value date far ahead", "after the closing date",
             WHOLE.but(lines=(Line(500, "A1", "B1"), Line(300, "A2", "B2", day=25))), formats=("bai2",)),
    *in_each("rows out of order", "after the closing date",
             WHOLE.but(lines=(Line(300, "A2", "B2", day=11), Line(500, "A1", "B1"))), formats=("csv",)),
    *in_each("only of the day after", NONE, WHOLE.but(lines=(Line(300, "A2", "B2"),), day=11, opening=100_500)),
    *in_each("only of the day before", NONE, WHOLE.but(lines=(), day=9), formats=FORMATS[:3]),
    *in_each("dated ahead, over the day", "still to come on 2026-03-12",
             WHOLE.but(lines=(Line(500, "A1", "B1", day=10),), day=20, from_day=9), formats=PAGES),
    *in_each("dated ahead, over the day", "still to come on 2026-03-12",
             WHOLE.but(lines=(Line(500, "A1", "B1", day=10), Line(1, "A2", "B2", day=20))), formats=("csv",)),
    *in_each("dated ahead", NONE, WHOLE.but(lines=(), day=20), formats=("bai2",)),
    *in_each("without a closing balance", "no closing balance", WHOLE.but(closing=None), formats=("camt053", "bai2")),
    *in_each("without an opening balance", "no opening balance", WHOLE.but(opening=None, closing=100_500),
             formats=("camt053", "bai2")),
    *in_each("without a closing balance", NONE, (WHOLE.but(closing=None), "truncated"), formats=("mt940",)),
    *in_each("without an opening balance", NONE, (WHOLE.but(opening=None), "misplaced"), formats=("mt940",)),
    *in_each("without any balance", "neither opening nor closing", WHOLE, formats=("csv",), profile="bare"),
    *in_each("only lines that are pending", NONE,
             (Text((Line(500, "A1", status="PDNG"),), opening=None, closing=None), "no_date"), formats=("camt053",)),
    Blind("its first page alone", "camt053", [HEAD], "last page is not in this file"),
    Blind("its last page alone", "camt053", [TAIL], "the pages before it"),
    Blind("its first page alone", "mt940", [WHOLE.but(closes="M")], "the pages after it"),
    Blind("its last page alone", "mt940", [WHOLE.but(opens="M", pages=(2, ""))], "the pages before it"),
    Blind("a page from the middle", "mt940", [WHOLE.but(opens="M", closes="M", pages=(2, ""))], "intermediate"),
    Blind("only an intermediate closing", "camt053", [WHOLE.but(closes="ITBD")], "intermediate balance"),
    Blind("only an intermediate opening", "camt053", [WHOLE.but(opens="ITBD")], "intermediate balance"),
    Blind("an interim report", "bai2", [WHOLE.but(interim=True)], "more of the day may follow"),
    *in_each("a number left out", ": one is missing", WHOLE.but(sequence=12), formats=PAGES),
    *in_each("superseded by one that does not add up", "the bank says",
             TWO, TWO.but(closing=100_700, sequence=11), posted=TOGETHER),
    *in_each("stated again with another line", "not in this file or differ in it",
             WHOLE, WHOLE.but(lines=(Line(500, "A9", "B9"),))),
    *in_each("stated again with another amount", "not in this file or differ in it",
             TWO, TWO.but(lines=(Line(500, "A1", "B1"), Line(301, "A2", "B2"))), posted=TOGETHER),
    *in_each("its second part does not add up", "the bank says", WHOLE,
             TWO.but(opening=100_500, lines=(Line(7, "A7", "B7"), Line(8, "A8", "B8")), closing=100_599)),
    *in_each("a first part after the second, which did not add up", "the bank says",
             TWO.but(opening=100_500, lines=(Line(7, "A7", "B7"), Line(8, "A8", "B8")), closing=100_599), WHOLE),
    *in_each("a part missing between two", "is not the previous closing",
             WHOLE, WHOLE.but(opening=100_900, lines=(Line(300, "A2", "B2"),)), posted=TOGETHER),
    *in_each("parts that lead only to each other", "is not the previous closing",
             WHOLE.but(opening=77_000), WHOLE.but(opening=77_500, lines=(Line(-500, "A3", "B3"),)),
             posted=((500, "A1"), (-500, "A3"))),
    *in_each("an amount that is none", NONE, 
             (mt940(WHOLE).replace("C5,00N", "CfiveN").encode(), ""), formats=("mt940",)),
    bad(b"", "empty", "no byte at all"),
    bad(b"hello", "", "no statement at all"),
    bad(mt940(TWO).partition(":62F")[0].encode(), "truncated", "cut off in its lines"),
    bad(WHOLE.written("camt053")[:-60], "", "cut off in its lines", "camt053"),
    bad(WHOLE.written("bai2")[:-20], "", "cut off in its lines", "bai2"),
    bad(TWO.written("csv")[:-14], "", "cut off in a row", "csv"),
    bad(mt940(WHOLE).encode("utf-16"), "", "in UTF-16"),
    bad(mt940(WHOLE).replace("A1", "A\0").encode(), "nul", "with a NUL"),
    bad(b"<!DOCTYPE d [<!ENTITY e 'x'>]>" + WHOLE.written("camt053"), "", "with a DOCTYPE", "camt053"),
    Blind("an intraday report", "camt053", [WHOLE.written("camt053").replace(b"camt.053", b"camt.052").replace(
        b"BkToCstmrStmt", b"BkToCstmrAcctRpt").replace(b"Stmt>", b"Rpt>")], NONE),
    Blind("an intraday report", "bai2", [WHOLE.written("bai2").replace(b",2/\n03", b",3/\n03")], NONE),
    bad(mt940(WHOLE).replace(":28C:", ":34F:ETB0,\r\n:28C:").encode(), "misplaced", "half an intraday report"),
    bad(WHOLE.written("bai2").replace(b"02,US,BANK,1", b"02,US,BANK,4"), "not_a_statement", "a test file", "bai2"),
    bad(WHOLE.written("bai2").replace(b"02,US,BANK,1", b"02,US,BANK,2"), "not_a_statement", "a deletion", "bai2"),
    Blind("two in a file, the day's of another account", "mt940",
          [(mt940(WHOLE.but(day=11, opening=100_500, lines=())) + mt940(WHOLE.but(account=OTHER))).encode()], NONE),
    Blind("two in a file, the day's does not add up", "mt940",
          [(mt940(WHOLE.but(closing=100_700)) + mt940(WHOLE.but(day=11, opening=100_700, lines=()))).encode()],
          "the bank says"),
    Blind("two in a file, the day's of another account", "camt053",
          [camt_file(camt_statement(WHOLE.but(day=11, opening=100_500, lines=())),
                     camt_statement(WHOLE.but(account=OTHER))).encode()], NONE),
    Blind("two in a file, the day's does not add up", "camt053",
          [camt_file(camt_statement(WHOLE.but(closing=100_700)),
                     camt_statement(WHOLE.but(day=11, opening=100_700, lines=()))).encode()], "the bank says"),
]  # fmt: skip


@pytest.fixture
def books(acme: Tenant) -> World:
    return eight_clean_days(acme.id)


@pytest.mark.parametrize("fmt", FORMATS)
def test_whole_the_same_day_is_clean_and_counts(books: World, fmt: str) -> None:
    for amount, reference in TOGETHER:
        books.post(amount, reference)
    books.bring(Blind("", fmt, [TWO], ""))
    books.reconcile()
    found, gate = books.check(), books.gate()
    assert found is not None
    assert (found.verdict, found.drift) == ("CLEAN", 0)
    assert (gate.count, gate.open) == (CLEAN_BEFORE + 1, True)
    assert books.home().verdict == "CLEAN"


def test_they_are_more_than_forty() -> None:
    assert len({way.name for way in TABLE}) >= 40
    assert len({str(way) for way in TABLE}) == len(TABLE)


@pytest.mark.parametrize("way", TABLE, ids=str)
def test_a_blind_day_is_unknown_and_shuts_the_gate(books: World, way: Blind) -> None:
    for amount, reference in way.posted:
        books.post(amount, reference)
    books.bring(way)
    books.reconcile()
    books.must_be_blind(way.reason)
