"""The payments that a key found, as a list shows them: one row a payment, with its order, amount, state and provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from reconciliation.cases.sync_log_cases import LEGS
from reconciliation.lookup.find_payments import LISTED, Hit
from reconciliation.named_sql import read_steps
from reconciliation.planes.log_differences import GAP, LOG

SQL = read_steps(__file__, "hits.sql")


@dataclass(frozen=True, slots=True)
class HitRow:
    """`minor` in minor units of `asset`; `state` as `plane` words it; `at` in UTC; `case`: of what only a provider lists."""

    hit: Hit
    order: str = ""
    minor: int | None = None
    asset: str = ""
    state: str = ""
    plane: Literal["commerce", "provider", "ledger", ""] = ""
    at: datetime | None = None
    provider: str = ""
    case: int | None = None


def list_hits(hits: Sequence[Hit]) -> list[HitRow]:
    """Hits of one order are one row, the first. Four queries at most. Needs a tenant scope."""
    threads = [h.thread for h in hits if h.opens]
    only_listed = [h.thread for h in hits if h.found_by == LISTED]
    payments = _run("payments", threads=threads) if threads else []
    orders = _run("orders", threads=threads, orders=[*threads, *{p[2] for p in payments if p[2]}]) if threads else []
    booked = _run("transactions", threads=threads, ids=_ids(threads)) if threads else []
    listed = _run("listed", threads=only_listed, side=GAP, leg=LEGS[LOG]) if only_listed else []
    rows: dict[str, HitRow] = {}
    for hit in hits:
        row = _listed(hit, listed) if hit.found_by == LISTED else _row(hit, payments, orders, booked)
        rows.setdefault(f"order {row.order}" if row.order and hit.opens else hit.thread, row)
    return list(rows.values())


def _row(hit: Hit, payments: list[Any], orders: list[Any], booked: list[Any]) -> HitRow:
    paid = next((p for p in payments if hit.thread in p[:2]), None)
    named = paid[2] if paid else ""
    order = next((o for o in orders if hit.thread in o[:2] or (named and o[1] == named)), None)
    if order:
        _, ref, state, minor, asset, at = order
        paid = paid or next((p for p in payments if p[2] == ref), None)
        return HitRow(hit, ref, int(minor), asset, state, "commerce", at, paid[7] if paid else "")
    if paid:
        minor = None if paid[4] is None else int(paid[4])
        return HitRow(hit, named, minor, paid[5], paid[3], "provider", paid[6], paid[7])
    posted = next((t for t in booked if t[0] == hit.thread), None)
    if posted:
        return HitRow(hit, "", int(posted[3]), posted[4], posted[1].lower(), "ledger", posted[2])
    return HitRow(hit)


def _listed(hit: Hit, listed: list[Any]) -> HitRow:
    _, provider, order, minor, asset, at, case = next(g for g in listed if g[0] == hit.thread)
    return HitRow(hit, order, None if minor is None else int(minor), asset, "", "provider", at, provider, case)


def _ids(threads: Sequence[str]) -> list[UUID]:
    found = []
    for thread in threads:
        try:
            found.append(UUID(thread))
        except ValueError:
            continue
    return found


def _run(step: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
