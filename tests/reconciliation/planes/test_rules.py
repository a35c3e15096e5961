"""The rules across planes, each with a near-miss that must not be taken for it. Amounts are satoshi."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciliation.matching.planes import commerce_provider, provider_ledger
from reconciliation.matching.planes.findings import Judged, Terms
from reconciliation.matching.planes.units import (
    BY_MERCHANT_REFERENCE,
    BY_ORDER_ID,
    BY_PAYMENT_ID,
    ORDER,
    PAYMENT,
    Named,
    OrderRow,
    PaymentRow,
    PostingRow,
    Unit,
    units_of,
)

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
H = timedelta(hours=1)


def order(n: int = 1, **changes: Any) -> OrderRow:
    given = {
        "order_ref": f"o{n}", "payment_id": f"p{n}", "expected": 50_000, "asset": "BTC", "rail": "", "state": "open",
        "placed_at": NOON, "due_at": NOON + H,
    }  # fmt: skip
    return OrderRow(n, **(given | changes))


def payment(n: int = 1, status: str = "confirmed", amount: int = 50_000, **changes: Any) -> PaymentRow:
    given = {
        "payment_ref": f"p{n}", "order_ref": f"o{n}", "flags": (), "asset": "BTC", "other_asset": "", "detected": amount,
        "confirmed": amount if status == "confirmed" else None, "detected_at": NOON + H,
        "confirmed_at": NOON + 2 * H if status == "confirmed" else None, "first_event_at": NOON, "last_event_at": NOON + 2 * H,
    }  # fmt: skip
    return PaymentRow(n, status=status, **(given | changes))


def posting(n: int = 1, amount: int = 50_000, **changes: Any) -> PostingRow:
    return PostingRow(
        n, **({"payment_id": "p1", "amount": amount, "asset": "BTC", "posted_at": NOON + 3 * H} | changes)
    )


def told(judged: Judged) -> tuple[str, str, int]:
    (found,) = judged.findings
    return found.exception_class, found.kind, found.contribution


def sold(*payments: PaymentRow, at: datetime = NOON + 4 * H, orders: Any = None, **terms: Any) -> Judged:
    unit = Unit(list([order()] if orders is None else orders), list(payments))
    return commerce_provider.judge(unit, Terms(at, **terms))


def booked(*rows: Any, at: datetime = NOON + 4 * H) -> Judged:
    payments = [r for r in rows if isinstance(r, PaymentRow)]
    return provider_ledger.judge(Unit([], payments, [r for r in rows if isinstance(r, PostingRow)]), Terms(at))


def test_the_whole_and_in_time_is_a_match() -> None:
    assert sold(payment()) == Judged("matched", 0)
    assert booked(payment(), posting()) == Judged("matched", 0)


@pytest.mark.parametrize(("amount", "kind", "off"), [(48_000, "under", -2_000), (51_500, "over", 1_500)])
def test_another_amount_is_a_mismatch_and_in_tolerance_none(amount: int, kind: str, off: int) -> None:
    assert told(sold(payment(amount=amount))) == ("amount_mismatch", kind, off)
    assert sold(payment(amount=amount), tolerance={"BTC": 2_000}) == Judged("matched", off)
    assert sold(payment(amount=amount), tolerance={"ETH": 2_000}).standing == "open"


def test_two_parts_that_make_the_whole_are_no_mismatch() -> None:
    assert sold(payment(1, amount=48_000), payment(2, amount=2_000)) == Judged("matched", 0)


def test_a_part_is_expected_to_be_topped_up_only_for_a_while() -> None:
    part = payment(status="pending", amount=48_000, flags=("partial",))
    assert sold(part).standing == "expected"
    assert told(sold(part, at=NOON + 40 * H)) == ("amount_mismatch", "under", -2_000)


def test_the_whole_twice_is_a_duplicate_and_half_twice_is_not() -> None:
    assert told(sold(payment(1), payment(2))) == ("duplicate_observation", "paid_twice", 50_000)
    assert sold(payment(1, amount=25_000), payment(2, amount=25_000)).standing == "matched"


def test_an_order_is_missing_its_payment_only_after_its_time() -> None:
    assert sold(at=NOON + H).standing == "expected"
    assert told(sold(at=NOON + H + timedelta(seconds=1))) == ("missing_counterpart", "unpaid", -50_000)
    assert sold(at=NOON + 9 * H, orders=[order(state="refunded")]).standing == "none"
    assert sold(payment(status="expired", amount=0)).standing == "none"
    assert sold(payment(status="expired", amount=0), orders=[order(state="fulfilled")]).standing == "open"


def test_detected_is_not_final_and_too_long_is_a_skew() -> None:
    assert sold(payment(status="paid")).because == "detected, not final"
    assert told(sold(payment(status="paid"), at=NOON + 8 * H)) == ("timing_skew", "unconfirmed", 0)
    assert sold(payment(status="paid"), at=NOON + 7 * H).standing == "expected"


def test_late_money_is_held() -> None:
    late = payment(status="expired", flags=("late",), confirmed=50_000)
    assert told(sold(late)) == ("timing_skew", "late", 0)
    assert sold(payment(flags=("late",))).standing == "matched"  # confirmed nevertheless: the provider took it


def test_another_asset_never_adds_up() -> None:
    assert told(sold(payment(asset="ETH"))) == ("rail_or_asset_mismatch", "asset", 0)
    assert told(sold(payment(other_asset="LTC"))) == ("rail_or_asset_mismatch", "asset", 0)
    assert sold(payment(status="pending", amount=0, asset=""), at=NOON).standing == "expected"


def test_marked_by_hand_is_a_hold() -> None:
    assert told(sold(payment(flags=("marked",)))) == ("policy_hold", "marked", 0)


def test_contradictions_leave_finality_in_doubt() -> None:
    assert told(sold(payment(doubts=("failed_after_confirmed",)))) == ("ambiguous_finality", "contradiction", 0)
    assert told(sold(payment(flags=("reorged",)))) == ("ambiguous_finality", "contradiction", 0)
    assert told(sold(payment(doubts=("same_id_other_content",)))) == ("duplicate_observation", "same_id", 0)
    gone = payment(status="pending", amount=0, flags=("reorged",))
    assert told(sold(gone, at=NOON)) == ("ambiguous_finality", "contradiction", -50_000)
    assert sold(payment(flags=())).standing == "matched"  # the fold takes the flag away once the money is final


def test_money_without_an_order() -> None:
    assert sold(payment(), orders=[]).standing == "expected"
    late = NOON + 40 * H
    assert told(sold(payment(), orders=[], at=late)) == ("missing_counterpart", "no_order", 50_000)
    assert told(sold(payment(order_ref=""), orders=[], at=late)) == ("reference_mismatch", "no_reference", 50_000)
    assert sold(payment(status="expired", amount=0), orders=[], at=late).standing == "none"


def test_posted_before_confirmed_is_illegal_whether_or_not_it_is_confirmed_later() -> None:
    early = posting(posted_at=NOON + H)
    assert told(booked(payment(status="paid"), early)) == ("illegal_transition", "posted_early", 50_000)
    assert told(booked(payment(), early)) == ("illegal_transition", "posted_early", 0)
    assert booked(payment(), posting(posted_at=NOON + 2 * H)).standing == "matched"  # in the same instant
    undone = [early, posting(2, -50_000, reverses=1), posting(3)]
    assert booked(payment(), *undone) == Judged("matched", 0)


def test_confirmed_money_is_to_be_posted_within_a_day() -> None:
    assert booked(payment(), at=NOON + 26 * H).standing == "expected"
    assert told(booked(payment(), at=NOON + 27 * H)) == ("missing_counterpart", "unposted", -50_000)


def test_posted_amounts() -> None:
    assert booked(payment(), posting(amount=40_000)).standing == "expected"
    assert told(booked(payment(), posting(amount=40_000), at=NOON + 40 * H)) == ("amount_mismatch", "under", -10_000)
    assert told(booked(payment(), posting(amount=60_000))) == ("amount_mismatch", "over", 10_000)
    assert told(booked(payment(), posting(1), posting(2))) == ("duplicate_observation", "posted_twice", 50_000)
    assert booked(payment(), posting(1, 20_000), posting(2, 30_000)).standing == "matched"
    assert told(booked(payment(), posting(asset="ETH"))) == ("rail_or_asset_mismatch", "asset", 0)


def test_a_posting_that_no_provider_knows() -> None:
    assert booked(posting()).standing == "expected"
    assert told(booked(posting(), at=NOON + 40 * H)) == ("missing_counterpart", "no_payment", 50_000)
    assert booked(posting(), posting(2, -50_000, reverses=1), at=NOON + 40 * H).standing == "none"


def test_units_join_by_the_first_key_and_a_torn_payment_joins_none() -> None:
    orders, payments = [order(1), order(2)], [payment(1), payment(2)]
    named = [Named(1, 1, BY_PAYMENT_ID), Named(1, 1, BY_ORDER_ID), Named(2, 2, BY_PAYMENT_ID), Named(2, 1, BY_ORDER_ID)]
    units = units_of(orders, payments, [posting()], named, [(1, PAYMENT, 1), (1, ORDER, 1)])
    shape = [([o.id for o in u.orders], [p.id for p in u.payments], [t.id for t in u.postings]) for u in units]
    assert sorted(shape) == [([], [2], []), ([1], [1], [1]), ([2], [], [])]
    (torn,) = [u for u in units if u.torn]
    found = commerce_provider.judge(torn, Terms(NOON))
    assert told(found)[:2] == ("reference_mismatch", "keys_disagree")
    assert "o1 and o2" in found.findings[0].reason


def test_the_posting_of_a_torn_payment_stays_with_it() -> None:
    orders, payments = [order(1), order(2)], [payment(1)]
    named = [Named(1, 1, BY_PAYMENT_ID), Named(1, 2, BY_ORDER_ID)]
    units = units_of(orders, payments, [posting()], named, [(1, PAYMENT, 1), (1, ORDER, 1)])
    assert sorted(([o.id for o in u.orders], [p.id for p in u.payments], [t.id for t in u.postings]) for u in units) == [
        ([], [1], [1]), ([1], [], []), ([2], [], []),
    ]  # fmt: skip


def test_a_batch_of_orders_under_one_reference_is_one_unit() -> None:
    named = [Named(1, 1, BY_MERCHANT_REFERENCE), Named(1, 2, BY_MERCHANT_REFERENCE)]
    units = units_of([order(1), order(2)], [payment(1, amount=100_000)], [], named, [])
    assert [(len(u.orders), commerce_provider.judge(u, Terms(NOON + 4 * H)).standing) for u in units] == [
        (2, "matched")
    ]
