"""The comparison with a provider's listing from the command line, and once an hour by the clock."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.outbox_models import OutboxItem
from reconciliation.provider.polling.end_polling import end_polling
from reconciliation.provider.polling.models import Poll
from reconciliation.provider.polling.set_polling import set_polling
from reconciliation.schedule import enqueue_polls
from reconciliation.work_off import work_off
from tests.people import SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, said
from tests.reconciliation.provider.polling.greenfield import STORE, TOKEN, greenfield
from tests.reconciliation.provider.polling.test_poll_endpoint import file, row

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., Any]
PERIOD = ("--from", "2026-03-20T00:00:00+00:00", "--until", "2026-03-21T00:00:00Z")


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    desk = Desk(acme.id)
    desk.deliver(said("InvoiceSettled", "a"))
    desk.take_in()
    return desk


def polled(run: Run, *words: object, name: str = "Shop") -> Any:
    return run("poll_provider", "--tenant", "acme", "--endpoint", name, *PERIOD, *words)


def test_a_file_is_compared_and_each_gap_is_told(run: Run, desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "events.csv"
    export.write_bytes(file(row("a", "InvoiceSettled"), row("b", "InvoiceSettled", 5)))
    answer = polled(run, "--file", export, "--json")
    assert answer.code == 1, "a difference is not a clean end"
    assert (answer.json["listed"], answer.json["missing"], answer.json["error"]) == (2, 1, None)
    assert [(g["kind"], g["event_id"], g["payment_ref"]) for g in answer.json["gaps"]] == [
        ("missing", "b-InvoiceSettled", "b")
    ]
    assert "1 missing here" in polled(run, "--file", export).out
    export.write_bytes(file(row("a", "InvoiceSettled")))
    assert polled(run, "--file", export, "--json").code == 0


def test_what_cannot_be_compared_is_refused(run: Run, desk: Desk, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("no,header\n")
    assert polled(run, "--file", bad, "--json").json["error"]["where"] == "row 1"
    assert polled(run, "--json").json["error"]["code"] == "not_found"
    assert polled(run, "--file", bad, name="Nobody's").code == 1
    assert polled(run, "--file", tmp_path / "none").code == 2


def test_a_provider_is_asked_once_an_hour(desk: Desk, settings: LazySettings) -> None:
    settings.POLL_PRIVATE_HOSTS = True
    with greenfield() as shop:
        shop.add("a", "Settled", int(NOON.timestamp()) - 3600)
        shop.add("b", "Settled", int(NOON.timestamp()) - 3600)
        shop.add("late", "Settled", int(NOON.timestamp()))  # may still be on its way
        with tenant(desk.tenant_id):
            set_polling(
                endpoint_id=desk.endpoint.id, base_url=shop.base_url, store=STORE, token=TOKEN, private=True,
                actor=SET_UP, at=NOON,
            )  # fmt: skip
        for minutes in (0, 1, 59, 61):
            with tenant(desk.tenant_id):
                enqueue_polls(at=NOON + timedelta(minutes=minutes))
        with tenant(desk.tenant_id):
            items = list(OutboxItem.objects.filter(kind="poll_provider").order_by("id").values_list("id", flat=True))
        assert len(items) == 2
        with time_machine.travel(NOON):
            assert work_off(desk.tenant_id, items[0], at=NOON)
        with tenant(desk.tenant_id):
            made = Poll.objects.get()
            assert (made.listed_count, made.missing_count, made.asked_by) == (2, 1, "poll_provider")
            assert made.until == NOON - timedelta(minutes=15)
            end_polling(endpoint_id=desk.endpoint.id, reason="moved", actor=SET_UP, at=NOON)
            enqueue_polls(at=NOON + timedelta(hours=9))
            assert OutboxItem.objects.filter(kind="poll_provider").count() == 2
        assert work_off(desk.tenant_id, items[1], at=NOON + timedelta(hours=2)), (
            "one that is no longer polled is done with"
        )
        with tenant(desk.tenant_id):
            assert Poll.objects.count() == 1
