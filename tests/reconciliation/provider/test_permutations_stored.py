"""Whatever the order, the repetitions and the batches in which 300 events come in, the database holds the same payments."""

import hashlib
import json
import random
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.provider.models import Event, ProviderPayment
from reconciliation.provider.receive import receive
from reconciliation.provider.take_in import take_in
from tests.reconciliation.provider.desk import JOB, NOON, Desk, paid, said

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SEED, EVENTS = 20260320, 300
WORDS = (
    "InvoiceCreated",
    "InvoiceReceivedPayment",
    "InvoiceProcessing",
    "InvoiceSettled",
    "InvoiceExpired",
    "InvoiceInvalid",
)
STATED = (
    "payment_ref", "order_ref", "status", "flags", "asset", "detected_minor", "confirmed_minor", "detected_at", "confirmed_at",
    "first_event_at", "last_event_at", "event_count", "doubts",
)  # fmt: skip


def told(chance: random.Random) -> list[dict[str, object]]:
    """Events of fifty payments, many in the same minute, one in twenty an id that an earlier one had with other contents."""
    made: list[dict[str, object]] = []
    for n in range(EVENTS):
        word = chance.choice(WORDS)
        more = paid(f"0.000{chance.randint(1, 9)}", f"tx-{n}") if word == "InvoiceReceivedPayment" else {}
        body = json.loads(
            said(word, f"inv_{chance.randrange(50)}", minute=chance.randrange(10), delivery=f"d{n}", **more)
        )
        if n and chance.random() < 0.05:
            body["deliveryId"] = made[chance.randrange(n)]["deliveryId"]
        made.append(body)
    return made


def deliveries(events: list[dict[str, object]], chance: random.Random) -> list[bytes]:
    """Each event one to five times, repetitions under ids of their own as the provider makes them, in any order."""
    made = []
    for event in events:
        made.append(json.dumps(event).encode())
        for again in range(chance.randint(0, 4)):
            mark = {"deliveryId": f"{event['deliveryId']}-{again}", "originalDeliveryId": event["deliveryId"]}
            repeated = event | mark | {"isRedelivery": True}
            made.append(json.dumps(repeated).encode())
    chance.shuffle(made)
    return made


def digest(endpoint_id: int) -> str:
    """Of all that the database holds of an endpoint's payments but its own numbers and the time of the change."""
    rows = ProviderPayment.objects.filter(endpoint_id=endpoint_id).order_by("payment_ref").values_list(*STATED)
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def test_every_permutation_ends_in_the_same_payments(acme: Tenant, admin_dsn: str, sized: Callable[[int], int]) -> None:
    """The planner is told of the rows once, as autovacuum does in life: statistics of an empty table mislead it."""
    chance = random.Random(SEED)
    events = told(chance)
    found = set()
    for number in range(sized(500)):
        desk = Desk(acme.id, name=f"Shop {number}")
        address = desk.address
        with tenant(acme.id):
            left = deliveries(events, chance)
            while left:
                batch = chance.randint(1, 200)
                for body in left[:batch]:
                    receive(address, desk.signed(body), body, at=NOON + timedelta(hours=1), alone=False)
                left = left[batch:]
                take_in(actor=JOB, at=NOON + timedelta(hours=1))
            while take_in(actor=JOB, at=NOON + timedelta(hours=1)).deliveries:
                pass
            assert Event.objects.filter(endpoint_id=desk.endpoint.id).count() == EVENTS
            found.add(digest(desk.endpoint.id))
        if number == 0:
            with psycopg.connect(admin_dsn, autocommit=True) as admin:
                admin.execute(
                    "ANALYZE provider_event, provider_sighting, provider_payment, provider_delivery, provider_inbox"
                )
    assert len(found) == 1
