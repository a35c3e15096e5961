"""Deliveries in: kept before they are believed, read once, folded the same whatever their order."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings

from ledger.models import AuditEntry, Tenant
from ledger.tenancy import tenant
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.errors import BadInput, NotFound, NotPermitted
from reconciliation.provider.add_key import add_key
from reconciliation.provider.end_endpoint import end_endpoint
from reconciliation.provider.end_key import end_key
from reconciliation.provider.models import (
    Delivery,
    EndpointKey,
    Event,
    InboxItem,
    ProviderMove,
    ProviderPayment,
    Quarantined,
    Sighting,
)
from reconciliation.provider.open_endpoint import open_endpoint
from reconciliation.provider.receive import address_of
from reconciliation.provider.replay_delivery import replay_delivery
from reconciliation.provider.sealing import seal, unseal
from reconciliation.provider.set_aside import set_aside
from tests.people import INTEGRATION, SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, paid, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    return Desk(acme.id)


def test_a_payment_is_folded_from_what_came(desk: Desk) -> None:
    desk.deliver(said("InvoiceCreated"))
    desk.deliver(said("InvoiceReceivedPayment", minute=1, **paid("0.00050000")))
    desk.deliver(said("InvoiceProcessing", minute=2))
    desk.take_in()
    with tenant(desk.tenant_id):
        payment = ProviderPayment.objects.get()
        assert (payment.status, payment.payment_ref, payment.order_ref) == ("paid", "inv_1", "order-inv_1")
        assert (payment.asset, payment.detected_minor, payment.confirmed_minor) == ("BTC", 50_000, None)
        assert payment.detected_at == NOON + timedelta(minutes=2)
    desk.deliver(said("InvoiceSettled", minute=9))
    assert desk.take_in().events == 1
    with tenant(desk.tenant_id):
        payment = ProviderPayment.objects.get()
        assert (payment.status, payment.confirmed_minor, payment.event_count) == ("confirmed", 50_000, 4)
        moves = list(ProviderMove.objects.order_by("id").values_list("from_status", "to_status", "decision_id"))
        assert [(a, b) for a, b, _ in moves] == [("pending", "paid"), ("paid", "confirmed")]
        assert set(CheckpointDecision.objects.filter(id__in=[d for *_, d in moves]).values_list("move", flat=True)) == {
            "provider.move"
        }
        assert AuditEntry.objects.filter(action="provider.taken_in").count() == 2


def test_the_same_event_again_is_seen_and_does_nothing(desk: Desk) -> None:
    for _ in range(5):
        desk.deliver(said("InvoiceSettled", **paid("1.0")))
    desk.take_in()
    for _ in range(3):
        desk.deliver(said("InvoiceSettled", **paid("1.0")), at=NOON + timedelta(days=3))
    assert desk.take_in(NOON + timedelta(days=3)).events == 0
    with tenant(desk.tenant_id):
        assert (Event.objects.count(), Sighting.objects.count(), Delivery.objects.count()) == (1, 8, 8)
        assert ProviderMove.objects.count() == 1


def test_the_same_id_with_other_contents_stands_beside_the_first(desk: Desk) -> None:
    desk.deliver(said("InvoiceSettled", **paid("1.0")))
    desk.deliver(said("InvoiceSettled", **paid("9.0")))
    desk.take_in()
    with tenant(desk.tenant_id):
        assert Event.objects.count() == 2
        assert ProviderPayment.objects.get().status == "confirmed"


def test_what_does_not_verify_is_held_and_replayed_once_the_key_is_right(desk: Desk) -> None:
    verdict = desk.deliver(said("InvoiceSettled", **paid("1.0")), key="another-secret-altogether")
    assert verdict.reason == "signature-mismatch"
    assert desk.take_in().deliveries == 0
    with tenant(desk.tenant_id):
        held = Quarantined.objects.get()
        assert (held.reason, held.state) == ("signature-mismatch", "held")
        which = Delivery.objects.get().public_id
        assert replay_delivery(public_id=which, actor=SET_UP, at=NOON) == "signature-mismatch"
        assert Quarantined.objects.get().state == "held"
        add_key(endpoint_id=desk.endpoint.id, secret="another-secret-altogether", actor=SET_UP, at=NOON)
        assert replay_delivery(public_id=which, actor=SET_UP, at=NOON) == ""
        with pytest.raises(NotFound):
            replay_delivery(public_id=which, actor=SET_UP, at=NOON)
    assert desk.take_in().events == 1
    with tenant(desk.tenant_id):
        assert ProviderPayment.objects.get().status == "confirmed"


def test_what_cannot_be_read_is_held_with_the_field(desk: Desk) -> None:
    desk.deliver(b'{"type": "InvoiceSettled"}')
    assert desk.take_in().held == 1
    with tenant(desk.tenant_id):
        held = Quarantined.objects.get()
        assert held.reason.startswith("unreadable")
        assert "timestamp" in held.detail or "deliveryId" in held.detail or "invoiceId" in held.detail
        set_aside(public_id=held.delivery.public_id, why="a test of theirs", actor=SET_UP, at=NOON)
        assert Quarantined.objects.get().state == "set_aside"
    assert desk.take_in().deliveries == 0


def test_forgeries_have_no_effect(desk: Desk, rival: Tenant, sized: Callable[[int], int]) -> None:
    chance = random.Random(7)
    others = Desk(rival.id, key="the-secret-of-the-rival")
    body = said("InvoiceSettled", **paid("1.0"))
    for n in range(sized(1000)):
        forged = chance.choice([
            lambda: desk.deliver(body, key=chance.randbytes(12).hex()),
            lambda: desk.deliver(body, key=others.key),
            lambda: desk.deliver(body[: chance.randrange(len(body))], key=chance.randbytes(9).hex()),
        ])()  # fmt: skip
        assert not forged.verified, n
    desk.take_in()
    with tenant(desk.tenant_id):
        assert (Event.objects.count(), ProviderPayment.objects.count(), InboxItem.objects.count()) == (0, 0, 0)
        assert Quarantined.objects.count() == sized(1000)


def test_one_changed_byte_does_not_verify(desk: Desk) -> None:
    body = said("InvoiceSettled", **paid("1.0"))
    headers = desk.signed(body)
    from reconciliation.provider.receive import receive

    changed = body.replace(b"inv_1", b"inv_2", 1)
    assert receive(desk.address, headers, body, at=NOON).verified
    assert not receive(desk.address, headers, changed, at=NOON).verified


def test_deliveries_in_any_order_and_batch_fold_to_one_digest(acme: Tenant, sized: Callable[[int], int]) -> None:
    words = ["InvoiceCreated", "InvoiceReceivedPayment", "InvoiceProcessing", "InvoiceSettled", "InvoiceExpired"]
    bodies = [
        said(word, f"inv_{n}", minute=m, **(paid("0.5", f"tx-{n}") if word == "InvoiceReceivedPayment" else {}))
        for n in range(4)
        for m, word in enumerate(words)
    ]
    chance, digests = random.Random(3), set()
    for round_ in range(max(4, sized(40))):
        desk = Desk(acme.id, name=f"Shop {round_}")
        sent = [body for body in bodies for _ in range(chance.randrange(1, 4))]
        chance.shuffle(sent)
        for n, body in enumerate(sent):
            desk.deliver(body)
            if chance.random() < 0.2 or n == len(sent) - 1:
                desk.take_in(limit=chance.randrange(1, 9))
        while desk.take_in(limit=7).deliveries:
            pass
        with tenant(acme.id):
            digests.add(tuple(ProviderPayment.objects.filter(endpoint=desk.endpoint).order_by("payment_ref").values_list(
                "payment_ref", "status", "detected_minor", "confirmed_minor", "digest"
            )))  # fmt: skip
    assert len({repr([(r, s, d, c, bytes(x)) for r, s, d, c, x in rows]) for rows in digests}) == 1


def test_a_key_that_is_ended_verifies_no_more_and_what_it_verified_stays_readable(desk: Desk) -> None:
    desk.deliver(said("InvoiceSettled", **paid("1.0")))
    with tenant(desk.tenant_id):
        key = EndpointKey.objects.get()
        end_key(key_id=key.id, reason="it leaked", actor=SET_UP, at=NOON)
    assert desk.deliver(said("InvoiceExpired", "inv_2")).reason == "no-usable-key"
    assert desk.take_in().events == 1


def test_an_ended_endpoint_has_no_address(desk: Desk) -> None:
    with tenant(desk.tenant_id):
        end_endpoint(endpoint_id=desk.endpoint.id, reason="the shop moved", actor=SET_UP, at=NOON)
        with pytest.raises(NotFound):
            end_endpoint(endpoint_id=desk.endpoint.id, reason="again", actor=SET_UP, at=NOON)
    assert address_of(desk.endpoint.token) is None
    assert address_of("x" * 43) is None


def test_secrets_are_sealed_at_rest_and_a_foreign_installation_opens_none(desk: Desk) -> None:
    with connection.cursor() as cursor, tenant(desk.tenant_id):
        cursor.execute("SELECT sealed FROM provider_key")
        assert desk.key.encode() not in bytes(cursor.fetchone()[0])
    sealed = seal("some secret")
    with override_settings(SECRET_KEY="another installation's"):
        assert unseal(sealed) is None
    assert unseal(sealed) == "some secret"


def test_headers_keep_no_cookie_and_no_authorization(desk: Desk) -> None:
    from reconciliation.provider.receive import receive

    receive(
        desk.address, [("Cookie", "a=b"), ("Authorization", "Bearer x"), ("X-Note", "nul \x00 here")], b"{}", at=NOON
    )
    with tenant(desk.tenant_id):
        assert [name for name, _ in Delivery.objects.get().headers] == ["X-Note"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scheme": "carrier pigeon"}, "scheme"),
        ({"name": "Shop"}, "name"),
    ],
)
def test_a_bad_endpoint_is_refused(desk: Desk, changes: dict[str, str], field: str) -> None:
    with tenant(desk.tenant_id), pytest.raises(BadInput) as refused:
        open_endpoint(**({"name": "Other", "scheme": "stripe"} | changes), actor=SET_UP, at=NOON)  # type: ignore[arg-type]
    assert refused.value.where == field


@pytest.mark.parametrize(
    ("scheme", "secret"), [("adyen", "no hexadecimal here"), ("standard", "whsec_!!!!!!!!"), ("btcpay", "short")]
)
def test_a_key_that_its_scheme_could_not_use_is_refused(acme: Tenant, scheme: str, secret: str) -> None:
    with tenant(acme.id):
        made = open_endpoint(name="Other", scheme=scheme, actor=SET_UP, at=NOON)
        with pytest.raises(BadInput):
            add_key(endpoint_id=made.id, secret=secret, actor=SET_UP, at=NOON)


def test_only_who_sets_up_opens_endpoints(acme: Tenant) -> None:
    with tenant(acme.id), pytest.raises(NotPermitted):
        open_endpoint(name="Other", scheme="stripe", actor=INTEGRATION, at=NOON)
