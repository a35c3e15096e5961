"""A double click and two batches of the same orders: one move, one order each, and no rival left with an error of ours."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.commerce.by_hand import ByHand
from reconciliation.commerce.models import Order
from reconciliation.commerce.move_order import move_order
from reconciliation.commerce.record_orders import record_orders
from reconciliation.commerce.store_orders import Stored
from reconciliation.errors import ChangedSinceAsked
from tests.people import INTEGRATION
from tests.races.rivals import at_once
from tests.reconciliation.commerce.desk import asked, moves_of, take

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
SENT = ByHand("A-1", "open", "fulfilled", "GOODS_SENT_BY_SUPPORT", "SUP-17", "k1")


def test_a_form_sent_many_times_moves_the_order_once(acme: Tenant, checker: Actor) -> None:
    take(acme.id, asked("A-1"))

    def send(_: int) -> None:
        with tenant(acme.id):
            move_order(SENT, actor=checker, at=NOW)

    assert at_once(16, send, 16) == [None] * 16
    assert moves_of(acme.id) == [("open", "fulfilled", "operator")]
    with tenant(acme.id):
        assert AuditEntry.objects.filter(action="order.moved").count() == 1
        assert CheckpointDecision.objects.filter(move="commerce.move_by_hand").count() == 1


def test_of_two_people_the_second_is_told(acme: Tenant, checker: Actor) -> None:
    take(acme.id, asked("A-1"))

    def send(number: int) -> None:
        with tenant(acme.id):
            move_order(replace(SENT, key=f"k{number}"), actor=checker, at=NOW)

    found = at_once(16, send, 16)
    assert sum(answer is None for answer in found) == 1
    assert sum(isinstance(answer, ChangedSinceAsked) for answer in found) == 15


def test_batches_of_the_same_orders_in_any_order_store_each_once(acme: Tenant) -> None:
    orders = [asked(f"A-{n}") for n in range(60)]

    def send(number: int) -> list[Stored]:
        with tenant(acme.id):
            turned = orders[number:] + orders[:number]
            return record_orders(turned if number % 2 else turned[::-1], actor=INTEGRATION, at=NOW)

    answers = at_once(16, send, 16)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sum(stored.created for answer in answers if isinstance(answer, list) for stored in answer) == 60
    with tenant(acme.id):
        assert Order.objects.count() == 60
