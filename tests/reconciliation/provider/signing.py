"""Deliveries signed in the test, scheme by scheme, with code that shares nothing with the product's."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from reconciliation.provider.signatures.registry import VERIFIERS
from reconciliation.provider.signatures.verdict import Verdict

AT = 1_700_000_000
NOW = datetime.fromtimestamp(AT, UTC)
KEYS = {
    "btcpay": "secret of a store",
    "coinbase": "0f3a-shared-secret",
    "stripe": "whsec_0123456789abcdef0123456789abcdef",
    "standard": "whsec_" + base64.b64encode(bytes(range(32))).decode(),
    "adyen": bytes(range(100, 132)).hex().upper(),
    "kobbopay": "a webhook secret",
    "bank": "BANK_WEBHOOK_SIGNING_KEY of a partner",
}
OTHER_KEYS = {
    **{name: f"{key}x" for name, key in KEYS.items()},
    "standard": "whsec_" + base64.b64encode(bytes(range(1, 33))).decode(),
    "adyen": bytes(range(101, 133)).hex(),
}
TIMED = ("stripe", "standard", "kobbopay", "bank")
UNTIMED = ("btcpay", "coinbase", "adyen")
BODY = json.dumps({"event": "payment.confirmed", "paymentId": "pay_1", "note": "déjà vu"}, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Signed:
    scheme: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def check(self, *keys: str, now: datetime = NOW) -> Verdict:
        return VERIFIERS[self.scheme](self.headers, self.body, keys or (KEYS[self.scheme],), now)

    def having(self, name: str, value: str) -> "Signed":
        """The same with another value in one header."""
        return replace(self, headers=tuple((n, value if n == name else v) for n, v in self.headers))

    def value(self, name: str) -> str:
        return dict(self.headers)[name]


def mac(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()


def sign(scheme: str, body: bytes = BODY, key: str = "", at: int = AT) -> Signed:
    """A delivery as the scheme's sender would make it. Adyen's body is its own notification, see `adyen_item`."""
    made = SIGNERS[scheme](body, key or KEYS[scheme], str(at))
    return Signed(scheme, *made)


def adyen_item(**changes: Any) -> dict[str, Any]:
    """An Adyen notification without its signature."""
    return {
        "amount": {"currency": "EUR", "value": 1130},
        "eventCode": "AUTHORISATION",
        "eventDate": "2026-03-10T12:00:00+01:00",
        "merchantAccountCode": "DemoMerchant",
        "merchantReference": "order-4041",
        "pspReference": "7914073381342284",
        "success": "true",
        "additionalData": {},
        **changes,
    }


def signed_item(item: dict[str, Any], key: str = KEYS["adyen"]) -> dict[str, Any]:
    fields = (
        item["pspReference"], item.get("originalReference") or "", item["merchantAccountCode"],
        item["merchantReference"], str(item["amount"]["value"]), item["amount"]["currency"], item["eventCode"],
        item["success"],
    )  # fmt: skip
    made = base64.b64encode(mac(bytes.fromhex(key), ":".join(fields).encode())).decode()
    return {**item, "additionalData": {**item["additionalData"], "hmacSignature": made}}


def _btcpay(body: bytes, key: str, at: str) -> Any:
    return (("BTCPay-Sig", f"sha256={mac(key.encode(), body).hex()}"),), body


def _coinbase(body: bytes, key: str, at: str) -> Any:
    return (("X-CC-Webhook-Signature", mac(key.encode(), body).hex()),), body


def _stripe(body: bytes, key: str, at: str) -> Any:
    return (("Stripe-Signature", f"t={at},v1={mac(key.encode(), at.encode() + b'.' + body).hex()}"),), body


def _standard(body: bytes, key: str, at: str) -> Any:
    made = mac(base64.b64decode(key.removeprefix("whsec_")), f"msg_1.{at}.".encode() + body)
    text = f"v1,{base64.b64encode(made).decode()}"
    return (("webhook-id", "msg_1"), ("webhook-timestamp", at), ("webhook-signature", text)), body


def _adyen(body: bytes, key: str, at: str) -> Any:
    item = signed_item(adyen_item() if body is BODY else json.loads(body), key)
    return (), json.dumps({"live": "false", "notificationItems": [{"NotificationRequestItem": item}]}).encode()


def _kobbopay(body: bytes, key: str, at: str) -> Any:
    made = mac(key.encode(), at.encode() + b"." + body).hex()
    return (
        ("X-Kobbopay-Event-Id", "payment:pay_1:payment.confirmed"), ("X-Kobbopay-Timestamp", at),
        ("X-Kobbopay-Signature", made), ("X-Kobbopay-Delivery-Id", "42"),
    ), body  # fmt: skip


def _bank(body: bytes, key: str, at: str) -> Any:
    return (("X-Timestamp", at), ("X-Signature", mac(key.encode(), at.encode() + b"." + body).hex())), body


SIGNERS: dict[str, Callable[[bytes, str, str], Any]] = {
    "btcpay": _btcpay, "coinbase": _coinbase, "stripe": _stripe, "standard": _standard, "adyen": _adyen,
    "kobbopay": _kobbopay, "bank": _bank,
}  # fmt: skip
