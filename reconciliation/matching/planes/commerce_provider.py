"""Commerce ↔ provider: what was ordered against what the provider says has come. Pure. Difference = received − expected."""

from datetime import datetime

from reconciliation.matching.planes.findings import Finding, Judged, Pair, Terms
from reconciliation.matching.planes.units import ORDER, PAYMENT, OrderRow, PaymentRow, Unit

PAIR: Pair = "commerce-provider"
ENDED = ("refunded", "disputed")


def judge(unit: Unit, terms: Terms) -> Judged:
    """The first rule that fits decides; currencies never add up, so a foreign asset stands by itself."""
    if unit.torn:
        return _open(unit, terms, "reference_mismatch", "keys_disagree", _torn_words(unit), _received(unit))
    if not unit.orders:
        return _without_order(unit, terms)
    expected, asset = sum(o.expected for o in unit.orders), unit.orders[0].asset
    foreign = [p for p in unit.payments if (p.asset and p.asset != asset) or p.other_asset]
    if foreign or any(o.asset != asset for o in unit.orders):
        other = next((p.other_asset or p.asset for p in foreign), "")
        return _open(unit, terms, "rail_or_asset_mismatch", "asset", f"ordered in {asset}, paid in {other}", 0)
    doubted = [p for p in unit.payments if p.doubts or "reorged" in p.flags]
    if doubted:
        words = ", ".join(doubted[0].doubts) or f"{doubted[0].status}: money that was seen was reorganised away"
        kind = "same_id" if "same_id_other_content" in doubted[0].doubts else "contradiction"
        found = "duplicate_observation" if kind == "same_id" else "ambiguous_finality"
        return _open(unit, terms, found, kind, words.replace("_", " "), _received(unit) - expected)
    return _amounts(unit, terms, expected)


def _amounts(unit: Unit, terms: Terms, expected: int) -> Judged:
    received = _received(unit)
    difference = received - expected
    late = [p for p in unit.payments if p.status == "expired" and "late" in p.flags]
    if late:
        return _open(
            unit, terms, "timing_skew", "late", "money came after the payment had expired; it is held", difference
        )
    marked = [p for p in unit.payments if "marked" in p.flags]
    if marked:
        words = f"{marked[0].status} by hand at the provider, no money of its own stands behind it"
        return _open(unit, terms, "policy_hold", "marked", words, difference)
    waiting = [p for p in unit.payments if p.status == "paid" and p.detected_at is not None]
    if waiting:
        since = min(p.detected_at for p in waiting if p.detected_at)
        if terms.at - since <= terms.confirm_within:
            return Judged("expected", difference, because="detected, not final")
        words = f"paid without confirmed for {_hours(terms.at, since)}"
        return _open(unit, terms, "timing_skew", "unconfirmed", words, difference)
    if not received:
        return _unpaid(unit, terms, difference)
    return _compared(unit, terms, expected, difference)


def _compared(unit: Unit, terms: Terms, expected: int, difference: int) -> Judged:
    if abs(difference) <= terms.tolerance.get(unit.orders[0].asset, 0):
        return Judged("matched", difference)
    whole = [p for p in unit.payments if p.confirmed == expected]
    if len(whole) > 1 and difference == expected * (len(whole) - 1):
        return _open(
            unit, terms, "duplicate_observation", "paid_twice", f"the whole was paid {len(whole)} times", difference
        )
    if difference < 0 and _parts_may_come(unit, terms):
        return Judged("expected", difference, because="further parts may still come")
    kind = "under" if difference < 0 else "over"
    words = f"amount mismatch: ordered {expected}, received {expected + difference}"
    small = kind == "under" and -difference <= terms.underpaid_up_to.get(unit.orders[0].asset, 0)
    return _open(unit, terms, "amount_mismatch", kind, words, difference, "auto_underpaid" if small else "")


def _parts_may_come(unit: Unit, terms: Terms) -> bool:
    partial = [p for p in unit.payments if "partial" in p.flags and p.status in ("pending", "paid")]
    return bool(partial) and terms.at - max(p.last_event_at for p in partial) <= terms.parts_within


def _unpaid(unit: Unit, terms: Terms, difference: int) -> Judged:
    if all(o.state in ENDED for o in unit.orders):
        return Judged("none", difference)
    due = max(_due(o, terms) for o in unit.orders)
    if terms.at <= due:
        return Judged("expected", difference, because="the payment is not due yet")
    last = unit.payments[-1].status if unit.payments else "unknown there"
    if last in ("expired", "failed") and all(o.state == "open" for o in unit.orders):
        return Judged("none", difference, because=f"never paid, {last} at the provider")
    return _open(
        unit, terms, "missing_counterpart", "unpaid", f"no payment since {_hours(terms.at, due)} past due", difference
    )


def _without_order(unit: Unit, terms: Terms) -> Judged:
    money = [p for p in unit.payments if p.detected or p.confirmed or p.status in ("paid", "confirmed")]
    if not money:
        return Judged("none", 0)
    received, first = _received(unit), min(p.first_event_at for p in money)
    if terms.at - first <= terms.pay_within:
        return Judged("expected", received, because="its order has not come yet")
    if all(not p.order_ref for p in money):
        return _open(
            unit, terms, "reference_mismatch", "no_reference", "paid, and it carries no order of ours", received
        )
    words = f"paid for order {money[0].order_ref}, which commerce does not know"
    return _open(unit, terms, "missing_counterpart", "no_order", words, received)


def _open(
    unit: Unit, terms: Terms, exception_class: str, kind: str, reason: str, difference: int, ends: str = ""
) -> Judged:
    orders = unit.orders or list(unit.torn)
    asset = orders[0].asset if orders else next((p.asset for p in unit.payments if p.asset), "")
    rows = tuple((ORDER, o.id) for o in unit.orders) + tuple((PAYMENT, p.id) for p in unit.payments)
    return Judged("open", difference, (Finding(PAIR, exception_class, kind, difference, asset, reason, rows, ends),))


def _received(unit: Unit) -> int:
    """What is final, and what was seen of payments that are not final yet."""
    return sum((p.confirmed if p.confirmed is not None else _seen(p)) for p in unit.payments)


def _seen(payment: PaymentRow) -> int:
    return payment.detected or 0 if payment.status in ("paid", "pending") or "late" in payment.flags else 0


def _due(order: OrderRow, terms: Terms) -> datetime:
    return order.due_at or order.placed_at + terms.pay_within


def _torn_words(unit: Unit) -> str:
    names = " and ".join(sorted(o.order_ref for o in unit.torn))
    return f"its keys name different orders: {names}"


def _hours(now: datetime, since: datetime) -> str:
    hours = int((now - since).total_seconds() // 3600)
    return f"{hours} h" if hours else "less than an hour"
