"""No false zero, beyond the files themselves: statements that nobody took in, checks that nobody made, calendars that ran out;
and how a day becomes known again."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.bank.import_statement import confirm_import, discard_import, find_import, receive_statement
from reconciliation.bank.models import BankPeriod
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.drift.standing import standings
from reconciliation.errors import CannotBe
from reconciliation.oversight.release_gate import release_gate
from reconciliation.postings.open_account import open_account
from tests.people import SET_UP
from tests.reconciliation.bank.desk import ANALYST, NOW, desk
from tests.reconciliation.drift.blind import (
    CLEAN_BEFORE,
    DAY,
    FIRST,
    NONE,
    OTHER,
    TOGETHER,
    TWO,
    WHOLE,
    World,
    eight_clean_days,
)
from tests.reconciliation.drift.statement_text import Text
from tests.stories.world import JOB

PAGES = ("camt053", "mt940")


@pytest.fixture
def books(acme: Tenant) -> World:
    return eight_clean_days(acme.id)


def read(books: World, content: bytes) -> object:
    with tenant(books.tenant_id):
        made = receive_statement(books.account, file_name="day.sta", content=content, actor=ANALYST, at=NOW).bank_import
    books.work()
    return made.public_id


def discarded(books: World) -> None:
    made = read(books, WHOLE.written("mt940"))
    with tenant(books.tenant_id):
        discard_import(find_import(made), actor=ANALYST, at=NOW)


def refused_by_the_worker(books: World) -> None:
    read(books, WHOLE.but(account=OTHER).written("mt940"))


def too_late(books: World) -> None:
    books.take_in_at(WHOLE.written("mt940"), NOW + timedelta(hours=1))


NEVER_TAKEN_IN: dict[str, Callable[[World], object]] = {
    "no file came": lambda books: None,
    "it was read and not confirmed": lambda books: read(books, WHOLE.written("mt940")),
    "it was read and discarded": discarded,
    "the worker refused it": refused_by_the_worker,
    "it came after the instant that is asked for": too_late,
}


@pytest.mark.parametrize("come", NEVER_TAKEN_IN.values(), ids=[n.replace(" ", "_") for n in NEVER_TAKEN_IN])
def test_a_day_whose_statement_was_never_taken_in(books: World, come: Callable[[World], object]) -> None:
    books.post(500, "A1")
    come(books)
    books.reconcile()
    books.must_be_blind(NONE)


def test_confirmed_the_same_file_makes_the_day_clean(books: World) -> None:
    books.post(500, "A1")
    made = read(books, WHOLE.written("mt940"))
    with tenant(books.tenant_id):
        confirm_import(find_import(made, lock=True), actor=ANALYST, at=NOW)
    books.reconcile()
    assert books.gate().count == CLEAN_BEFORE + 1


def test_a_day_that_nobody_checked_has_no_verdict_and_is_unknown_to_home_and_gate(books: World) -> None:
    books.take_in(WHOLE.written("mt940"))
    books.post(500, "A1")
    books.reconcile(until=DAY - timedelta(days=1))
    assert books.check() is None
    books.must_be_shut()


def test_a_day_checked_before_its_statement_is_due_is_unknown_and_not_counted(books: World) -> None:
    """Home waits for the statement until it is due, and so does the gate: it neither counts the day nor ends the run."""
    evening = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
    books.reconcile(at=NOW)
    books.must_be_blind(NONE)
    early = books.gate(at=evening)
    assert early.count < CLEAN_BEFORE + 1
    assert all(d.day < DAY or d.state != "good" for d in early.days)


def test_a_day_checked_only_while_it_ran_is_not_counted(books: World) -> None:
    """What is checked at noon says nothing of the afternoon, whatever its statement claims by then."""
    books.post(500, "A1")
    books.take_in(WHOLE.written("mt940"))
    books.reconcile()
    noon, due = datetime(2026, 3, 12, 12, 30, tzinfo=UTC), datetime(2026, 3, 13, 20, tzinfo=UTC)
    for day, opening in ((11, 100_500), (12, 100_500)):
        books.take_in(WHOLE.but(day=day, opening=opening, lines=(), sequence=day).written("mt940"))
    books.reconcile(at=noon, until=date(2026, 3, 12))
    assert books.check(date(2026, 3, 12)).verdict == "CLEAN"  # type: ignore[union-attr]
    assert (books.gate(at=due).count, books.gate(at=due).open) == (0, False)
    books.reconcile(at=due, until=date(2026, 3, 12))
    assert (books.gate(at=due).count, books.gate(at=due).open) == (CLEAN_BEFORE + 3, True)


def test_a_day_beyond_the_stored_calendar_cannot_be_checked_and_blocks_the_gate(books: World) -> None:
    """Nobody cut the days for forty days: those that are stored may all be clean, and none is missing in the list."""
    with tenant(books.tenant_id):
        last = BankPeriod.objects.order_by("-day")[0]
        with pytest.raises(CannotBe, match="no settlement day"):
            reconcile_account(books.account, last.until_on, last.until_on + timedelta(days=1), actor=JOB, at=NOW)
    still = Text((), day=9, from_day=1, sequence=9).written("mt940").replace(b":62F:C260309", b":62F:C260420")
    at = last.ends_at + timedelta(days=30)
    books.take_in_at(still, at)
    books.reconcile(at=at, until=last.day)
    gate = books.gate(at=at)
    assert not gate.open
    assert gate.blocks == ("the settlement days of cash have run out, nobody can say which are missing",)
    assert books.gate(at=last.ends_at - timedelta(hours=1)).blocks == ()


def test_an_account_opened_later_has_no_day_there_and_its_first_is_unknown(books: World) -> None:
    opened = date(2026, 3, 10)
    with tenant(books.tenant_id):
        ledger = open_account(code="two", name="Two", kind="ASSET", asset="ETB", actor=SET_UP, at=NOW)
        two = open_bank_account(
            code="two", name="Two", partner="Example Bank", number="ET55DEMO0002", ledger_account=ledger,
            opened_on=opened, calendar=CalendarInput(cutover=time(6)), actor=SET_UP, at=NOW,
        )  # fmt: skip
        with pytest.raises(CannotBe, match="no settlement day"):
            reconcile_account(two, date(2026, 3, 9), opened, actor=JOB, at=NOW)
        reconcile_account(two, opened, opened + timedelta(days=1), actor=JOB, at=NOW)
        assert DriftCheck.objects.get(bank_account=two).verdict == "UNKNOWN"
    books.post(500, "A1")
    books.take_in(WHOLE.written("mt940"))
    books.reconcile()
    gate = books.gate()
    assert (gate.count, gate.open) == (0, False)
    assert [(a.account, a.verdict) for d in gate.resets for a in d.told] == [("two", "UNKNOWN")]


def test_a_saturday_that_does_not_add_up_keeps_its_friday_unknown(acme: Tenant) -> None:
    """The lines of closed days count on the banking day before them."""
    with tenant(acme.id):
        desk(acme.id)
        ledger = open_account(code="week", name="Week", kind="ASSET", asset="ETB", actor=SET_UP, at=NOW)
        week = open_bank_account(
            code="week", name="Week", partner="Example Bank", number=OTHER, ledger_account=ledger, opened_on=FIRST, actor=SET_UP,
            calendar=CalendarInput(cutover=time(6), closed_weekdays=frozenset({6, 7})), at=NOW,
        )  # fmt: skip
    books = World(acme.id, week)
    friday = Text((), day=6, from_day=1, account=OTHER, sequence=6)
    books.take_in(friday.written("mt940"))
    books.reconcile(until=date(2026, 3, 6))
    assert books.check(date(2026, 3, 6)).verdict == "CLEAN"  # type: ignore[union-attr]
    books.take_in(WHOLE.but(day=7, account=OTHER, sequence=7, closing=100_700).written("mt940"))
    books.work()
    found = books.check(date(2026, 3, 6))
    assert found is not None
    assert (found.verdict, found.drift) == ("UNKNOWN", None)


@pytest.mark.parametrize("ask", [release_gate, standings])
def test_without_a_tenant_there_is_no_zero(books: World, ask: Callable[..., object]) -> None:
    with pytest.raises(Exception, match="tenant"):
        ask(at=NOW)


class TestHealed:
    """What was contradicted is known again once the bank repeats it in a file of its own."""

    def test_the_first_word_repeated(self, books: World) -> None:
        books.post(500, "A1")
        books.take_in(WHOLE.written("mt940"))
        books.take_in(WHOLE.but(closing=100_700, sequence=11).written("mt940"))
        books.reconcile()
        books.must_be_blind("the bank says")
        again = WHOLE.written("mt940").replace(b":20:S10", b":20:AGAIN")
        assert [o.state for o in books.take_in(again).outcomes] == ["in_force"]
        books.reconcile()
        assert (books.check().verdict, books.gate().count) == ("CLEAN", CLEAN_BEFORE + 1)  # type: ignore[union-attr]
        third = books.take_in(again.replace(b"AGAIN", b"THIRD"))
        assert [o.state for o in third.outcomes] == ["repeated"]

    @pytest.mark.parametrize("fmt", PAGES)
    def test_the_pages_that_came_in_files_of_their_own(self, books: World, fmt: str) -> None:
        for amount, reference in TOGETHER:
            books.post(amount, reference)
        m = fmt == "mt940"
        head = WHOLE.but(closes="M" if m else "ITBD", pages=(1, "false"))
        tail = WHOLE.but(opening=100_500, lines=TWO.lines[1:], opens="M" if m else "ITBD", pages=(2, "true"))
        for page in (tail, head):
            books.reconcile()
            assert books.check().verdict == "UNKNOWN"  # type: ignore[union-attr]
            books.take_in(page.written(fmt), file_format=fmt)
        books.reconcile()
        assert (books.check().verdict, books.gate().count) == ("CLEAN", CLEAN_BEFORE + 1)  # type: ignore[union-attr]

    def test_the_final_report_after_the_interim_one(self, books: World) -> None:
        for amount, reference in TOGETHER:
            books.post(amount, reference)
        books.take_in(WHOLE.but(interim=True).written("bai2"))
        books.take_in(TWO.written("bai2"))
        books.reconcile()
        assert (books.check().verdict, books.gate().count) == ("CLEAN", CLEAN_BEFORE + 1)  # type: ignore[union-attr]

    def test_the_same_lines_without_balances_contradict_nothing(self, books: World) -> None:
        books.post(500, "A1")
        books.take_in(WHOLE.written("csv"), profile_name="whole")
        done = books.take_in(WHOLE.written("csv") + b"\n", profile_name="bare")
        assert [o.state for o in done.outcomes] == ["repeated"]
        books.reconcile()
        assert books.gate().count == CLEAN_BEFORE + 1
