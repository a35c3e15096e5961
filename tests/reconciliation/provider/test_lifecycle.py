"""How a status and its flags follow from events. Each case is a list of (minute, type, flags)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from reconciliation.provider.formats.event import EVENT_TYPES, STATUSES, EventType, Flag, ProviderEvent
from reconciliation.provider.lifecycle import Lifecycle, fold, names
from reconciliation.provider.moves import FALLS, MARKED, MOVES, STANDS

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


def event(minute: int, kind: EventType, *flags: Flag, scheme: str = "btcpay", **changes: Any) -> ProviderEvent:
    values = {"event_id": f"e{minute}", "provider_type": kind, "payment_ref": "p1", "order_ref": "4041", **changes}
    return ProviderEvent(scheme=scheme, type=kind, occurred_at=START + timedelta(minutes=minute), flags=flags, **values)


def folded(*events: ProviderEvent) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """Status, flags and names of the contradictions; the same for every order of up to five events."""
    found = {_told(fold(order)) for order in permutations(events)}
    assert len(found) == 1
    return found.pop()


def _told(lifecycle: Lifecycle) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    return lifecycle.status, lifecycle.flags, names(lifecycle.steps)


def test_nothing_known_is_no_status() -> None:
    assert _told(fold([])) == (None, (), ())


def test_the_usual_way() -> None:
    known = fold([event(0, "created"), event(1, "detected"), event(9, "confirmed")])
    assert _told(known) == ("confirmed", (), ())
    assert known.detected_at == START + timedelta(minutes=1)
    assert known.confirmed_at == START + timedelta(minutes=9)
    assert [step.outcome for step in known.steps] == ["stood", "moved", "moved"]


def test_paid_is_detection_and_never_confirmation() -> None:
    known = fold([event(minute, "detected") for minute in range(20)])
    assert known.status == "paid" and known.confirmed_at is None


def test_confirmed_before_detected_ends_as_in_order() -> None:
    in_order = fold([event(1, "detected"), event(2, "confirmed")])
    swapped = fold([event(2, "detected"), event(1, "confirmed")])
    assert _told(in_order) == _told(swapped) == ("confirmed", (), ())


def test_a_replaced_transaction_is_a_fall_and_no_error() -> None:
    steps = [event(1, "detected"), event(2, "reverted", "reorged")]
    assert folded(*steps) == ("pending", ("reorged",), ())
    assert [step.outcome for step in fold(steps).steps] == ["moved", "fell"]
    assert folded(*steps, event(3, "detected")) == ("paid", ("reorged",), ())
    assert folded(*steps, event(3, "detected"), event(4, "confirmed")) == ("confirmed", (), ())


def test_a_payout_that_fails_after_it_was_paid_is_a_fall() -> None:
    paid, failed = event(1, "detected", scheme="stripe"), event(2, "failed", scheme="stripe")
    assert folded(paid, failed) == ("failed", (), ())
    assert fold([paid, failed]).steps[-1].outcome == "fell"


def test_a_bank_may_reject_what_it_settled() -> None:
    assert folded(event(1, "confirmed", scheme="bank"), event(2, "failed", scheme="bank")) == ("failed", (), ())


@pytest.mark.parametrize("scheme", ["coinbase", "kobbopay", "standard"])
def test_where_no_fall_is_documented_it_contradicts(scheme: str) -> None:
    story = folded(event(1, "detected", scheme=scheme), event(2, "failed", scheme=scheme))
    assert story == ("paid", (), ("failed_after_paid",))


def test_money_that_vanishes_after_confirmation_is_seen_and_named() -> None:
    story = folded(event(1, "confirmed"), event(2, "reverted", "reorged"))
    assert story == ("confirmed", ("reorged",), ("reverted_after_confirmed",))


def test_partial_is_over_once_the_whole_has_come() -> None:
    part = event(1, "noted", "partial")
    assert folded(event(0, "created"), part) == ("pending", ("partial",), ())
    assert folded(part, event(2, "detected")) == ("paid", (), ())
    assert folded(part, event(2, "expired")) == ("expired", ("partial",), ())
    assert folded(event(0, "confirmed"), part) == ("confirmed", (), ("noted_after_confirmed",))


def test_late_money_stays_expired_and_late() -> None:
    assert folded(event(1, "expired"), event(2, "detected")) == ("expired", ("late",), ())
    assert folded(event(1, "expired"), event(2, "noted", "late")) == ("expired", ("late",), ())
    assert folded(event(1, "expired"), event(2, "detected"), event(3, "confirmed")) == ("expired", ("late",), ())


def test_what_the_operator_marked_there_moves_a_terminal_status() -> None:
    assert folded(event(1, "expired"), event(2, "confirmed", "marked")) == ("confirmed", ("marked",), ())
    assert folded(event(1, "confirmed"), event(2, "failed", "marked")) == ("failed", ("marked",), ())
    assert folded(event(1, "confirmed"), event(2, "failed")) == ("confirmed", (), ("failed_after_confirmed",))


def test_status_and_flags_are_two_things() -> None:
    assert folded(event(1, "detected", "over"), event(2, "confirmed")) == ("confirmed", ("over",), ())


def test_an_unknown_event_is_kept_and_does_nothing() -> None:
    known = fold([event(1, "detected"), event(2, "unknown", "late")])
    assert _told(known) == ("paid", (), ()) and known.steps[-1].outcome == "unknown"
    assert fold([event(2, "unknown")]).status == "pending"


def test_a_repeated_event_is_one_and_the_earliest_time_counts() -> None:
    first = event(1, "detected", event_id="e")
    again = event(7, "detected", event_id="e")
    assert fold([again, first, again]) == fold([first])


def test_the_same_id_with_other_contents_is_kept_beside_the_first() -> None:
    first = event(1, "detected", event_id="e", amount_minor=100, asset="USD")
    other = event(2, "detected", event_id="e", amount_minor=900, asset="USD")
    assert folded(first, other) == ("paid", (), ("same_id_other_content",))
    assert [step.event for step in fold([other, first]).steps] == [first, other]


def test_zones_do_not_matter() -> None:
    zone = datetime.fromisoformat("2026-03-10T15:00:00+03:00").tzinfo
    one = event(1, "detected")
    assert repr(fold([one])) == repr(fold([event(1, "detected"), _in_zone(one, zone)]))
    assert repr(fold([_in_zone(one, zone), one])) == repr(fold([one]))


def _in_zone(one: ProviderEvent, zone: Any) -> ProviderEvent:
    return replace(one, occurred_at=one.occurred_at.astimezone(zone))


@pytest.mark.parametrize("scheme", ["btcpay", "stripe", "adyen", "coinbase"])
@pytest.mark.parametrize("kind", EVENT_TYPES)
@pytest.mark.parametrize("before", STATUSES)
def test_every_pair_moves_falls_stands_or_contradicts(before: Any, kind: EventType, scheme: str) -> None:
    """The full square: nothing is dropped, and a terminal status leaves only by a documented fall."""
    reach: dict[str, EventType] = {
        "paid": "detected",
        "confirmed": "confirmed",
        "expired": "expired",
        "failed": "failed",
    }
    lead = event(0, reach.get(before, "created"), scheme=scheme)
    known = fold([lead, event(1, kind, scheme=scheme)])
    step = known.steps[-1]
    assert len(known.steps) == 2 and (step.name != "") == (step.outcome == "contradicted")
    if before in ("confirmed", "expired", "failed") and known.status != before:
        assert FALLS[scheme][(before, kind)] == known.status and step.outcome == "fell"


def test_no_pair_stands_in_two_tables() -> None:
    falls = {pair for scheme in FALLS.values() for pair in scheme}
    assert not set(MOVES) & STANDS and not falls & STANDS and not falls & set(MOVES)
    assert not set(MARKED) & set(MOVES)
