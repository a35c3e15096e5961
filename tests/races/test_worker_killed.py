"""A worker that is killed at its work loses nothing and doubles nothing: what the next one makes of it cannot be told
from an undisturbed run."""

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import Celery
from django.db import connection

from benchmarks.matching_rows import FIRST, Books, fill, open_books
from ledger.models import AuditEntry
from ledger.tenancy import tenant
from reconciliation.cases.models import ExceptionCase
from reconciliation.drift.models import DriftCheck, DriftContribution
from reconciliation.matching.models import MatchLeg, MatchRun
from reconciliation.outbox import due_items, enqueue
from reconciliation.outbox_models import OutboxItem
from reconciliation.tasks import now
from reconciliation.work_off import work_off
from tests.races.worker import ROOT, Worker, environment

pytestmark = [pytest.mark.soak, pytest.mark.races, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DAYS = 20
PATIENCE_SECONDS = 240
ELSEWHERE = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = 'plumbline_app' AND pid <> ALL (%s)"
)


@pytest.fixture
def admin(admin_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(admin_dsn, autocommit=True) as opened:
        yield opened


@pytest.fixture
def worker(valkey: str, tmp_path: Path) -> Iterator[Worker]:
    made = Worker(environment(valkey), tmp_path / "worker.log")
    yield made
    made.kill()


def ask(books: Books, at: datetime) -> None:
    """A run for each day, as the clock asks for them."""
    with tenant(books.tenant_id):
        for n in range(DAYS):
            day = FIRST + timedelta(days=n)
            span = {"from": str(day), "until": str(day + timedelta(days=1))}
            enqueue("reconcile", f"{day}", {"account": books.account.id, "key": f"{day} daily"} | span, at=at)


def done(books: Books) -> int:
    with tenant(books.tenant_id):
        return OutboxItem.objects.filter(kind="reconcile", state="done").count()


def outcome(books: Books) -> dict[str, Any]:
    """Everything that the runs stated, free of ids, and how often each thing was done."""
    digest = hashlib.sha256()
    with tenant(books.tenant_id):
        checks = DriftCheck.objects.order_by("day", "id").values_list(
            "day", "verdict", "timing_only", "ledger_total", "statement_total", "drift", "unexplained", "open_count"
        )
        stated = DriftContribution.objects.values_list(
            "check_of__day",
            "exception_class",
            "cause",
            "rule",
            "contribution_minor",
            "reference",
            "reason",
            "payment_ids",
        ).order_by("check_of__day", "check_of_id", "contribution_minor", "reference")
        for row in (*checks, *stated):
            digest.update(repr(row).encode())
        return {
            "digest": digest.hexdigest(), "checks": len(checks), "runs": MatchRun.objects.count(),
            "legs": MatchLeg.objects.count(), "cases": ExceptionCase.objects.count(),
            "told": AuditEntry.objects.filter(action="drift.reconciled").count(),
            "states": sorted(OutboxItem.objects.filter(kind="reconcile").values_list("state", flat=True)),
        }  # fmt: skip


def test_checks_are_those_of_an_undisturbed_run(
    sized: Callable[[int], int], admin: psycopg.Connection[Any], worker: Worker, valkey: str
) -> None:
    kills = max(3, sized(90) // 10)
    steady, killed = open_books("steady", DAYS), open_books("killed", DAYS)
    for books in (steady, killed):
        fill(books, admin, n=sized(100_000), days=DAYS)
        ask(books, now())
    with tenant(steady.tenant_id):
        items = due_items(at=now(), limit=DAYS)
    assert all(work_off(steady.tenant_id, item, at=now()) for item in items)

    chance, rung = random.Random(20260105), bell(valkey)
    for n in range(kills):
        worker.start()
        at_work(killed, rung, until=(n + 1) * DAYS // (kills + 1))
        time.sleep(chance.random() / 5)
        worker.kill()
        assert done(killed) < DAYS, "it was killed at its work, not after it"
        wait_for_the_dead(admin)
    worker.start()
    at_work(killed, rung, until=DAYS)

    assert outcome(killed) == outcome(steady)
    assert outcome(killed)["runs"] == outcome(killed)["told"] == DAYS
    assert set(outcome(killed)["states"]) == {"done"}


def bell(valkey: str) -> Callable[[], None]:
    """What beat does: it rings for the sweeper."""
    url = valkey.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
    app = Celery("beat", broker=url, set_as_current=False)
    app.conf.task_default_queue = "plumbline"

    def ring() -> None:
        with app.connection_for_write() as opened:
            app.send_task("reconciliation.sweep", connection=opened)

    return ring


def at_work(books: Books, ring: Callable[[], None], *, until: int) -> None:
    """Ring until so many items are done."""
    deadline, rung_at = time.monotonic() + PATIENCE_SECONDS, 0.0
    while (count := done(books)) < until:
        assert time.monotonic() < deadline, f"{count} of {until} done"
        if time.monotonic() - rung_at > 5:
            ring()
            rung_at = time.monotonic()
        time.sleep(0.02)


def wait_for_the_dead(admin: psycopg.Connection[Any]) -> None:
    """A killed worker's database session lives on until its query ends; it can no longer commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = [cursor.fetchone()[0]]
    deadline = time.monotonic() + 60
    while (admin.execute(ELSEWHERE, [ours]).fetchone() or [0])[0]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


DIES_BEFORE_THE_COMMIT = """
import os, signal, sys
import django
django.setup()
from django.utils.timezone import now
from ledger import audit
from reconciliation.outbox import HANDLERS, Handler
from reconciliation.work_off import work_off
def effect(payload, actor, at):
    audit.record(actor, at, "test.done", "once")
    if sys.argv[3] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
HANDLERS["die"] = Handler(effect)
work_off(int(sys.argv[1]), int(sys.argv[2]), at=now())
"""


def test_killed_between_the_effect_and_its_commit_it_is_done_once_by_the_next(
    acme: Any, admin: psycopg.Connection[Any], tmp_path: Path
) -> None:
    with tenant(acme.id):
        enqueue("die", "one", {}, at=now())
        item = OutboxItem.objects.get(kind="die").id
    for last_word, code in (("die", -9), ("die", -9), ("live", 0), ("live", 0)):
        words = [sys.executable, "-c", DIES_BEFORE_THE_COMMIT, str(acme.id), str(item), last_word]
        ended = subprocess.run(words, cwd=ROOT, env=environment("redis://127.0.0.1:1/0"), capture_output=True)
        assert ended.returncode == code, ended.stderr.decode()
        wait_for_the_dead(admin)
    with tenant(acme.id):
        row = OutboxItem.objects.get(id=item)
        assert (row.state, row.attempts) == ("done", 1)
        assert AuditEntry.objects.filter(action="test.done").count() == 1
