"""By the screen: received, read by a worker, looked at, and only then imported or discarded."""

import logging
from threading import Thread

import pytest
from django.db import connections

from ledger.actors import Actor
from ledger.models import AuditEntry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.import_statement import (
    ImportNotOpen,
    Received,
    confirm_import,
    discard_import,
    find_import,
    receive_statement,
)
from reconciliation.bank.models import BankImport, BankLine, BankStatement
from reconciliation.drift.models import DriftCheck
from reconciliation.errors import NotFound, NotPermitted
from reconciliation.matching.models import MatchRun
from tests.reconciliation.bank.desk import ANALYST, NOW, Desk, desk, mt940

TEN = [(500, "A1"), (-200, "B2")]
SUPPORT = Actor("person", "support@example.test", frozenset({"support"}))


@pytest.fixture
def books(acme: Tenant) -> Desk:
    return desk(acme.id)


def receive(books: Desk, content: bytes, **how: str) -> Received:
    with tenant(books.tenant_id):
        return receive_statement(books.account, file_name="day.sta", content=content, actor=ANALYST, at=NOW, **how)


def fresh(books: Desk, bank_import: BankImport) -> BankImport:
    with tenant(books.tenant_id):
        return find_import(bank_import.public_id)


def read(books: Desk, content: bytes) -> BankImport:
    made = receive(books, content).bank_import
    books.work()
    return fresh(books, made)


def test_nothing_counts_before_it_is_confirmed(books: Desk) -> None:
    made = receive(books, mt940(0, TEN)).bank_import
    assert (made.state, made.progress) == ("received", {"step": "received"})
    books.work()
    made = fresh(books, made)
    assert (made.state, made.format, made.line_count, made.new_line_count) == ("read", "mt940", 2, 2)
    assert books.lines() == books.lines(counting=False) == []
    assert books.verdicts() == {}


def test_the_preview_shows_arithmetic_lines_and_what_it_would_make_of_the_day(books: Desk) -> None:
    books.post(500, "A1")
    made = read(books, mt940(1000, TEN))
    (statement,) = made.preview["statements"]
    assert (statement["opening"], statement["moved"], statement["closing"], statement["balanced"]) == (
        "1000", "300", "1300", True,
    )  # fmt: skip
    assert (statement["money_in"], statement["in_count"], statement["money_out"], statement["out_count"]) == (
        "500", 1, "-200", 1,
    )  # fmt: skip
    assert [(x["reference"], x["amount"]) for x in statement["sample"]] == [("A1", "500"), ("B2", "-200")]
    (day,) = made.preview["trial"]
    assert (day["day"], day["verdict"], day["drift"], day["unexplained"], day["differences"], day["before"]) == (
        "2026-03-10", "DRIFTED", "200", "0", 1, None,
    )  # fmt: skip


def test_looking_leaves_no_trace(books: Desk, caplog: pytest.LogCaptureFixture) -> None:
    books.post(500, "A1")
    with caplog.at_level(logging.WARNING, logger="plumbline.drift"):
        read(books, mt940(0, TEN))
    assert not caplog.records, "a trial must not page anybody"
    with tenant(books.tenant_id):
        assert not MatchRun.objects.exists() and not DriftCheck.objects.exists() and not BankStatement.objects.exists()
        assert not AuditEntry.objects.filter(action="drift.reconciled").exists()
        assert LedgerTransaction.objects.count() == 1


def test_confirming_stores_what_was_shown_and_asks_for_the_checks(books: Desk) -> None:
    books.post(500, "A1")
    made = read(books, mt940(0, TEN))
    with tenant(books.tenant_id):
        (outcome,) = confirm_import(made, actor=ANALYST, at=NOW)
    assert outcome.state == "in_force"
    assert books.lines() == TEN
    assert fresh(books, made).state == "imported"
    books.work()
    assert books.verdicts() == {"2026-03-10": "DRIFTED"}


def test_it_is_confirmed_once(books: Desk) -> None:
    made = read(books, mt940(0, TEN))
    with tenant(books.tenant_id):
        confirm_import(made, actor=ANALYST, at=NOW)
    with pytest.raises(ImportNotOpen), tenant(books.tenant_id):
        confirm_import(made, actor=ANALYST, at=NOW)
    with pytest.raises(ImportNotOpen), tenant(books.tenant_id):
        discard_import(made, actor=ANALYST, at=NOW)
    assert books.lines() == TEN


def test_what_was_not_read_yet_is_not_confirmed(books: Desk) -> None:
    made = receive(books, mt940(0, TEN)).bank_import
    with pytest.raises(ImportNotOpen), tenant(books.tenant_id):
        confirm_import(made, actor=ANALYST, at=NOW)


def test_the_same_file_again_is_the_first_import_in_its_state(books: Desk) -> None:
    made = read(books, mt940(0, TEN))
    again = receive(books, mt940(0, TEN))
    assert (again.repeated, again.bank_import.id, again.bank_import.state) == (True, made.id, "read")


def test_a_discarded_file_may_come_again(books: Desk) -> None:
    made = read(books, mt940(0, TEN))
    with tenant(books.tenant_id):
        discard_import(made, actor=ANALYST, at=NOW, why="the wrong day")
    again = receive(books, mt940(0, TEN))
    assert not again.repeated
    books.work()
    assert fresh(books, again.bank_import).state == "read"


def test_a_discarded_file_is_not_read_any_more(books: Desk) -> None:
    made = receive(books, mt940(0, TEN)).bank_import
    with tenant(books.tenant_id):
        discard_import(made, actor=ANALYST, at=NOW)
    books.work()
    assert fresh(books, made).state == "discarded"


def test_a_refused_file_says_line_and_field(books: Desk) -> None:
    made = read(books, mt940(0, TEN).replace(b"C5,00NTRF", b"C5.0xNTRF"))
    assert made.state == "refused"
    error = made.preview["error"]
    assert "line 5" in error["where"] and error["code"] and error["message"]
    assert books.lines(counting=False) == []


def test_a_file_of_another_account_is_refused(books: Desk) -> None:
    made = read(books, mt940(0, TEN, account="ET99OTHER777"))
    assert (made.state, made.preview["error"]["code"]) == ("refused", "wrong_account")


def test_a_gap_to_the_previous_statement_shows_before_it_is_imported(books: Desk) -> None:
    books.take_in(mt940(0, TEN, day=9))
    made = read(books, mt940(999, [], day=10))
    (day,) = made.preview["trial"]
    assert (day["verdict"], day["drift"]) == ("UNKNOWN", None)
    assert "opening 999 is not the previous closing 300" in day["because"][0]


def test_whom_it_refuses(books: Desk) -> None:
    made = read(books, mt940(0, TEN))
    with tenant(books.tenant_id):
        with pytest.raises(NotPermitted):
            receive_statement(books.account, file_name="x", content=b"x", actor=SUPPORT, at=NOW)
        with pytest.raises(NotPermitted):
            confirm_import(made, actor=SUPPORT, at=NOW)
        with pytest.raises(NotPermitted):
            discard_import(made, actor=SUPPORT, at=NOW)


def test_an_import_of_another_tenant_is_not_there(books: Desk, rival: Tenant) -> None:
    made = read(books, mt940(0, TEN))
    with tenant(rival.id):
        for unknown in (made.public_id, "not-an-id"):
            with pytest.raises(NotFound):
                find_import(unknown)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_eight_uploads_of_one_file_are_one_import(books: Desk) -> None:
    found: list[tuple[int, bool]] = []

    def upload() -> None:
        try:
            got = receive(books, mt940(0, TEN))
            found.append((got.bank_import.id, got.repeated))
        finally:
            connections.close_all()

    threads = [Thread(target=upload) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({made for made, _ in found}) == 1
    assert sorted(repeated for _, repeated in found) == [False] + [True] * 7


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_overlapping_files_imported_at_once_store_each_line_once(books: Desk) -> None:
    days = [[*TEN, *[(n, f"N{n}") for n in range(1, size)]] for size in range(1, 9)]

    def take(movements: list[tuple[int, str]]) -> None:
        try:
            books.take_in(mt940(0, movements))
        finally:
            connections.close_all()

    threads = [Thread(target=take, args=(movements,)) for movements in days]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenant(books.tenant_id):
        counting = BankLine.objects.filter(counts=True).values_list("identity", "occurrence")
        assert len(set(counting)) == len(counting)
    assert len(set(books.lines())) == len(books.lines())
