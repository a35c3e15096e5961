from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from ledger import audit
from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.outbox import HANDLERS, Handler, due_items, enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.work_off import MOST_ATTEMPTS, pause_after, work_off

SECOND = timedelta(seconds=1)


def leaves_a_row(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    audit.record(actor, at, "test.done", str(payload["n"]))


def breaks_after_its_row(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
    leaves_a_row(payload, actor, at)
    raise ValueError("no more paper")


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before = dict(HANDLERS)
    HANDLERS.update({"leave": Handler(leaves_a_row), "break": Handler(breaks_after_its_row)})
    yield
    HANDLERS.clear()
    HANDLERS.update(before)


@pytest.fixture
def ask(acme: Tenant, noon: datetime) -> Callable[..., int]:
    def enqueued(kind: str = "leave", key: str = "one") -> int:
        with tenant(acme.id):
            enqueue(kind, key, {"n": key}, at=noon)
            return OutboxItem.objects.get(kind=kind, unique_key=key).id

    return enqueued


def effects(acme: Tenant) -> int:
    with tenant(acme.id):
        return AuditEntry.objects.filter(action="test.done").count()


def row(acme: Tenant, item_id: int) -> OutboxItem:
    with tenant(acme.id):
        return OutboxItem.objects.get(id=item_id)


def test_the_effect_and_done_come_together(acme: Tenant, noon: datetime, ask: Callable[..., int]) -> None:
    item = ask()
    assert work_off(acme.id, item, at=noon)
    done = row(acme, item)
    assert (done.state, done.attempts, done.done_at) == ("done", 1, noon)
    assert effects(acme) == 1


def test_a_second_ring_does_nothing(acme: Tenant, noon: datetime, ask: Callable[..., int]) -> None:
    item = ask()
    assert [work_off(acme.id, item, at=noon) for _ in range(3)] == [True, False, False]
    assert effects(acme) == 1


def test_the_same_key_is_one_item(acme: Tenant, noon: datetime, ask: Callable[..., int]) -> None:
    assert ask() == ask()
    assert ask(key="two") != ask()


def test_an_item_of_another_tenant_is_not_there(
    acme: Tenant, rival: Tenant, noon: datetime, ask: Callable[..., int]
) -> None:
    item = ask()
    assert not work_off(rival.id, item, at=noon)
    assert row(acme, item).state == "waiting"


def test_it_rings_only_after_the_commit(
    acme: Tenant, noon: datetime, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[int, int]] = []
    monkeypatch.setattr("reconciliation.outbox.ring", lambda *ids: rung.append(ids))
    with django_capture_on_commit_callbacks() as callbacks, tenant(acme.id):
        enqueue("leave", "k", {"n": 1}, at=noon)
        enqueue("leave", "k", {"n": 1}, at=noon)
        assert rung == []
    assert len(callbacks) == 1


class TestFailure:
    def test_takes_the_effect_back_and_rests(self, acme: Tenant, noon: datetime, ask: Callable[..., int]) -> None:
        item = ask("break")
        assert not work_off(acme.id, item, at=noon)
        failed = row(acme, item)
        assert (failed.state, failed.attempts, failed.due_at) == ("waiting", 1, noon + pause_after(1))
        assert failed.last_error == "ValueError: no more paper"
        assert effects(acme) == 0

    def test_it_is_not_taken_up_before_its_rest_is_over(
        self, acme: Tenant, noon: datetime, ask: Callable[..., int]
    ) -> None:
        item = ask("break")
        work_off(acme.id, item, at=noon)
        work_off(acme.id, item, at=noon + SECOND)
        assert row(acme, item).attempts == 1

    def test_it_is_dead_after_more_than_ten(self, acme: Tenant, noon: datetime, ask: Callable[..., int]) -> None:
        item, at = ask("break"), noon
        for n in range(1, MOST_ATTEMPTS + 2):
            assert row(acme, item).state == "waiting", n
            work_off(acme.id, item, at=at)
            at += pause_after(n)
        assert row(acme, item).state == "dead"
        assert not work_off(acme.id, item, at=at + timedelta(days=1))

    def test_a_kind_that_nobody_answers_is_a_failure(
        self, acme: Tenant, noon: datetime, ask: Callable[..., int]
    ) -> None:
        item = ask("unheard_of")
        work_off(acme.id, item, at=noon)
        assert row(acme, item).last_error == "KeyError: 'unheard_of'"

    def test_the_pause_grows_and_ends_at_an_hour(self) -> None:
        assert [pause_after(n).total_seconds() for n in (1, 2, 5, 11, 12, 40)] == [2, 4, 32, 2048, 3600, 3600]


class TestLease:
    def test_the_work_runs_outside_a_transaction_and_is_done_once(
        self, acme: Tenant, noon: datetime, ask: Callable[..., int]
    ) -> None:
        seen: list[int] = []

        def steps(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
            assert not work_off(acme.id, item, at=at)  # another worker finds it leased
            seen.append(payload["tenant"])

        HANDLERS["steps"] = Handler(steps, lease=timedelta(minutes=3))
        item = ask("steps")
        assert work_off(acme.id, item, at=noon)
        assert (seen, row(acme, item).state, row(acme, item).attempts) == ([acme.id], "done", 1)

    def test_what_never_comes_back_is_taken_up_again_and_at_last_dead(
        self, acme: Tenant, noon: datetime, ask: Callable[..., int]
    ) -> None:
        def dies(payload: dict[str, Any], actor: Actor, at: datetime) -> None:
            raise KeyboardInterrupt

        HANDLERS["dies"] = Handler(dies, lease=timedelta(minutes=3))
        item, at = ask("dies"), noon
        for _ in range(MOST_ATTEMPTS + 1):
            with pytest.raises(KeyboardInterrupt):
                work_off(acme.id, item, at=at)
            at += timedelta(minutes=3)
        assert (row(acme, item).state, row(acme, item).attempts) == ("dead", MOST_ATTEMPTS + 1)


def test_due_items_are_the_oldest_first(acme: Tenant, noon: datetime, ask: Callable[..., int]) -> None:
    items = [ask(key=k) for k in "abc"]
    work_off(acme.id, items[0], at=noon)
    with tenant(acme.id):
        assert due_items(at=noon, limit=1) == items[1:2]
        assert due_items(at=noon - SECOND, limit=9) == []


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_sixteen_workers_do_fifty_items_once_each(acme: Tenant, noon: datetime, ask: Callable[..., int]) -> None:
    items, start, did = [ask(key=f"k{n}") for n in range(50)], Barrier(16), []

    def worker() -> None:
        start.wait()
        try:
            did.extend(item for item in items if work_off(acme.id, item, at=noon))
        finally:
            connections.close_all()

    threads = [Thread(target=worker) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(did) == sorted(items)
    assert effects(acme) == 50
    connection.close()
