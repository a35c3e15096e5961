"""Differences between a provider's listing and the log that stand now: named by a poll, and by no later one taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from reconciliation.named_sql import read_steps
from reconciliation.provider.models import Endpoint

SQL = read_steps(__file__, "gaps.sql")
LOOKED_BACK = timedelta(days=31)  # polls asked before count no more, but for the gaps that have a case
COLUMNS = 16


@dataclass(frozen=True, slots=True)
class OpenGap:
    """`id` is its first row and stays the same however many polls name it. `first_at` is the poll that first named it as this
    kind: what was sent in the last minutes may still be on its way, so a gap is believed once it has stood for a while.
    `poll_id`, asked at `last_at` by `adapter`, is the newest that names it; `compared` is what that compared: events, payments."""

    id: int
    endpoint_id: int
    kind: str
    event_id: str
    payment_ref: str
    order_ref: str
    theirs: str
    ours: str
    occurred_at: datetime
    amount_minor: Decimal | None
    asset: str
    first_at: datetime
    poll_id: int
    last_at: datetime
    adapter: str
    compared: str


@dataclass(frozen=True, slots=True)
class WaitedGap:
    """A gap with what the log holds of the same event: None and "" where it holds nothing, or payments were compared.
    `first_occurred_at` is the time that its first row gave; `payment_id` and `payment_asset` are of its payment."""

    gap: OpenGap
    first_occurred_at: datetime
    endpoint: str
    our_minor: Decimal | None
    our_asset: str
    our_at: datetime | None
    payment_id: str
    payment_asset: str


def open_gaps(endpoint: Endpoint, since: datetime) -> list[OpenGap]:
    """The gaps of an endpoint that polls asked since `since` named and that still stand, in the order of time. One query.
    Needs a tenant scope."""
    return [OpenGap(*row) for row in _rows("all", [endpoint.id], since, [])]


def waited_gaps(*, before: datetime, since: datetime, held: Sequence[int]) -> list[WaitedGap]:
    """The gaps of all endpoints that were first named at `before` or earlier and still stand. `held` are ids of gaps that are
    looked at however long ago they were named. Two queries. Needs a tenant scope."""
    endpoints = list(Endpoint.objects.order_by("id").values_list("id", flat=True))
    rows = _rows("waited", endpoints, since, held, before=before)
    return [WaitedGap(OpenGap(*row[:COLUMNS]), *row[COLUMNS:]) for row in rows]


def gaps_beside(
    endpoints: list[int], mark: tuple[datetime, int] | None, *, backwards: bool, most: int, since: datetime,
    held: Sequence[int],
) -> list[OpenGap]:  # fmt: skip
    """At most `most` gaps of these endpoints, the latest first, after the gap at `mark` (its time and id); before it, and then
    the nearest first, when `backwards`. One query. Needs a tenant scope."""
    at, id_ = mark or (None, None)
    step = "before" if backwards and mark else "after"
    return [OpenGap(*row) for row in _rows(step, endpoints, since, held, mark_at=at, mark_id=id_, most=most)]


def gap_counts(endpoints: list[int], *, since: datetime, held: Sequence[int]) -> dict[int, int]:
    """How many gaps stand at each of these endpoints; those without one are left out. One query. Needs a tenant scope."""
    return dict(_rows("counted", endpoints, since, held))


def _rows(step: str, endpoints: list[int], since: datetime, held: Sequence[int], **more: Any) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {"endpoints": endpoints, "since": since, "held": list(held)} | more
    with connection.cursor() as cursor:
        cursor.execute(SQL[step], values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
