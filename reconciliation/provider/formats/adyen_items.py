"""The notifications in an Adyen body: one alone, or the list of the envelope `notificationItems`.

The verifier and the reader both stand on this, so that what is verified is what is read.
"""

import re
from dataclasses import dataclass

from reconciliation.provider.errors import PayloadRefused
from reconciliation.provider.formats.node import Node, read_node
from reconciliation.provider.limits import MAX_ITEMS

_SUCCESS = {True: "true", False: "false"}
_CURRENCY = re.compile(r"[A-Z]{3}|")


@dataclass(frozen=True, slots=True)
class AdyenItem:
    """The eight signed fields as texts ("" where absent), the signature, and the notification itself."""

    psp_reference: str
    original_reference: str
    merchant_account: str
    merchant_reference: str
    value: str
    currency: str
    event_code: str
    success: str
    signature: str
    node: Node


def read_items(body: bytes) -> list[AdyenItem]:
    """At least one and at most 64. Raises PayloadRefused naming the field."""
    node = read_node(body)
    if "notificationItems" not in node.members:
        return [_item(node)]
    entries = node.nodes("notificationItems")
    if not 0 < len(entries) <= MAX_ITEMS:
        raise PayloadRefused("bad_count", f"holds none or more than {MAX_ITEMS}", "notificationItems")
    return [_item(entry.node("NotificationRequestItem")) for entry in entries]


def _item(node: Node) -> AdyenItem:
    amount = node.maybe_node("amount")
    extra = node.maybe_node("additionalData")
    currency = amount.maybe_text("currency") if amount else ""
    if not _CURRENCY.fullmatch(currency):
        raise PayloadRefused("bad_currency", "is not three capital letters", node.path("amount.currency"))
    return AdyenItem(
        psp_reference=node.text("pspReference"),
        original_reference=node.maybe_text("originalReference"),
        merchant_account=node.text("merchantAccountCode"),
        merchant_reference=node.maybe_text("merchantReference"),
        value=_value(amount),
        currency=currency,
        event_code=node.text("eventCode"),
        success=_success(node),
        signature=extra.maybe_text("hmacSignature") if extra else "",
        node=node,
    )


def _value(amount: Node | None) -> str:
    return "" if amount is None or amount.members.get("value") is None else str(amount.whole("value"))


def _success(node: Node) -> str:
    """Adyen writes the texts "true" and "false"; some gateways in between turn them into the JSON values."""
    value = node.members.get("success")
    text = _SUCCESS[value] if isinstance(value, bool) else node.maybe_text("success")
    if text not in ("true", "false", ""):
        raise PayloadRefused("wrong_type", "is neither true nor false", node.path("success"))
    return text
