"""Each difference between a listing and the log by name, and nothing else."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciliation.provider.polling.compare import (
    Gap,
    LoggedEvent,
    LoggedPayment,
    compare_events,
    compare_payments,
)
from reconciliation.provider.polling.listing import ListedEvent, ListedPayment

pytestmark = pytest.mark.quick
SINCE = datetime(2026, 3, 20, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)


def listed(n: int, word: str = "InvoiceSettled", **more: object) -> ListedEvent:
    at = SINCE + timedelta(seconds=n)
    return replace(ListedEvent(f"e{n}", word, f"inv{n // 3}", f"order{n // 3}", at, 50_000, "BTC"), **more)  # type: ignore[arg-type]


def logged(event: ListedEvent, **more: object) -> LoggedEvent:
    made = LoggedEvent(
        event.event_id,
        event.word,
        event.payment_ref,
        event.order_ref,
        event.occurred_at,
        event.amount_minor,
        event.asset,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def found(theirs: list[ListedEvent], ours: list[LoggedEvent]) -> list[tuple[str, str]]:
    return [(gap.kind, gap.event_id) for gap in compare_events(theirs, ours, SINCE, UNTIL)]


@pytest.mark.parametrize("seed", range(5))
def test_of_ten_thousand_events_each_dropped_one_is_named_and_no_other(seed: int) -> None:
    chance = random.Random(seed)
    theirs = [listed(n) for n in range(10_000)]
    dropped = set(chance.sample(range(10_000), 100))
    ours = [logged(event) for n, event in enumerate(theirs) if n not in dropped]
    chance.shuffle(theirs)
    chance.shuffle(ours)
    assert found(theirs, ours) == [("missing", f"e{n}") for n in sorted(dropped)]


def test_what_the_provider_never_sent_is_named() -> None:
    theirs = [listed(1)]
    assert found(theirs, [logged(listed(1)), logged(listed(2))]) == [("unknown", "e2")]


def test_another_type_and_another_amount_are_two_things() -> None:
    theirs = [listed(1), listed(2), listed(3)]
    ours = [logged(theirs[0], word="InvoiceExpired"), logged(theirs[1], amount_minor=49_999), logged(theirs[2])]
    gaps = compare_events(theirs, ours, SINCE, UNTIL)
    assert [(g.kind, g.event_id, g.theirs, g.ours) for g in gaps] == [
        ("status", "e1", "InvoiceSettled", "InvoiceExpired"), ("amount", "e2", "InvoiceSettled", "InvoiceSettled"),
    ]  # fmt: skip


@pytest.mark.parametrize("more", [{"amount_minor": None}, {"asset": "EUR", "amount_minor": 1}])
def test_an_amount_that_one_side_does_not_state_says_nothing(more: dict[str, object]) -> None:
    assert found([listed(1)], [logged(listed(1), **more)]) == []


def test_the_same_id_with_several_contents_agrees_when_one_does() -> None:
    event = listed(1)
    assert found([event], [logged(event, word="InvoiceInvalid"), logged(event)]) == []


def test_the_period_is_half_open_on_both_sides() -> None:
    edges = [
        replace(listed(n), occurred_at=at) for n, at in enumerate([SINCE - timedelta(microseconds=1), SINCE, UNTIL])
    ]
    assert found(edges, []) == [("missing", "e1")]
    assert found([], [logged(event) for event in edges]) == [("unknown", "e1")]


def test_what_is_listed_outside_of_the_period_is_known_to_the_provider() -> None:
    early = listed(1, occurred_at=SINCE - timedelta(hours=1))
    assert found([early], [logged(early, occurred_at=SINCE)]) == []


def payment(ref: str, word: str = "Settled", status: str | None = "confirmed", hours: int = 1) -> ListedPayment:
    return ListedPayment(ref, f"order-{ref}", word, status, SINCE + timedelta(hours=hours))  # type: ignore[arg-type]


def folded(ref: str, status: str = "confirmed", hours: int = 1) -> LoggedPayment:
    return LoggedPayment(ref, f"order-{ref}", status, SINCE + timedelta(hours=hours))  # type: ignore[arg-type]


def test_payments_are_compared_by_their_status() -> None:
    theirs = [
        payment("a"),
        payment("b"),
        payment("c", "Expired", "expired"),
        payment("d", "Refunded", None),
        payment("x", hours=-3),
    ]
    ours = [folded("a"), folded("c"), folded("d"), folded("e"), folded("x"), folded("y", hours=-3)]
    gaps = compare_payments(theirs, ours, SINCE, UNTIL)
    assert gaps == [
        Gap("missing", "", "b", "order-b", "Settled", "", SINCE + timedelta(hours=1)),
        Gap("status", "", "c", "order-c", "Expired", "confirmed", SINCE + timedelta(hours=1)),
        Gap("status", "", "d", "order-d", "Refunded", "confirmed", SINCE + timedelta(hours=1)),
        Gap("unknown", "", "e", "order-e", "", "confirmed", SINCE + timedelta(hours=1)),
    ]


def test_two_empty_sides_agree() -> None:
    assert compare_events([], [], SINCE, UNTIL) == compare_payments([], [], SINCE, UNTIL) == []
