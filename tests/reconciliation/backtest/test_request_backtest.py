"""A backtest that takes longer than people wait is made by a worker, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.backtest import request_backtest as asking
from reconciliation.backtest.backtest_pages import newest_backtest
from reconciliation.backtest.models import Backtest
from reconciliation.backtest.request_backtest import fits_a_request, request_backtest, under_way
from reconciliation.checkpoints.models import CheckpointVersion
from reconciliation.errors import AlreadyRequested, NotPermitted
from reconciliation.outbox_models import OutboxItem
from reconciliation.people.models import User
from reconciliation.policies.save_draft import save_draft
from reconciliation.work_off import work_off
from tests.console.working import signed_in
from tests.people import UserMaker, acting
from tests.reconciliation.backtest.past import Past, forbids
from tests.reconciliation.planes.shop import NOON

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(hours=1)
SPAN: dict[str, Any] = {"since": NOON - timedelta(days=28), "until": LATER}


@pytest.fixture
def past(acme: Tenant) -> Past:
    made = Past(acme.id)
    made.post("p1", "p2", "p3", minute=1)
    return made


@pytest.fixture
def petra(user_of: UserMaker) -> User:
    return user_of("Petra", "policy_admin")


@pytest.fixture
def draft(past: Past, petra: User, noon: datetime) -> CheckpointVersion:
    with tenant(past.tenant_id):
        return save_draft(document=forbids("deposit"), seen_edits=None, actor=acting(petra, past.tenant_id), at=noon)


def test_a_worker_keeps_what_was_asked_for(past: Past, petra: User, draft: CheckpointVersion) -> None:
    who = acting(petra, past.tenant_id)
    with tenant(past.tenant_id):
        request_backtest(version=draft, **SPAN, actor=who, at=LATER)
        item = under_way(draft, LATER)
        assert item is not None
        with pytest.raises(AlreadyRequested, match="being worked out"):
            request_backtest(version=draft, **SPAN, actor=who, at=LATER + timedelta(minutes=1))
        assert under_way(draft, LATER + timedelta(hours=2)) is None  # stuck for hours, it bars nobody
    assert work_off(past.tenant_id, item.id, at=LATER + timedelta(minutes=2))
    assert not work_off(past.tenant_id, item.id, at=LATER + timedelta(minutes=3))
    with tenant(past.tenant_id):
        made = Backtest.objects.get()
        assert newest_backtest(bytes(draft.document_sha256)) == made
        assert (made.replayed, made.flips, made.number, made.made_by) == (3, 3, 1, "Petra")
        assert (made.since, made.until) == (SPAN["since"], SPAN["until"])
        assert under_way(draft, LATER) is None
        said = list(AuditEntry.objects.filter(action__startswith="checkpoint.backtest").order_by("id"))
        assert [(a.action, a.actor_kind) for a in said] == [
            ("checkpoint.backtest_asked", "person"), ("checkpoint.backtested", "job"),
        ]  # fmt: skip


def test_people_wait_for_few_moves_alone(past: Past, draft: CheckpointVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenant(past.tenant_id):
        for most, fits in ((3, True), (2, False)):
            monkeypatch.setattr(asking, "AT_ONCE", most)
            assert fits_a_request(draft, SPAN["since"], SPAN["until"]) is fits  # one decision for three
        assert fits_a_request(draft, NOON - timedelta(days=28), NOON)


def test_the_page_hands_many_moves_to_a_worker(
    past: Past, petra: User, draft: CheckpointVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(petra)
    address = "/checkpoints/trial-checkpoint/1/backtest/"
    monkeypatch.setattr(asking, "AT_ONCE", -1)
    answer = client.post(address, {"days": "28"}, follow=True)
    assert "once a worker has it" in answer.content.decode()
    with tenant(past.tenant_id):
        assert not Backtest.objects.exists()
        assert OutboxItem.objects.get(kind="backtest").payload["by"] == "Petra"
    monkeypatch.undo()
    assert "held against" in client.post(address, {"days": "28"}, follow=True).content.decode()
    with tenant(past.tenant_id):
        assert Backtest.objects.count() == 1


def test_it_refuses_who_may_not_see_settings(past: Past, draft: CheckpointVersion, maker: Actor) -> None:
    with pytest.raises(NotPermitted), tenant(past.tenant_id):
        request_backtest(version=draft, **SPAN, actor=maker, at=LATER)
