import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.db import connection
from django.test import Client, RequestFactory

from console import health
from console.cache import OutageTolerantCache

NOWHERE = "unix:///nonexistent/valkey.sock?db=0"


@pytest.fixture
def broker(valkey: str, settings: Any) -> Iterator[redis.Redis]:
    settings.REDIS_URL = valkey
    with redis.Redis.from_url(valkey) as client:
        client.flushall()
        yield client


def ask() -> tuple[int, dict[str, str]]:
    reply = health.healthz(RequestFactory().get("/healthz"))
    return reply.status_code, json.loads(reply.content)["not_ready"]


@pytest.mark.django_db
def test_it_names_what_is_not_there_yet(broker: redis.Redis) -> None:
    assert ask() == (503, {"worker": "no heartbeat", "beat": "no heartbeat"})
    health.worker_lives()
    assert ask() == (503, {"beat": "no heartbeat"})
    health.published(sender=health.HEARTBEAT)
    assert ask() == (200, {})


@pytest.mark.django_db
def test_another_task_is_no_heartbeat_of_beat(broker: redis.Redis) -> None:
    health.published(sender="another.task")
    assert "beat" in ask()[1]


@pytest.mark.django_db
def test_a_heartbeat_fades(broker: redis.Redis) -> None:
    health.worker_lives()
    assert 0 < broker.ttl("plumbline:heartbeat:worker") <= health.FADES_AFTER_SECONDS


@pytest.mark.django_db
def test_a_broker_that_is_gone_is_named_and_stops_nobody(settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    health.worker_lives()
    status, broken = ask()
    assert status == 503
    assert broken["broker"] == "ConnectionError"
    assert "database" not in broken


@pytest.mark.django_db(transaction=True)
def test_a_login_that_may_bypass_row_security_is_not_ready(admin_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "USER", "postgres")
    try:
        assert health.database_answers() == "this login may bypass row security"
    finally:
        connection.close()


def test_rate_limits_outlive_the_broker() -> None:
    cache = OutageTolerantCache(NOWHERE, {})
    cache.set("attempts", 3)
    assert cache.get("attempts") == 3
    assert cache.incr("attempts") == 4
    cache.delete("attempts")
    assert cache.get("attempts") is None


def test_rate_limits_live_in_the_broker_while_it_answers(valkey: str) -> None:
    OutageTolerantCache(valkey, {}).set("attempts", 3)
    assert OutageTolerantCache(valkey, {}).get("attempts") == 3


@pytest.mark.django_db
def test_a_process_is_ready_without_the_parts_that_pages_do_not_need(settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    reply = health.readyz(RequestFactory().get("/readyz"))
    assert reply.status_code == 200, "the console stays up while the broker is away"
    told = json.loads(reply.content)
    assert (told["ready"], told["components"]["database"], told["components"]["broker"]) == (
        True,
        "ok",
        "ConnectionError",
    )
    assert set(told["components"]) == {"web", "database", "broker", "worker", "beat"}


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_lives_and_is_not_ready(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    try:
        ready, live = Client().get("/readyz"), Client().get("/livez")
    finally:
        connection.close()
    assert (ready.status_code, ready.json()["components"]["database"]) == (503, "OperationalError")
    assert (live.status_code, live.json()) == (200, {"live": True})
