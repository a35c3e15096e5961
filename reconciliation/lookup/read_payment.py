"""Read one payment over all planes: eight statements by index, however long the history is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from reconciliation.lookup.facts import (
    CaseFact,
    EventFact,
    LineFact,
    OrderFact,
    OrderMove,
    PaymentFact,
    PaymentFacts,
    RequestFact,
    TransactionFact,
)
from reconciliation.named_sql import read_steps

SQL = read_steps(__file__, "page.sql")
NO_ID = UUID(int=0)


def read_payment(key: str) -> PaymentFacts:
    """What the planes hold under a key (a payment id, an order, the provider's id of a payment, a transaction's whole id).
    Empty where nothing is known under it. Needs a tenant scope."""
    orders = [_order(r) for r in _run("orders", key=key)]
    of_orders = {
        "orders": [o.id for o in orders], "refs": [r for o in orders for r in (o.order_ref, o.merchant_reference)],
        "threads": [o.payment_id for o in orders],
    }  # fmt: skip
    payments = [_payment(r) for r in _run("payments", key=key, **of_orders)]
    named = {
        key,
        *(o.payment_id for o in orders),
        *(p.payment_id for p in payments),
        *(p.payment_ref for p in payments),
    }
    threads = sorted(named - {""})
    transactions = [_transaction(r) for r in _run("transactions", threads=threads, public_id=_uuid(key))]
    ids = [t.id for t in transactions]
    lines = [LineFact(r[0], r[1], int(r[2]), *r[3:]) for r in _run("lines", transactions=ids)] if ids else []
    return PaymentFacts(
        key, orders,
        [OrderMove(*r) for r in _run("moves", orders=[o.id for o in orders])] if orders else [],
        payments,
        [_event(r) for r in _run("events", payments=[p.id for p in payments])] if payments else [],
        transactions,
        [line for line in lines if line.counts],
        [_case(r) for r in _run("cases", threads=threads)],
        [RequestFact(*r) for r in _run("requests", subjects=[str(t.public_id) for t in transactions], threads=threads)],
        [line for line in lines if not line.counts],
    )  # fmt: skip


def _run(step: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _order(r: Sequence[Any]) -> OrderFact:
    id_, ref, payment, merchant, expected, asset, rail, network, state, placed, due, recorded, source = r
    return OrderFact(
        id_, ref, payment, merchant, int(expected), asset, rail, network, state, placed, due, recorded, source
    )


def _case(r: Sequence[Any]) -> CaseFact:
    number, title, state, named, contribution, *rest = r
    return CaseFact(number, title, state, named, int(contribution), *rest)


def _payment(r: Sequence[Any]) -> PaymentFact:
    (
        id_,
        ref,
        thread,
        order,
        status,
        flags,
        asset,
        seen,
        final,
        seen_at,
        final_at,
        first,
        last,
        doubts,
        endpoint,
        scheme,
    ) = r
    return PaymentFact(
        id_, ref, thread, order, status, tuple(flags), asset, _int(seen), _int(final), seen_at, final_at, first, last,
        tuple(doubts), endpoint, scheme,
    )  # fmt: skip


def _event(r: Sequence[Any]) -> EventFact:
    payment, public, kind, word, at, received, amount, asset, txid, flags, times, delivery = r
    return EventFact(
        payment, public, kind, word, at, received, _int(amount), asset, txid, tuple(flags), times, delivery
    )


def _transaction(r: Sequence[Any]) -> TransactionFact:
    id_, public, use, status, payment, partner, on, recorded, posted, reverses, corrects, amount, asset, *rest = r
    bank, due, day, matched, moved_at, moved_to, held, agreed, out = rest
    return TransactionFact(
        id_, public, use, status, payment or "", partner or "", on, recorded, posted, reverses, corrects, int(amount), asset,
        bank or "", due, day, matched, moved_at, moved_to, _int(held), agreed, out,
    )  # fmt: skip


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NO_ID
