"""The gate as the checks of real books make it: S17 and S21 with their counts, late statements, incidents, and its past."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.models import AuditVerification
from ledger.tenancy import tenant
from reconciliation.oversight.gate_rules import Gate, judge
from reconciliation.oversight.proof_rules import unproven
from reconciliation.oversight.release_gate import account_days, release_gate
from tests.proven import proven
from tests.reconciliation.books import NOW, Books, march

S17 = """
T1 10 ewa 710 @D1
L1 clr 11 -710 @D1
T2 11 ewa 480 @D2
L2 clr 12 -480 @D2
T3 12 ewa 935 @D3
L3 clr 13 -935 @D3
T4 13 ewa 620 @D4
L4 clr 14 -620 @D4
T5 14 ewa 505 @D5
L5 clr 15 -505 @D5
T6 15 ewa 840 @D6
L6 clr 16 -840 @D6
T7 16 ewa 390 @D7
"""


def evening(day: int) -> datetime:
    return datetime(2026, 3, day, 20, tzinfo=UTC)


def of_clr(books: Books, first: int, last: int, at: datetime) -> Gate:
    with tenant(books.tenant_id):
        rows = account_days(after=march(str(first)) - timedelta(days=1), until=march(str(last)), at=at)
    return judge([r for r in rows if r.account == "clr"], at)


def test_s17_payouts_that_settle_the_next_day_wait_and_heal(books: Books) -> None:
    books.play(S17)
    books.check_day("clr", "10", at=evening(10))
    for day in range(10, 17):
        books.cover("clr", march(str(min(day + 1, 16))))
    for day in range(10, 17):
        books.reconcile("clr", march(str(day)), evening(16))
    found = of_clr(books, 10, 16, evening(16))
    assert (found.count, found.stands_at and found.stands_at.day) == (6, march("16"))
    books.play("L7 clr 17 -390 @D7\nT8 17 ewa 275 @D8")
    books.cover("clr", march("17"))
    for day in (16, 17):
        books.reconcile("clr", march(str(day)), evening(17))
    found = of_clr(books, 10, 17, evening(17))
    assert (found.count, found.open, found.days[-1].state) == (7, True, "waiting")
    assert of_clr(books, 10, 17, evening(16)).count == 6, "what it said before is still there to be asked for"


def test_s21_a_straddle_that_outlives_its_grace_keeps_its_days_bad(books: Books) -> None:
    books.play("T1 10 ewa 900 @D1")
    assert books.check_day("clr", "10", at=evening(10)).timing_only
    books.check_day("clr", "10")
    books.play("L1 clr 13 -900 @D1")
    books.check_day("clr", "13")
    for day in ("11", "12", "14", "15"):
        books.check_day("clr", day)
    found = of_clr(books, 10, 15, NOW)
    assert [d.state for d in found.days] == ["bad", "good", "good", "bad", "good", "good"]
    assert found.count == 2


def test_a_missing_statement_ends_the_run_until_it_comes(books: Books) -> None:
    for day in ("10", "11", "12"):
        books.check_day("clr", day)
    books.reconcile("clr", march("17"), NOW)
    before = of_clr(books, 10, 17, NOW)
    assert (before.count, before.days[-1].state) == (0, "unknown")
    later = NOW + timedelta(hours=1)
    for day in range(13, 18):
        books.check_day("clr", str(day), at=later)
    assert of_clr(books, 10, 17, later).count == 8
    assert of_clr(books, 10, 17, NOW).count == 0


def test_over_every_account_and_with_what_blocks_it(books: Books) -> None:
    for account in books.banks:
        for day in range(10, 20):
            books.check_day(account, str(day))
    proven(books.tenant_id, NOW)
    with tenant(books.tenant_id):
        found = release_gate(at=NOW)
    assert (found.open, found.count) == (True, 9)
    books.play("L9 cash 19 -250 @X991").check_day("cash", "19")
    with tenant(books.tenant_id):
        shut = release_gate(at=NOW)
    assert (shut.open, shut.count) == (False, 0)
    assert [d.day for d in shut.resets][:1] == [march("19")]
    assert shut.blocks == ("security incident IN-1 stands open",)


def test_without_an_account_it_is_shut(books: Books, rival: object) -> None:
    proven(rival.id, NOW)  # type: ignore[attr-defined]
    with tenant(rival.id):  # type: ignore[attr-defined]
        found = release_gate(at=NOW)
    assert (found.open, found.count, found.blocks) == (False, 0, ("no bank account is reconciled",))
    assert date(2026, 3, 20) == NOW.date()


@pytest.mark.parametrize("day", ["10", "11"])
def test_a_day_of_one_account_alone_does_not_open_it_for_all(books: Books, day: str) -> None:
    books.check_day("clr", day)
    with tenant(books.tenant_id):
        found = release_gate(at=NOW)
    assert found.count == 0
    assert "never checked" not in str(found.blocks)


@pytest.mark.quick
def test_integrity_is_proven_by_a_verification_that_held_lately_and_an_anchor() -> None:
    day = timedelta(days=1)
    good = {"held": True, "verified_at": NOW - day, "anchored_at": NOW - day}
    assert unproven(NOW, **good) == []  # type: ignore[arg-type]
    two_days_ago = "2026-03-18 12:00 UTC"
    for change, says in (
        ({"held": False}, "the last verification of the ledger found something that does not hold"),
        ({"held": None, "verified_at": None}, "the ledger was never verified"),
        ({"verified_at": NOW - timedelta(hours=26, seconds=1)}, "has to be once a day"),
        ({"verified_at": NOW - 2 * day}, f"the ledger was last verified {two_days_ago}, and has to be once a day"),
        ({"anchored_at": None}, "no head of the audit chain is anchored outside the database"),
        ({"anchored_at": NOW - 2 * day}, f"the audit chain was last anchored outside the database {two_days_ago}"),
    ):
        (told,) = unproven(NOW, **(good | change))  # type: ignore[arg-type]
        assert told.startswith("integrity is not proven: ")
        assert told.endswith(says)
    assert len(unproven(NOW, held=None, verified_at=None, anchored_at=None)) == 2


def test_what_is_not_proven_shuts_it(books: Books) -> None:
    for account in books.banks:
        for day in range(10, 20):
            books.check_day(account, str(day))

    def shut_by(at: datetime = NOW) -> tuple[str, ...]:
        with tenant(books.tenant_id):
            found = release_gate(at=at)
        assert found.open == (not found.blocks)
        return found.blocks

    assert [b.split(": ")[0] for b in shut_by()] == ["integrity is not proven"] * 2
    proven(books.tenant_id, NOW)
    assert shut_by() == ()
    assert len(shut_by(NOW - timedelta(microseconds=1))) == 2, "what it said before is still there to be asked for"
    assert len(shut_by(NOW + timedelta(hours=27))) == 2
    with tenant(books.tenant_id):
        AuditVerification.objects.create(
            at=NOW, ok=False, row_count=1, block_count=1, unsealed=0, transactions=1, head="", first_bad="row 7", verified_by="x"
        )  # fmt: skip
    assert shut_by() == (
        "integrity is not proven: the last verification of the ledger found something that does not hold",
    )  # fmt: skip
