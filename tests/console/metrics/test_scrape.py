"""Who may scrape, what a failed scrape says, and that no label can grow without end."""

import re
from typing import Any

import pytest
import redis
import time_machine
from django.db import connection, connections
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from console.metrics import collect
from console.metrics.families import OF_INSTALLATION, OF_TENANT
from ledger.models import Tenant
from reconciliation.oversight import figures
from tests.reconciliation.books import NOW, Books
from tests.reconciliation.provider.desk import Desk, said

pytestmark = pytest.mark.django_db(transaction=True)
BOUNDED = {
    "tenant", "account", "currency", "verdict", "plane_pair", "exception_class", "age", "endpoint", "quantile", "waiting", "state",
    "kind", "component",
}  # fmt: skip
TOKEN = "a-token-that-only-the-scraper-has"


@pytest.fixture
def client(valkey: str, settings: Any) -> Client:
    settings.REDIS_URL = valkey
    with redis.Redis.from_url(valkey) as broker:
        broker.flushall()  # heartbeats of an earlier test
    return Client()


def test_this_machine_scrapes_without_a_token_and_nobody_else(client: Client, acme: Tenant) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    for stranger in ("10.0.0.7", "203.0.113.9", "2001:db8::1", "", "unix"):
        answer = client.get("/metrics", REMOTE_ADDR=stranger)
        assert (answer.status_code, b"acme" in answer.content) == (404, False), stranger


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Proto", "Via"])
def test_a_proxy_on_this_machine_speaks_for_strangers(client: Client, acme: Tenant, header: str) -> None:
    answer = client.get("/metrics", headers={header: "127.0.0.1"})
    assert (answer.status_code, b"acme" in answer.content) == (404, False)


def test_with_a_token_it_is_asked_of_everybody(client: Client, acme: Tenant, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    said = {
        "good": f"Bearer {TOKEN}",
        "none": "",
        "other": "Bearer other",
        "basic": f"Basic {TOKEN}",
        "short": f"Bearer {TOKEN[:-1]}",
    }
    found = {
        name: client.get("/metrics", REMOTE_ADDR="10.0.0.7", headers={"Authorization": word} if word else {})
        for name, word in said.items()
    }
    assert {name: a.status_code for name, a in found.items()} == {name: 200 if name == "good" else 401 for name in said}
    assert {b"acme" in a.content for name, a in found.items() if name != "good"} == {False}
    assert found["none"]["WWW-Authenticate"] == "Bearer"
    assert client.get("/metrics").status_code == 401, "with a token set, this machine needs it too"
    assert client.get("/metrics", headers={"Authorization": "Bearer tokén"}).status_code == 401


def test_it_only_reads(client: Client, acme: Tenant) -> None:
    assert client.post("/metrics").status_code == 405
    answer = client.get("/metrics")
    assert "no-store" in answer["Cache-Control"] and "Set-Cookie" not in answer


def test_a_database_that_is_gone_is_no_row_of_zeros(
    client: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    try:
        answer = client.get("/metrics")
    finally:
        connections["default"].close()
    assert answer.status_code == 503
    assert answer.content == b"the figures could not be read: OperationalError\n"


def test_one_tenant_that_cannot_be_read_fails_the_whole_scrape(
    client: Client, acme: Tenant, rival: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = figures.SQL.replace("WITH given AS (", "WITH given AS (SELECT pg_sleep(1), ", 1).replace(
        "pg_sleep(1), SELECT", "pg_sleep(1),"
    )
    monkeypatch.setattr(figures, "SQL", slow)
    monkeypatch.setattr(collect, "STATEMENT_MS", 50)
    answer = client.get("/metrics")
    assert (answer.status_code, answer.content) == (503, b"the figures could not be read: OperationalError\n")
    monkeypatch.undo()
    assert client.get("/metrics").status_code == 200


def test_a_scrape_ends_before_the_scraper_gives_up(
    client: Client, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "WITHIN_SECONDS", -1)
    answer = client.get("/metrics")
    assert (answer.status_code, answer.content) == (503, b"the figures could not be read: TooSlow\n")


def test_a_silent_broker_leaves_worker_and_beat_unknown(client: Client, acme: Tenant, settings: Any) -> None:
    alive = client.get("/metrics").content.decode()
    assert 'plumbline_component_up{component="worker"} 0.0' in alive, (
        "the broker answers, and no worker has said that it lives"
    )
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock?db=0"
    silent = client.get("/metrics").content.decode()
    assert 'plumbline_component_up{component="broker"} 0.0' in silent
    assert 'component="worker"' not in silent and 'component="beat"' not in silent


def test_without_a_tenant_there_is_no_drift_of_zero(client: Client, db: None) -> None:
    content = client.get("/metrics").content.decode()
    assert "plumbline_tenants 0.0" in content
    assert not re.search(r"^(?:ledger_bank_drift|plumbline_drift)\S* \d", content, re.M)


def test_labels_are_bounded_and_name_no_payment(client: Client, acme: Tenant) -> None:
    books = Books(acme.id)
    books.play("L9 cash 19 -250 @X991\nT1 10 ewa 215000 @R1 p1").check_day("cash", "19")
    books.check_day("clr", "10")
    desk = Desk(acme.id)
    desk.deliver(said("InvoiceSettled", "inv_77"))
    desk.deliver(said("InvoiceExpired", "inv_78"), key="the key of somebody else")
    with time_machine.travel(NOW):
        content = client.get("/metrics").content.decode()
    families = list(text_string_to_metric_families(content))
    assert {label for f in families for s in f.samples for label in s.labels} <= BOUNDED
    assert {s.name for f in families for s in f.samples} <= OF_TENANT.keys() | OF_INSTALLATION.keys()
    for secret in ("X991", "R1", "p1", "inv_77", "inv_78", "0001-", desk.endpoint.token, "provider_"):
        assert f'"{secret}' not in content and f'{secret}"' not in content, secret
    found = {(s.name, *sorted(s.labels.items())): s.value for f in families for s in f.samples}
    assert found["plumbline_quarantine_depth", ("endpoint", "Shop"), ("tenant", "acme")] == 1
    assert found["plumbline_signature_failures", ("endpoint", "Shop"), ("tenant", "acme")] == 1
    assert found["plumbline_webhook_age_seconds", ("endpoint", "Shop"), ("tenant", "acme")] == 0
    assert found["plumbline_intake_depth", ("tenant", "acme")] == 1


def test_a_scrape_asks_the_same_few_questions_of_each_tenant(
    client: Client, acme: Tenant, rival: Tenant, django_assert_num_queries: Any
) -> None:
    client.get("/metrics")
    # The tenants; for each the role, the figures, the standings, the gate's days and what shuts it, between its begin and its end.
    with django_assert_num_queries(1 + 2 * 5 + 2 * 2):
        client.get("/metrics")
