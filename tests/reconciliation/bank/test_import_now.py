import json

import pytest

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.import_statement import import_now
from reconciliation.bank.models import BankFile, BankImport, BankLine, BankStatement
from reconciliation.errors import BadInput, NotFound, NotPermitted
from tests.people import SET_UP
from tests.reconciliation.bank.desk import ANALYST, NOW, Desk, desk, mt940
from tests.reconciliation.bank.hostile import hostile_files

TEN = [(500, "A1"), (-200, "B2")]


@pytest.fixture
def books(acme: Tenant) -> Desk:
    return desk(acme.id)


def rows(books: Desk) -> tuple[int, int, int, int]:
    with tenant(books.tenant_id):
        return tuple(m.objects.count() for m in (BankImport, BankFile, BankStatement, BankLine))  # type: ignore[return-value]


def test_it_stores_the_file_the_statement_and_its_lines(books: Desk) -> None:
    done = books.take_in(mt940(0, TEN))
    assert [(o.state, o.stored.new_lines if o.stored else None) for o in done.outcomes] == [("in_force", 2)]
    assert books.lines() == TEN
    with tenant(books.tenant_id):
        made = BankImport.objects.get()
        assert (made.state, made.format, made.line_count, made.new_line_count) == ("imported", "mt940", 2, 2)
        assert AuditEntry.objects.filter(action="statement.imported", actor="maker@example.test").count() == 1


def test_the_days_it_touches_are_checked(books: Desk) -> None:
    books.post(500, "A1")
    books.take_in(mt940(0, [(500, "A1")]))
    books.work()
    assert books.verdicts() == {"2026-03-10": "CLEAN"}


def test_the_same_file_again_is_the_first_import(books: Desk) -> None:
    first = books.take_in(mt940(0, TEN))
    before = rows(books)
    again = books.take_in(mt940(0, TEN), "another name.sta")
    assert (again.repeated, again.bank_import.id, again.new_lines) == (True, first.bank_import.id, 0)
    assert rows(books) == before


def test_two_equal_lines_stay_two(books: Desk) -> None:
    books.take_in(mt940(0, [(250, "FEE"), (250, "FEE")]))
    assert books.lines() == [(250, "FEE"), (250, "FEE")]


def test_an_overlap_adds_only_what_is_new(books: Desk) -> None:
    books.take_in(mt940(0, TEN))
    done = books.take_in(mt940(0, [*TEN, (-200, "B2"), (90, "C3")]))
    assert [o.state for o in done.outcomes] == ["in_force"]
    assert books.lines() == [*TEN, (-200, "B2"), (90, "C3")]


def test_an_overlap_without_anything_new_is_not_stored_again(books: Desk) -> None:
    books.take_in(mt940(0, TEN))
    done = books.take_in(mt940(0, TEN, reference="COPY"))
    assert [o.state for o in done.outcomes] == ["repeated"]
    with tenant(books.tenant_id):
        assert BankStatement.objects.count() == 1


def test_a_line_that_changed_in_an_overlap_is_a_conflict_and_changes_no_figure(books: Desk) -> None:
    books.take_in(mt940(0, TEN))
    done = books.take_in(mt940(0, [(500, "A1"), (-201, "B2")]))
    (outcome,) = done.outcomes
    assert outcome.state == "not_in_force"
    assert outcome.stored is not None
    assert [f.code for f in outcome.stored.findings] == ["conflict"]
    assert books.lines() == TEN


def test_a_second_statement_of_the_day_continues_the_first(books: Desk) -> None:
    """A fee of the same amount, morning and evening, is two fees: the balances say so."""
    books.take_in(mt940(0, [(-25, "FEE")]))
    done = books.take_in(mt940(-25, [(-25, "FEE"), (70, "D4")], sequence=2))
    assert [o.state for o in done.outcomes] == ["in_force"]
    assert books.lines() == [(-25, "FEE"), (-25, "FEE"), (70, "D4")]
    again = books.take_in(mt940(-25, [(-25, "FEE"), (70, "D4")], sequence=2, reference="COPY"))
    assert [o.state for o in again.outcomes] == ["repeated"]
    whole = books.take_in(mt940(0, [(-25, "FEE"), (-25, "FEE"), (70, "D4")], reference="WHOLE"))
    assert whole.new_lines == 0
    assert books.lines() == [(-25, "FEE"), (-25, "FEE"), (70, "D4")]


def test_the_morning_may_come_after_the_evening(books: Desk) -> None:
    books.take_in(mt940(-25, [(-25, "FEE")], sequence=2))
    books.take_in(mt940(0, [(-25, "FEE")]))
    assert books.lines() == [(-25, "FEE"), (-25, "FEE")]
    books.work()
    assert books.verdicts()["2026-03-10"] == "DRIFTED"  # known: both statements hang together


def test_a_statement_that_covers_more_without_new_lines_is_stored(books: Desk) -> None:
    books.take_in(mt940(0, [(500, "A1")]))
    both = mt940(0, [(500, "A1")]).replace(b":62F:C260310", b":62F:C260311")
    books.take_in(both)
    books.post(500, "A1")
    books.work()
    assert books.verdicts() == {"2026-03-10": "CLEAN", "2026-03-11": "CLEAN"}


def test_a_statement_that_does_not_add_up_is_kept_and_counts_nowhere(books: Desk) -> None:
    done = books.take_in(mt940(0, TEN, closing=301))
    assert [o.state for o in done.outcomes] == ["not_in_force"]
    assert books.lines() == []
    assert books.lines(counting=False) == TEN
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"


def test_the_whole_statement_heals_the_broken_one(books: Desk) -> None:
    books.take_in(mt940(0, TEN[:1], closing=300))
    books.take_in(mt940(0, TEN))
    assert books.lines() == TEN


def test_a_gap_between_balances_makes_the_day_unknown(books: Desk) -> None:
    books.take_in(mt940(0, TEN, day=9))
    books.take_in(mt940(305, [(1, "X")], day=10))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"


def test_a_part_missing_from_the_middle_of_a_day_makes_it_unknown_until_it_comes(books: Desk) -> None:
    books.take_in(mt940(0, [], day=9))
    books.take_in(mt940(0, [(100, "A")]))
    books.take_in(mt940(150, [(20, "C")], sequence=3))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"
    books.take_in(mt940(100, [(50, "B")], sequence=2))
    books.work()
    assert books.verdicts()["2026-03-10"] == "DRIFTED"
    assert sorted(books.lines()) == [(20, "C"), (50, "B"), (100, "A")]


def test_the_parts_of_a_day_may_come_in_any_order(books: Desk) -> None:
    books.take_in(mt940(0, [], day=9))
    books.take_in(mt940(150, [(20, "C")], sequence=3))
    books.take_in(mt940(0, [(100, "A")]))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"
    books.take_in(mt940(0, [(100, "A"), (50, "B"), (20, "C")], reference="WHOLE"))
    books.work()
    assert books.verdicts()["2026-03-10"] == "DRIFTED"
    assert sorted(books.lines()) == [(20, "C"), (50, "B"), (100, "A")]


def test_a_corrected_balance_heals_the_day(books: Desk) -> None:
    books.take_in(mt940(0, [], day=9))
    books.take_in(mt940(5, TEN))
    books.work()
    assert books.verdicts()["2026-03-10"] == "UNKNOWN"
    assert [o.state for o in books.take_in(mt940(0, TEN)).outcomes] == ["in_force"]
    books.work()
    assert books.verdicts()["2026-03-10"] == "DRIFTED"
    assert books.lines() == TEN


def test_the_missing_day_heals_its_follower(books: Desk) -> None:
    books.take_in(mt940(0, [], day=8))
    books.take_in(mt940(500, [], day=10))
    books.work()
    books.post(500, "A1", day=9)
    books.take_in(mt940(0, [(500, "A1")], day=9))
    books.work()
    assert books.verdicts() == {"2026-03-08": "CLEAN", "2026-03-09": "CLEAN", "2026-03-10": "CLEAN"}


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (mt940(0, TEN, account="ET99OTHER777"), "wrong_account"),
            (mt940(0, TEN).replace(b"ETB", b"USD"), "wrong_currency"),
            (mt940(0, TEN)[:-40], ""),
            (
                b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><Document>&e;</Document>",
                "",
            ),
            (b"hello", "profile_needed"),
        ],
    )
    def test_and_nothing_of_it_is_stored(self, books: Desk, content: bytes, code: str) -> None:
        with pytest.raises(StatementRefused) as refused:
            books.take_in(content)
        assert code in refused.value.code
        assert rows(books) == (0, 0, 0, 0)

    def test_whom(self, books: Desk) -> None:
        with pytest.raises(NotPermitted), tenant(books.tenant_id):
            import_now(books.account, file_name="x", content=mt940(0, TEN), actor=SET_UP, at=NOW)

    def test_an_unknown_format_or_profile(self, books: Desk) -> None:
        with pytest.raises(BadInput):
            books.take_in(mt940(0, TEN), file_format="excel")
        with pytest.raises(NotFound):
            books.take_in(mt940(0, TEN), profile_name="none such")
        with pytest.raises(BadInput):
            books.take_in(mt940(0, TEN), profile_name="none such", file_format="mt940")

    def test_one_statement_of_another_account_leaves_the_others(self, books: Desk) -> None:
        done = books.take_in(mt940(0, TEN) + mt940(0, [(1, "X")], account="ET99OTHER777"))
        assert [o.state for o in done.outcomes] == ["in_force", "refused"]
        assert books.lines() == TEN


def test_a_file_name_is_never_a_path_and_has_no_tricks(books: Desk) -> None:
    done = books.take_in(mt940(0, TEN), "../../etc/\u202egnp.sta\n")
    assert done.bank_import.file_name == "\ufffdgnp.sta\ufffd"
    done = books.take_in(mt940(0, TEN, day=11), "x" * 4000)
    assert len(done.bank_import.file_name) == 200


@pytest.mark.slow
def test_hostile_files_are_refused_or_stored_whole(books: Desk) -> None:
    with tenant(books.tenant_id):
        count = 0
        for name, content, file_format in hostile_files(40):
            if file_format == "csv" or len(content) > 4_000_000:
                continue
            try:
                done = import_now(
                    books.account, file_name=name, content=content, actor=ANALYST, at=NOW, file_format=file_format
                )
            except StatementRefused:
                continue
            count += sum(len(o.parsed.lines) for o in done.outcomes if o.state != "refused" and o.state != "repeated")
        assert BankLine.objects.count() <= count
        json.dumps([s.findings for s in BankStatement.objects.all()])
