"""The words that Kobbopay and plain Standard Webhooks senders use for a payment's events."""

from collections.abc import Mapping

from reconciliation.provider.formats.amounts import Exponents, major_amount
from reconciliation.provider.formats.event import EventType, Flag
from reconciliation.provider.formats.node import Node

TYPES: Mapping[str, EventType] = {
    "payment.created": "created",
    "payment.paid": "detected",
    "payment.partial": "noted",
    "payment.confirmed": "confirmed",
    "payment.expired": "expired",
}
FLAGS: Mapping[str, tuple[Flag, ...]] = {"payment.partial": ("partial",)}


def optional_amount(node: Node, exponents: Exponents) -> tuple[int | None, str]:
    """`amount` in major units of `currency`, or nothing where no amount is stated. Raises PayloadRefused."""
    if node.members.get("amount") is None:
        return None, ""
    asset = node.text("currency")
    return major_amount(node, "amount", asset, exponents), asset
