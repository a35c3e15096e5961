"""Celery is the doorbell and the hands; the truth about work to do is a row in PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, task_postrun, task_prerun, worker_process_init
from structlog.contextvars import bind_contextvars, clear_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Each package's tasks register themselves; when beat rings for them stands here.
app.autodiscover_tasks(["reconciliation"])
app.autodiscover_tasks(["console"], related_name="health")
# A ring that no worker heard in time expires, so that a stopped worker does not come back to a queue of them.
app.conf.beat_schedule = {
    "heartbeat": {"task": "console.heartbeat", "schedule": 2.0, "options": {"expires": 10}},
    "seal": {"task": "reconciliation.seal", "schedule": 2.0, "options": {"expires": 10}},
    "take-in": {"task": "reconciliation.take_in_all", "schedule": 2.0, "options": {"expires": 10}},
    "sweep": {"task": "reconciliation.sweep", "schedule": 10.0, "options": {"expires": 20}},
    "tick": {"task": "reconciliation.tick", "schedule": 60.0, "options": {"expires": 120}},
}


@worker_process_init.connect
def close_inherited_pool(**_: Any) -> None:
    """A pool opened before the fork would be shared by two processes, and their replies mixed."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


@worker_process_init.connect
def trace_jobs(**_: Any) -> None:
    from console.tracing import switch_on

    switch_on()


@task_prerun.connect
def name_the_job(task_id: str = "", task: Any = None, **_: Any) -> None:
    """Every line of a job says which it is."""
    clear_contextvars()
    bind_contextvars(task=getattr(task, "name", ""), task_id=task_id)


@task_postrun.connect
def forget_the_job(**_: Any) -> None:
    clear_contextvars()


@beat_init.connect
def say_beat_runs(**_: Any) -> None:
    from console.health import beat_lives

    beat_lives()
