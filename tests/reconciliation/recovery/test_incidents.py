"""Cause 4 by STORIES S05, S08 and S12: the incident opens with its case, stops the account, and ends by two people's word alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.cases.resolve_case import resolve_case
from reconciliation.checkpoints.freeze_models import FreezeWindow
from reconciliation.errors import (
    BadInput,
    CheckerIsMaker,
    NotHeld,
    NotPermitted,
    RequestNotOpen,
    SecurityHold,
)
from reconciliation.oversight.release_gate import release_gate
from tests.people import SET_UP
from tests.reconciliation.books import NOW
from tests.reconciliation.recovery.incidents import LATER, WHY, Scene

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]


def test_each_account_has_its_incident_with_its_freeze_on_the_trail(scene: Scene) -> None:
    first, second = scene.incidents()
    assert [str(first), first.bank_account.code, str(second), second.bank_account.code] == [
        "IN-1",
        "clr",
        "IN-2",
        "cash",
    ]
    with tenant(scene.tenant_id):
        window = FreezeWindow.objects.get(id=first.freeze_id)
        assert (window.accounts, window.kind, window.subject) == (["clr"], "incident", "IN-1")
        assert {"correction.reverse", "correction.book", "posting.repost", "policy.override"} <= set(window.moves)
        assert not {"posting.post", "posting.confirm", "provider.move"} & set(window.moves)
        opened = AuditEntry.objects.get(action="incident.opened", subject="IN-1")
        assert opened.detail["cases"] == [str(scene.case("clr", "10"))]
        assert AuditEntry.objects.filter(action="freeze.opened", subject="FW-1").count() == 1
        assert release_gate(at=NOW).blocks[:2] == (
            "security incident IN-1 stands open", "security incident IN-2 stands open",
        )  # fmt: skip


def test_the_same_case_opens_one_incident_and_another_of_the_account_joins_it(scene: Scene) -> None:
    scene.check_day("clr", "10")
    assert len(scene.incidents()) == 2
    scene.play("L3 clr 11 -70 @X993")
    scene.check_day("clr", "11")
    first, second = scene.incidents()
    with tenant(scene.tenant_id):
        assert (first.cases.count(), second.cases.count()) == (2, 1)
        assert AuditEntry.objects.filter(action="incident.joined", subject="IN-1").count() == 1


def test_a_second_debit_and_totals_that_cancel_stop_as_well(acme: Tenant) -> None:
    scene = Scene(acme.id)
    scene.play("T1 10 ewa 120 @D9 p9\nL1 clr 10 -120 @D9\nL2 clr 10 -120 @D9").check_day("clr", "10")
    scene.play("T2 12 ewa 400 @D7\nL3 clr 12 -400 @X77").check_day("clr", "12")
    (one,) = scene.incidents()
    with tenant(scene.tenant_id):
        assert one.cases.count() == 2


def test_a_line_that_came_before_its_entry_leaves_the_incident_open_until_two_people_release_it(scene: Scene) -> None:
    scene.play("T9 10 ewa 250 @X991").check_day("clr", "10", at=LATER)
    assert scene.again(scene.case("clr", "10")).state == "resolved"
    with tenant(scene.tenant_id):
        assert "security incident IN-1 stands open" in release_gate(at=LATER).blocks
    with pytest.raises(SecurityHold):
        scene.reverse("T9", by=SET_UP_PERSON(scene))


def SET_UP_PERSON(scene: Scene) -> Actor:
    from reconciliation.people.add_person import add_person
    from tests.people import PASSWORD, acting

    with tenant(scene.tenant_id):
        user = add_person(
            name="Petra", email="petra@example.test", roles=("analyst",), password=PASSWORD, actor=SET_UP, at=NOW
        )
    return acting(user, scene.tenant_id)


def test_release_waits_for_the_evidence_and_for_a_call(scene: Scene, controller: Actor) -> None:
    with pytest.raises(NotHeld, match="evidence of IN-1 is not sealed"):
        scene.ask_release(1, controller)
    scene.work()
    with pytest.raises(NotHeld, match="nobody has recorded a call"):
        scene.ask_release(1, controller)
    scene.call(1, controller)
    with pytest.raises(NotHeld, match="EB-1 does not hold every call and note"):
        scene.ask_release(1, controller)
    scene.work()
    with pytest.raises(BadInput, match="root cause is one of"):
        scene.ask_release(1, controller, cause="other")
    with pytest.raises(BadInput, match="20 to"):
        scene.ask_release(1, controller, why="because")
    assert scene.ask_release(1, controller).state == "open"


def test_nobody_releases_one_alone(scene: Scene, controller: Actor, maker: Actor, admin: Actor) -> None:
    scene.call(1, controller)
    scene.work()
    with pytest.raises(NotPermitted):
        scene.ask_release(1, maker)
    made = scene.ask_release(1, controller)
    assert (made.quorum, made.state) == (1, "open")
    with pytest.raises(CheckerIsMaker):
        scene.approve(made, controller, at=LATER)
    with pytest.raises(NotPermitted):
        scene.approve(made, maker, at=LATER)
    assert scene.approve(made, admin, at=LATER).state == "executed"
    with pytest.raises(RequestNotOpen, match="IN-1 was released"):
        scene.ask_release(1, controller)


def test_another_case_of_the_account_makes_the_request_stale(scene: Scene, controller: Actor, checker: Actor) -> None:
    scene.call(1, controller)
    scene.work()
    made = scene.ask_release(1, controller)
    scene.play("L3 clr 11 -70 @X993").check_day("clr", "11", at=LATER)
    done = scene.approve(made, checker, at=LATER)
    assert (done.state, [c.fact for c in done.changed]) == ("stale", ["incident_cases"])


def test_s05_both_accounts_until_release_and_back_to_drift_zero(
    scene: Scene, controller: Actor, checker: Actor, maker: Actor
) -> None:
    case = scene.case("clr", "10")
    assert scene.propose(case).security
    with pytest.raises(SecurityHold):
        scene.book(case.number, maker)
    scene.release(1, controller, checker)
    with tenant(scene.tenant_id):
        blocks = release_gate(at=LATER).blocks
        assert "security incident IN-1 stands open" not in blocks
        assert "security incident IN-2 stands open" in blocks
        released = AuditEntry.objects.get(action="incident.released")
        assert (released.why, released.detail["root_cause"]) == (WHY, "bank_error")
        set_booking_account(bank_account="clr", use_case="suspense_payment", counter="acc", actor=SET_UP, at=NOW)
    proposal = scene.propose(scene.again(case))
    assert (proposal.kind, proposal.reason_code) == ("book", "UNINITIATED_PAYMENT")
    made = scene.book(case.number, maker)
    assert scene.approve(made, checker, at=LATER).state == "executed"
    scene.work()
    assert scene.again(case).state == "resolved"
    check = scene.check_day("clr", "10", at=LATER)
    assert (check.verdict, check.drift) == ("CLEAN", 0)
    with tenant(scene.tenant_id):
        days = {d.day: d.state for d in release_gate(at=LATER).days}
    assert days[case.day] == "bad", "a bad day stays bad after its correction"


def test_after_release_its_class_s_codes_end_the_case(
    scene: Scene, controller: Actor, checker: Actor, maker: Actor
) -> None:
    case = scene.case("clr", "10")
    end = {"code": "answered_elsewhere", "note": "The bank returned it, see FD-7.", "key": "k1"}
    with pytest.raises(SecurityHold), tenant(scene.tenant_id):
        resolve_case(number=case.number, actor=maker, at=LATER, **end)
    scene.release(1, controller, checker)
    with tenant(scene.tenant_id):
        resolve_case(number=case.number, actor=maker, at=LATER, **end)
    assert scene.again(case).state == "resolved"
    scene.check_day("clr", "10", at=LATER)
    assert scene.again(case).state == "resolved"
    assert len(scene.incidents()) == 2, "the same difference opens no incident again"


def test_a_call_is_recorded_once_a_form(scene: Scene, controller: Actor, auditor: Actor) -> None:
    scene.call(1, controller)
    scene.call(1, controller)
    with tenant(scene.tenant_id):
        assert scene.incidents()[0].calls.count() == 1
        assert AuditEntry.objects.filter(action="incident.called").count() == 1
    with pytest.raises(NotPermitted):
        scene.call(1, auditor, key="other")


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"called_at": datetime(2000, 1, 1, tzinfo=UTC)}, "the money is of 2026-03-10 or later"),
        ({"called_at": LATER + timedelta(minutes=1)}, "once it was made"),
        ({"spoke_with": "x"}, "4 to 140"),
        ({"said": "y"}, "15 to 4,000"),
    ],
)
def test_a_call_that_says_nothing_is_refused(
    scene: Scene, controller: Actor, said: dict[str, Any], names: str
) -> None:  # fmt: skip
    with pytest.raises(BadInput, match=names):
        scene.call(1, controller, **said)


def test_a_call_before_the_incident_is_kept_and_releases_nothing(scene: Scene, controller: Actor) -> None:
    scene.call(1, controller, called_at=datetime(2026, 3, 10, 9, tzinfo=UTC))
    scene.work()
    with pytest.raises(NotHeld, match="since IN-1 was opened"):
        scene.ask_release(1, controller)


def test_the_database_wants_the_call_in_the_evidence(scene: Scene, controller: Actor, raw_as: RawAs) -> None:
    scene.work(NOW)
    without = bytes(scene.bundle("IN-1").sha256)
    scene.call(1, controller)
    scene.work()
    scene.ask_release(1, controller)
    app = raw_as("app", autocommit=True)
    app.execute("SELECT set_config('app.tenant_id', %s, false)", [str(scene.tenant_id)])
    with pytest.raises(psycopg.Error) as refused:
        app.execute(
            "INSERT INTO incident_release (incident_id, released_at, released_by, root_cause, explanation, bundle_sha256,"
            " decision_id)"
            " SELECT i.id, now(), 'me', 'bank_error', %s, %s, r.decision_id FROM incident i, approval_request r WHERE i.number = 1",
            [WHY, without],
        )
    assert refused.value.diag.constraint_name == "release_follows_a_call"


def test_what_is_said_after_the_request_makes_it_stale(scene: Scene, controller: Actor, checker: Actor) -> None:
    scene.call(1, controller)
    scene.work()
    made = scene.ask_release(1, controller)
    scene.call(1, checker, key="call2")
    done = scene.approve(made, checker, at=LATER)
    assert done.state == "stale"
    assert {"partner_called"} <= {c.fact for c in done.changed}


def test_expired_or_rejected_it_stays(scene: Scene, controller: Actor, checker: Actor) -> None:
    scene.call(1, controller)
    scene.work()
    made = scene.ask_release(1, controller)
    assert scene.reject(made, checker, at=LATER).state == "rejected"
    with tenant(scene.tenant_id):
        assert "security incident IN-1 stands open" in release_gate(at=LATER).blocks
        assert ApprovalRequest.objects.get(id=made.id).state == "rejected"
