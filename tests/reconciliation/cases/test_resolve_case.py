from datetime import timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.cases.models import CaseEvent
from reconciliation.cases.resolve_case import Resolved, resolve_case
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.drift.models import DriftCheck
from reconciliation.errors import (
    BadInput,
    CaseNotOpen,
    ChangedSinceAsked,
    NotFound,
    NotPermitted,
    ReasonMissing,
    SecurityHold,
)
from tests.people import INTEGRATION
from tests.reconciliation.books import NOW, Books

LATER = NOW + timedelta(days=1)


@pytest.fixture
def number(books: Books) -> int:
    """A posted payout that no line settled."""
    books.play("T1 10 ewa 900 @D1").check_day("clr", "10")
    return int(books.case("clr", "10").number)


def resolve(books: Books, number: int, by: Actor, **changed: Any) -> Resolved:
    given = {"code": "answered_elsewhere", "note": "letter FIN-7", "key": "k1", "at": NOW} | changed
    with tenant(books.tenant_id):
        return resolve_case(number=number, actor=by, **given)


def test_it_ends_the_case_with_code_note_event_audit_and_decision(books: Books, number: int, maker: Actor) -> None:
    assert resolve(books, number, maker) == Resolved(number, "answered_elsewhere")
    case = books.case("clr", "10")
    assert (case.state, case.resolution, case.resolved_at) == ("resolved", "answered_elsewhere", NOW)
    assert case.owner_id == maker.person_id
    with tenant(books.tenant_id):
        event = CaseEvent.objects.filter(case=case).latest("id")
        assert (event.kind, event.person_id, event.detail["code"]) == (
            "resolved",
            maker.person_id,
            "answered_elsewhere",
        )
        assert "letter FIN-7" in event.text
        row = AuditEntry.objects.get(action="case.resolved")
        assert (row.actor, row.subject, row.why) == (maker.id, f"C-{number}", "letter FIN-7")
        decided = CheckpointDecision.objects.get(id=case.decision_id)
        assert (decided.move, decided.outcome, decided.rule) == ("case.resolve", "automatic", "3")


def test_the_day_stays_what_it_is(books: Books, number: int, maker: Actor) -> None:
    before = books.check_day("clr", "10")
    resolve(books, number, maker)
    after = books.check_day("clr", "10", at=LATER)
    assert after.id != before.id
    for figure in ("verdict", "drift", "gross", "unexplained", "open_count", "timing_only"):
        assert getattr(after, figure) == getattr(before, figure), figure
    assert (after.verdict, after.drift) == ("DRIFTED", 900)


def test_it_stays_ended_while_the_difference_is_the_same(books: Books, number: int, maker: Actor) -> None:
    resolve(books, number, maker)
    for day in (1, 2):
        books.check_day("clr", "10", at=NOW + timedelta(days=day))
    case = books.case("clr", "10")
    assert (case.state, case.resolution, case.run_count) == ("resolved", "answered_elsewhere", 3)
    with tenant(books.tenant_id):
        assert list(CaseEvent.objects.filter(case=case).order_by("id").values_list("kind", flat=True)) == [
            "opened", "resolved",
        ]  # fmt: skip
        assert DriftCheck.objects.latest("id").open_count == 1


def test_it_opens_again_with_the_reason_when_the_difference_changes(books: Books, number: int, maker: Actor) -> None:
    resolve(books, number, maker)
    books.play("L1 clr 10 -850 @D1").check_day("clr", "10", at=LATER)
    case = books.case("clr", "10")
    assert (case.state, case.resolution, case.resolved_at) == ("reopened", "", None)
    assert (case.exception_class, int(case.contribution_minor), case.owner_id) == (
        "amount_mismatch",
        50,
        maker.person_id,
    )
    with tenant(books.tenant_id):
        event = CaseEvent.objects.filter(case=case).latest("id")
        assert event.kind == "reopened"
        assert event.text.startswith("Not what was ended as answered elsewhere any more")
        assert "contribution 900 to 50 minor units" in event.text


def test_a_difference_that_is_gone_leaves_it_as_it_was_ended_and_one_that_comes_back_is_new_work(
    books: Books, number: int, maker: Actor
) -> None:
    resolve(books, number, maker)
    books.play("L1 clr 10 -900 @D1").check_day("clr", "10", at=LATER)
    case = books.case("clr", "10")
    assert (case.state, case.resolution) == ("resolved", "answered_elsewhere")
    assert books.check_day("clr", "10", at=LATER).verdict == "CLEAN"


def test_it_refuses_whom_the_permission_is_not_given(
    books: Books, number: int, support: Actor, auditor: Actor, admin: Actor
) -> None:
    for someone in (support, auditor, admin, INTEGRATION):
        with pytest.raises(NotPermitted):
            resolve(books, number, someone)


def test_finance_signs_where_money_is_accepted_as_it_stands(books: Books, maker: Actor, checker: Actor) -> None:
    books.play("""
        T1 10 ewa 900 @D1
        L1 clr 10 -850 @D1
    """).check_day("clr", "10")
    number = books.case("clr", "10").number
    with pytest.raises(NotPermitted, match="controller"):
        resolve(books, number, maker, code="difference_accepted")
    assert resolve(books, number, checker, code="difference_accepted").code == "difference_accepted"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "difference_gone"}, BadInput),
        ({"code": "auto_underpaid"}, BadInput),
        ({"code": "agreed_with_bank"}, BadInput),
        ({"code": "other"}, BadInput),
        ({"code": "closed"}, BadInput),
        ({"code": ""}, BadInput),
        ({"note": "  "}, ReasonMissing),
        ({"note": "x" * 3600}, BadInput),
        ({"note": "a\x00b"}, BadInput),
        ({"key": ""}, BadInput),
        ({"seen_state": "snoozed"}, ChangedSinceAsked),
        ({"number": 99}, NotFound),
    ],
)
def test_it_refuses_what_the_class_does_not_permit(
    books: Books, number: int, maker: Actor, changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        resolve(books, changed.pop("number", number), maker, **changed)
    assert books.case("clr", "10").state == "open"


def test_nobody_ends_a_security_hold_or_what_waits_for_a_decision(books: Books, number: int, checker: Actor) -> None:
    books.reverse("T1", checker)
    with pytest.raises(CaseNotOpen, match="waits for a decision"):
        resolve(books, number, checker)
    books.play("L9 cash 10 -250 @X9").check_day("cash", "10")
    with pytest.raises(SecurityHold):
        resolve(books, books.case("cash", "10").number, checker, key="k2")


def test_the_same_form_twice_ends_it_once(books: Books, number: int, maker: Actor, checker: Actor) -> None:
    resolve(books, number, maker)
    assert resolve(books, number, maker).repeated
    with pytest.raises(KeyReusedForAnotherPayload):
        resolve(books, number, maker, note="another")
    with pytest.raises(CaseNotOpen):
        resolve(books, number, checker, key="k2")
    with tenant(books.tenant_id):
        assert AuditEntry.objects.filter(action="case.resolved").count() == 1
