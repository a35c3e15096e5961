"""A provider's listing of a period against our log of it: each difference by name, and nothing else. Pure.

Events are compared by their id, payments by the provider's id of them. The same id logged with several contents agrees when
one of them does: that they are several is a finding of the log itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reconciliation.provider.formats.event import Status
from reconciliation.provider.polling.listing import ListedEvent, ListedPayment

Kind = Literal[
    "missing",  # the provider lists it, the log has not got it
    "unknown",  # the log has it, the provider does not list it
    "status",  # both know it, and say different things of what it is
    "amount",  # both state an amount of one asset, and another one
]


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log. `occurred_at` is the earliest time that any delivery gave for it."""

    event_id: str
    word: str
    payment_ref: str
    order_ref: str
    occurred_at: datetime
    amount_minor: int | None = None
    asset: str = ""


@dataclass(frozen=True, slots=True)
class LoggedPayment:
    """A payment as its events fold it. `first_at` is its first event."""

    payment_ref: str
    order_ref: str
    status: Status
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """One difference. `event_id` is "" where payments were compared."""

    kind: Kind
    event_id: str
    payment_ref: str
    order_ref: str
    theirs: str
    ours: str
    occurred_at: datetime
    amount_minor: int | None = None
    asset: str = ""


def compare_events(
    listed: Sequence[ListedEvent], logged: Iterable[LoggedEvent], since: datetime, until: datetime
) -> list[Gap]:
    """Differences of [since, until), in the order of time. `logged` holds the log of the period, and whatever of `listed` it
    knows from outside of it."""
    ours: dict[str, list[LoggedEvent]] = defaultdict(list)
    for one in logged:
        ours[one.event_id].append(one)
    theirs = {one.event_id: one for one in listed}
    found = []
    for event_id, e in theirs.items():
        if not since <= e.occurred_at < until:
            continue
        if event_id not in ours:
            found.append(_gap("missing", e, theirs=e.word))
        elif (kind := _differs(e, ours[event_id])) is not None:
            found.append(_gap(kind, e, theirs=e.word, ours=ours[event_id][0].word))
    for event_id, known in ours.items():
        if event_id not in theirs and since <= known[0].occurred_at < until:
            found.append(_gap("unknown", known[0], ours=known[0].word))
    return sorted(found, key=lambda gap: (gap.occurred_at, gap.event_id, gap.kind))


def compare_payments(
    listed: Sequence[ListedPayment], logged: Iterable[LoggedPayment], since: datetime, until: datetime
) -> list[Gap]:
    """The same by payment and status, for providers that list no events."""
    ours = {one.payment_ref: one for one in logged}
    theirs = {one.payment_ref: one for one in listed}
    found = []
    for ref, p in theirs.items():
        if not since <= p.created_at < until:
            continue
        known = ours.get(ref)
        if known is None:
            found.append(Gap("missing", "", ref, p.order_ref, p.word, "", p.created_at))
        elif known.status != p.status:
            found.append(Gap("status", "", ref, p.order_ref, p.word, known.status, p.created_at))
    for ref, known in ours.items():
        if ref not in theirs and since <= known.first_at < until:
            found.append(Gap("unknown", "", ref, known.order_ref, "", known.status, known.first_at))
    return sorted(found, key=lambda gap: (gap.occurred_at, gap.payment_ref, gap.kind))


def _differs(e: ListedEvent, known: list[LoggedEvent]) -> Kind | None:
    same = [one for one in known if one.word == e.word]
    if not same:
        return "status"
    return None if any(_equal(e, one) for one in same) else "amount"


def _equal(e: ListedEvent, one: LoggedEvent) -> bool:
    """An amount that one side does not state, or states of another asset, says nothing against the other."""
    if e.amount_minor is None or one.amount_minor is None or e.asset != one.asset:
        return True
    return e.amount_minor == one.amount_minor


def _gap(kind: Kind, e: ListedEvent | LoggedEvent, *, theirs: str = "", ours: str = "") -> Gap:
    return Gap(
        kind, e.event_id, e.payment_ref, e.order_ref, theirs, ours, e.occurred_at, e.amount_minor, e.asset
    )  # fmt: skip
