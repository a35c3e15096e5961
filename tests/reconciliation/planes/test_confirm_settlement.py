"""A bank partner's callback confirms what waits for it, once, and never silently fails."""

import json
from datetime import timedelta

import pytest

from ledger.models import LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.outbox_models import OutboxItem
from reconciliation.provider.receive import receive
from reconciliation.work_off import work_off
from tests.reconciliation.provider.desk import NOON, Desk
from tests.reconciliation.provider.signing import mac
from tests.stories.notation import Tx
from tests.stories.world import World

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "BANK_WEBHOOK_SIGNING_KEY of a partner"


class Partner(Desk):
    """A bank that calls back about the reference D1."""

    def call(self, status: str, *, amount: str = "", number: int = 1) -> None:
        body = {"event_id": f"e{number}", "partner_reference": "D1", "status": status, "occurred_at": NOON.isoformat()}
        body |= {"amount": amount, "currency": "ETB"} if amount else {}
        raw, stamp = json.dumps(body).encode(), str(int(NOON.timestamp()))
        signed = mac(self.key.encode(), stamp.encode() + b"." + raw).hex()
        assert receive(self.address, [("X-Timestamp", stamp), ("X-Signature", signed)], raw, at=NOON).verified
        self.take_in()

    def work(self, after: timedelta = timedelta()) -> list[tuple[str, str]]:
        with tenant(self.tenant_id):
            due = list(OutboxItem.objects.filter(kind="confirm_settlement").values_list("id", flat=True))
        for item in due:
            work_off(self.tenant_id, item, at=NOON + after)
        with tenant(self.tenant_id):
            return list(OutboxItem.objects.filter(kind="confirm_settlement").values_list("state", "last_error"))


@pytest.fixture
def world(acme: Tenant) -> World:
    return World(acme.id)


@pytest.fixture
def partner(world: World) -> Partner:
    return Partner(world.tenant_id, key=KEY, name="Bank partner", scheme="bank")


def pay(world: World, status: str = "PENDING") -> None:
    world.post(Tx("T1", "2026-03-20", status, "ewa", [("emp", "DEBIT", 5000), ("clr", "CREDIT", 5000)], "D1", "p1"))


def status_of(world: World) -> str:
    with tenant(world.tenant_id):
        return LedgerTransaction.objects.get(public_id=world.ids["T1"]).status


def test_completed_confirms_the_transaction_once(world: World, partner: Partner) -> None:
    pay(world)
    partner.call("COMPLETED", amount="50.00")
    partner.call("COMPLETED", amount="50.00")
    assert partner.work() == [("done", "")]
    assert status_of(world) == "POSTED"


def test_what_was_confirmed_by_its_owner_is_left_alone(world: World, partner: Partner) -> None:
    pay(world, "POSTED")
    partner.call("COMPLETED")
    assert partner.work() == [("done", "")]


def test_another_amount_is_never_confirmed_and_the_failure_stands(world: World, partner: Partner) -> None:
    pay(world)
    partner.call("COMPLETED", amount="51.00")
    assert partner.work() == [("waiting", "BadInput: amount mismatch: ledger 5000, bank 5100")]
    assert status_of(world) == "PENDING"


def test_a_failure_is_tried_again(world: World, partner: Partner) -> None:
    partner.call("COMPLETED")
    ((state, error),) = partner.work()
    assert (state, error) == ("waiting", "NotFound: no transaction carries the reference D1")
    pay(world)
    assert partner.work(timedelta(minutes=1)) == [("done", "")]
    assert status_of(world) == "POSTED"


def test_rejected_confirms_nothing(world: World, partner: Partner) -> None:
    pay(world)
    partner.call("REJECTED")
    assert partner.work() == []
    assert status_of(world) == "PENDING"
