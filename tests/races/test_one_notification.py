"""Many workers hold the same run against the rules at once: each rule still speaks once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.matching.models import MatchRun
from reconciliation.oversight.escalation.escalate_run import escalate_run
from reconciliation.oversight.escalation.store_notification import hold_notifications
from tests.reconciliation.books import NOW
from tests.reconciliation.oversight.escalation.watch import Watch
from tests.reconciliation.planes.shop import JOB

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
RIVALS = 8


@pytest.mark.parametrize("held", [True, False], ids=["with the lock", "by the key alone"])
def test_rivals_state_one_notification(acme: Tenant, monkeypatch: pytest.MonkeyPatch, held: bool) -> None:
    watch = Watch(acme.id)
    watch.receiver("security", "https://hooks.example.test/one")
    watch.play("L1 clr 11 -250 @X991").check_day("clr", "11")
    with tenant(acme.id):
        run = MatchRun.objects.get().id
    if not held:
        monkeypatch.setattr(f"{escalate_run.__module__}.{hold_notifications.__name__}", lambda: None)

    def rival(_: int) -> int:
        try:
            with tenant(acme.id):
                return len(escalate_run(run_id=run, actor=JOB, at=NOW))
        finally:
            connection.close()

    with ThreadPoolExecutor(RIVALS) as pool:
        assert sum(pool.map(rival, range(RIVALS))) == 1
    assert watch.rules_said() == ["cause-4"]
    assert len(watch.deliveries()) == len(watch.outbox()) == 1
