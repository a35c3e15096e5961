"""A preview is exact (it equals the check after execution) and has no effect."""

from typing import Any

import pytest
from django.db import connection

from ledger.actors import Actor
from ledger.dating import Dated
from ledger.tenancy import tenant
from reconciliation.approvals.kinds import KINDS
from reconciliation.corrections.preview import Preview
from reconciliation.drift.models import DriftCheck
from tests.reconciliation.books import NOW, Books

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r' AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1
"""
ROWS = """SELECT count(*), md5(string_agg(x::text, chr(10) ORDER BY x::text)) FROM "TABLE" x"""
SITUATIONS = {  # name: (account, day, the transaction to correct, rows)
    "rejected, mixed day": (
        "clr", "10", "T2",
        """T1 10 ewa 4500 @D1
        T2 10 ewa 30000 emp/rev 450 @D2
        T3 10 ewa 70 @D3
        L1 clr 10 -5400 @D1
        L3 clr 10 -70 @D3""",
    ),
    "returned": ("clr", "12", "T1", "T1 10 ewa 90 @D1\nL1 clr 10 -90 @D1\nL2 clr 12 +90 @D1"),
    "posted twice": (
        "cash", "10", "T4", "T3 10 receipt 640 @I9 p8\nT4 10 receipt 640 @I9 p8\nL3 cash 10 +640 @I9",
    ),
    "confirmation failed": (
        "clr", "10", "T1",
        "T1 09 PENDING ewa 175 @D6\nT2 10 FAILED ewa 40 @D7\nL1 clr 10 -175 @D6\nL2 clr 10 -40 @D7",
    ),
    "confirmation failed, supplier": (
        "cash", "10", "T4",
        """T2 10 supplier 9000 @V2
        T3 10 refund_in ar/cash 2500 @I3
        T4 10 PENDING supplier 7000 @V4
        L3 cash 10 +2500 @I3
        L4 cash 10 -7000 @V4
        L5 cash 10 -15 "FEE\"""",
    ),
}  # fmt: skip


def contents() -> dict[str, Any]:
    """How many rows each table holds, and a digest of them: numbers that people read are rows too."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in tables:
            cursor.execute(ROWS.replace("TABLE", name))
            found[name] = cursor.fetchone()
        return found


def preview_of(books: Books, account: str, day: str, name: str) -> tuple[Preview, Any]:
    case = next(c for c in books.cases(account, day) if books.propose(c).transaction == books.ids[name])
    proposal = books.propose(case)
    assert proposal.kind and proposal.payload
    with tenant(books.tenant_id):
        before = contents()
        seen = KINDS[proposal.kind].preview(proposal.payload, NOW)
        assert contents() == before
    assert isinstance(seen, Preview)
    return seen, case


@pytest.mark.parametrize("situation", SITUATIONS)
def test_after_equals_the_check_after_execution_and_looking_changed_nothing(
    books: Books, maker: Actor, checker: Actor, situation: str, caplog: pytest.LogCaptureFixture
) -> None:
    account, day, name, rows = SITUATIONS[situation]
    now = books.play(rows).check_day(account, day)
    caplog.clear()
    seen, case = preview_of(books, account, day, name)
    assert not caplog.records, "a preview raises no alarm"
    first = seen.days[0]
    assert (first.account, first.now.net, first.now.gross, first.now.count) == (
        account,
        now.drift,
        now.gross,
        now.open_count,
    )
    assert case.number in {d.case for d in first.now.differences}
    kind = books.propose(case).kind
    made = (
        books.reverse(name, maker, case.number) if kind == "reverse" else books.ask_to_confirm(name, maker, case.number)
    )
    assert books.approve(made, checker).state == "executed"
    then: DriftCheck = books.check_day(account, day)
    after = first.after
    assert after is not None
    assert (after.verdict, after.ledger_total, after.statement_total, after.net, after.gross, after.unexplained,
    after.count) == (
        then.verdict, then.ledger_total, then.statement_total, then.drift, then.gross, then.unexplained,
        then.open_count,
    )  # fmt: skip


def test_entries_are_shown_as_they_will_stand(books: Books) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    seen, _ = preview_of(books, "clr", "10", "T1")
    assert [(e.account, e.direction, e.amount_minor) for e in seen.entries] == [
        ("emp", "CREDIT", 900),
        ("clr", "DEBIT", 900),
    ]


def test_what_would_be_refused_says_so_and_shows_no_after(books: Books, maker: Actor, checker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    payload = books.propose(books.case("clr", "10")).payload
    books.approve(books.reverse("T1", maker), checker)
    with tenant(books.tenant_id):
        seen = KINDS["reverse"].preview(payload or {}, NOW)
    assert isinstance(seen, Preview)
    assert "reversed already" in seen.refused and seen.days[0].after is None


def test_a_day_without_statement_is_unknown_before_and_after(books: Books, maker: Actor) -> None:
    books.play("T1 10 ewa 900 @D1")
    with tenant(books.tenant_id):
        from reconciliation.corrections.frozen import freeze
        from reconciliation.corrections.target import find_target
        from tests.reconciliation.books import march

        payload = freeze("reverse", find_target(books.ids["T1"], None), on=Dated(march("10")))
        seen = KINDS["reverse"].preview(payload, NOW)
    assert isinstance(seen, Preview)
    (day,) = seen.days
    assert (day.now.verdict, day.now.net, day.now.statement_total) == ("UNKNOWN", None, None)
    assert day.after is not None and (day.after.ledger_total, day.now.ledger_total) == (0, 900)
