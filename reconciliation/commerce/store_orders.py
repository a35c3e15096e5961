"""Store orders, the new ones of a batch at once. One that is stored already is compared: the same is no news, another is
refused with its row, and then nothing of the batch may be committed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from django.db import connection

from reconciliation.checkpoints.decide import record_decision
from reconciliation.checkpoints.rules import Move
from reconciliation.commerce.errors import OrderDiffers
from reconciliation.commerce.requests import OrderRequest
from reconciliation.errors import CannotBe
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "store.sql")
BATCH = 5000
Door = Literal["api", "csv"]
Placed = tuple[str, OrderRequest]
"""An order and where it was stated: "orders[3]" or "row 7"."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An order after the batch; `created` is False when it was stored before with the same content."""

    order_ref: str
    created: bool
    state: str


def store_orders(placed: Iterable[Placed], *, source: Door, said_by: str, at: datetime) -> list[Stored]:
    """Store the orders in the caller's database transaction; answers each in order. Needs a tenant scope.

    Raises OrderDiffers, and BadInput for an order that is stated twice; both name the row."""
    found: list[Stored] = []
    rows = _once(placed)
    while batch := list(islice(rows, BATCH)):
        found += _store(batch, source, said_by, at)
    return found


def _once(placed: Iterable[Placed]) -> Iterator[Placed]:
    seen: dict[str, str] = {}
    for where, r in placed:
        if r.order_ref in seen:
            raise CannotBe(f"order {r.order_ref} stands at {seen[r.order_ref]} already", f"{where}.order_ref")
        seen[r.order_ref] = where
        yield where, r


def _store(batch: Sequence[Placed], source: Door, said_by: str, at: datetime) -> list[Stored]:
    known = _known([r.order_ref for _, r in batch])
    new = [r for _, r in batch if r.order_ref not in known]
    created = _insert(new, source, said_by, at) if new else set()
    if late := [r.order_ref for r in new if r.order_ref not in created]:
        known |= _known(late)  # another batch stored them since this one looked
    return [
        Stored(r.order_ref, True, "open") if r.order_ref in created else _same(where, r, *known[r.order_ref])
        for where, r in batch
    ]


def _same(where: str, r: OrderRequest, state: str, fingerprint: bytes) -> Stored:
    if r.fingerprint() != fingerprint:
        raise OrderDiffers(
            f"order {r.order_ref} is recorded with another content, and orders are never rewritten", where
        )
    return Stored(r.order_ref, False, state)


def _known(refs: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL["known"], {"refs": list(refs)})
        return {ref: (state, bytes(fingerprint)) for ref, state, fingerprint in cursor.fetchall()}


def _insert(new: Sequence[OrderRequest], source: Door, said_by: str, at: datetime) -> set[str]:
    decided = record_decision(
        Move("commerce.record", {"source": source, "by": said_by}), at=at, subjects=(r.order_ref for r in new)
    )
    said = json.dumps([_row(r) for r in new])
    with connection.cursor() as cursor:
        cursor.execute(SQL["store"], {"rows": said, "at": at, "source": source, "decision": decided.id})
        return {ref for (ref,) in cursor.fetchall()}


def _row(r: OrderRequest) -> dict[str, Any]:
    return {
        "order_ref": r.order_ref, "payment_id": r.payment_id, "merchant_reference": r.merchant_reference,
        "expected": str(r.expected_minor), "asset": r.asset, "rail": r.rail, "network": r.network,
        "placed_at": r.placed_at.isoformat(), "due_at": r.due_at and r.due_at.isoformat(), "metadata": r.metadata,
        "fingerprint": r.fingerprint().hex(),
    }  # fmt: skip
