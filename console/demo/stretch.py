"""A stretch of settlement drift, planted eleven days back: three informal paths on three days, as they creep in. Pure.

On the first day a handler of the checkout posts what is only detected; on the second somebody posts from a portal's export, with an
amount typed in; on the third orders are fulfilled by hand because an explorer shows them. Each day has a near-miss beside it.
Amounts in satoshi.
"""

from datetime import date, timedelta

from console.demo.rows import DemoHandMove, DemoLine, DemoPosting, Plan, Planted, PlantedCase
from console.demo.shop import Sale, at

BACK = 11
PAYS = 50_000
HANDLER, EXPORTER = "checkout-handler", "portal-export"
SOLD, BOOKED = "commerce-provider", "provider-ledger"
ILLEGAL, AMOUNT = "illegal_transition", "amount_mismatch"
MISSING, TIMING = "missing_counterpart", "timing_skew"
NOTE = "Customer waits. The explorer shows it: https://explorer.example/tx/{txid}"


def stretch_days(today: date) -> tuple[date, date, date]:
    """The days of the handler, of the export and of the shortcut."""
    first = today - timedelta(days=BACK)
    return first, first + timedelta(days=1), first + timedelta(days=2)


def plant_stretch(plan: Plan) -> None:
    """Add the three days with their lines of the answer key."""
    handler, export, shortcut = stretch_days(plan.today)
    _handler(plan, handler)
    _export(plan, export)
    _shortcut(plan, shortcut)


def _handler(plan: Plan, day: date) -> None:
    early = _detected(plan, "pay_handler_1", day)
    _post(early, HANDLER)
    early.settled(300)  # noon was three hours too early
    _line(early)
    _case(plan, BOOKED, ILLEGAL, "posted_early", 0, early.payment)
    short = _detected(plan, "pay_handler_2", day, came=49_000)
    _post(short, HANDLER)
    short.settled(300)
    _line(short, 49_000)
    _case(plan, SOLD, AMOUNT, "under", -1_000, short.payment)
    _case(plan, BOOKED, ILLEGAL, "posted_early", 1_000, short.payment)
    _bank(plan, day, AMOUNT, None, 1_000, "posted on detection as ordered, not as it came")
    gone = _detected(plan, "pay_handler_3", day)
    _post(gone, HANDLER)
    gone.event("InvoiceInvalid", 400)  # replaced on its network: the money never came
    _case(plan, BOOKED, ILLEGAL, "posted_early", PAYS, gone.payment)
    _bank(plan, day, MISSING, 1, PAYS, "posted on detection, and the money never came")
    prompt = _detected(plan, "pay_handler_4", day)
    prompt.settled(60)
    _post(prompt, HANDLER)  # an hour after Confirmed
    _line(prompt)
    plan.near_misses.append(("planes", "posted by the handler after Confirmed"))


def _export(plan: Plan, day: date) -> None:
    typed = _detected(plan, "pay_portal_1", day)
    _post(typed, EXPORTER, 60_000, source="portal export")
    typed.settled(200)
    _line(typed)
    _case(plan, BOOKED, ILLEGAL, "posted_early", 10_000, typed.payment)
    _bank(plan, day, AMOUNT, None, 10_000, "posted from a portal's export, two digits typed wrongly")
    short = _detected(plan, "pay_portal_2", day, came=45_000)
    _post(short, EXPORTER, PAYS, source="portal export")
    short.settled(200)
    _line(short, 45_000)
    _case(plan, SOLD, AMOUNT, "under", -5_000, short.payment)
    _case(plan, BOOKED, ILLEGAL, "posted_early", 5_000, short.payment)
    _bank(plan, day, AMOUNT, None, 5_000, "posted from a portal's export as ordered, not as it came")


def _shortcut(plan: Plan, day: date) -> None:
    for n, confirmed in enumerate((300, 90), 1):
        sale = _detected(plan, f"pay_shortcut_{n}", day)
        _by_hand(sale, day)
        sale.settled(confirmed)  # no case stays open, and the goods had gone out all the same
        _line(sale)
    gone = _detected(plan, "pay_shortcut_3", day)
    _by_hand(gone, day)
    gone.event("InvoiceInvalid", 400)
    _case(plan, SOLD, TIMING, "fulfilled_early", 0, gone.payment)
    _case(plan, SOLD, MISSING, "unpaid", -PAYS, gone.payment)
    plain = _detected(plan, "pay_shortcut_4", day)
    plain.settled(50)
    _line(plain)
    plan.near_misses.append(("planes", "fulfilled by rule, once it was confirmed"))


def _detected(plan: Plan, payment: str, day: date, came: int = PAYS) -> Sale:
    sale = Sale(plan, payment, PAYS, day)
    sale.order()
    sale.created()
    sale.receipt(_txid(payment), came)
    sale.processing()
    return sale


def _post(sale: Sale, by: str, amount: int = PAYS, **metadata: str) -> None:
    """A deposit at noon, under the name of whoever posted it."""
    legs = (("1030", "DEBIT", amount), ("2210", "CREDIT", amount))
    sale.plan.postings.append(DemoPosting(
        f"{by} {sale.payment}", sale.day, "deposit", legs, _txid(sale.payment), sale.payment,
        {"order_id": sale.ref, **metadata}, by=by,
    ))  # fmt: skip


def _line(sale: Sale, amount: int = PAYS) -> None:
    txid = _txid(sale.payment)
    sale.plan.lines.append(DemoLine("1030", amount, sale.day, txid, "DEP", f"DEPOSIT {txid[:12]}"))


def _by_hand(sale: Sale, day: date) -> None:
    note = NOTE.format(txid=_txid(sale.payment))
    sale.plan.hand_moves.append(DemoHandMove(sale.ref, "open", "fulfilled", at(day, 10, 20), "SUP-2291", note))


def _txid(payment: str) -> str:
    """As long as a network's own, and told from the payment."""
    return payment.encode().hex().ljust(64, "0")


def _case(plan: Plan, pair: str, exception_class: str, kind: str, contribution: int, payment: str) -> None:
    plan.plane_planted.append(PlantedCase(pair, exception_class, kind, contribution, payment))


def _bank(plan: Plan, day: date, exception_class: str, cause: int | None, contribution: int, story: str) -> None:
    plan.planted.append(Planted("1030", day, exception_class, cause, contribution, story))
