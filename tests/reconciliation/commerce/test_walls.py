"""What the database itself refuses of orders, whoever asks in whatever words."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import errors

from ledger.models import Tenant
from reconciliation.commerce.rules import MOVES, SOURCES, STATES
from tests.reconciliation.commerce.desk import asked, moves_of, order_of, take

pytestmark = pytest.mark.django_db(transaction=True)
RawAs = Callable[..., psycopg.Connection[Any]]
MOVE = "SELECT guard.move_orders(%s, %s, 'x', 'x', (SELECT min(id) FROM checkpoint_decision), now())"
INSERT = (
    "INSERT INTO commerce_order (order_ref, expected_minor, asset, placed_at, recorded_at, source, fingerprint, "
    "decision_id{more}) "
)
VALUES = (
    "VALUES ('B-1', {amount}, 'BTC', now(), now(), '{source}', '', (SELECT min(id) FROM checkpoint_decision){given})"
)


@pytest.fixture(autouse=True)
def shop(acme: Tenant) -> None:
    take(acme.id, asked("A-1"))


def signed_in(raw_as: RawAs, role: str, tenant_id: int) -> psycopg.Connection[Any]:
    found = raw_as(role, autocommit=True)
    found.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
    return found


@pytest.mark.parametrize("role", ["app", "owner", "check", "superuser"])
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE commerce_order SET expected_minor = 1", "UPDATE commerce_order SET order_ref = 'B-1'",
        "UPDATE commerce_order SET placed_at = now()", "DELETE FROM commerce_order", "TRUNCATE commerce_order CASCADE",
        "UPDATE commerce_move SET source = 'rule'", "DELETE FROM commerce_move", "TRUNCATE commerce_move",
    ],
)  # fmt: skip
def test_what_was_ordered_and_moved_is_never_rewritten(acme: Tenant, raw_as: RawAs, role: str, attack: str) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.RestrictViolation)):
        signed_in(raw_as, role, acme.id).execute(attack)
    assert int(order_of(acme.id).expected_minor) == 50000


@pytest.mark.parametrize("role", ["app", "owner", "superuser"])
def test_no_state_changes_without_its_move(acme: Tenant, raw_as: RawAs, role: str) -> None:
    link = signed_in(raw_as, role, acme.id)
    for attack in (
        "UPDATE commerce_order SET state = 'fulfilled'",
        "INSERT INTO commerce_order (order_ref) VALUES ('A-1') "
        "ON CONFLICT (tenant_id, order_ref) DO UPDATE SET state = 'fulfilled'",
    ):
        with pytest.raises((errors.InsufficientPrivilege, errors.RestrictViolation)):
            link.execute(attack)
    assert (order_of(acme.id).state, moves_of(acme.id)) == ("open", [])


def test_the_app_writes_no_move_and_no_state_of_its_own(acme: Tenant, raw_as: RawAs) -> None:
    app, order = signed_in(raw_as, "app", acme.id), order_of(acme.id).id
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(
            "INSERT INTO commerce_move (order_id, at, from_state, to_state, source, actor, role, decision_id) "
            "VALUES (%s, now(), 'open', 'fulfilled', 'rule', 'x', 'x', 1)", [order],
        )  # fmt: skip
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(INSERT.format(more=", state") + VALUES.format(amount=1, source="api", given=", 'fulfilled'"))
    app.execute(INSERT.format(more="") + VALUES.format(amount=1, source="api", given=""))
    assert order_of(acme.id, "B-1").state == "open"


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "'NaN'", "'Infinity'", "1e60"])
def test_an_amount_is_a_positive_integer(acme: Tenant, raw_as: RawAs, amount: str) -> None:
    with pytest.raises(errors.CheckViolation):
        signed_in(raw_as, "app", acme.id).execute(
            INSERT.format(more="") + VALUES.format(amount=amount, source="api", given="")
        )


def test_an_order_comes_by_a_known_door(acme: Tenant, raw_as: RawAs) -> None:
    with pytest.raises(errors.CheckViolation):
        signed_in(raw_as, "app", acme.id).execute(
            INSERT.format(more="") + VALUES.format(amount=1, source="webhook", given="")
        )


def test_the_database_knows_the_same_moves_as_the_rules(acme: Tenant, raw_as: RawAs) -> None:
    app, order = signed_in(raw_as, "app", acme.id), order_of(acme.id).id
    allowed = set()
    for before, after, source in itertools.product(STATES, STATES, (*SOURCES, "webhook")):
        app.execute("BEGIN")
        for way in {"open": [], "disputed": ["fulfilled", "disputed"]}.get(before, [before]):
            items = [{"order": order, "from": was, "to": way} for was in ("open", "fulfilled") if was != way]
            for item in items:
                app.execute(MOVE, [json.dumps([item]), "rule"])
        item = {"order": order, "from": before, "to": after, "reason_code": "OTHER", "ticket": "T"}
        try:
            if app.execute(MOVE, [json.dumps([item]), source]).fetchall():
                allowed.add((before, after, source))
        except errors.CheckViolation:
            pass
        app.execute("ROLLBACK")
    assert allowed == {(*step, source) for step, sources in MOVES.items() for source in sources}


def test_a_move_by_hand_says_why(acme: Tenant, raw_as: RawAs) -> None:
    app, item = signed_in(raw_as, "app", acme.id), {"order": order_of(acme.id).id, "from": "open", "to": "fulfilled"}
    for said in ({}, {"ticket": "T"}, {"reason_code": "OTHER"}):
        with pytest.raises(errors.CheckViolation):
            app.execute(MOVE, [json.dumps([item | said]), "operator"])
    assert order_of(acme.id).state == "open"


def test_another_tenant_moves_nothing_and_nobody_moves_without_one(acme: Tenant, rival: Tenant, raw_as: RawAs) -> None:
    item = json.dumps([{"order": order_of(acme.id).id, "from": "open", "to": "fulfilled"}])
    assert signed_in(raw_as, "app", rival.id).execute(MOVE, [item, "rule"]).fetchall() == []
    with pytest.raises(errors.InsufficientPrivilege):
        raw_as("app", autocommit=True).execute(MOVE, [item, "rule"])
    assert order_of(acme.id).state == "open"
