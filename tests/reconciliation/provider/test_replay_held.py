"""All that an endpoint holds, a batch at a time: none waits behind hopeless ones."""

from datetime import timedelta

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.errors import NotFound, NotPermitted
from reconciliation.provider.add_key import add_key
from reconciliation.provider.models import InboxItem, Quarantined
from reconciliation.provider.replay_held import replay_held
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, said

pytestmark = pytest.mark.django_db


def test_a_batch_takes_those_that_were_tried_longest_ago(acme: Tenant) -> None:
    desk = Desk(acme.id)
    for n in range(5):
        desk.deliver(said("InvoiceSettled", f"bad{n}"), key="nobody's key at all")
    with tenant(acme.id):
        tried = []
        for n in range(3):
            at = NOON + timedelta(minutes=n)
            done = replay_held(endpoint_id=desk.endpoint.id, actor=SET_UP, at=at, limit=2)
            tried.append((done.released, done.held, done.untried))
        assert tried == [(0, 2, 3), (0, 2, 3), (0, 2, 3)]
        assert Quarantined.objects.filter(tried_at=None).count() == 0


def test_what_verifies_goes_to_the_inbox_once(acme: Tenant) -> None:
    desk = Desk(acme.id, key="")
    desk.deliver(said("InvoiceSettled"), key="the key to come")
    with tenant(acme.id):
        add_key(endpoint_id=desk.endpoint.id, secret="the key to come", actor=SET_UP, at=NOON)
        assert replay_held(endpoint_id=desk.endpoint.id, actor=SET_UP, at=NOON).released == 1
        assert replay_held(endpoint_id=desk.endpoint.id, actor=SET_UP, at=NOON).released == 0
        assert InboxItem.objects.count() == 1


def test_it_refuses_whom_and_what(acme: Tenant, rival: Tenant) -> None:
    desk, theirs = Desk(acme.id), Desk(rival.id)
    with tenant(acme.id):
        with pytest.raises(NotPermitted):
            replay_held(endpoint_id=desk.endpoint.id, actor=INTEGRATION, at=NOON)
        with pytest.raises(NotFound):
            replay_held(endpoint_id=theirs.endpoint.id, actor=SET_UP, at=NOON)
