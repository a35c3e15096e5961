"""What the clock asks for: every ended day once, whoever asks and however late."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation import tasks
from reconciliation.bank.models import BankCalendar, BankPeriod
from reconciliation.drift.models import DriftCheck
from reconciliation.matching.models import MatchRun
from reconciliation.outbox import due_items
from reconciliation.outbox_models import OutboxItem
from reconciliation.schedule import enqueue_due_days, extend_all_periods
from reconciliation.work_off import work_off
from tests.stories.notation import Tx
from tests.stories.world import World

OPENED = date(2026, 2, 20)
FOUR_DAYS_ON = datetime(2026, 2, 24, 6, 0, tzinfo=UTC)


@pytest.fixture
def world(acme: Tenant) -> World:
    return World(acme.id)


def asked(account: str, world: World) -> list[str]:
    with tenant(world.tenant_id):
        rows = OutboxItem.objects.filter(kind="reconcile", payload__account=world.banks[account].id)
        return sorted(rows.values_list("payload__key", flat=True))


def test_a_day_is_asked_for_once_it_has_ended_and_not_a_second_before(world: World) -> None:
    with tenant(world.tenant_id):
        enqueue_due_days(at=FOUR_DAYS_ON - timedelta(microseconds=1))
    assert asked("clr", world) == [f"2026-02-{n} daily" for n in (20, 21, 22)]
    with tenant(world.tenant_id):
        enqueue_due_days(at=FOUR_DAYS_ON)
    assert asked("clr", world)[-1] == "2026-02-23 daily"


def test_two_beats_ask_once(world: World) -> None:
    with tenant(world.tenant_id):
        first = enqueue_due_days(at=FOUR_DAYS_ON)
        assert first == 4 * len(world.banks)
        assert enqueue_due_days(at=FOUR_DAYS_ON) == 0


def test_days_missed_while_everything_stood_still_are_caught_up(world: World) -> None:
    with tenant(world.tenant_id):
        enqueue_due_days(at=FOUR_DAYS_ON)
        enqueue_due_days(at=FOUR_DAYS_ON + timedelta(days=10))
    assert len(asked("clr", world)) == 14


def test_the_run_covers_the_day_and_the_grace_days_before_it(world: World) -> None:
    with tenant(world.tenant_id):
        enqueue_due_days(at=FOUR_DAYS_ON)
        last = OutboxItem.objects.get(payload__account=world.banks["clr"].id, payload__key="2026-02-23 daily")
    assert (last.payload["from"], last.payload["until"]) == ("2026-02-21", "2026-02-24")


def test_a_run_that_was_asked_for_twice_is_one_run(world: World, acme: Tenant) -> None:
    with tenant(acme.id):
        enqueue_due_days(at=FOUR_DAYS_ON)
        due = due_items(at=FOUR_DAYS_ON, limit=999)
    assert all(work_off(acme.id, item, at=FOUR_DAYS_ON) for item in due)
    assert not any(work_off(acme.id, item, at=FOUR_DAYS_ON) for item in due)
    with tenant(acme.id):
        assert MatchRun.objects.filter(bank_account=world.banks["clr"]).count() == 4


def test_what_was_expected_is_overdue_in_the_run_at_the_end_of_its_grace(world: World, acme: Tenant) -> None:
    world.post(Tx("T1", "2026-03-10", "POSTED", "ewa", [("emp", "DEBIT", 400), ("clr", "CREDIT", 400)], "D1"))
    world.cover("clr", date(2026, 3, 12))
    verdicts = []
    for day in (11, 12):
        at = datetime(2026, 3, day, 6, 30, tzinfo=UTC)
        with tenant(acme.id):
            enqueue_due_days(at=at)
            due = due_items(at=at, limit=999)
        for item in due:
            work_off(acme.id, item, at=at)
        with tenant(acme.id):
            check = DriftCheck.objects.filter(bank_account=world.banks["clr"], day=date(2026, 3, 10)).latest("id")
            verdicts.append((check.verdict, check.timing_only))
    assert verdicts == [("DRIFTED", True), ("DRIFTED", False)]


def test_periods_are_extended_and_the_next_calendar_takes_over_on_its_day(world: World, acme: Tenant) -> None:
    later = datetime(2026, 5, 20, tzinfo=UTC)
    with tenant(acme.id):
        account = world.banks["clr"]
        old = BankCalendar.objects.get(bank_account=account)
        BankCalendar.objects.create(
            bank_account=account, effective_from=date(2026, 5, 4), zone="UTC", cutover=time(8), closed_weekdays=[6, 7],
            holidays=[], grace_days=3, due_hours=8, decision_id=old.decision_id,
        )  # fmt: skip
        extend_all_periods(at=later)
        days = {p.day: p for p in BankPeriod.objects.filter(bank_account=account)}
        assert days[date(2026, 5, 3)].calendar_id == old.id
        assert days[date(2026, 5, 4)].starts_at == datetime(2026, 5, 4, 8, tzinfo=UTC)
        assert days[date(2026, 5, 3)].until_on == date(2026, 5, 4)
        assert date(2026, 5, 9) not in days
        assert max(days) == date(2026, 6, 26)
        extend_all_periods(at=later)
        assert BankPeriod.objects.filter(bank_account=account).count() == len(days)


def test_the_tasks_run_for_every_tenant(world: World, rival: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    World(rival.id)
    monkeypatch.setattr(tasks, "now", lambda: FOUR_DAYS_ON)
    tasks.tick()
    tasks.tick()
    tasks.sweep()
    tasks.sweep()  # what the runs asked for
    tasks.seal()
    for tenant_id in (world.tenant_id, rival.id):
        with tenant(tenant_id):
            done = Counter(OutboxItem.objects.filter(state="done").values_list("kind", flat=True))
            runs = 4 * len(world.banks)
            assert done == {"reconcile": runs, "escalate": runs, "verify_ledger": 1, "anchor_chain": 1}
            assert OutboxItem.objects.count() == done.total()
