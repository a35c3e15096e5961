"""Contexts of bank, drift check and ledger."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import date, timedelta
from typing import Any

from console.pages.profile_editor import GROUPS
from console.profile_form import ProfileForm
from tests.console.kit_work import DAY, NOW, amount

LEDGER_PLACES = [
    {"label": "Accounts", "href": "/ledger/", "current": True},
    {"label": "Transactions", "href": "/ledger/transactions/", "current": False},
    {"label": "Periods", "href": "/periods/", "current": False},
]


def _month(odd: dict[int, str], weekend: set[int]) -> list[dict[str, Any]]:
    found = []
    for n in range(1, 31):
        on = date(2026, 11, n)
        state = (
            "future"
            if n > 20
            else "due"
            if n == 20
            else "holiday"
            if on.weekday() in weekend
            else odd.get(n, "complete")
        )
        found.append(
            {
                "on": on,
                "state": state,
                "href": "/bank/day/" if state not in ("future", "due", "holiday") else "",
                "says": "due Sat 21 Nov 07:30" if n == 20 else "",
            }
        )
    return found


def bank() -> dict[str, Any]:
    def cover(name, note, odd, weekend):
        return {"name": name, "note": note, "days": _month(odd, weekend)}

    return {
        "title": "Bank: 1 import waits for you", "sub": "Abay Union of 19 Nov was due at 13:18 UTC, grace included. Its day stays unknown until this file is imported.",
        "lines_href": "/bank/lines/",
        "upload": {"href": "/bank/imports/", "key": "b1", "accounts": [{"value": "1", "label": "Abay Union salary advances ··0093", "on": True}], "formats": [{"value": "auto", "label": "found by content", "on": True}, {"value": "mt940", "label": "MT940"}], "profiles": [{"value": "1", "label": "Harborline v2"}], "why_not": "", "errors": []},
        "imp": {
            "file_name": "ABAYUNION_0093_20261119.sta", "size": 412900, "format": "MT940", "account": "Abay Union salary advances ··0093", "sha256": "71c0" + "0" * 56 + "e92d", "seen": "not seen before", "state": "read", "working": True, "progress_href": "/bank/imports/1/progress/",
            "steps": [{"label": "Received", "state": "done", "text": "412 kB"}, {"label": "Read and checked", "state": "done", "text": "1,208 of 1,208 lines, 0.3 s"}, {"label": "Trial match", "state": "now", "text": "986 of 1,208 lines", "max": 1208, "value": 986}, {"label": "Your confirmation", "state": "wait", "text": "waits for step 3"}],
            "figures": [
                {"label": "Opening, :60F:", "amount": amount(941207735), "ok": True, "text": "equals closing of statement 217"},
                {"label": "1,208 lines, money out +", "amount": amount(390419260), "ok": None, "text": "1,203 out, 5 returned"},
                {"label": "Closing, :62F:", "amount": amount(550788475), "ok": True, "text": "opening − money out = closing"},
                {"label": "Would make of 19 Nov", "amount": amount(-4260), "signed": True, "ok": None, "text": "1 difference so far, unexplained 0.00"}],
            "verdict": "DRIFTED", "counts": {"refuse": 0, "check": 2, "note": 1},
            "findings": [
                {"kind": "check", "where": "lines 416, 417", "href": "#line-416", "what": "Same amount 1,250.00, date and payee", "then": "Both kept; two distinct lines are never merged"},
                {"kind": "check", "where": "line 902", "href": "#line-902", "what": "Reference cut to 16 characters by the bank", "then": "Kept; can match, never posts by itself"},
                {"kind": "note", "where": "line 1,208", "what": "Charge, code NCHG, 42.60", "then": "Opens an unmodelled bank item"}],
            "lines_says": "5 of 1,208, around the findings",
            "lines": [
                {"n": 416, "reference": "ABU-ADV-20261119-00416", "narrative": "TESFAYE B/YOHANNES DEMISSIE", "code": "NTRF", "amount": amount(125000)},
                {"n": 417, "reference": "ABU-ADV-20261119-00417", "narrative": "TESFAYE B/YOHANNES DEMISSIE", "code": "NTRF", "amount": amount(125000)},
                {"n": 902, "reference": "ABU-ADV-20261119", "narrative": "HIWOT TEKLE-HAIMANOT GEBRE-MEDHIN AND BROTHERS CONSTRUCTION PLC", "code": "NTRF", "amount": amount(210000)},
                {"n": 1031, "reference": "NONREF", "narrative": "RTN ABU-ADV-20261118-00077 ACCOUNT CLOSED", "code": "NRTI", "amount": amount(-95000)},
                {"n": 1208, "reference": "", "narrative": "LEDGER FEE NOV", "code": "NCHG", "amount": amount(4260)}],
            "confirm": {"href": "/bank/imports/1/confirm/", "key": "b2", "label": "Import 1,208 lines", "why_not": "Waits for the trial match."},
            "discard": {"href": "/bank/imports/1/discard/", "key": "b3"},
        },
        "recent": [{"file_name": "DASHEN_4425_20261119.xml", "href": "/bank/imports/2/", "account": "Dashen payout clearing", "days": "19 Nov", "lines": 4182, "imported_at": NOW, "by": "Selamawit G.", "state": "imported"}],
        "coverage": {"title": "November 2026", "days": [date(2026, 11, n) for n in range(1, 31)], "earlier": {"href": "?m=2026-10", "label": "October"}, "later": None, "rows": [
            cover("Dashen payout clearing", "··4425", {4: "replaced"}, {6}), cover("Dashen card and wallet receipts", "··4417", {}, {6}), cover("Abay Union salary advances", "··0093", {19: "preview"}, {6}),
            cover("Harborline USD operating", "··7781", {5: "gap"}, {5, 6}), cover("Harborline marketplace seller payouts", "··7799", {16: "partial", 17: "partial"}, {5, 6}), cover("BTCPay treasury wallet", "bc1q…9xk2", {8: "missing"}, set())]},
    }  # fmt: skip


def profiles() -> dict[str, Any]:
    long = "Transaktionsreferenznummer_des_Auftraggebers_" + "und_noch_mehr" * 5
    header = ["Booked", "Amount", "Saldo", long]
    form = ProfileForm(initial={"delimiter": ";", "decimal_mark": ","}, header=header, banks=[])
    groups = [
        (label, [{"field": form[n], "suggested": n == "delimiter", "ok": False, "ok_name": f"ok_{n}"} for n in names])
        for label, names in (*GROUPS, ("Columns", [n for n in form.fields if n.startswith("col_")]))
    ]
    lines = [
        {
            "where": f"row {n}",
            "on": DAY,
            "reference": "ABU-" + "7" * 40,
            "narrative": "TESFAYE B/YOHANNES " * 4,
            "bank_id": f"B-{n}",
            "code": "NTRF",
            "amount": amount(-125000),
            "asset": "ETB",
        }
        for n in range(2, 9)
    ]
    return {
        "title": "CSV profiles", "sub": "How each bank writes its CSV, tried on a sample before it is saved. Nothing is imported here.", "error": "", "may": True,
        "upload": {"href": "/bank/profiles/samples/", "key": "p1"},
        "samples": [{"label": "harborline_" + "march_" * 12 + ".csv", "when": "20 Nov 15:46", "by": "Selamawit G.", "on": True, "href": "?sample=1"}],
        "profiles": [{"label": "Harborline v2", "when": "19 Nov 09:00", "on": False, "href": "?profile=1"}],
        "editor": {
            "sample": "1", "file_name": "harborline.csv", "base": "", "groups": groups, "preview_href": "/bank/profiles/preview/", "save_href": "/bank/profiles/save/", "key": "p2", "errors": [], "may": True, "open": "1 suggestion",
            "lines": lines, "refused": [{"where": "row 12 Amount", "what": "'1_000' is not an amount written as 1234,50"}], "says": "7 rows read, 1 refused", "why_not": "",
            "statements": [{"account": "ET55", "opening": amount(100000), "moved": amount(-125000), "closing": amount(-25000), "findings": ["row 3: the balance before it and this line make 1.00 ETB, the bank says 2.00 ETB"]}]},
    }  # fmt: skip


def bank_empty() -> dict[str, Any]:
    return {"title": "Bank: no account is set up", "sub": "Statements are read against a bank account.", "upload": {"href": "/bank/imports/", "key": "b1", "why_not": "Set up a bank account first.", "accounts": [], "formats": []}, "coverage": {"title": "November 2026", "rows": [], "setup_href": "/settings/"}}  # fmt: skip


def check() -> dict[str, Any]:
    def entry(ref, minor, use_case="ewa_disbursement", payment="pay_7Hd2kQ9wXr", counted=DAY):
        return {
            "ref": ref,
            "href": "/ledger/transaction/",
            "use_case": use_case,
            "payment_id": payment,
            "amount": amount(minor),
            "effective_on": DAY,
            "counted_on": counted,
            "metadata": [("use_case", use_case), ("employer", "Meskel Textiles"), ("batch", "EWA-W47")],
        }

    def line(number, minor, narrative, code="PMNT/ICDT/DMCT"):
        return {
            "ref": f"line {number}",
            "href": "",
            "amount": amount(minor),
            "value_on": DAY,
            "code": code,
            "narrative": narrative,
        }

    def row(key, entries, lines, minor, verdict, word="", tone=""):
        return {
            "key": key,
            "entries": entries,
            "lines": lines,
            "difference": amount(minor),
            "verdict": verdict,
            "word": word,
            "tone": tone,
        }

    def named(ref, reason, reference, payments, minor, then):
        return {
            "ref": ref,
            "href": "/exceptions/one/",
            "reason": reason,
            "reference": reference,
            "payment_ids": payments,
            "contribution": amount(minor),
            "next": then,
        }

    return {
        "title": "Dashen payout clearing, Thu 19 Nov 2026: drifted by −482.00 ETB", "crumb": {"href": "/", "label": "Drift heartbeat"},
        "expected": "2 lines of 1,250.00 ETB; they count in none of these figures.",
        "previous": {"href": "/drift/1/", "label": "18 Nov"}, "next": {"href": "/drift/3/", "label": "20 Nov"}, "reconcile": {"href": "/drift/checks/", "key": "d1"},
        "check": {
            "account": "Dashen payout clearing", "account_href": "/ledger/account/", "day": DAY, "verdict": "DRIFTED", "checked_at": NOW, "ledger_as_of": NOW, "statement_as_of": NOW, "run": "MR-3394", "matcher": "ledger–bank v14",
            "ledger_total": amount(1284316400), "statement_total": amount(1284364600), "drift": amount(-48200), "gross": amount(478200), "unexplained": amount(0), "entries": 4180, "lines": 4182, "open_count": 3,
            "statement": {"label": "statement 323", "href": "/bank/statement/"}, "superseded": {"href": "/drift/4/", "at": NOW}, "arithmetic": "12,843,164.00 − 12,843,646.00"},
        "groups": [
            {"label": "Confirmation failed", "exception_class": "missing_counterpart", "total": amount(-247500), "rows": [named("C-20418", "Line fits a PENDING transaction", "DSH-EWA-20261119-008841", ["pay_7Hd2kQ9wXr"], -247500, "Confirm the transaction")]},
            {"label": "Rejected by the bank", "exception_class": "missing_counterpart", "total": amount(215000), "rows": [named("C-20415", "POSTED entry has no line after grace", "DSH-EWA-20261119-007310", ["pay_7Hd1zL4mTe"], 215000, "Reverse the transaction")]},
            {"label": "Fee not modelled", "exception_class": "unmodelled_bank_item", "total": amount(-15700), "rows": [named("", "Service charge, bank code PMNT/ICDT/CHRG", "", [], -15700, "Post through bank fee")]}],
        "contributions_total": amount(-48200),
        "views": [{"label": "Differences", "href": "?rows=open", "count": 3, "current": False}, {"label": "All", "href": "?", "count": 4183, "current": True}],
        "rows": [
            row("DSH-EWA-20261119-007310", [entry("LT-88209112", 215000, payment="pay_7Hd1zL4mTe")], [], 215000, "one_sided", "no line", "unmatched"),
            row("DSH-EWA-20261119-008841", [], [line(3118, 247500, "EWA PAYOUT NOV WK3 DSH-EWA-20261119-008841")], -247500, "one_sided", "no POSTED entry", "unmatched"),
            row("", [], [line(4180, 15700, "SERVICE CHARGE", "PMNT/ICDT/CHRG")], -15700, "one_sided", "no entry", "unmatched"),
            row("DSH-EWA-20261119-000001", [entry("LT-88200001", 71000)], [line(1, 71000, "EWA PAYOUT")], 0, "equal"),
            row("DSH-BATCH-0042", [entry("LT-88200002", 10000, "settle"), entry("LT-88200003", 25000, "settle", counted=DAY + timedelta(days=1))], [line(2, 35000, "BATCH 42")], 0, "equal", "2 entries, 1 line", "timing")],
        "page": {"first": 1, "last": 5, "total": 4183, "previous_href": "", "next_href": "?after=5", "size": 50},
        "log": [{"at": NOW, "text": "Checked by run MR-3394, drift unchanged"}, {"at": NOW, "tone": "k", "actor": "Selamawit Gebreyohannes", "text": "Took C-20418"}, {"at": NOW, "tone": "r", "text": "Drifted: −482.00 ETB, 3 differences"}],
    }  # fmt: skip


def check_unknown() -> dict[str, Any]:
    whole = check()
    blind = {key: amount(None) for key in ("statement_total", "drift", "gross", "unexplained")}
    return {**whole, "title": "Abay Union salary advances, Thu 19 Nov 2026: unknown", "groups": [], "rows": [], "log": [], "check": {**whole["check"], **blind, "verdict": "UNKNOWN", "superseded": None, "statement": None, "unknown_because": ["Opening 9,412,077.35 is not the closing 9,411,977.35 of statement 217: 100.00 ETB apart."]}}  # fmt: skip


def accounts() -> dict[str, Any]:
    def account(code, name, side, value, bank=None, pending=None):
        return {
            "code": code,
            "name": name,
            "href": "/ledger/account/",
            "normal_side": side,
            "balance": value,
            "pending": pending,
            "bank": bank,
            "entries": 120418,
        }

    return {
        "title": "Ledger: 6 accounts, 1,204,418 rows, every asset in balance", "sub": "Append-only. Corrections are new transactions.", "places": LEDGER_PLACES,
        "verified": {"state": "ok", "says": "Verified 20 Nov 15:30 UTC"},
        "groups": [
            {"kind": "Assets", "accounts": [account("1010", "Cash at Dashen", "DEBIT", amount(941207735), {"name": "Dashen ··4417", "href": "/bank/"}), account("1310", "Salary advances", "DEBIT", amount(8120000)), account("1400", "BTCPay treasury wallet", "DEBIT", amount(123456789, "BTC"))]},
            {"kind": "Liabilities", "accounts": [account("1042", "Dashen payout clearing", "CREDIT", amount(-48200), {"name": "Dashen ··4425", "href": "/bank/"}, amount(247500)), account("2300", "Unapplied deposits, ETH", "CREDIT", amount(12345678901234567890, "ETH"))]}],
    }  # fmt: skip


def account() -> dict[str, Any]:
    def row(ref, debit, credit, status="POSTED", counted=DAY):
        return {
            "key": ref,
            "recorded_at": NOW,
            "effective_on": DAY,
            "counted_on": counted,
            "ref": ref,
            "href": "/ledger/transaction/",
            "use_case": "ewa_disbursement",
            "payment_id": "pay_7Hd2kQ9wXr",
            "reference": "DSH-EWA-20261119-008841",
            "status": status,
            "debit": debit,
            "credit": credit,
        }

    return {
        "account": {"code": "1042", "name": "Dashen payout clearing", "kind": "LIABILITY", "normal_side": "CREDIT", "asset": "ETB", "balance": amount(-48200), "pending": amount(247500), "opened_at": NOW, "bank": {"name": "Dashen ··4425", "href": "/bank/"}},
        "list_href": "/ledger/", "filters": {"href": "/ledger/account/", "statuses": [{"value": "POSTED", "label": "POSTED"}], "status": "POSTED"},
        "rows": [row("LT-88213406", None, amount(247500), "PENDING"), row("LT-88209112", None, amount(215000), counted=DAY + timedelta(days=1)), row("LT-88193020", amount(1874900), None, "FAILED")],
        "page": {"first": 1, "last": 3, "total": None, "previous_href": "", "next_href": "?after=3", "size": 50},
    }  # fmt: skip


def transactions() -> dict[str, Any]:
    def row(ref, status, amounts, link=None):
        return {
            "key": ref,
            "ref": ref,
            "href": "/ledger/transaction/",
            "recorded_at": NOW,
            "effective_on": DAY,
            "use_case": "convert",
            "payment_id": "pay_7Hd2kQ9wXr",
            "reference": "DSH-EWA-20261119-008841",
            "status": status,
            "amounts": amounts,
            "entries": 2 * len(amounts),
            "link": link,
        }

    return {
        "sub": "Newest first.", "places": [{**place, "current": not place["current"]} for place in LEDGER_PLACES], "filters": {"href": "/ledger/transactions/", "statuses": [{"value": "PENDING", "label": "PENDING"}]},
        "rows": [row("LT-88213406", "PENDING", [amount(247500)]), row("LT-88209113", "POSTED", [amount(50000, "BTC"), amount(3200, "USD")], {"text": "reverses LT-88193020", "href": "/ledger/transaction/"})],
        "page": {"first": 1, "last": 2, "total": 1204418, "previous_href": "", "next_href": "?after=2", "size": 50},
    }  # fmt: skip


def transaction() -> dict[str, Any]:
    return {
        "list_href": "/ledger/transactions/",
        "transaction": {"ref": "LT-88209112", "use_case": "ewa_disbursement", "status": "POSTED", "effective_on": DAY, "counted": [{"account": "Dashen payout clearing", "on": DAY + timedelta(days=1)}], "recorded_at": NOW, "payment_id": "pay_7Hd1zL4mTe", "reference": "DSH-EWA-20261119-007310", "posted_by": "payroll integration", "decision": {"label": "EWA payouts v3, automatic"}, "metadata": [("use_case", "ewa_disbursement"), ("employer", "Meskel Textiles")]},
        "entries": [{"account": "1310 Salary advances", "href": "/ledger/account/", "debit": amount(215000)}, {"account": "1042 Dashen payout clearing", "href": "/ledger/account/", "credit": amount(215000)}],
        "totals": [{"asset": "ETB", "debit": amount(215000), "credit": amount(215000)}],
        "links": [{"says": "reversed by", "ref": "LT-88213500", "href": "/ledger/transaction/", "status": "POSTED"}], "cases": [{"ref": "C-20415", "href": "/exceptions/one/", "title": "Posted disbursement has no bank line"}],
        "lines": [{"ref": "line 3,118", "value_on": DAY, "amount": amount(215000), "narrative": "EWA PAYOUT", "rule": "reference and amount"}],
        "events": [{"at": NOW, "tone": "k", "actor": "payroll integration", "text": "posted it"}],
        "reversal": {"href": "/corrections/", "key": "t1", "why_not": "Already reversed by LT-88213500.", "policy": "Ledger corrections v6 asks for 1 controller other than you."},
    }  # fmt: skip


def period_row(state: str = "closed") -> dict[str, Any]:
    closed = state == "closed"
    return {
        "key": "2026-10-01",
        "name": "October 2026",
        "href": "/periods/2026-10-01/",
        "days": "1 Oct to 31 Oct",
        "state": state,
        "counted": True,
        "start": ["2, 1,250.00 ETB"],
        "end": ["3, 4,100.00 ETB", "1, 0.00050000 BTC"],
        "closed_at": NOW if closed else None,
        "closed_by": "controller@demo.example" if closed else "",
        "asked_by": "Selam Analyst" if closed else "",
        "times": 1,
    }


def periods() -> dict[str, Any]:
    coming = period_row("coming") | {
        "key": "2026-12-01",
        "name": "December 2026",
        "counted": False,
        "start": [],
        "end": [],
    }
    return {
        "sub": "The books are closed through Sat 31 Oct; the first open day is Sun 1 Nov.",
        "places": LEDGER_PLACES,
        "reopened": 1,
        "rows": [coming, period_row("open") | {"key": "2026-11-01", "name": "November 2026"}, period_row()],
    }


def period() -> dict[str, Any]:
    def item(title: str, word: str, count: int = 0, *found: str) -> dict[str, Any]:
        return {
            "title": title,
            "holds": word == "holds",
            "blocking": word != "carried over",
            "count": count,
            "word": word,
            "found": list(found),
        }

    parts = [
        {"count": n, "gross": g} for n, g in (("2", "1,250.00"), ("3", "3,600.00"), ("2", "750.00"), ("3", "4,100.00"))
    ]
    return {
        "period": period_row("reopened"),
        "sub": "1 Oct to 31 Oct. Nothing is closed yet.",
        "list_href": "/periods/",
        "as_of": "as it stands now",
        "items": [
            item(
                "Every settlement day of every account is checked and known",
                "blocks",
                1,
                "Dashen settlement, 2026-10-31: never checked",
            ),
            item("Nothing is unexplained", "holds"),
            item("No exception is open at the end", "carried over", 3, "3 missing counterpart, ETB"),
        ],
        "balances": [{"pair": "ledger ↔ bank", "class": "missing counterpart", "currency": "ETB", "parts": parts}],
        "since": ["No exception is open at the end: 2 against it then, 3 now"],
        "waiting": {"ref": "CR-1190", "href": "/approvals/1190/", "title": "Close October 2026"},
        "why_not": "It cannot be closed yet: 1 item does not hold.",
        "moves": [
            {
                "at": NOW,
                "to": "reopened",
                "by": "controller@demo.example",
                "asked_by": "Selam Analyst",
                "policy": "Accounting periods v1",
                "why": "an error in it must stand on its own day: FIN-9",
                "digest": "",
            }
        ],
        "box": None,
    }
