"""Twenty thousand deliveries, a third of them said again, a fifth out of order, while PostgreSQL is killed five times: what was
acknowledged is kept, and what is kept has its effect once."""

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.senders import Sender, request
from tests.harness.installation import Installation, installation
from tests.reconciliation.provider.desk import said
from tests.reconciliation.provider.signing import mac

pytestmark = [pytest.mark.races, pytest.mark.slow, pytest.mark.xdist_group("up")]
__all__ = ["installation"]
KEY, SENDERS, PATIENCE_SECONDS = "test-webhook-secret-not-real", 6, 600
WORDS = ("InvoiceCreated", "InvoiceProcessing", "InvoiceSettled")
OPEN = """
from datetime import UTC, datetime
from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.people.set_up_tenant import set_up_tenant
from reconciliation.provider.add_key import add_key
from reconciliation.provider.open_endpoint import open_endpoint
at, by = datetime.now(UTC), Actor("operator", "set-up", frozenset({"policy_admin"}))
with tenant(set_up_tenant(slug="acme", name="Acme Testing", at=at).id):
    endpoint = open_endpoint(name="Shop", scheme="btcpay", actor=by, at=at)
    add_key(endpoint_id=endpoint.id, secret=%r, actor=by, at=at)
print(endpoint.token)
"""
TOLD = """
import json
from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.provider.models import Delivery, Event, InboxItem, ProviderPayment, Quarantined
with tenant(Tenant.objects.get(slug="acme").id):
    print(json.dumps({
        "waiting": InboxItem.objects.count(), "held": Quarantined.objects.count(), "deliveries": Delivery.objects.count(),
        "events": sorted(Event.objects.values_list("event_id", flat=True)),
        "payments": sorted(ProviderPayment.objects.values_list("payment_ref", "status", "event_count")),
    }))
"""


def told(invoices: int, chance: random.Random) -> list[tuple[str, bytes]]:
    """Three events of each invoice: event id and body, a third said twice, a fifth moved elsewhere."""
    order = [(f"inv_{n}", minute, word) for n in range(invoices) for minute, word in enumerate(WORDS)]
    every = [(f"{invoice}-{word}", said(word, invoice, minute=minute)) for invoice, minute, word in order]
    every += chance.sample(every, len(every) * 3 // 7)
    for n in chance.sample(range(len(every)), len(every) // 5):
        other = chance.randrange(len(every))
        every[n], every[other] = every[other], every[n]
    return every


class Provider:
    """Says every event until it is acknowledged; what is refused is said again later, among the others."""

    def __init__(self, port: int, token: str, every: list[tuple[str, bytes]], chance: random.Random) -> None:
        self.port, self.path, self.chance = port, f"/hooks/{token}/", chance
        self.left, self.acknowledged = list(reversed(every)), set[str]()
        self._lock = threading.Lock()
        self.senders = [threading.Thread(target=self._send) for _ in range(SENDERS)]

    def _send(self) -> None:
        one = Sender(self.port)
        while told := self._next():
            signed = [
                ("Content-Type", "application/json"),
                ("BTCPay-Sig", f"sha256={mac(KEY.encode(), told[1]).hex()}"),
            ]
            self._answered(told, one.send(request(self.path, signed, told[1])))
        one.close()

    def _next(self) -> tuple[str, bytes] | None:
        with self._lock:
            return self.left.pop() if self.left else None

    def _answered(self, told: tuple[str, bytes], status: int) -> None:
        with self._lock:
            if status == 200:
                self.acknowledged.add(told[0])
                return
            self.left.insert(self.chance.randrange(len(self.left) + 1), told)
        time.sleep(0.05)


def state_of(installation: Installation) -> dict[str, Any]:
    """What it holds once nothing waits to be read any more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        state: dict[str, Any] = json.loads(installation.ask(TOLD).splitlines()[-1])
        if not state["waiting"]:
            return state
        assert time.monotonic() < deadline, f"{state['waiting']} deliveries are still not read"
        time.sleep(1)


def test_what_was_acknowledged_is_kept_whatever_is_killed(
    installation: Installation, sized: Callable[[int], int]
) -> None:
    chance = random.Random(20_000)
    up = installation.manage("up")
    installation.wait_ready(up)
    every = told(sized(20_000) * 7 // 30, chance)
    kills = 5 if len(every) > 10_000 else 1
    provider = Provider(installation.port, installation.ask(OPEN % KEY).splitlines()[-1], every, chance)
    for sender in provider.senders:
        sender.start()
    for kill in range(kills):
        while len(provider.left) > len(every) * (kills - kill) // (kills + 1):
            time.sleep(0.05)
        installation.kill("bin/postgres -D")
        installation.wait_ready(up)
    for sender in provider.senders:
        sender.join(PATIENCE_SECONDS)

    known = {event for event, _ in every}
    state = state_of(installation)
    assert not provider.left and provider.acknowledged == known
    assert state["held"] == 0 and state["deliveries"] >= len(every)
    assert state["events"] == sorted(known), "each event is logged, and each once"
    invoices = sorted({event.partition("-")[0] for event in known})
    assert state["payments"] == [[invoice, "confirmed", len(WORDS)] for invoice in invoices]
