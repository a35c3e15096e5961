from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.cases.bulk_act import BulkReport, bulk_act
from reconciliation.cases.models import CaseEvent
from reconciliation.cases.select_cases import select_cases
from reconciliation.errors import BadInput, NotFound, NotPermitted, ReasonMissing
from tests.reconciliation.books import NOW, Books


@pytest.fixture
def ids(books: Books) -> list[int]:
    rows = "\n".join(f"T{n} 10 ewa {n} @D{n}" for n in range(1, 6))
    books.play(rows).check_day("clr", "10")
    return [c.id for c in books.cases("clr")]


def selection(books: Books, ids: list[int], by: Actor, act: str) -> str:
    with tenant(books.tenant_id):
        return str(select_cases(case_ids=ids, act=act, actor=by, at=NOW).public_id)


def do(books: Books, chosen: str, by: Actor, **how: Any) -> BulkReport:
    with tenant(books.tenant_id):
        return bulk_act(selection=chosen, actor=by, at=NOW, **how)


def test_it_acts_on_exactly_the_selected_cases(books: Books, ids: list[int], maker: Actor, checker: Actor) -> None:
    report = do(books, selection(books, ids[:4], maker, "assign"), maker, to=checker.person_id)
    assert (report.act, report.done, report.refused, report.repeated) == ("assign", 4, 0, False)
    assert [c.owner_id for c in books.cases("clr")] == [checker.person_id] * 4 + [None]
    with tenant(books.tenant_id):
        assert CaseEvent.objects.filter(kind="assigned").count() == 4
        assert AuditEntry.objects.filter(action="case.assigned").count() == 4


def test_it_snoozes_and_notes(books: Books, ids: list[int], maker: Actor) -> None:
    do(books, selection(books, ids, maker, "note"), maker, text="asked the desk")
    do(books, selection(books, ids, maker, "snooze"), maker, until=date(2026, 3, 24), text="waits")
    assert {c.state for c in books.cases("clr")} == {"snoozed"}


def test_a_row_that_does_not_fit_any_more_is_reported_and_left_alone(
    books: Books, ids: list[int], maker: Actor
) -> None:
    chosen = selection(books, ids, maker, "assign")
    books.play("R2 10 rev T2").check_day("clr", "10")
    report = do(books, chosen, maker)
    assert (report.done, report.refused) == (4, 1)
    (left,) = [r for r in report.rows if r.outcome == "refused"]
    assert "is resolved" in left.says
    assert [c.state for c in books.cases("clr")] == ["assigned", "resolved", "assigned", "assigned", "assigned"]


def test_it_refuses_whoever_did_not_select(
    books: Books, ids: list[int], maker: Actor, checker: Actor, support: Actor
) -> None:
    chosen = selection(books, ids, maker, "assign")
    with pytest.raises(NotFound):
        do(books, chosen, checker)
    with pytest.raises(NotPermitted):
        do(books, chosen, support)
    for unknown in (str(uuid4()), "nothing"):
        with pytest.raises(NotFound):
            do(books, unknown, maker)


def test_it_refuses_a_wrong_way_of_doing_it(books: Books, ids: list[int], maker: Actor, support: Actor) -> None:
    with pytest.raises(BadInput):
        do(books, selection(books, ids, maker, "assign"), maker, to=support.person_id)
    with pytest.raises(BadInput):
        do(books, selection(books, ids, maker, "snooze"), maker)
    with pytest.raises(ReasonMissing):
        do(books, selection(books, ids, maker, "snooze"), maker, until=date(2026, 3, 24))
    with pytest.raises(BadInput):
        do(books, selection(books, ids, maker, "note"), maker)


def test_it_happens_once(books: Books, ids: list[int], maker: Actor) -> None:
    chosen = selection(books, ids, maker, "note")
    do(books, chosen, maker, text="asked the desk")
    again = do(books, chosen, maker, text="asked the desk")
    assert (again.repeated, again.done) == (True, 5)
    with tenant(books.tenant_id):
        assert CaseEvent.objects.filter(kind="noted").count() == 5
