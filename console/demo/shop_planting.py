"""What is planted on the planes that a payment passes, every class with a near-miss that must not be taken for it. Pure.

Amounts in satoshi but for the cards. Days are before today, so that every service level has passed; the near-misses of
time are of the last hours.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from console.demo.rows import Plan, PlantedCase
from console.demo.shop import Sale, card_sale

SOLD, BOOKED = "commerce-provider", "provider-ledger"
PAYS = 50_000


def plant_planes(plan: Plan) -> None:
    """All cases lie three and two days back."""
    early, late = plan.today - timedelta(days=3), plan.today - timedelta(days=2)
    _amounts(plan, early)
    _references(plan, early)
    _time(plan, late)
    _doubts(plan, late)
    _postings(plan, late)
    _near(plan, early)
    _forged(plan, late)


def _key(plan: Plan, pair: str, exception_class: str, kind: str, contribution: int, payment: str) -> None:
    plan.plane_planted.append(PlantedCase(pair, exception_class, kind, contribution, payment))


def _paid(plan: Plan, payment: str, day: date, came: int = PAYS) -> Sale:
    """An order of PAYS for which `came` is confirmed; the rule posts it and the custodian reports it."""
    sale = Sale(plan, payment, PAYS, day)
    sale.order()
    sale.receipt(f"tx{payment}", came)
    sale.settled()
    sale.line(f"tx{payment}", came)
    return sale


def _amounts(plan: Plan, day: date) -> None:
    _paid(plan, "pay_short", day, 48_000)
    _key(plan, SOLD, "amount_mismatch", "under", -2_000, "pay_short")
    _paid(plan, "pay_long", day, 51_500)
    _key(plan, SOLD, "amount_mismatch", "over", 1_500, "pay_long")
    twice = _paid(plan, "pay_twice", day)
    again = Sale(plan, "pay_twice", PAYS, day, order=twice.ref, invoice="inv_pay_twice_b")
    again.receipt("txpay_twice_b")
    again.settled()
    again.line("txpay_twice_b")
    _key(plan, SOLD, "duplicate_observation", "paid_twice", PAYS, "pay_twice")
    foreign = Sale(plan, "pay_asset", PAYS, day)
    foreign.order()
    foreign.receipt("txpay_asset", method="ETH-CHAIN")
    foreign.processing()
    _key(plan, SOLD, "rail_or_asset_mismatch", "asset", 0, "pay_asset")


def _references(plan: Plan, day: date) -> None:
    torn = Sale(plan, "pay_torn", PAYS, day, order="ord-torn-b", invoice="inv_torn")
    torn.order(payment="inv_torn", ref="ord-torn-a", due_hours=2_000)
    torn.order(payment="", ref="ord-torn-b", due_hours=2_000)
    torn.receipt("txtorn")
    torn.settled()
    torn.line("txtorn")
    _key(plan, SOLD, "reference_mismatch", "keys_disagree", PAYS, "inv_torn")
    stray = Sale(plan, "inv_stray", PAYS, day, order="ord-nobody-knows", invoice="inv_stray")
    stray.receipt("txstray")
    stray.settled()
    stray.line("txstray")
    _key(plan, SOLD, "missing_counterpart", "no_order", PAYS, "inv_stray")
    unpaid = Sale(plan, "pay_unpaid", PAYS, day)
    unpaid.order()
    unpaid.created()
    _key(plan, SOLD, "missing_counterpart", "unpaid", -PAYS, "pay_unpaid")


def _time(plan: Plan, day: date) -> None:
    slow = Sale(plan, "pay_slow", PAYS, day)
    slow.order()
    slow.receipt("txpay_slow")
    slow.processing()
    _key(plan, SOLD, "timing_skew", "unconfirmed", 0, "pay_slow")
    late = Sale(plan, "pay_late", PAYS, day)
    late.order()
    late.event("InvoiceExpired", 60)
    late.receipt("txpay_late", minute=70)
    late.event("InvoicePaidAfterExpiration", 71)
    late.settled(90)
    late.line("txpay_late")
    _key(plan, SOLD, "timing_skew", "late", 0, "pay_late")


def _doubts(plan: Plan, day: date) -> None:
    gone = _paid(plan, "pay_gone", day)
    gone.event("InvoiceInvalid", 120)
    _key(plan, SOLD, "ambiguous_finality", "contradiction", 0, "pay_gone")
    changed = _paid(plan, "pay_changed", day)
    changed.event("InvoiceSettled", 51, deliveryId="inv_pay_changed-InvoiceSettled-50", overPaid=True)
    _key(plan, SOLD, "duplicate_observation", "same_id", 0, "pay_changed")
    marked = Sale(plan, "pay_marked", PAYS, day)
    marked.order()
    marked.settled(manuallyMarked=True)
    _key(plan, SOLD, "policy_hold", "marked", -PAYS, "pay_marked")


def _postings(plan: Plan, day: date) -> None:
    early = Sale(plan, "pay_early", PAYS, day)
    early.order()
    early.receipt("txpay_early")
    early.processing()
    early.settled(300)
    early.posted("txpay_early")  # at noon, three hours before Confirmed
    _key(plan, BOOKED, "illegal_transition", "posted_early", 0, "pay_early")
    much = Sale(plan, "pay_much", PAYS, day)
    much.order()
    much.receipt("txpay_much")
    much.settled()
    much.posted("txpay_much", 60_000)
    _key(plan, BOOKED, "amount_mismatch", "over", 10_000, "pay_much")
    card_sale(
        plan, "pay_card_forgotten", 1_248_000, day - timedelta(days=1), (("payment.paid", 2), ("payment.confirmed", 47))
    )
    _key(plan, BOOKED, "missing_counterpart", "unposted", -1_248_000, "pay_card_forgotten")


def _near(plan: Plan, day: date) -> None:
    parts = Sale(plan, "pay_parts", PAYS, day)
    parts.order()
    for n, amount in enumerate((30_000, 20_000)):
        parts.receipt(f"txpay_parts_{n}", amount, minute=6 + n)
        parts.line(f"txpay_parts_{n}", amount)
    parts.settled()
    again = _paid(plan, "pay_again", day)
    for _ in range(4):
        again.settled()  # delivered again, word for word
    _paid(plan, "pay_crumb", day, PAYS - 50)  # closed by rule, at its very threshold; one unit more is work
    _paid(plan, "pay_crumb_more", day, PAYS - 51)
    _key(plan, SOLD, "amount_mismatch", "under", -51, "pay_crumb_more")
    batch = Sale(plan, "pay_batch", 2 * PAYS, day, order="INV-BATCH", invoice="inv_batch")
    for half in "ab":
        batch.order(amount=PAYS, payment="", ref=f"ord-batch-{half}", reference="INV-BATCH")
    batch.receipt("txbatch")
    batch.settled()
    batch.line("txbatch")
    nobody = Sale(plan, "pay_never", PAYS, day)
    nobody.order()
    nobody.event("InvoiceExpired", 60)
    prompt = Sale(plan, "pay_prompt", PAYS, day)
    prompt.order()
    prompt.receipt("txpay_prompt")
    prompt.settled(120)
    prompt.posted("txpay_prompt")  # in the very second of Confirmed
    plan.near_misses += [
        ("planes", "two parts that make the whole"), ("planes", "one event delivered five times"),
        ("planes", "short by no more than the threshold"),
        ("planes", "one payment for two orders under one reference"), ("planes", "an order that expired unpaid"),
        ("planes", "posted in the second of Confirmed"),
    ]  # fmt: skip


def plant_last_hours(plan: Plan, now: datetime) -> None:
    """Of today: seen an hour ago and not final yet, which is expected and no case."""
    fresh = Sale(plan, "pay_fresh", PAYS, now.date())
    since_ten = int((now - datetime.combine(now.date(), datetime.min.time(), now.tzinfo)).total_seconds() // 60) - 600
    fresh.order(due_hours=48)
    fresh.receipt("txpay_fresh", minute=since_ten - 61)
    fresh.processing(since_ten - 60)
    plan.near_misses.append(("planes", "detected an hour ago"))


def _forged(plan: Plan, day: date) -> None:
    """A webhook with a wrong signature: it is held, and nothing of it counts."""
    sale = Sale(plan, "pay_forged", PAYS, day)
    sale.settled()
    plan.events[-1] = replace(plan.events[-1], forged=True)
