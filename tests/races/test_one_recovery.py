"""People who open a recovery over the same days at once, or do the same act at once: one of them does it, once."""

from datetime import timedelta

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.freeze_models import FreezeWindow
from reconciliation.recovery.runs.errors import ScopeTaken
from reconciliation.recovery.runs.freeze_tools import freeze_tools
from reconciliation.recovery.runs.models import RecoveryClass, RecoveryRun, RecoveryStep
from reconciliation.recovery.runs.open_run import open_run
from reconciliation.recovery.runs.set_class import set_class
from tests.people import UserMaker, acting
from tests.races.rivals import at_once
from tests.reconciliation.recovery.runs.drifted import LATER, SCOPE, Drifted

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def test_of_rivals_one_opens_one_freezes_and_one_form_sets_one_class(acme: Tenant, user_of: UserMaker) -> None:
    controller = acting(user_of("Cora Controller", "controller"), acme.id)
    shop = Drifted(acme.id)
    shop.drift(controller)

    def opens(n: int) -> RecoveryRun:
        with tenant(acme.id):
            return open_run(
                SCOPE, title="Drift", led_by="a signal", freeze_until=LATER + timedelta(days=3), key=f"k{n % 2}",
                actor=controller, at=LATER,
            )  # fmt: skip

    found = at_once(8, opens, 8)
    assert sum(isinstance(answer, ScopeTaken) for answer in found) == 4, (
        "the form sent again opens nothing, another is refused"
    )
    assert sum(isinstance(answer, RecoveryRun) for answer in found) == 4

    def freezes(_: int) -> int:
        with tenant(acme.id):
            return freeze_tools(number=1, actor=controller, at=LATER).step

    assert at_once(8, freezes, 8) == [1] * 8
    with tenant(acme.id):
        assert (RecoveryRun.objects.count(), RecoveryStep.objects.count(), FreezeWindow.objects.count()) == (1, 1, 1)
    shop.export(controller)
    shop.rerun(controller)

    def sets(_: int) -> int:
        with tenant(acme.id):
            return set_class(number=1, gap=1, exception_class="timing_skew", key="c1", actor=controller, at=LATER).id

    assert len(set(at_once(8, sets, 8))) == 1
    with tenant(acme.id):
        assert RecoveryClass.objects.count() == 1
