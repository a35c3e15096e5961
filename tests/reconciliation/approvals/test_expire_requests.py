from datetime import timedelta

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.approvals.expire_requests import expire_requests
from reconciliation.errors import NotPermitted
from tests.people import INTEGRATION
from tests.reconciliation.approvals.desk import Desk, Trial

BEAT = Actor("job", "expire", frozenset({"job"}))
DAY = timedelta(hours=24)


def expire(desk: Desk, after: timedelta, by: Actor = BEAT) -> int:
    with tenant(desk.tenant_id):
        return expire_requests(actor=by, at=desk.now + after)


def test_it_ends_what_is_overdue_and_nothing_else(desk: Desk, trial: Trial, maker: Actor) -> None:
    old = [desk.ask(maker, key=f"k{n}", subject=f"LT-{n}") for n in range(3)]
    young = desk.ask(maker, key="young", subject="LT-9", at=desk.now + timedelta(hours=1))
    assert expire(desk, DAY) == 3
    assert {desk.stored(m).state for m in old} == {"expired"}
    assert desk.stored(young).state == "open"
    assert trial.ended == [("CR-1", "expired"), ("CR-2", "expired"), ("CR-3", "expired")]
    with tenant(desk.tenant_id):
        assert AuditEntry.objects.filter(action="request.expired").count() == 3


def test_it_refuses_persons_and_tokens(desk: Desk, checker: Actor, admin: Actor) -> None:
    for someone in (checker, admin, INTEGRATION):
        with pytest.raises(NotPermitted):
            expire(desk, DAY, someone)


def test_it_waits_for_the_last_second(desk: Desk, maker: Actor) -> None:
    desk.ask(maker)
    assert expire(desk, DAY - timedelta(seconds=1)) == 0


def test_it_happens_once(desk: Desk, maker: Actor) -> None:
    desk.ask(maker)
    assert (expire(desk, DAY), expire(desk, 2 * DAY)) == (1, 0)
