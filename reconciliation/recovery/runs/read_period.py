"""Read what a run is about as of an instant: the event log folded anew, orders as they stood then. Reads only; a
fixed number of statements, however many rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.errors import BadInput
from reconciliation.matching.planes.units import (
    BY_MERCHANT_REFERENCE,
    BY_ORDER_ID,
    BY_PAYMENT_ID,
    Named,
    OrderRow,
    PaymentRow,
    Unit,
    units_of,
)
from reconciliation.named_sql import read_steps
from reconciliation.provider.formats.event import ProviderEvent
from reconciliation.provider.lifecycle import fold, names
from reconciliation.provider.models import Endpoint
from reconciliation.provider.receipts import received
from reconciliation.recovery.runs.scope import RunScope

SQL = read_steps(__file__, "rerun.sql")


@dataclass(frozen=True, slots=True)
class ByHand:
    """When a person moved an order to fulfilled, and who."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Period:
    """The units, who fulfilled an order by hand (by its id), and the events of each payment (by its id)."""

    units: list[Unit]
    by_hand: dict[int, ByHand]
    events: dict[int, list[str]]
    event_count: int


def values_of(scope: RunScope, as_of: datetime) -> dict[str, Any]:
    """What the statements are given. Needs a tenant scope. Raises BadInput for an account at a provider that is
    unknown."""
    since, until = scope.instants
    endpoints = None
    if scope.accounts is not None:
        known = dict(Endpoint.objects.filter(name__in=scope.accounts).values_list("name", "id"))
        if unknown := [name for name in scope.accounts if name not in known]:
            raise BadInput(f"no account at a provider is called {unknown[0]!r:.100}", "accounts")
        endpoints = sorted(known.values())
    payments = None if scope.payments is None else list(scope.payments)
    return {"since": since, "until": until, "as_of": as_of, "endpoints": endpoints, "payments": payments}


@contextmanager
def staged(values: Mapping[str, Any]) -> Iterator[None]:
    """The orders and payments of the run in tables of this transaction, while the block runs."""
    _as_sets(True)
    for step in ("tables", "orders", "payments", "events", "orders_named", "payments_named", "events_named", "analyze"):
        run_step(step, values)
    yield
    run_step("drop", {})
    _as_sets(False)


def _as_sets(on: bool) -> None:
    """No nested loops, whatever the statistics say: a planner that believes a table to be empty would read all of it once for
    every row of the run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_nestloop', %s, true)", ["off" if on else "on"])


def log_digest(values: Mapping[str, Any]) -> tuple[int, str]:
    """How many events the log of the period holds, and their SHA-256 in hexadecimal. One query."""
    ((count, digest),) = run_step("log", values)
    return int(count), str(digest)


def read_period(values: Mapping[str, Any]) -> Period:
    """Inside `staged`."""
    rows = run_step("read_orders", values)
    orders = [OrderRow(r[0], r[1], r[2], int(r[4]), *r[5:10]) for r in rows]
    merchant = {r[0]: r[3] for r in rows}
    by_hand = {r[0]: ByHand(r[10], r[11]) for r in rows if r[10] is not None}
    told = run_step("read_events", values)
    payments = _folded(told)
    events: dict[int, list[str]] = defaultdict(list)
    for row in told:
        events[row[0]].append(str(row[13]))
    return Period(units_of(orders, payments, [], _named(orders, merchant, payments), ()), by_hand, events, len(told))


def run_step(step: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values if "%(" in SQL[step] else None)
        return cursor.fetchall() if cursor.description else []


def _folded(told: Sequence[tuple[Any, ...]]) -> list[PaymentRow]:
    by_payment: dict[int, list[ProviderEvent]] = defaultdict(list)
    for id_, scheme, event, kind, word, payment, order, occurred_at, amount, asset, txid, flags, detail, _ in told:
        by_payment[id_].append(
            ProviderEvent(
                scheme,
                event,
                kind,
                word,
                payment,
                order,
                occurred_at,
                None if amount is None else int(amount),
                asset,
                txid,
                tuple(flags),
                detail,
            )
        )
    return [_payment(id_, events) for id_, events in sorted(by_payment.items())]


def _payment(id_: int, events: Sequence[ProviderEvent]) -> PaymentRow:
    whole = fold(events)
    ordered = [step.event for step in whole.steps]
    sums, times = received(whole), [e.occurred_at for e in ordered]
    return PaymentRow(
        id_,
        ordered[0].payment_ref,
        next((e.order_ref for e in ordered if e.order_ref), ""),
        whole.status or "pending",
        whole.flags,
        sums.asset,
        sums.other_asset,
        sums.detected,
        sums.confirmed,
        whole.detected_at,
        whole.confirmed_at,
        min(times),
        max(times),
        tuple(sorted(set(names(whole.steps)))),
    )


def _named(orders: Sequence[OrderRow], merchant: Mapping[int, str], payments: Sequence[PaymentRow]) -> list[Named]:
    by_payment, by_ref, by_merchant = defaultdict(list), defaultdict(list), defaultdict(list)
    for order in orders:
        by_payment[order.payment_id].append(order.id)
        by_ref[order.order_ref].append(order.id)
        by_merchant[merchant[order.id]].append(order.id)
    found = []
    for p in payments:
        for key, known, name in (
            (BY_PAYMENT_ID, by_payment, p.payment_ref),
            (BY_ORDER_ID, by_ref, p.order_ref),
            (BY_MERCHANT_REFERENCE, by_merchant, p.order_ref),
        ):
            found += [Named(p.id, order, key) for order in known[name]] if name and name in known else []
    return found
