"""Whether the whole installation is ready: web, database, broker, worker and beat, each asked for itself.

Worker and beat cannot be reached by a request, so each leaves a heartbeat in the broker that fades when it
stops."""

from collections.abc import Callable
from typing import Any

import redis
from celery import shared_task
from celery.signals import before_task_publish, heartbeat_sent
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

HEARTBEAT = "console.heartbeat"
FADES_AFTER_SECONDS = 15


def broker() -> "redis.Redis":
    """A client for the broker that gives up after a second, so that a frozen broker cannot hang the probe."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def leave_heartbeat(who: str) -> None:
    """Say that `who` lives. A broker that does not answer is reported by the probe, and must not stop a
    worker."""
    try:
        with broker() as client:
            client.set(f"plumbline:heartbeat:{who}", 1, ex=FADES_AFTER_SECONDS)
    except (redis.RedisError, OSError):
        return


@shared_task(name=HEARTBEAT, ignore_result=True)
def heartbeat() -> None:
    """Sent by beat every two seconds: its run proves the way from beat through the broker to a worker's
    process."""
    leave_heartbeat("round-trip")


@heartbeat_sent.connect
def worker_lives(**_: Any) -> None:
    """From the worker's own clock, for the round trip waits while every process of the pool is at long
    work."""
    leave_heartbeat("worker")


def beat_lives() -> None:
    leave_heartbeat("beat")


@before_task_publish.connect
def published(sender: str | None = None, **_: Any) -> None:
    if sender == HEARTBEAT:
        beat_lives()


def database_answers() -> str | None:
    """None, or what is wrong. A login that may bypass row security would read every tenant: that is not
    ready."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            bypasses = cursor.fetchone()[0]
    except Error as error:
        return type(error).__name__
    return "this login may bypass row security" if bypasses else None


def broker_answers() -> str | None:
    try:
        with broker() as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        return type(error).__name__
    return None


def lives(who: str) -> str | None:
    try:
        with broker() as client:
            return None if client.exists(f"plumbline:heartbeat:{who}") else "no heartbeat"
    except (redis.RedisError, OSError):
        return "unknown: the broker does not answer"


PROBES: dict[str, Callable[[], str | None]] = {
    "web": lambda: None,
    "database": database_answers,
    "broker": broker_answers,
    "worker": lambda: lives("worker"),
    "beat": lambda: lives("beat"),
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with `{"ready": true}` once all five answer; else 503 with `not_ready` naming each one that does
    not."""
    broken = {name: why for name, probe in PROBES.items() if (why := probe()) is not None}
    return JsonResponse({"ready": not broken, "not_ready": broken}, status=503 if broken else 200)


# What a page needs. Reads and approvals go on without a broker, and work waits in the database, so a web process is not taken
# out of service for what only the others lack.
NEEDED_TO_SERVE = ("web", "database")


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all; asks nothing of anybody, for a restart would mend nothing elsewhere."""
    return JsonResponse({"live": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 once this process can serve pages, else 503: `{"ready", "components": {name: "ok" or what is wrong}}` of all five."""
    components = {name: probe() or "ok" for name, probe in PROBES.items()}
    ready = all(components[name] == "ok" for name in NEEDED_TO_SERVE)
    return JsonResponse({"ready": ready, "components": components}, status=200 if ready else 503)
