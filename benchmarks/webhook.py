"""bench webhook: deliveries over HTTP, verified, stored and acknowledged, against a bare INSERT through the same server; and the
time to an acknowledgement at 150 a second while the worker reads them."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection

from benchmarks.database import bench_database
from benchmarks.senders import flood, pace, request
from console.embedded.port import next_free
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.outbox import hint
from reconciliation.people.set_up_tenant import set_up_tenant
from reconciliation.provider.add_key import add_key
from reconciliation.provider.empty_inbox import TAKE_IN
from reconciliation.provider.open_endpoint import open_endpoint

SET_UP = Actor("operator", "benchmark", frozenset({"policy_admin"}))
KEY = "a key of the benchmark"
ROUNDS, SENDERS, PER_SECOND = 5, 8, 150
BARE = """CREATE TABLE bare_delivery (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, received_at timestamptz NOT NULL DEFAULT now(),
    head text NOT NULL, body bytea NOT NULL)"""
LEFT = "SELECT (SELECT count(*) FROM provider_inbox), (SELECT count(*) FROM provider_delivery), (SELECT count(*) FROM provider_event)"


def run(rows: int) -> dict[str, Any]:
    """`rows`: deliveries in all. Medians of alternated rounds make the ratio; a fifth is sent at 150 a second."""
    each, paced = max(20, rows * 2 // 5 // ROUNDS), max(100, rows // 5)
    with bench_database() as admin, _server() as port:
        path = _endpoint()
        admin.execute(BARE)
        admin.execute("GRANT INSERT ON bare_delivery TO plumbline_app")
        ours, floors, bad = [], [], 0
        for number in range(ROUNDS + 1):
            seconds, statuses = flood(port, _said(path, number * each, each), SENDERS)
            floor, bare = flood(port, _said("/bare/", number * each, each), SENDERS)
            ours, floors = [*ours, seconds], [*floors, floor]
            bad += sum(status != 200 for status in [*statuses, *bare])
        with _worker():
            drained = _drain(admin)
            answers = pace(port, _said(path, (ROUNDS + 1) * each, paced), SENDERS * 2, PER_SECOND)
            _drain(admin)
        _, stored, events = _left(admin)
    took = sorted(seconds for _, seconds in answers)
    bad += sum(status != 200 for status, _ in answers)
    middle = sorted(ours[1:])[ROUNDS // 2], sorted(floors[1:])[ROUNDS // 2]
    return {
        "name": "webhook", "rows": stored, "seconds": round(middle[0], 3), "rows_per_second": int(each / middle[0]),
        "floor_seconds": round(middle[1], 3), "floor_rows_per_second": int(each / middle[1]),
        "ratio_to_floor": round(middle[0] / middle[1], 2), "share_of_floor": round(middle[1] / middle[0], 2),
        "per_second": PER_SECOND, "p50_ms": _ms(took[len(took) // 2]), "p99_ms": _ms(took[len(took) * 99 // 100]),
        "max_ms": _ms(took[-1]), "not_acknowledged": bad, "events": events, "read_per_second": int((ROUNDS + 1) * each / drained),
    }  # fmt: skip


def _said(path: str, first: int, count: int) -> list[bytes]:
    """BTCPay's notifications, each of an invoice of its own, signed."""
    made = []
    for number in range(first, first + count):
        body = json.dumps({
            "deliveryId": f"d{number}", "type": "InvoiceReceivedPayment", "invoiceId": f"inv_{number}", "timestamp": int(time.time()),
            "metadata": {"orderId": f"order-{number}"}, "paymentMethodId": "BTC-CHAIN",
            "payment": {"id": f"tx-{number}", "value": "0.0005", "status": "Processing"},
        }).encode()  # fmt: skip
        mac = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
        made.append(request(path, [("Content-Type", "application/json"), ("BTCPay-Sig", f"sha256={mac}")], body))
    return made


def _ms(seconds: float) -> float:  # not money
    return round(seconds * 1000, 1)


def _endpoint() -> str:
    at = datetime.now(UTC)
    made = set_up_tenant(slug="bench-webhook", name="Bench", at=at)
    with tenant(made.id):
        endpoint = open_endpoint(name="Shop", scheme="btcpay", actor=SET_UP, at=at)
        add_key(endpoint_id=endpoint.id, secret=KEY, actor=SET_UP, at=at)
        return f"/hooks/{endpoint.token}/"


def _left(admin: psycopg.Connection[Any]) -> tuple[int, int, int]:
    row: tuple[int, int, int] = admin.execute(LEFT).fetchone()  # type: ignore[assignment]
    return row


def _drain(admin: psycopg.Connection[Any]) -> float:
    """Seconds until the worker has read all that waits. It is told by the next delivery or by the clock; here by hand."""
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_tenant")
        ids = [row[0] for row in cursor.fetchall()]
    while _left(admin)[0]:
        for one in ids:
            hint(TAKE_IN, [one])
        time.sleep(0.2)
        if time.perf_counter() - started > 600:
            raise TimeoutError(f"{_left(admin)[0]} deliveries are still not read")
    return max(time.perf_counter() - started, 0.001)


def _surroundings(port: int) -> dict[str, str]:
    where = settings.DATABASES["default"]
    url = f"postgres://{where['USER']}@{quote(where['HOST'], safe='')}/{where['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "PORT": str(port),
        "DATA_DIR": str(settings.DATA_DIR),
    }


@contextmanager
def _server() -> Iterator[int]:
    port = next_free(18900)
    command = ["-m", "gunicorn", "-c", "python:console.gunicorn_conf", "benchmarks.bare_hook:application"]
    with _running(command, _surroundings(port)):
        deadline = time.monotonic() + 60
        while flood(port, [b"GET /static/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"], 1)[1] == [0]:
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not come up")
            time.sleep(0.2)
        yield port


@contextmanager
def _worker() -> Iterator[None]:
    command = ["-m", "celery", "-A", "console", "--quiet", "worker", "--concurrency=2", "--loglevel=warning", "--without-gossip",
               "--without-mingle"]  # fmt: skip
    with _running(command, _surroundings(0)):
        yield


@contextmanager
def _running(words: list[str], surroundings: dict[str, str]) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *words],
            env=surroundings,
            cwd=Path(__file__).resolve().parent.parent,
            stdout=log,
            stderr=log,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)
