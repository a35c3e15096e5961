"""What would let hardly anything of a kind through says so beside the checks, in figures, to who asks and to who decides."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from console.pages.checkpoint_change import checkpoint_facts
from console.pages.checkpoint_effect import shut_out
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.backtest.result import nearly_all
from reconciliation.policies.save_draft import save_draft
from tests.console.test_checkpoints import words
from tests.console.working import signed_in
from tests.people import UserMaker, acting
from tests.reconciliation.backtest.past import EARLY, NOON, Past, forbids
from tests.reconciliation.backtest.test_run_backtest import early_and_prompt

pytestmark = pytest.mark.django_db(transaction=True)
ALL = "It would have forbidden 3 of the 3 moves that went through when a posting is made: none would."


@pytest.mark.parametrize(
    ("document", "said"), [(forbids("deposit", "payout", key="no-deposits"), True), (EARLY, False)], ids=["all", "some"]
)
def test_it_is_said_where_the_checks_stand(
    acme: Tenant, user_of: UserMaker, document: dict[str, Any], said: bool
) -> None:
    past, admin, key = Past(acme.id), user_of("Ada Admin", "policy_admin"), document["key"]
    early_and_prompt(past)
    at = NOON + timedelta(days=1)
    with tenant(acme.id):
        save_draft(document=document, seen_edits=None, actor=acting(admin, acme.id), at=at)
    client = signed_in(admin)
    with time_machine.travel(at + timedelta(minutes=1), tick=True):
        assert "would have forbidden" not in client.get(f"/checkpoints/{key}/1/").content.decode(), "before a backtest"
        past.kept(document, number=1)
        page = client.get(f"/checkpoints/{key}/1/").content.decode()
        assert (ALL in words(page[page.index("Before it can be active") :])) is said
        client.post(f"/checkpoints/{key}/1/evaluate/")
        sent = client.post(f"/checkpoints/{key}/1/activate/", {"key": "a1", "note": "agreed"})
        assert sent.status_code == 302, "a warning, not a wall"
        shown = signed_in(user_of("Second Admin", "policy_admin")).get(sent["Location"]).content.decode()
    assert (ALL in words(shown)) is said
    with tenant(acme.id):
        facts = checkpoint_facts(ApprovalRequest.objects.get().payload)
    assert [f["after"] for f in facts if f["label"] == "Forbids nearly all"] == ([ALL] if said else [])


@pytest.mark.parametrize(
    ("let_through", "forbidden", "nearly"),
    [(0, 0, False), (10, 8, False), (10, 9, True), (1000, 899, False), (1, 1, True)],
)
def test_nine_in_ten_are_nearly_all(let_through: int, forbidden: int, nearly: bool) -> None:
    assert nearly_all(let_through, forbidden) is nearly
    one = {"move": "posting.post", "let_through": let_through, "forbidden": forbidden}
    assert bool(shut_out({"forbids": [one]})) is nearly


def test_hardly_any_is_not_none() -> None:
    (said,) = shut_out({"forbids": [{"move": "posting.post", "let_through": 1210, "forbidden": 1204}]})
    assert (
        said
        == "It would have forbidden 1,204 of the 1,210 moves that went through when a posting is made: hardly any would."
    )
