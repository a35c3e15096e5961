"""Contexts of home and case."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import UTC, date, datetime, timedelta
from typing import Any

from console.bars import bars
from console.comparing import differing_parts
from console.display import Amount
from ledger.assets import EXPONENTS

NOW = datetime(2026, 11, 20, 15, 46, tzinfo=UTC)
DAY = date(2026, 11, 19)
HREF = "/exceptions/one/"


def amount(minor: int | None, asset: str = "ETB") -> Amount:
    return Amount(minor, asset, EXPONENTS[asset])


def _days(odd: dict[int, str], weekend: set[int]) -> list[dict[str, Any]]:
    """28 days up to today: clean but for the odd ones (days back → state)."""
    found = []
    for back in range(27, -1, -1):
        on = date(2026, 11, 20) - timedelta(days=back)
        state = "open" if back == 0 else "holiday" if on.weekday() in weekend else odd.get(back, "clean")
        found.append({"on": on, "state": state, "href": "" if state in ("open", "holiday") else "/drift/day/"})
    return found


def _strip_row(name, note, odd, weekend, drift, verdict, below=""):
    return {
        "name": name, "note": note, "href": "/ledger/account/", "days": _days(odd, weekend), "drift": drift,
        "verdict": verdict, "verdict_word": "", "note_below": below,
    }  # fmt: skip


def strip(running: bool = False) -> dict[str, Any]:
    sun, both = {6}, {5, 6}
    rows = [
        _strip_row("Dashen payout clearing", "Dashen ··4425", {17: "plus", 16: "corrected", 9: "minus", 1: "minus"}, sun, amount(-48200), "DRIFTED", "3 differences"),
        _strip_row("Dashen card and wallet receipts", "Dashen ··4417", {23: "unknown", 8: "corrected", 2: "timing"}, sun, amount(0), "CLEAN"),
        _strip_row("Abay Union salary advances", "Abay Union ··0093", {8: "plus", 7: "plus", 1: "unknown"}, sun, amount(None), "UNKNOWN", "import waits"),
        _strip_row("Harborline USD operating", "Harborline ··7781", {15: "unknown"}, both, amount(0, "USD"), "CLEAN"),
        _strip_row("Harborline marketplace seller payouts", "Harborline ··7799", {21: "plus", 3: "corrected", 1: "plus"}, both, amount(124055, "USD"), "DRIFTED", "1 difference"),
        _strip_row("BTCPay treasury wallet", "wallet bc1q…9xk2", {12: "unknown", 1: "cancels"}, set(), amount(0, "BTC"), "DRIFTED", "2 differences that cancel out"),
    ]  # fmt: skip
    return {
        "days": [day["on"] for day in rows[0]["days"]],
        "rows": rows,
        "earlier_href": "/?until=2026-10-23",
        "later_href": "",
        "href": "/strip/",
        "running": {"done": 2, "total": 6} if running else None,
    }


def _why_row(ref, title, cause, contribution, correction, hours):
    return {
        "ref": ref, "href": HREF, "title": title, "cause": cause, "contribution": contribution,
        "correction": correction, "due_at": NOW + timedelta(hours=hours),
    }  # fmt: skip


def home() -> dict[str, Any]:
    return {
        "title": "Ledger and bank do not agree: 3 accounts drifted, 1 has an unknown day",
        "sub": "Last closed period Thu 19 Nov 2026. All drift is explained by 6 named differences. Checked Fri 20 Nov 15:14 UTC.",
        "upload_href": "/bank/",
        "reconcile": {"href": "/drift/checks/", "key": "k1", "why_not": ""},
        "summary": {
            "net": [amount(-48200), amount(124055, "USD"), amount(0, "BTC")],
            "unexplained": [amount(0), amount(0, "USD"), amount(0, "BTC")],
            "gross": [amount(478200), amount(124055, "USD"), amount(824000, "BTC")],
            "unknown": {"count": 1, "of": 6, "text": "Abay Union: import waits,", "href": "/bank/", "label": "overdue by 2 h 14 min"},
        },
        "gate": {
            "open": False,
            "word": "0 of 7 clean days",
            "pips_says": "The 7 days that have to be clean",
            "pips_left": "",
            "pips": [{"label": str(20 + n), "state": "" if n else "now", "title": f"{20 + n} Nov"} for n in range(7)],
            "text": "Reset on 19 Nov by 4 accounts. Opens Fri 27 Nov at the earliest.",
        },
        "strip": strip(),
        "why": {
            "title": "Why: the differences of 19 Nov", "all_href": "/exceptions/", "all_count": 312,
            "groups": [
                {"account": "Dashen payout clearing", "drift": amount(-48200), "unexplained": amount(0), "rows": [
                    _why_row("C-20418", "Bank settled a transaction we still hold as PENDING", "Confirmation failed", amount(-247500), "Confirm the transaction", 3.2),
                    _why_row("C-20415", "Posted disbursement has no bank line after cut-off and grace", "Rejected by the bank", amount(215000), "Reverse the transaction", 5.7),
                    _why_row("C-20421", "Service charge with bank code PMNT/ICDT/CHRG", "Fee not modelled", amount(-15700), "Post through bank fee", 70),
                ]},
                {"account": "Harborline marketplace seller payouts", "drift": amount(124055, "USD"), "unexplained": amount(0, "USD"), "rows": [
                    _why_row("C-20402", "Payout of 19 Nov stands in the statement of 20 Nov", "Reported next period", amount(124055, "USD"), "None, clears by itself", 26),
                ]},
                {"account": "BTCPay treasury wallet", "drift": amount(0, "BTC"), "unexplained": amount(0, "BTC"), "rows": [
                    _why_row("C-20409", "Posted receipt 4f1c…a07e has no wallet line", "Reference differs", amount(412000, "BTC"), "Compare the two sides", 6.1),
                    _why_row("C-20410", "Wallet line 9be2…41d0 has no posted receipt", "Reference differs", amount(-412000, "BTC"), "Compare the two sides", 6.1),
                ]},
            ],
        },
        "waiting": [
            {"text": "5 cases assigned to you", "href": "/exceptions/", "small": "oldest 3 d 4 h", "right": "2 due today", "right_tone": "drift"},
            {"text": "2 of your requests wait for approval", "href": "/approvals/", "right": "CR-1183, CR-1178"},
            {"text": "1 import has findings", "href": "/bank/", "right": "Abay Union 19 Nov"},
        ],
        "signals_href": "/review/",
        "signals": [
            {"name": "Overdue exceptions", "href": "/review/", "goal": "goal 0", "value": "2", "out": True, "says": "Overdue exceptions, last 8 days, now 2", "line": {"points": "M2 19 11 19 21 19 30 11 40 11 49 11 59 11 68 3", "x": 68, "y": 3}},
            {"name": "Webhook recency", "href": "/review/", "goal": "within 5 min", "value": "41 s", "out": False, "says": "Webhook recency, last 8 days, now 41 s", "line": {"points": "M2 10 11 5 21 7 30 3 40 7 49 7 59 4 68 6", "x": 68, "y": 3}},
        ],
    }  # fmt: skip


def home_first_day() -> dict[str, Any]:
    return {
        "title": "No day has a verdict yet",
        "sub": "Nothing was reconciled so far.",
        "upload_href": "/bank/",
        "reconcile": {"href": "/drift/checks/", "key": "k1", "why_not": "No statement is imported yet."},
        "strip": {"rows": [], "href": "/strip/"},
        "waiting": [],
    }


def case() -> dict[str, Any]:
    left, right = differing_parts("Almaz Hailemariam Wolde-Gebriel", "ALMAZ H/MARIAM W/GEBRIEL")

    def row(field, one, other, verdict="equal", word="", is_id=False):
        return {"field": field, "left": one, "right": other, "verdict": verdict, "word": word, "is_id": is_id}

    parts = bars(
        [
            ("C-20418, this case", amount(-247500), True),
            ("C-20415", amount(215000), False),
            ("C-20421", amount(-15700), False),
        ]
    )
    return {
        "crumb": {"list_href": "/exceptions/", "list_label": "Exceptions", "view": {"label": "Due this week", "href": "/exceptions/?view=due"}, "place": "3 of 37"},
        "previous_href": HREF, "next_href": HREF,
        "case": {
            "ref": "C-20418", "title": "Bank settled a transaction we still hold as PENDING", "exception_class": "missing_counterpart",
            "state": "assigned", "state_word": "Assigned to Selamawit G.", "due_at": NOW + timedelta(hours=3.2), "opened_at": NOW - timedelta(hours=9.5),
            "says": "seen by 2 runs, first MR-3391, matcher ledger–bank v14", "contribution": amount(-247500), "side": "bank heavier",
            "account": "Dashen payout clearing", "account_href": "/ledger/account/", "day": DAY, "day_says": "drift −482.00, 3 differences",
            "payment_id": "pay_7Hd2kQ9wXr", "payment_href": "", "payee": "Almaz Hailemariam Wolde-Gebriel",
            "cause": "Confirmation failed, 5 of 5 signs", "cause_says": "next best has 1 of 4",
        },
        "sides": {
            "says": "1 field differs, 1 is close, 6 more agree or stand on one side; differences first",
            "left": {"title": "Ledger, what we recorded", "under": "LT-88213406", "href": "/ledger/transaction/"},
            "right": {"title": "Bank, what Dashen reports", "under": "statement 323, line 3,118 of 4,182", "href": ""},
            "rows": [
                row("Status", "PENDING since 19 Nov 08:02:11", "BOOK, booked 19 Nov 08:03:40", "differs"),
                row("Payee name", left, right, "close", "shortened"),
                row("Amount", "2,475.00 ETB", "2,475.00 ETB"), row("Direction", "money out, CREDIT on clearing", "money out, DBIT"),
                row("Partner reference", "DSH-EWA-20261119-008841", "DSH-EWA-20261119-008841", is_id=True),
                row("Value date", "Thu 19 Nov 2026, effective", "Thu 19 Nov 2026"),
                row("Payment", "pay_7Hd2kQ9wXr", "", "one_sided", is_id=True), row("Use case, bank code", "ewa_disbursement", "PMNT/ICDT/DMCT", "one_sided", is_id=True),
            ],
        },
        "diagnosis": {
            "causes": [
                {"title": "Confirmation failed after the bank settled", "fits": True, "found": 5, "sought": 5, "signs": [{"state": "found", "text": text} for text in ("Line matches a PENDING transaction by partner reference and amount", "Provider event COMPLETED 19 Nov 08:03:38, signature verified", "Confirmation attempt at 08:03:41 ended with connection reset", "No POSTED transaction carries this reference", "11 more confirmations failed between 08:03:30 and 08:03:52")]},
                {"title": "Settled twice by the bank", "fits": False, "found": 1, "sought": 4, "signs": [{"state": "missing", "text": "One line with this reference in 40 days of statements"}, {"state": "found", "text": "Amount equals an earlier advance to the same payee, 12 Nov"}, {"state": "unknown", "text": "The bank's end-to-end id is not carried"}]},
            ],
            "ruled_out": "rejected by the bank, reported in the next period, wrong sign, fee not modelled",
        },
        "proposal": {
            "kind": "Confirm", "lead": "Move LT-88213406 from PENDING to POSTED.", "detail": "Amounts, accounts and dates stay as they are. Effective Thu 19 Nov 2026; that period is open.",
            "entries": [{"account": "1310 Salary advances", "debit": amount(247500)}, {"account": "1042 Dashen payout clearing", "credit": amount(247500)}],
            "effect": {"label": "Dashen payout clearing, 19 Nov", "rows": [
                {"label": "Ledger total", "now": "12,843,164.00", "after": "12,845,639.00"}, {"label": "Statement total", "now": "12,843,646.00", "after": "12,843,646.00"},
                {"label": "Net drift", "now": "−482.00", "after": "+1,993.00", "strong": True, "now_tone": "t-drift", "after_tone": "t-drift"},
                {"label": "Gross", "now": "4,782.00", "after": "2,307.00"}, {"label": "Named differences", "now": "3", "after": "2"}, {"label": "Unexplained", "now": "0.00", "after": "0.00"}]},
            "bars": parts, "bars_height": 106, "bars_says": "Contributions to drift: C-20418 −2,475.00 is corrected here, C-20415 +2,150.00 and C-20421 −157.00 stay",
            "warning": {"title": "Net drift grows, gross falls.", "text": "This difference hid part of C-20415. Correct all three and drift is 0.00 ETB.", "href": "/corrections/batch/", "label": "Propose C-20418, C-20415 and C-20421 as one batch"},
            "form": {"href": "/corrections/", "key": "k3", "fields": [("case", "C-20418"), ("kind", "confirm")], "reason": "Bank booked, provider event COMPLETED and verified; our confirmation was cut off at 08:03:41.", "policy": "Ledger corrections v6 asks for 1 controller other than you, up to 50,000.00 ETB. The request expires after 24 h and is checked again when it runs.", "send": "Send for approval", "reason_label": "Reason for the checker", "why_not": ""},
            "others": [{"label": "reverse", "href": "?as=reverse"}, {"label": "post anew", "href": "?as=repost"}],
        },
        "events": [
            {"at": NOW, "tone": "", "text": "Seen again by run MR-3394, contribution unchanged"},
            {"at": NOW, "tone": "k", "actor": "Selamawit Gebreyohannes", "text": "Asked Dashen desk for the transfer receipt, ticket FIN-2291"},
            {"at": NOW, "tone": "r", "text": "Opened by run MR-3391, evidence snapshot", "ref": {"text": "ev_4b7d1f", "href": "/evidence/"}},
        ],
        "note": {"href": "/exceptions/one/notes/", "key": "k4", "payment": ""},
        "assign": {"href": "/exceptions/one/assign/", "key": "k5", "people": [{"value": 1, "label": "me"}]},
        "snooze": {"href": "/exceptions/one/snooze/", "key": "k6", "days": [{"value": "2026-11-22", "label": "Sun 22 Nov"}]},
    }  # fmt: skip


def case_held() -> dict[str, Any]:
    whole = case()
    return {**whole, "proposal": None, "snooze": None, "read_only": "Working on it needs the role analyst; you act as support.",
            "case": {**whole["case"], "title": "Outgoing line with no payment and no reference of ours", "state": "held", "state_word": "", "payment_id": "", "payee": "", "cause": "The bank settled what we never initiated, 3 of 3 signs", "due_at": NOW - timedelta(days=6)},
            "changed": {"text": "A new statement was imported at 15:20.", "href": "?"},
            "sides": {**whole["sides"], "group": [{"ref": "L-3118", "href": "/bank/line/", "side": "bank", "text": "TRF OUT", "amount": amount(-4500000)}], "sums": [{"label": "Sum of the bank's rows", "amount": amount(-4500000)}]},
            "security": {"title": "Stop. The bank settled something we never initiated.", "text": "45,000.00 ETB on 12 Nov.", "facts": ["Corrections on this account are closed since 06:14", "Evidence ev_4b7d1f is kept", "Security was paged at 06:14"], "runbook_href": "/runbook/", "incident": {"ref": "IN-3", "href": "/incidents/3/", "since": NOW}, "contact": "Security on-call decides what follows."}}  # fmt: skip


def case_ended() -> dict[str, Any]:
    whole = case()
    correction = {"ref": "CR-1186", "href": "/approvals/CR-1186/", "act": "Confirmation", "title": "Confirm LT-88213406", "asked_by": "Selamawit Gebreyohannes", "asked_at": NOW, "approved": "Dawit Woldegiorgis, 20 Nov 15:52", "written": [{"ref": "LT-88213406", "href": ""}]}  # fmt: skip
    ended = {"lead": "The difference is gone.", "detail": "", "corrections": [correction], "run": "MR-3399", "at": NOW, "day": DAY, "check_href": "/drift/one/"}  # fmt: skip
    return {**whole, "proposal": None, "snooze": None, "assign": None, "ended": ended,
            "case": {**whole["case"], "state": "resolved", "state_word": "", "resolution": "Confirmation CR-1186", "cause_says": "MR-3399 found it gone on 20 Nov"}}  # fmt: skip


def runbook() -> dict[str, Any]:
    """The guided runbook: a look that found a trace, one that found nothing, one that cannot say."""
    whole = case()
    heads = [
        {"text": text, "number": n}
        for text, n in (
            ("Endpoint", False),
            ("Last callback", False),
            ("Signatures wrong, 24 h", True),
            ("Last poll", False),
        )
    ]
    rows = [
        [{"text": "Dashen partner callbacks", "href": "/settings/endpoints/", "id": True}, {"text": "2 h 14 min ago", "title": "20 Nov 13:32"}, {"text": "12", "number": True}, {"text": "never"}],
        [{"text": "a_name_that_is_as_long_as_names_of_endpoints_may_become_in_practice", "href": "", "id": True}, {"text": "never"}, {"text": "0", "number": True}, {"text": "3 min ago"}],
    ]  # fmt: skip
    line = [
        [{"text": "19 Nov"}, {"text": "DS-88213406"}, {"difference": amount(-247500), "number": True}, {"text": "open"}]
    ]
    line_heads = [
        {"text": t, "number": n}
        for t, n in (("Counts on", False), ("Reference", False), ("Amount", True), ("State", False))
    ]
    step = {"reads": "A day without a complete statement says nothing.", "heads": [], "rows": [], "more": ""}
    return {
        **{name: whole[name] for name in ("crumb", "previous_href", "next_href", "diagnosis")}, "ref": "C-2214", "title": whole["case"]["title"],
        "case_href": HREF, "symptom": "The ledger holds a payment as POSTED that the bank did not move, or took back.", "taken_at": NOW, "ended": False,
        "steps": [
            {**step, "title": "Are the statements here?", "tone": "unknown", "word": "not known", "says": "1 of 3 days has no complete statement yet."},
            {**step, "title": "What does the bank show under this reference?", "tone": "clean", "word": "nothing here", "says": "1 under its reference.", "heads": line_heads, "rows": line, "more": "3 more rows"},
            {**step, "title": "Is anybody still telling us?", "tone": "warn", "word": "look here", "says": "To look at: Dashen partner callbacks.", "heads": heads, "rows": rows},
        ],
        "acts": [{"href": HREF, "label": "Open the proposed correction", "says": "its entries, and the day before and after"}],
        "reconcile": {"href": "/drift/checks/", "key": "k9", "account": "2010", "day": "2026-11-19"},
        "escalate": "On call resolves it; nobody is paged.", "over": "The next check of the day is clean.",
    }  # fmt: skip
