"""What is planted in the demo, each with a near-miss beside it that must not be taken for it. Amounts in minor units.

`ago(n)` is the n-th last banking day of an account; 0 is the last one with a statement ("yesterday")."""

import random
from collections.abc import Callable
from datetime import date

from console.demo.rows import DemoLine, DemoPosting, Plan, Planted

AMOUNT, MISSING, TIMING = "amount_mismatch", "missing_counterpart", "timing_skew"
DUPLICATE, REFERENCE, UNMODELLED = "duplicate_observation", "reference_mismatch", "unmodelled_bank_item"


class Planter:
    """Adds postings, lines and the answer key for one account."""

    def __init__(self, plan: Plan, account: str) -> None:
        self.plan, self.account = plan, account
        self.days = plan.days[account]

    def ago(self, n: int) -> date:
        return self.days[-1 - n]

    def post(self, ref: str, day: date, use_case: str, debit: str, credit: str, amount: int, **more: str) -> None:
        payment = more.pop("payment", f"pay_{ref.lower().replace('-', '')}")
        status = more.pop("status", "POSTED")
        key = more.pop("key", ref)
        self.plan.postings.append(
            DemoPosting(
                f"planted {key}",
                day,
                use_case,
                ((debit, "DEBIT", amount), (credit, "CREDIT", amount)),
                ref,
                payment,
                dict(more),
                status,
            )
        )

    def line(
        self, ref: str, day: date, amount: int, code: str, narrative: str, charge: int = 0, kind: str = ""
    ) -> None:
        self.plan.lines.append(DemoLine(self.account, amount, day, ref, code, narrative, charge=charge, kind=kind))

    def key(self, day: date, exception_class: str, cause: int | None, contribution: int, story: str) -> None:
        self.plan.planted.append(Planted(self.account, day, exception_class, cause, contribution, story))

    def near(self, what: str) -> None:
        self.plan.near_misses.append((self.account, what))


def plant(plan: Plan, rng: random.Random) -> None:
    """Plant every cause and every class of this plane, each with its near-miss."""
    for account, sow in SOWN.items():
        sow(Planter(plan, account))


def _payout_clearing(p: Planter) -> None:
    y = p.ago(0)
    p.post("EXB-EWA-RETURN-01", p.ago(3), "ewa_disbursement", "1310", "2010", 215_000, ewa_id="ewa-return-01")
    p.line("EXB-EWA-RETURN-01", p.ago(3), -215_000, "PMNT/ICDT/DMCT", "EWA PAYOUT RETURN-01")
    p.line("EXB-EWA-RETURN-01", y, 215_000, "PMNT/IRCT/RRTN", "RETURNED ACCOUNT CLOSED EXB-EWA-RETURN-01")
    p.key(y, MISSING, 1, 215_000, "cause 1: returned by the bank yesterday")
    p.post("EXB-EWA-REJECT-02", p.ago(5), "ewa_disbursement", "1310", "2010", 338_500, ewa_id="ewa-reject-02")
    p.key(p.ago(5), MISSING, 1, 338_500, "cause 1: rejected out of band, no line after grace")
    p.post("EXB-EWA-LATE-03", p.ago(8), "ewa_disbursement", "1310", "2010", 338_500, ewa_id="ewa-late-03")
    p.line("EXB-EWA-LATE-03", p.ago(7), -338_500, "PMNT/ICDT/DMCT", "EWA PAYOUT LATE-03")
    p.near("same amount as the rejected one, but its line came the next day: no difference")
    p.post(
        "EXB-EWA-PEND-04", p.ago(4), "ewa_disbursement", "1310", "2010", 247_500, status="PENDING", ewa_id="ewa-pend-04"
    )
    p.line("EXB-EWA-PEND-04", p.ago(4), -247_500, "PMNT/ICDT/DMCT", "EWA PAYOUT PEND-04")
    p.key(p.ago(4), MISSING, 5, -247_500, "cause 5: the bank settled what we hold as PENDING")
    p.post(
        "EXB-EWA-PEND-05", p.ago(6), "ewa_disbursement", "1310", "2010", 99_000, status="PENDING", ewa_id="ewa-pend-05"
    )
    p.line("EXB-EWA-PEND-05", p.ago(6), -90_900, "PMNT/ICDT/DMCT", "EWA PAYOUT PEND-05")
    p.key(p.ago(6), AMOUNT, None, -90_900, "PENDING at another amount: an amount mismatch, never confirmed")
    p.near("PENDING, but the bank settled another amount: not taken for a failed confirmation")
    p.line("", p.ago(9), -15_700, "PMNT/ICDT/CHRG", "SERVICE CHARGE NOVEMBER", kind="fee")
    p.key(p.ago(9), UNMODELLED, 6, -15_700, "cause 6: fee by bank code")
    p.post("EXB-EWA-FEE-06", p.ago(9), "ewa_disbursement", "1310", "2010", 15_700, ewa_id="ewa-fee-06")
    p.line("EXB-EWA-FEE-06", p.ago(9), -15_700, "PMNT/ICDT/DMCT", "FEE REFUND CAMPAIGN EXB-EWA-FEE-06")
    p.near("an ordinary payout of the fee's amount whose narrative says FEE: matched by reference")
    p.post("EXB-EWA-DIGIT-07", p.ago(11), "ewa_disbursement", "1310", "2010", 450_000, ewa_id="ewa-digit-07")
    p.line("EXB-EWA-DIGIT-07", p.ago(11), -540_000, "PMNT/ICDT/DMCT", "EWA PAYOUT DIGIT-07")
    p.key(p.ago(11), AMOUNT, None, -90_000, "two digits changed places")


def _receipts(p: Planter) -> None:
    p.line("XFER991", p.ago(2), -4_500_000, "NTRF", "TRANSFER TO UNKNOWN BENEFICIARY")
    p.key(p.ago(2), MISSING, 4, 4_500_000, "cause 4: money out that we never initiated")
    p.post("SUP4471", p.ago(2), "supplier_payment", "2110", "1010", 4_500_000)
    p.line("SUP4471", p.ago(2), -4_500_000, "NTRF", "SUPPLIER PAYMENT SUP4471")
    p.near("a supplier payment of the same amount on the same day: ours, matched")
    for n, part in enumerate((100_000, 250_000, 150_000), 1):
        p.post("BATCH7781", p.ago(6), "settle", "1010", "1330", part, key=f"BATCH7781-{n}", payment=f"pay_batch7781{n}")
    p.line("BATCH7781", p.ago(6), 490_000, "NTRF", "ACQUIRER BATCH 7781")
    p.key(p.ago(6), AMOUNT, None, 10_000, "three settlements in one line, 100.00 short")
    for n, part in enumerate((120_000, 230_000, 140_000), 1):
        p.post("BATCH7782", p.ago(6), "settle", "1010", "1330", part, key=f"BATCH7782-{n}", payment=f"pay_batch7782{n}")
    p.line("BATCH7782", p.ago(6), 490_000, "NTRF", "ACQUIRER BATCH 7782")
    p.near("three settlements in one line that add up: matched N:1")
    for n in (1, 2):
        p.post(
            "RCPTWICE8", p.ago(8), "card_receipt", "1010", "1330", 64_000, key=f"RCPTWICE8-{n}", payment="pay_rcptwice8"
        )
    p.line("RCPTWICE8", p.ago(8), 64_000, "NTRF", "CARD RECEIPT TWICE8")
    p.key(p.ago(8), DUPLICATE, None, 64_000, "posted twice, received once")
    for n in (1, 2):
        p.post(
            "RCPBOTH9",
            p.ago(8),
            "card_receipt",
            "1010",
            "1330",
            64_000,
            key=f"RCPBOTH9-{n}",
            payment=f"pay_rcpboth9{n}",
        )
        p.line("RCPBOTH9", p.ago(8), 64_000, "NTRF", "CARD RECEIPT BOTH9")
    p.near("two payments of one reference and amount, received twice: matched")
    p.line("", p.ago(10), 45_300, "NTRF", "TRF FROM UNKNOWN SENDER")
    p.key(p.ago(10), REFERENCE, None, -45_300, "money in that no payment of ours explains")
    p.post("NB2", p.ago(12), "settle", "1010", "1330", 1_000_000)
    p.line("NB2", p.ago(12), 985_000, "NCHG", "ACQUIRER SETTLEMENT NET OF CHARGES")
    p.key(p.ago(12), AMOUNT, None, 15_000, "settled net of charges the file gives no detail of")
    p.line("", p.ago(13), 300_000, "NINT", "INTEREST CREDITED", kind="interest")
    p.key(p.ago(13), UNMODELLED, 6, -300_000, "cause 6: interest by bank code")


def _advances(p: Planter) -> None:
    for n, amount in enumerate((120_000, 60_000, 88_000), 1):
        p.post(f"SSB-LOAN-{n:02d}", p.ago(5), "loan_disbursement", "2020", "1320", amount, loan_id=f"loan-{n:02d}")
        p.line(f"SSB-LOAN-{n:02d}", p.ago(5), -amount, "LOAN", f"LOAN {n:02d}")
        p.key(p.ago(5), AMOUNT, 3, -2 * amount, "cause 3: the loan use case posts with the wrong sign")
    p.post("SSB-REFUND-11", p.ago(5), "advance_refund", "2020", "1310", 120_000)
    p.line("SSB-REFUND-11", p.ago(5), 120_000, "REF", "REFUND OF ADVANCE 11")
    p.near("a refund moves the other way on both sides: matched")
    p.post("SSB-ADV-ONCE-12", p.ago(7), "salary_advance", "1310", "2020", 210_000)
    for _ in (1, 2):
        p.line("SSB-ADV-ONCE-12", p.ago(7), -210_000, "ADV", "ADVANCE ONCE-12")
    p.key(p.ago(7), DUPLICATE, 4, -210_000, "cause 4: the bank debited one of ours twice")
    p.plan.broken.add(("2020", p.ago(15)))


def _dollars(p: Planter) -> None:
    y = p.ago(0)
    p.post("PT-EVENING-1", y, "marketplace_receipt", "1020", "1340", 124_055, order_id="ord-evening-1")
    p.key(y, TIMING, 2, 124_055, "cause 2: the line is expected in the next statement")
    p.post("PT-EVENING-2", p.ago(2), "marketplace_receipt", "1020", "1340", 124_055, order_id="ord-evening-2")
    p.line("PT-EVENING-2", p.ago(1), 124_055, "PMNT/RCDT/ESCT", "SETTLEMENT PT-EVENING-2")
    p.near("the same amount a day earlier, settled on the next day: no difference left")
    p.post("PT-FX-5", p.ago(9), "marketplace_receipt", "1020", "1340", 716_771)
    p.line("PT-FX-5", p.ago(9), 716_772, "PMNT/RCDT/ESCT", "SETTLEMENT PT-FX-5")
    p.key(p.ago(9), AMOUNT, None, -1, "one cent of rounding stays visible")
    p.plan.missing.add(("1020", p.ago(6)))


def _wallet(p: Planter) -> None:
    p.post("f00dfeed4f1c2b7a", p.ago(4), "deposit", "1030", "2210", 412_000)
    p.line("", p.ago(4), 412_000, "DEP", "DEPOSIT WITHOUT REFERENCE")
    p.key(p.ago(4), REFERENCE, None, 0, "a blank line and one lone entry of its amount: paired, open, never guessed")


SOWN: dict[str, Callable[[Planter], None]] = {
    "2010": _payout_clearing, "1010": _receipts, "2020": _advances, "1020": _dollars, "1030": _wallet,
}  # fmt: skip
