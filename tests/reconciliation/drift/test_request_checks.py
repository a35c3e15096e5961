"""Asking for checks of every account's latest days."""

from datetime import UTC, datetime

import pytest

from ledger.actors import Actor
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.drift.request_checks import progress_of, request_checks
from reconciliation.errors import NotPermitted
from reconciliation.outbox_models import OutboxItem
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)


def test_it_asks_for_the_last_closed_day_and_the_grace_before_it(acme: Tenant, maker: Actor) -> None:
    world = World(acme.id)
    with tenant(acme.id):
        assert request_checks(key="k", actor=maker, at=MORNING) == len(world.banks)
        payload = OutboxItem.objects.get(unique_key=f"asked k {world.banks['clr'].id}").payload
        assert (payload["from"], payload["until"]) == ("2026-03-08", "2026-03-12")
        assert progress_of("k") == (0, len(world.banks))


def test_the_same_key_asks_once(acme: Tenant, maker: Actor) -> None:
    world = World(acme.id)
    with tenant(acme.id):
        for _ in range(2):
            request_checks(key="k", actor=maker, at=MORNING)
        assert OutboxItem.objects.count() == len(world.banks)


def test_it_refuses_who_may_not_reconcile(acme: Tenant, support: Actor) -> None:
    World(acme.id)
    with pytest.raises(NotPermitted), tenant(acme.id):
        request_checks(key="k", actor=support, at=MORNING)
    with tenant(acme.id):
        assert not OutboxItem.objects.exists()


def test_before_any_account_is_set_up_there_is_nothing_to_ask(acme: Tenant, maker: Actor) -> None:
    with tenant(acme.id):
        assert request_checks(key="k", actor=maker, at=MORNING) == 0
        assert progress_of("k") == (0, 0)
