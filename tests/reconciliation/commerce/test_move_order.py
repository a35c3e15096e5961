from dataclasses import replace

import pytest

from ledger.actors import Actor
from ledger.errors import KeyReusedForAnotherPayload
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.errors import MoveNotAllowed
from reconciliation.commerce.models import OrderMove
from reconciliation.commerce.move_order import move_order
from reconciliation.errors import BadInput, ChangedSinceAsked, NotFound, NotPermitted, ReasonMissing
from tests.reconciliation.commerce.desk import NOON, asked, moves_of, order_of, take

pytestmark = pytest.mark.django_db(transaction=True)
SENT = ByHand("A-1", "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", "SUP-17", "k1", "sent by courier")


@pytest.fixture(autouse=True)
def shop(acme: Tenant) -> None:
    take(acme.id, asked("A-1"))


def move(tenant_id: int, said: ByHand, by: Actor) -> None:
    with tenant(tenant_id):
        move_order(said, actor=by, at=NOON)


def test_a_controller_moves_it_and_says_why(acme: Tenant, checker: Actor) -> None:
    move(acme.id, SENT, checker)
    assert order_of(acme.id).state == "fulfilled"
    with tenant(acme.id):
        (done,) = OrderMove.objects.select_related("decision").all()
        assert (done.source, done.actor, done.role) == ("operator", "checker@example.test", "controller")
        assert (done.reason_code, done.ticket, done.note) == ("GOODS_SENT_BY_SUPPORT", "SUP-17", "sent by courier")
        assert (done.decision.move, done.decision.rule) == ("commerce.move_by_hand", "3")
        (row,) = AuditEntry.objects.filter(action="order.moved")
        assert (row.subject, row.why, row.policy_version) == ("A-1", "sent by courier", "Commerce plane v1")
        assert (row.detail["from"], row.detail["to"], row.detail["ticket"]) == ("open", "fulfilled", "SUP-17")


def test_a_form_sent_twice_moves_once(acme: Tenant, checker: Actor) -> None:
    move(acme.id, SENT, checker)
    move(acme.id, SENT, checker)
    assert moves_of(acme.id) == [("open", "fulfilled", "operator")]
    with pytest.raises(KeyReusedForAnotherPayload):
        move(acme.id, replace(SENT, note="by drone"), checker)


def test_a_stale_page_is_told(acme: Tenant, checker: Actor) -> None:
    move(acme.id, SENT, checker)
    with pytest.raises(ChangedSinceAsked):
        move(acme.id, replace(SENT, key="k2"), checker)
    assert len(moves_of(acme.id)) == 1
    with tenant(acme.id):
        assert CheckpointDecision.objects.filter(move="commerce.move_by_hand").count() == 1, (
            "no decision without a move"
        )


def test_it_is_moved_there_and_back_again(acme: Tenant, checker: Actor) -> None:
    move(acme.id, SENT, checker)
    move(acme.id, ByHand("A-1", "fulfilled", "open", "RECORDED_WRONGLY", "SUP-18", "k2"), checker)
    move(acme.id, replace(SENT, key="k3"), checker)
    assert [(a, b) for a, b, _ in moves_of(acme.id)] == [
        ("open", "fulfilled"),
        ("fulfilled", "open"),
        ("open", "fulfilled"),
    ]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"to": "disputed"}, MoveNotAllowed), ({"to": "open"}, MoveNotAllowed), ({"to": "gone"}, MoveNotAllowed),
        ({"seen": "gone"}, MoveNotAllowed), ({"reason_code": "CHARGEBACK_OPENED"}, BadInput), ({"ticket": ""}, BadInput),
        ({"reason_code": "OTHER", "note": ""}, ReasonMissing), ({"key": ""}, BadInput), ({"key": "k 1"}, BadInput),
        ({"order_ref": "A-2"}, NotFound), ({"seen": "disputed"}, BadInput),
    ],
)  # fmt: skip
def test_what_it_refuses(acme: Tenant, checker: Actor, changed: dict[str, str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        move(acme.id, replace(SENT, **changed), checker)
    assert (order_of(acme.id).state, moves_of(acme.id)) == ("open", [])


def test_who_may_not(acme: Tenant, maker: Actor, support: Actor, admin: Actor, auditor: Actor) -> None:
    token = Actor("token", "core-banking", frozenset({"controller"}))
    for who in (maker, support, admin, auditor, token, Actor("operator", "root", frozenset({"operator"}))):
        with pytest.raises(NotPermitted):
            move(acme.id, SENT, who)


def test_an_order_of_another_tenant_is_not_there(rival: Tenant, checker: Actor) -> None:
    with pytest.raises(NotFound):
        move(rival.id, SENT, checker)
