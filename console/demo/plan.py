"""The plan of the demo: ordinary traffic for 40 days and, on top, what is planted. Pure and deterministic by seed and day."""

import random
from datetime import date, timedelta

from console.demo.planting import plant
from console.demo.rows import DemoAccount, DemoLine, DemoPosting, Plan
from console.demo.shop import sell
from console.demo.shop_planting import plant_planes
from console.demo.silence import plant_silence
from console.demo.stretch import plant_stretch

SUNDAY, WEEKEND = frozenset({7}), frozenset({6, 7})
ACCOUNTS = (
    DemoAccount(
        "2010",
        "Example Bank payout clearing",
        "LIABILITY",
        "ETB",
        "Example Bank",
        "ET0100004425",
        "camt053",
        SUNDAY,
        "06:00",
        420,
    ),
    DemoAccount(
        "1010",
        "Example Bank card and wallet receipts",
        "ASSET",
        "ETB",
        "Example Bank",
        "ET0100004417",
        "mt940",
        SUNDAY,
        "06:00",
        380,
    ),
    DemoAccount(
        "2020",
        "Sample Savings salary advances",
        "LIABILITY",
        "ETB",
        "Sample Savings Bank",
        "0093771",
        "csv",
        SUNDAY,
        "05:00",
        180,
    ),
    DemoAccount(
        "1020",
        "Placeholder Trust USD operating",
        "ASSET",
        "USD",
        "Placeholder Trust",
        "US7781009",
        "camt053",
        WEEKEND,
        "04:00",
        60,
    ),
    DemoAccount(
        "1030",
        "Custodian wallet BTC",
        "ASSET",
        "BTC",
        "Custodian of Samples",
        "WALLET-9XK2",
        "csv",
        frozenset(),
        "00:00",
        30,
    ),
)
OTHERS = (
    ("1310", "Salary advances", "ASSET", "ETB"),
    ("1320", "Loans to employees", "ASSET", "ETB"),
    ("1330", "Receivables", "ASSET", "ETB"),
    ("2110", "Supplier payables", "LIABILITY", "ETB"),
    ("1395", "Claims, payments not initiated here", "ASSET", "ETB"),
    ("2190", "Suspense, unidentified receipts", "LIABILITY", "ETB"),
    ("6120", "Bank charges", "EXPENSE", "ETB"),
    ("4110", "Interest income", "REVENUE", "ETB"),
    ("4010", "Advance fees", "REVENUE", "ETB"),
    ("1340", "Receivables USD", "ASSET", "USD"),
    ("6130", "Bank charges USD", "EXPENSE", "USD"),
    ("2210", "Unapplied deposits BTC", "LIABILITY", "BTC"),
    ("1350", "Receivables BTC", "ASSET", "BTC"),
)
BOOKED_ON = {  # asset: where what the bank alone shows is booked; of BTC nothing is yet
    "ETB": (("bank_fee", "6120"), ("interest", "4110"), ("suspense_receipt", "2190"), ("suspense_payment", "1395")),
    "USD": (("bank_fee", "6130"),),
}
RULES = {  # use case: in which direction its postings go; the loans' first rule has the wrong sign, which is cause 3
    "ewa_disbursement": {"1310": "DEBIT", "2010": "CREDIT"},
    "salary_advance": {"1310": "DEBIT", "2020": "CREDIT"},
    "loan_disbursement": {"2020": "DEBIT", "1320": "CREDIT"},
}
SPAN = 40  # days before today, from the day the accounts were opened on


def make_plan(seed: int, today: date, scale: int = 1) -> Plan:
    """The demo as of `today`: statements run to the last banking day before it. `scale` multiplies the ordinary traffic."""
    plan = Plan(today)
    rng = random.Random(seed)
    for account in ACCOUNTS:
        days = [today - timedelta(days=n) for n in range(SPAN, 0, -1)]
        plan.days[account.code] = [d for d in days if d.isoweekday() not in account.closed_weekdays]
        for day in plan.days[account.code]:
            _traffic(plan, account, day, rng, account.per_day * scale)
    plant(plan, rng)
    sell(plan)
    plant_planes(plan)
    plant_stretch(plan)
    plant_silence(plan)
    _keep_off_missing_days(plan)
    return plan


def _keep_off_missing_days(plan: Plan) -> None:
    """A statement that never comes may hide its own day only: what another day's posting expects in it settles on that day."""
    posted = {p.reference: p.day for p in plan.postings}
    for line in plan.lines:
        if (line.account, line.value_on) in plan.missing and line.reference in posted:
            line.value_on = posted[line.reference]


def _traffic(plan: Plan, account: DemoAccount, day: date, rng: random.Random, about: int) -> None:
    count = max(4, int(about * rng.uniform(0.8, 1.2)))
    make = {"2010": _payout, "1010": _receipt, "2020": _advance, "1020": _dollar, "1030": _deposit}[account.code]
    for n in range(count):
        make(plan, day, f"{day:%Y%m%d}-{n:05d}", rng)


def pair(
    plan: Plan,
    account: str,
    day: date,
    legs: tuple[tuple[str, str, int], ...],
    use_case: str,
    reference: str,
    payment: str,
    line: int,
    code: str,
    narrative: str,
    metadata: dict[str, str],
    on: date | None = None,
) -> None:
    """An ordinary payment: its posting and the bank line that settles it (the same day unless `on`)."""
    plan.postings.append(DemoPosting(f"{use_case} {reference}", day, use_case, legs, reference, payment, metadata))
    plan.lines.append(DemoLine(account, line, on or day, reference, code, narrative))


def _payout(plan: Plan, day: date, tail: str, rng: random.Random) -> None:
    amount = rng.randrange(40_000, 900_000, 25)
    pair(
        plan,
        "2010",
        day,
        (("1310", "DEBIT", amount), ("2010", "CREDIT", amount)),
        "ewa_disbursement",
        f"EXB-EWA-{tail}",
        f"pay_e{tail.replace('-', '')}",
        -amount,
        "PMNT/ICDT/DMCT",
        f"EWA PAYOUT EXB-EWA-{tail}",
        {"ewa_id": f"ewa-{tail}"},
    )


def _receipt(plan: Plan, day: date, tail: str, rng: random.Random) -> None:
    amount = rng.randrange(5_000, 350_000, 5)
    pair(
        plan,
        "1010",
        day,
        (("1010", "DEBIT", amount), ("1330", "CREDIT", amount)),
        "card_receipt",
        f"RCP{tail.replace('-', '')}",
        f"pay_r{tail.replace('-', '')}",
        amount,
        "NTRF",
        f"CARD RECEIPT {tail}",
        {"order_id": f"ord-{tail}"},
    )


def _advance(plan: Plan, day: date, tail: str, rng: random.Random) -> None:
    amount = rng.randrange(60_000, 400_000, 50)
    pair(
        plan, "2020", day, (("1310", "DEBIT", amount), ("2020", "CREDIT", amount)), "salary_advance", f"SSB-ADV-{tail}",
        f"pay_a{tail.replace('-', '')}", -amount, "ADV", f"ADVANCE {tail}", {"ewa_id": f"adv-{tail}"},
    )  # fmt: skip


def _dollar(plan: Plan, day: date, tail: str, rng: random.Random) -> None:
    """Three of ten settle on the next banking day, in the ordinary way."""
    amount = rng.randrange(2_000, 90_000)
    days = plan.days["1020"]
    later = [d for d in days if d > day]
    on = later[0] if later and rng.random() < 0.3 else day
    pair(
        plan,
        "1020",
        day,
        (("1020", "DEBIT", amount), ("1340", "CREDIT", amount)),
        "marketplace_receipt",
        f"PT-{tail}",
        f"pay_u{tail.replace('-', '')}",
        amount,
        "PMNT/RCDT/ESCT",
        f"SETTLEMENT PT-{tail}",
        {"order_id": f"ord-u{tail}"},
        on,
    )


def _deposit(plan: Plan, day: date, tail: str, rng: random.Random) -> None:
    amount = rng.randrange(10_000, 9_000_000)
    txid = f"{rng.getrandbits(160):040x}"
    pair(
        plan,
        "1030",
        day,
        (("1030", "DEBIT", amount), ("2210", "CREDIT", amount)),
        "deposit",
        txid,
        f"pay_b{tail.replace('-', '')}",
        amount,
        "DEP",
        f"DEPOSIT {txid[:12]}",
        {"order_id": f"ord-b{tail}"},
    )
