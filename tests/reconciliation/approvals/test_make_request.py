from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.digest import digest
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.errors import AlreadyRequested, BadInput, ForbiddenByPolicy, NotFound, NotPermitted
from tests.people import INTEGRATION
from tests.reconciliation.approvals.desk import Desk


def test_it_freezes_what_was_asked_for_one_controller_and_one_day(desk: Desk, maker: Actor) -> None:
    made = desk.ask(maker)
    assert (made.created, made.state, made.number, made.quorum, made.roles) == (True, "open", 1, 1, ("controller",))
    assert made.expires_at == desk.now + timedelta(hours=24)
    stored = desk.stored(made)
    assert stored.payload == {"n": 1, "text": "Bole"}
    assert bytes(stored.payload_sha256) == digest(stored.payload) == bytes.fromhex(made.payload_sha256)
    assert stored.precondition["status"] == "POSTED"
    assert stored.precondition["policy"]["version"] == "Ledger corrections v1"
    assert (stored.made_by_id, stored.made_by_label) == (maker.person_id, "Maker")


def test_it_leaves_an_audit_row_that_names_the_digest(desk: Desk, maker: Actor) -> None:
    made = desk.ask(maker)
    with tenant(desk.tenant_id):
        row = AuditEntry.objects.get(action="request.made")
    assert (row.subject, row.why, row.actor) == ("CR-1", "a note", maker.id)
    assert row.detail["payload_sha256"] == made.payload_sha256


def test_it_refuses_whom_the_permission_is_not_given(desk: Desk, support: Actor, admin: Actor, auditor: Actor) -> None:
    for someone in (support, admin, auditor):
        with pytest.raises(NotPermitted):
            desk.ask(someone)


@pytest.mark.parametrize("kind", ["token", "job", "operator"])
def test_it_refuses_whoever_is_not_a_person(desk: Desk, kind: str) -> None:
    with pytest.raises(NotPermitted):
        desk.ask(Actor(kind, "x", frozenset({"analyst", "controller"}), person_id=1))  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        desk.ask(INTEGRATION)


def test_it_refuses_a_second_open_request_and_names_the_first(desk: Desk, maker: Actor, checker: Actor) -> None:
    desk.ask(maker)
    with pytest.raises(AlreadyRequested, match="CR-1 by Maker"):
        desk.ask(checker, key="k2")
    assert desk.ask(maker, key="k3", subject="LT-2").number == 2


def test_an_ended_request_makes_room_for_another(desk: Desk, maker: Actor, checker: Actor) -> None:
    desk.decide(desk.ask(maker), checker, "reject", "not so")
    assert desk.ask(maker, key="k2").number == 2


def test_it_refuses_an_unknown_kind_and_a_payload_that_cannot_be_frozen(desk: Desk, maker: Actor) -> None:
    with pytest.raises(NotFound):
        desk.ask(maker, kind="nothing")
    with pytest.raises(BadInput):
        desk.ask(maker, payload={"n": 1.5})
    for key in ("", "k" * 201):
        with pytest.raises(BadInput):
            desk.ask(maker, key=key)


def test_it_refuses_what_policy_forbids(desk: Desk, maker: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from reconciliation.approvals.kinds import KINDS

    monkeypatch.setitem(KINDS, "trial", replace(KINDS["trial"], move="case.resolve"))
    with pytest.raises(ForbiddenByPolicy, match="by hand only as its class permits"):
        desk.ask(maker)


def test_the_same_key_is_one_request(desk: Desk, maker: Actor) -> None:
    first, second = desk.ask(maker), desk.ask(maker)
    assert (second.created, second.id) == (False, first.id)
    with tenant(desk.tenant_id):
        assert ApprovalRequest.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(desk: Desk, maker: Actor, checker: Actor) -> None:
    desk.ask(maker)
    for changed in ({"subject": "LT-2"}, {"note": "another"}, {"reason_code": "POSTED_IN_ERROR"}):
        with pytest.raises(KeyReusedForAnotherPayload):
            desk.ask(maker, **changed)
    with pytest.raises(KeyReusedForAnotherPayload):
        desk.ask(checker)


def test_the_other_click_may_commit_between_two_looks(
    desk: Desk, maker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciliation.approvals import make_request

    first, looks = desk.ask(maker), iter([None])
    known = make_request.made_before
    monkeypatch.setattr(make_request, "made_before", lambda *a, **k: next(looks, known(*a, **k)))
    assert desk.ask(maker).id == first.id
