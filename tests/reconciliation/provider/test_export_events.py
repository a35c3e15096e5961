"""The log of some days as a file: in order, whole, and the same bytes whenever it is asked for again."""

import hashlib
import json
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from ledger.actors import Actor
from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.errors import BadInput, NotPermitted
from reconciliation.provider import export_events as module
from reconciliation.provider.add_key import add_key
from reconciliation.provider.export_events import export_events
from reconciliation.provider.models import Delivery, Quarantined
from reconciliation.provider.replay_delivery import replay_delivery
from tests.people import SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, paid, said

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 20)
SUPPORT = Actor("person", "9", frozenset({"support"}))
LATER = NOON + timedelta(days=1)


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    return Desk(acme.id)


def exported(
    desk: Desk, *, as_of: datetime = NOON, at: datetime = LATER, days: int = 1
) -> tuple[bytes, dict[str, Any]]:
    out = BytesIO()
    with tenant(desk.tenant_id):
        last = DAY + timedelta(days=days - 1)
        manifest = export_events(first=DAY, last=last, as_of=as_of, out=out, actor=SET_UP, at=at)
    return out.getvalue(), manifest


def test_each_line_is_an_event_with_its_delivery_and_digest(desk: Desk) -> None:
    desk.deliver(said("InvoiceSettled", minute=5, **paid("0.5", "=HYPERLINK(1)")))
    desk.deliver(said("InvoiceCreated"))
    desk.take_in()
    content, manifest = exported(desk)
    lines = [json.loads(line) for line in content.splitlines()]
    assert [line["provider_type"] for line in lines] == ["InvoiceCreated", "InvoiceSettled"]
    with tenant(desk.tenant_id):
        deliveries = {str(id_) for id_ in Delivery.objects.values_list("public_id", flat=True)}
    assert {line["delivery"] for line in lines} == deliveries
    assert lines[1] | {"amount_minor": "50000000", "txid": "=HYPERLINK(1)", "endpoint": "Shop"} == lines[1]
    assert all(len(line["content_sha256"]) == 64 for line in lines)
    assert (manifest["events"], manifest["tenant"], manifest["from"], manifest["until"]) == (
        2, "acme", "2026-03-20T00:00:00+00:00", "2026-03-21T00:00:00+00:00",
    )  # fmt: skip
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_same_days_as_of_the_same_instant_are_the_same_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINES_A_CHUNK", 2)
    for n in range(5):
        desk.deliver(said("InvoiceSettled", f"inv_{n}"))  # all at one instant of the provider's clock
    desk.deliver(said("InvoiceSettled", "held"), key="a key that comes later")
    desk.take_in()
    first = exported(desk)
    assert [chunk["lines"] for chunk in first[1]["chunks"]] == [2, 2, 1]
    content = first[0]
    for chunk in first[1]["chunks"]:
        part, content = content[: chunk["bytes"]], content[chunk["bytes"] :]
        assert hashlib.sha256(part).hexdigest() == chunk["sha256"]
    # What is logged later, however early it occurred and came, is in exports as of later instants alone.
    with tenant(desk.tenant_id):
        add_key(endpoint_id=desk.endpoint.id, secret="a key that comes later", actor=SET_UP, at=NOON)
        replay_delivery(public_id=Quarantined.objects.get().delivery.public_id, actor=SET_UP, at=LATER)
    desk.take_in(LATER)
    assert exported(desk, at=LATER + timedelta(days=9)) == first
    assert exported(desk, as_of=LATER, at=LATER + timedelta(days=9))[1]["events"] == 6


def test_it_is_audited_with_its_digest(desk: Desk) -> None:
    _, manifest = exported(desk)
    with tenant(desk.tenant_id):
        row = AuditEntry.objects.get(action="events.exported")
    assert row.detail == {"as_of": manifest["as_of"], "events": 0, "sha256": manifest["sha256"]}


def test_another_tenants_events_are_not_in_it(desk: Desk, rival: Tenant) -> None:
    theirs = Desk(rival.id)
    theirs.deliver(said("InvoiceSettled"))
    theirs.take_in()
    assert exported(desk) == (b"", exported(desk)[1])


def test_it_refuses_whom_and_when(desk: Desk) -> None:
    with tenant(desk.tenant_id):
        same: dict[str, Any] = {
            "as_of": NOON,
            "out": BytesIO(),
            "actor": SET_UP,
            "at": LATER,
            "first": DAY,
            "last": DAY,
        }
        with pytest.raises(NotPermitted):
            export_events(**same | {"actor": SUPPORT})
        for wrong in ({"last": DAY - timedelta(days=1)}, {"as_of": LATER}, {"last": date.max}):
            with pytest.raises(BadInput):
                export_events(**same | wrong)
