"""A batch of corrections is approved once, survives its workers, and does each member exactly once."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Entry, LedgerTransaction, Tenant
from ledger.tenancy import tenant
from reconciliation.approvals.decide_request import decide_request
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.step_up import StepUp
from reconciliation.bank.settlement_day import settlement_day
from reconciliation.cases.models import ExceptionCase
from reconciliation.corrections.batches.correct_chunk import correct_chunk
from reconciliation.corrections.batches.models import BatchDone, CorrectionBatch
from reconciliation.corrections.batches.request_batch import request_batch
from reconciliation.drift.models import DriftCheck
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.outbox_models import OutboxItem
from reconciliation.postings.post_transactions import post_transactions
from reconciliation.postings.request_posting_rule import request_posting_rule
from reconciliation.postings.requests import PostingRequest, RequestedEntry
from reconciliation.tasks import now
from tests.people import INTEGRATION
from tests.races.rivals import at_once
from tests.races.test_worker_killed import bell, wait_for_the_dead
from tests.races.worker import Worker, environment
from tests.reconciliation.corrections.batches.signs import JOB, RIGHT, Signs, march_lines

pytestmark = [pytest.mark.races, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
log = logging.getLogger("plumbline.tests")
FIRST, DAYS, PATIENCE_SECONDS = date(2026, 3, 2), 10, 300


@pytest.fixture
def superuser(admin_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(admin_dsn, autocommit=True) as opened:
        yield opened


def wrong_books(tenant_id: int, n: int) -> Signs:
    """`n` loans over ten days, posted with the wrong sign and settled by the bank, and each day checked: all drift, cause 3."""
    signs = Signs(tenant_id)
    signs.rule()
    days = [FIRST + timedelta(days=k) for k in range(DAYS)]
    with tenant(tenant_id):
        for at in range(0, n, 1000):
            post_transactions(
                [
                    PostingRequest(
                        key=f"loan {k}", use_case="loan", effective_on=days[k % DAYS], partner_reference=f"K{k}",
                        entries=[RequestedEntry("clr", "DEBIT", 100 + k), RequestedEntry("emp", "CREDIT", 100 + k)],
                    )
                    for k in range(at, min(n, at + 1000))
                ],
                actor=INTEGRATION, at=signs.tick(), day_of=settlement_day,
            )  # fmt: skip
    march_lines(signs, [(f"K{k}", days[k % DAYS], -100 - k) for k in range(n)])
    signs.cover("clr", days[-1] + timedelta(days=3))
    with tenant(tenant_id):
        reconcile_account(signs.banks["clr"], days[0], days[-1] + timedelta(days=1), actor=JOB, at=now())
        assert ExceptionCase.objects.filter(cause=3).count() == n
    return signs


def decide(signs: Signs, made: Made, by: Actor) -> str:
    at = now()
    with tenant(signs.tenant_id):
        return decide_request(
            request_id=made.id, verdict="approve", reason="", actor=by, at=at, step_up=StepUp(at, made.id, made.payload_sha256)
        ).state  # fmt: skip


def approved(signs: Signs, maker: Actor, checker: Actor, admin: Actor) -> Made:
    """The corrected rule is approved, then the batch, once."""
    with tenant(signs.tenant_id):
        rule = request_posting_rule(
            use_case="loan", directions=RIGHT, note="The sign was wrong.", idempotency_key="rule", actor=admin, at=now()
        )
    assert decide(signs, rule, checker) == "executed"
    with tenant(signs.tenant_id):
        case = ExceptionCase.objects.filter(cause=3).order_by("number").first()
        assert case is not None
        made = request_batch(case=case.number, note="FIN-4", idempotency_key="batch", actor=maker, at=now())
    assert decide(signs, made, checker) == "executed"
    return made


def done(signs: Signs, made: Made) -> int:
    with tenant(signs.tenant_id):
        return CorrectionBatch.objects.get(request_id=made.id).done_count


def each_stands_corrected_once(signs: Signs, n: int, chunks: int) -> None:
    with tenant(signs.tenant_id):
        assert LedgerTransaction.objects.count() == 3 * n, "twice as many new transactions as members"
        assert LedgerTransaction.objects.exclude(reverses=None).count() == n
        assert LedgerTransaction.objects.exclude(corrects=None).count() == n
        assert BatchDone.objects.count() == n
        wrong = Entry.objects.filter(transaction__reverses=None, transaction__reversal=None, account__code="clr")
        assert set(wrong.values_list("direction", flat=True)) == {"CREDIT"}
        assert AuditEntry.objects.filter(action="batch.corrected").count() == chunks
        assert set(OutboxItem.objects.filter(kind="correct_chunk").values_list("state", flat=True)) == {"done"}


def no_day_drifts(signs: Signs) -> None:
    with tenant(signs.tenant_id):
        latest = DriftCheck.objects.order_by("day", "-id").distinct("day")
        checks = [
            (c.verdict, int(c.drift or 0)) for c in latest.filter(day__gte=FIRST, day__lt=FIRST + timedelta(days=DAYS))
        ]
        assert checks == [("CLEAN", 0)] * DAYS
        assert not ExceptionCase.objects.exclude(state="resolved").exists()


def test_it_survives_three_workers_and_leaves_no_drift(
    sized: Callable[[int], int], superuser: psycopg.Connection[Any], acme: Tenant, maker: Actor, checker: Actor, admin: Actor,
    valkey: str, tmp_path: Path,
) -> None:  # fmt: skip
    n = max(400, sized(10_000))
    chunk = n // 10
    signs = wrong_books(acme.id, n)
    superuser.execute("VACUUM ANALYZE")
    made = approved(signs, maker, checker, admin)
    worker = Worker(environment(valkey) | {"BATCH_CHUNK": str(chunk)}, tmp_path / "worker.log")
    chance, ring, kills = random.Random(20260310), bell(valkey), 3
    began = time.monotonic()
    try:
        for k in range(kills + 1):
            worker.start()
            until = n if k == kills else (k + 1) * 2 * chunk
            wait_until(lambda: done(signs, made), until, ring)
            if k < kills:
                time.sleep(chance.random() / 5)
                worker.kill()
                assert done(signs, made) < n, "it was killed at its work, not after it"
                wait_for_the_dead(superuser)
        wait_until(lambda: checked(signs), 1, ring)
    finally:
        worker.kill()
        wait_for_the_dead(superuser)
    log.warning(
        "%s members, %s kills, %.0f s from the first worker to the last check", n, kills, time.monotonic() - began
    )
    each_stands_corrected_once(signs, n, chunks=10)
    no_day_drifts(signs)


def checked(signs: Signs) -> int:
    """1 when nothing waits in the outbox any more."""
    with tenant(signs.tenant_id):
        return int(not OutboxItem.objects.exclude(state="done").exists())


def wait_until(count: Callable[[], int], until: int, ring: Callable[[], None]) -> None:
    deadline, rung_at = time.monotonic() + PATIENCE_SECONDS, 0.0
    while (found := count()) < until:
        assert time.monotonic() < deadline, f"{found} of {until} done"
        if time.monotonic() - rung_at > 5:
            ring()
            rung_at = time.monotonic()
        time.sleep(0.02)


def test_rival_workers_do_each_member_once(acme: Tenant, maker: Actor, checker: Actor, admin: Actor) -> None:
    signs = wrong_books(acme.id, 40)
    made = approved(signs, maker, checker, admin)

    def work(_: int) -> None:
        with tenant(acme.id):
            correct_chunk(request_id=made.id, at_a_time=4, actor=JOB, at=now())

    found = at_once(16, work, at_a_time=4)
    assert [error for error in found if isinstance(error, Exception)] == []
    with tenant(acme.id):
        assert CorrectionBatch.objects.get(request_id=made.id).state == "done"
        assert BatchDone.objects.count() == 40
        assert LedgerTransaction.objects.count() == 120
        assert AuditEntry.objects.filter(action="batch.corrected").count() == 10
