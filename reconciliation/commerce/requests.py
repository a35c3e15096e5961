"""An order as the shop states it, by API or by file: read and checked in one place. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ledger.assets import EXPONENTS
from ledger.errors import BadPosting
from ledger.money import minor_from_text
from reconciliation.errors import BadInput, CannotBe
from reconciliation.stated import missing, stated_metadata, stated_text

FIELDS = frozenset(
    {
        "order_ref", "payment_id", "merchant_reference", "amount_minor", "asset", "rail", "network", "placed_at", "due_at",
        "metadata",
    }
)  # fmt: skip
LONGEST_REF = 140
PLAIN = re.compile(r"[a-z][a-z0-9_-]{0,31}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """`expected_minor` is what the customer is to pay, in minor units of `asset`; instants are in UTC; "" is not stated."""

    order_ref: str
    expected_minor: int
    asset: str
    placed_at: datetime
    due_at: datetime | None = None
    payment_id: str = ""
    merchant_reference: str = ""
    rail: str = ""
    network: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)

    def fingerprint(self) -> bytes:
        """SHA-256 of the order as stated, whichever door it came by. Unit separators, which printable text cannot hold."""
        due = self.due_at.isoformat() if self.due_at else ""
        said = (
            self.order_ref, self.payment_id, self.merchant_reference, str(self.expected_minor), self.asset, self.rail,
            self.network, self.placed_at.isoformat(), due,
            json.dumps(self.metadata, sort_keys=True, separators=(",", ":")),
        )  # fmt: skip
        return hashlib.sha256("\x1f".join(said).encode()).digest()


def read_order(data: Mapping[str, Any], where: str) -> OrderRequest:
    """Check one order of a payload. Raises BadInput naming the field."""
    if not isinstance(data, Mapping):
        raise BadInput("an order is an object", where)
    unknown = sorted(set(data) - FIELDS)
    if unknown:
        raise BadInput(f"unknown field {unknown[0]!a:.80}", f"{where}.{unknown[0]:.80}")
    placed_at = _instant(data, "placed_at", where) or missing(where, "placed_at")
    due_at = _instant(data, "due_at", where)
    if due_at and due_at < placed_at:
        raise CannotBe("due_at lies before placed_at", f"{where}.due_at")
    return OrderRequest(
        order_ref=_ref(data, where),
        expected_minor=_amount(data, where),
        asset=_asset(data, where),
        placed_at=placed_at,
        due_at=due_at,
        payment_id=_exact(data, "payment_id", where),
        merchant_reference=_exact(data, "merchant_reference", where),
        rail=_plain(data, "rail", where),
        network=_plain(data, "network", where),
        metadata=stated_metadata(data.get("metadata", {}), f"{where}.metadata"),
    )


def _ref(data: Mapping[str, Any], where: str) -> str:
    """The shop's own id. It becomes part of an address, in which a browser would take the parts . and .. away."""
    ref = _exact(data, "order_ref", where) or missing(where, "order_ref")
    if {".", ".."} & set(ref.split("/")):
        raise CannotBe("order_ref has no part that is . or ..", f"{where}.order_ref")
    return ref


def _exact(data: Mapping[str, Any], name: str, where: str) -> str:
    """A text that is compared: blanks around it would make two of one."""
    text = stated_text(data, name, where, LONGEST_REF) or ""
    if text != text.strip():
        raise BadInput(f"{name} has a blank at its end", f"{where}.{name}")
    return text


def _amount(data: Mapping[str, Any], where: str) -> int:
    try:
        amount = minor_from_text(data.get("amount_minor", ""))
    except BadPosting as refusal:
        raise BadInput(str(refusal), f"{where}.amount_minor") from refusal
    if amount <= 0:
        raise BadInput("amount_minor is positive: it is what the customer is to pay", f"{where}.amount_minor")
    return amount


def _asset(data: Mapping[str, Any], where: str) -> str:
    asset = data.get("asset") or missing(where, "asset")
    if not isinstance(asset, str) or asset not in EXPONENTS:
        raise BadInput(f"{asset!a:.20} is not an asset we keep", f"{where}.asset")
    return asset


def _plain(data: Mapping[str, Any], name: str, where: str) -> str:
    text = stated_text(data, name, where, 32) or ""
    if text and not PLAIN.fullmatch(text):
        raise BadInput(f"{name} is a word of small letters, like onchain or card", f"{where}.{name}")
    return text


def _instant(data: Mapping[str, Any], name: str, where: str) -> datetime | None:
    """An instant with its offset, in UTC; None when it is missing or empty."""
    text = data.get(name)
    if text is None or text == "":
        return None
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        raise BadInput(f"{name} is an instant with its offset, 2026-03-10T08:00:00Z", f"{where}.{name}")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # 30 February, or an offset that leads out of the calendar
        raise CannotBe(f"{name} is an instant with its offset, 2026-03-10T08:00:00Z", f"{where}.{name}") from error
