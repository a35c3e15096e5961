"""A provider that delivers: BTCPay's bodies and signatures, over the real intake."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.actors import Actor
from ledger.tenancy import tenant
from reconciliation.provider.add_key import add_key
from reconciliation.provider.models import Endpoint
from reconciliation.provider.open_endpoint import open_endpoint
from reconciliation.provider.receive import Address, address_of, receive
from reconciliation.provider.signatures.verdict import Verdict
from reconciliation.provider.take_in import Taken, take_in
from tests.people import SET_UP
from tests.reconciliation.provider.signing import mac

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
KEY = "test-webhook-secret-not-real"
JOB = Actor("job", "take_in", frozenset({"job"}))


def said(word: str, invoice: str = "inv_1", *, minute: int = 0, delivery: str = "", **more: Any) -> bytes:
    """The body of one BTCPay event; its id is `delivery`, by default made of invoice and word."""
    body = {
        "deliveryId": delivery or f"{invoice}-{word}", "type": word, "invoiceId": invoice,
        "timestamp": int((NOON + timedelta(minutes=minute)).timestamp()), "metadata": {"orderId": f"order-{invoice}"},
    }  # fmt: skip
    return json.dumps(body | more).encode()


def paid(value: str, txid: str = "tx-1") -> dict[str, Any]:
    return {"paymentMethodId": "BTC-CHAIN", "payment": {"id": txid, "value": value, "status": "Settled"}}


class Desk:
    """One endpoint of one tenant. `scheme` is BTCPay's unless another is said."""

    def __init__(
        self, tenant_id: int, *, key: str = KEY, name: str = "Shop", scheme: str = "btcpay", by: Actor = SET_UP
    ) -> None:
        self.tenant_id, self.key = tenant_id, key
        with tenant(tenant_id):
            self.endpoint: Endpoint = open_endpoint(name=name, scheme=scheme, actor=by, at=NOON)
            if key:
                add_key(endpoint_id=self.endpoint.id, secret=key, actor=SET_UP, at=NOON)

    @property
    def address(self) -> Address:
        found = address_of(self.endpoint.token)
        assert found is not None
        return found

    def signed(self, body: bytes, key: str = "") -> list[tuple[str, str]]:
        return [
            ("BTCPay-Sig", f"sha256={mac((key or self.key).encode(), body).hex()}"),
            ("Content-Type", "application/json"),
        ]

    def deliver(self, body: bytes, *, key: str = "", at: datetime = NOON) -> Verdict:
        return receive(self.address, self.signed(body, key), body, at=at)

    def take_in(self, at: datetime = NOON, limit: int = 200) -> Taken:
        with tenant(self.tenant_id):
            return take_in(actor=JOB, at=at, limit=limit)
