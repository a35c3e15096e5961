"""The address that providers deliver to: what is acknowledged is stored, and nothing it answers tells who guesses."""

import json
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from ledger.models import Tenant
from ledger.tenancy import tenant
from reconciliation.provider.add_key import add_key
from reconciliation.provider.empty_inbox import empty_inbox
from reconciliation.provider.end_endpoint import end_endpoint
from reconciliation.provider.end_key import end_key
from reconciliation.provider.models import Delivery, EndpointKey, Event, ProviderPayment, Quarantined
from tests.people import SET_UP
from tests.reconciliation.provider.desk import NOON, Desk, paid, said

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = [
    b"", b"\x00", b"{", b'{"a": NaN}', b'{"a": 1e400}', b'{"a": ' + b"9" * 5000 + b"}", b"[" * 100_000, b'{"a": "\\u0000"}',
    b'{"a": "\\ud800"}', b'{"a": 1, "a": 2}', '{"a": "ä"}'.encode("utf-16"), b"\xff\xfe\xfd",
]  # fmt: skip


@pytest.fixture
def desk(acme: Tenant) -> Desk:
    return Desk(acme.id)


def post(desk: Desk, body: bytes, key: str = "") -> Any:
    headers = dict(desk.signed(body, key))
    return Client().post(f"/hooks/{desk.endpoint.token}/", body, content_type="application/json", headers=headers)


def test_a_delivery_is_stored_acknowledged_and_read(desk: Desk) -> None:
    reply = post(desk, said("InvoiceSettled", **paid("0.5")))
    assert (reply.status_code, reply.content) == (200, b"stored")
    assert empty_inbox(desk.tenant_id) == 1
    with tenant(desk.tenant_id):
        assert ProviderPayment.objects.get().status == "confirmed"


def test_a_wrong_signature_is_answered_alike_and_held(desk: Desk) -> None:
    reply = post(desk, said("InvoiceSettled"), key="not the key of anybody")
    assert (reply.status_code, reply.content) == (200, b"stored")
    with tenant(desk.tenant_id):
        assert Quarantined.objects.get().reason == "signature-mismatch"


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_kept_and_held_whoever_signed_them(desk: Desk, body: bytes) -> None:
    assert post(desk, body).status_code == 200
    empty_inbox(desk.tenant_id)
    with tenant(desk.tenant_id):
        assert Quarantined.objects.get().state == "held"
        assert bytes(Delivery.objects.get().body) == body
        assert not Event.objects.exists()


def test_too_large_is_refused_and_nothing_of_it_kept(desk: Desk) -> None:
    assert post(desk, b'{"a": "' + b"x" * 300_000 + b'"}').status_code == 413
    with tenant(desk.tenant_id):
        assert not Delivery.objects.exists()


@pytest.mark.parametrize("token", ["x" * 43, "short", "%00", "a" * 4000])
def test_no_such_address(acme: Tenant, token: str) -> None:
    assert Client().post(f"/hooks/{token}/", b"{}", content_type="application/json").status_code == 404


def test_it_is_posted_to(desk: Desk) -> None:
    assert Client().get(f"/hooks/{desk.endpoint.token}/").status_code == 405


def test_a_key_that_ended_since_it_was_last_used_fits_no_more(desk: Desk) -> None:
    post(desk, said("InvoiceSettled", "inv_1"))
    with tenant(desk.tenant_id):
        end_key(key_id=EndpointKey.objects.get().id, reason="it leaked", actor=SET_UP, at=NOON)
    assert post(desk, said("InvoiceSettled", "inv_2")).status_code == 200
    with tenant(desk.tenant_id):
        assert list(Delivery.objects.order_by("id").values_list("reason", flat=True)) == ["", "no-usable-key"]


def test_a_key_that_was_added_since_fits_at_once(desk: Desk) -> None:
    post(desk, said("InvoiceSettled", "inv_1"))
    with tenant(desk.tenant_id):
        add_key(endpoint_id=desk.endpoint.id, secret="the next key of the shop", actor=SET_UP, at=NOON)
    post(desk, said("InvoiceSettled", "inv_2"), key="the next key of the shop")
    with tenant(desk.tenant_id):
        assert list(Delivery.objects.values_list("reason", flat=True)) == ["", ""]


def test_an_endpoint_that_ended_since_it_was_last_used_has_no_address(desk: Desk) -> None:
    post(desk, said("InvoiceSettled", "inv_1"))
    with tenant(desk.tenant_id):
        end_endpoint(endpoint_id=desk.endpoint.id, reason="the shop moved", actor=SET_UP, at=NOON)
    assert post(desk, said("InvoiceSettled", "inv_2")).status_code == 404
    with tenant(desk.tenant_id):
        assert Delivery.objects.count() == 1


def test_a_connection_that_died_since_its_last_use_is_opened_anew(desk: Desk, admin_dsn: str) -> None:
    post(desk, said("InvoiceSettled", "inv_1"))
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        ours = connection.connection.info.backend_pid
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])
    with mock.patch.object(connection, "close_if_health_check_failed"):  # as at the door, which sends no signal
        assert post(desk, said("InvoiceSettled", "inv_2")).status_code == 200
    with tenant(desk.tenant_id):
        assert Delivery.objects.count() == 2


def test_without_a_database_the_sender_is_told_to_come_again(desk: Desk) -> None:
    with mock.patch("console.hooks.address_of", side_effect=OperationalError("gone")):
        assert post(desk, said("InvoiceSettled")).status_code == 503


def test_adyen_wants_its_own_word(acme: Tenant) -> None:
    desk = Desk(acme.id, name="Cards", scheme="adyen", key="ab" * 32)
    reply = Client().post(f"/hooks/{desk.endpoint.token}/", json.dumps({}), content_type="application/json")
    assert reply.content == b"[accepted]"


def test_the_tenant_is_the_addresss_own_whatever_the_request_says(desk: Desk, rival: Tenant) -> None:
    body = said("InvoiceSettled", tenant_id=rival.id)
    Client().post(
        f"/hooks/{desk.endpoint.token}/?tenant={rival.id}", body, content_type="application/json",
        headers=dict(desk.signed(body)) | {"X-Tenant": str(rival.id)},
    )  # fmt: skip
    with tenant(rival.id):
        assert not Delivery.objects.exists()


def test_one_that_nobody_foresaw_rests_and_holds_up_no_other(desk: Desk) -> None:
    post(desk, said("InvoiceSettled", "inv_bad"))
    post(desk, said("InvoiceSettled", "inv_good"))
    from reconciliation.provider import take_in

    read = take_in.read_events

    def stumbling(scheme: str, body: bytes, *rest: Any) -> Any:
        if b"inv_bad" in body:
            raise RuntimeError("a fault of ours")
        return read(scheme, body, *rest)

    with mock.patch.object(take_in, "read_events", stumbling):
        assert empty_inbox(desk.tenant_id) == 1
    with tenant(desk.tenant_id):
        assert list(ProviderPayment.objects.values_list("payment_ref", flat=True)) == ["inv_good"]
        waiting = Delivery.objects.get(waiting__isnull=False).waiting
        assert (waiting.attempts, waiting.last_error) == (1, "RuntimeError: a fault of ours")
