"""Read what a run across the planes looks at, joined into units. A fixed number of statements, however many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from reconciliation.matching.planes.coming_due import Span
from reconciliation.matching.planes.units import Named, OrderRow, PaymentRow, PostingRow, Unit, units_of
from reconciliation.matching.steps import run_step

STAGED = (
    "tables", "orders", "payments", "postings", "orders_named", "txids", "payments_named", "postings_named", "analyze",
)  # fmt: skip
DEPOSITS = ("deposit",)  # the use cases by which the book states money that a provider reported


@dataclass(frozen=True, slots=True)
class Looked:
    """The units, and how many rows of each plane they hold."""

    units: list[Unit]
    orders: int
    payments: int
    postings: int


def read_units(*, since: datetime, as_of: datetime, spans: Sequence[Span] = ()) -> Looked:
    """Everything that changed in (since, as_of] or in one of the spans, that has an open case, or that these name. Leaves
    the temporary tables of the rows behind for `store_planes`. Needs a tenant scope."""
    values: dict[str, Any] = {
        "since": since, "as_of": as_of, "deposits": list(DEPOSITS), "after": [a for a, _ in spans], "until": [b for _, b in spans],
    }  # fmt: skip
    _by_index_alone(True)
    for step in STAGED:
        run_step("planes", step, values)
    orders = [OrderRow(r[0], r[1], r[2], int(r[3]), *r[4:]) for r in run_step("planes", "read_orders", values)]
    payments = [_payment(r) for r in run_step("planes", "read_payments", values)]
    postings = [PostingRow(r[0], r[1], int(r[2]), *r[3:]) for r in run_step("planes", "read_postings", values)]
    named = [Named(*r) for r in run_step("planes", "names", values)]
    posted = [(r[0], r[1], r[2]) for r in run_step("planes", "posted", values)]
    _by_index_alone(False)
    units = units_of(orders, payments, postings, named, posted)
    return Looked(units, len(orders), len(payments), len(postings))


def _by_index_alone(on: bool) -> None:
    """Look rows up by index whatever the statistics say: they are older than the rows after a large import, and a planner
    that believes a table to be empty reads all of it once for every row of the run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_seqscan', %s, true)", ["off" if on else "on"])


def anything_changed(*, since: datetime, at: datetime) -> bool:
    """Whether an order, a payment or a deposit came, changed or came due after `since`. Needs a tenant scope."""
    ((changed,),) = run_step("planes", "changed", {"since": since, "as_of": at, "deposits": list(DEPOSITS)})
    return bool(changed)


def _payment(r: Sequence[Any]) -> PaymentRow:
    id_, ref, order, status, flags, asset, other, seen, final, seen_at, final_at, first, last, doubts = r
    return PaymentRow(
        id_, ref, order, status, tuple(flags), asset, other, _int(seen), _int(final), seen_at, final_at, first, last,
        tuple(doubts),
    )  # fmt: skip


def _int(value: Any) -> int | None:
    return None if value is None else int(value)
