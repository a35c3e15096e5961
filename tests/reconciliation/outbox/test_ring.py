"""A broker that is down or frozen costs a hint, never the work."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation import outbox, tasks
from reconciliation.outbox import enqueue, ring
from reconciliation.outbox_models import OutboxItem


@pytest.fixture(autouse=True)
def heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_quiet_until", [0])


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[str]:
    """A broker that takes the connection and never answers."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "b.sock"))
        listening.listen()
        yield f"redis+socket://{tmp_path}/b.sock"


@pytest.mark.django_db(transaction=True)
def test_work_asked_for_with_the_broker_down_is_done_by_the_sweeper(acme: Tenant, tmp_path: Path) -> None:
    outbox.HANDLERS["nothing"] = outbox.Handler(lambda payload, actor, at: None)
    now = tasks.now()
    for n in range(20):
        with tenant(acme.id):
            enqueue("nothing", str(n), {}, at=now)
    tasks.sweep()
    tasks.sweep()
    with tenant(acme.id):
        assert OutboxItem.objects.filter(state="done", attempts=1).count() == 20
    del outbox.HANDLERS["nothing"]


class Broken:
    """Stands for an application whose broker refuses."""

    tried = 0

    def send_task(self, *args: object, **kwargs: object) -> None:
        self.tried += 1
        raise OSError("connection refused")


def test_after_a_failure_it_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken()
    monkeypatch.setattr(outbox, "current_app", broken)
    ring(1, 1)
    ring(1, 2)
    assert broken.tried == 1


@pytest.mark.slow
def test_a_frozen_broker_costs_seconds_once(frozen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"socket_timeout": 1, "socket_connect_timeout": 1}
    app = Celery("elsewhere", broker=frozen, broker_transport_options=options, set_as_current=False)
    monkeypatch.setattr(outbox, "current_app", app)
    started = time.monotonic()
    ring(1, 1)
    ring(1, 2)
    assert time.monotonic() - started < 12
    assert outbox._quiet_until[0] > 0
