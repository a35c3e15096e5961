"""What is planted of the provider plane itself: an event that was lost on its way, a type that nothing reads, a confirmation that
fails; each with a near-miss. Pure.

The gap lies alone in an hour of the early morning, when nobody else buys: the wallet's listing of that hour holds it.
"""

from datetime import date, datetime, timedelta

from console.demo.rows import DemoEvent, DemoListing, Plan, PlantedCase
from console.demo.shop import WALLET, at

BANK = "Sample bank callbacks"
SATOSHI = 50_000
RECEIVED = "InvoiceReceivedPayment"


def plant_silence(plan: Plan) -> None:
    """All of it lies three days back."""
    day = plan.today - timedelta(days=3)
    _gap(plan, day)
    _unread(plan, day)
    _confirmations(plan, day)


def plant_fresh_gap(plan: Plan, now: datetime) -> None:
    """An event of the last hours that a poll of half an hour ago missed: it may still be on its way."""
    since, until = now - timedelta(hours=3), now - timedelta(hours=1)
    known = [e for e in plan.events if e.endpoint == WALLET and since <= e.at < until]
    rows = [_listed(str(e.body["deliveryId"]), str(e.body["type"]), str(e.body["invoiceId"]), e.at, "") for e in known]
    rows.append(_listed("inv_soon-1", RECEIVED, "inv_soon", now - timedelta(minutes=90), "0.00050000"))
    plan.listings.append(DemoListing(WALLET, since, until, now - timedelta(minutes=30), tuple(rows)))
    plan.near_misses.append(("provider", "a gap that a poll named half an hour ago"))


def _gap(plan: Plan, day: date) -> None:
    rows = []
    for n, invoice in enumerate(("inv_heard", "inv_lost")):
        when = at(day, 3, 10 + n)
        body = {
            "deliveryId": f"{invoice}-1", "type": "InvoiceCreated" if invoice == "inv_heard" else RECEIVED,
            "invoiceId": invoice, "timestamp": int(when.timestamp()),
        }  # fmt: skip
        if invoice == "inv_heard":
            plan.events.append(DemoEvent(WALLET, body, when))
        amount = "0.00050000" if invoice == "inv_lost" else ""
        rows.append(_listed(f"{invoice}-1", str(body["type"]), invoice, when, amount))
    plan.listings.append(DemoListing(WALLET, at(day, 3), at(day, 4), at(day, 9), tuple(rows)))
    plan.plane_planted.append(PlantedCase("provider-log", "missing_counterpart", "missing", -SATOSHI, "inv_lost"))
    plan.near_misses.append(("provider", "an event of the same hour that came"))


def _unread(plan: Plan, day: date) -> None:
    for n in range(3):
        when = at(day, 11, n)
        body = {"deliveryId": f"payout-{n}", "type": "PayoutCreated", "timestamp": int(when.timestamp())}
        plan.events.append(DemoEvent(WALLET, body, when))
    plan.plane_planted.append(PlantedCase("provider-log", "ambiguous_finality", "unknown_type", 0, ""))
    plan.near_misses.append(("provider", "a known type that moves nothing"))  # every InvoiceCreated


def _confirmations(plan: Plan, day: date) -> None:
    """PEND-05 waits at another amount than the bank settled; LATE-03 is POSTED, its callback has nothing to do."""
    for n, (reference, amount) in enumerate((("EXB-EWA-PEND-05", "909.00"), ("EXB-EWA-LATE-03", "3385.00"))):
        when = at(day, 8, n)
        body = {
            "event_id": f"cb-{n}", "partner_reference": reference, "status": "COMPLETED", "occurred_at": when.isoformat(),
            "amount": amount, "currency": "ETB",
        }  # fmt: skip
        plan.events.append(DemoEvent(BANK, body, when))
    plan.plane_planted.append(
        PlantedCase("provider-ledger", "amount_mismatch", "confirmation_failed", 99_000 - 90_900, "pay_exbewapend05")
    )
    plan.near_misses.append(("provider", "the callback of a transaction that is POSTED"))


def _listed(event: str, word: str, invoice: str, when: datetime, amount: str) -> str:
    """A row of the provider's own export."""
    return f"{event},{word},{invoice},,{when.isoformat()},{amount},{'BTC' if amount else ''},"
