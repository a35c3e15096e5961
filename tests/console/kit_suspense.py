"""Contexts of the receipts in suspense. The receipts and their payments are made up."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import date
from typing import Any

from console.identify_form import IdentifyReceipt
from ledger.models import Account
from tests.console.kit_work import amount


def _row(name: str, days: int, tone: str, minor: int, asked: str = "", reference: str = "") -> dict[str, Any]:
    return {
        "key": name, "ref": f"LT-{name}", "what": "Receipt", "href": "/bank/suspense/one/", "on": date(2026, 11, 10), "days": days, "band": "", "tone": tone, "reference": reference,
        "bank": "Collections ETB", "account": "2390", "account_href": "/ledger/account/", "amount": amount(minor, "ETB"), "asked": asked, "asked_href": "/approvals/" if asked else "",
    }  # fmt: skip


def suspense() -> dict[str, Any]:
    return {
        "title": "Suspense and claims", "sub": "3 receipts and 1 payment that nobody here initiated to be explained. The oldest waits 64 days.", "bank_href": "/bank/", "more": "The oldest 200 of 214 are shown.",
        "accounts": [{"account": "2390 Suspense", "href": "/ledger/account/", "count": 3, "waits": amount(128_845_00, "ETB"), "other": amount(-100_00, "ETB"), "balance": amount(128_745_00, "ETB")}, {"account": "1395 Claims", "href": "", "count": 1, "waits": amount(45_000_00, "ETB"), "other": None, "balance": amount(45_000_00, "ETB")}],
        "bands": [{"label": "up to 7 days", "count": 1, "sums": [amount(4_500, "ETB")], "claims": 1, "claimed": [amount(45_000_00, "ETB")]}, {"label": "8 to 30 days", "count": 1, "sums": [amount(880_000, "ETB"), amount(50_000, "BTC")], "claims": 0, "claimed": []}, {"label": "31 to 90 days", "count": 1, "sums": [amount(120_000_00, "ETB")], "claims": 0, "claimed": []}, {"label": "over 90 days", "count": 0, "sums": [], "claims": 0, "claimed": []}],
        "rows": [_row("1A2B3C4D", 64, "drift", 120_000_00), _row("5E6F7A8B", 12, "warn", 880_000, "CR-31", "INV 2026 114"), _row("9C0D1E2F", 2, "info", 4_500)],
    }  # fmt: skip


def suspense_empty() -> dict[str, Any]:
    return {**suspense(), "title": "Suspense and claims", "sub": "Money that came or left and that no payment of ours explained would wait here.", "rows": [], "bands": [], "accounts": [], "more": "", "bank_href": ""}  # fmt: skip


def receipt() -> dict[str, Any]:
    form = IdentifyReceipt(
        counters=[Account(code="1200", name="Receivables", asset_id="ETB")], initial={"payment_id": "pay_40417"}
    )
    planes = [
        ("Commerce", "Open", "clean", "As expected", "recorded by shop"),
        ("Provider", "Confirmed", "clean", "Final", "16 Nov 09:12"),
        ("Ledger", "Unposted", "warn", "Not recognised", ""),
        ("Bank", "Not seen", "unknown", "No line names it", ""),
    ]
    return {
        "receipt": {"ref": "LT-1A2B3C4D", "href": "/ledger/transaction/", "on": date(2026, 11, 10), "reference": "INV 2026 114", "account": "2390 Suspense", "account_href": "/ledger/account/", "amount": amount(880_000, "ETB")},
        "list_href": "/bank/suspense/", "here": "/bank/suspense/one/", "payment": "pay_40417", "unknown": False, "payment_href": "/payments/", "who": "",
        "rows": [{"label": "Amount", "before": "9,200.00 ETB", "after": "8,800.00 ETB"}, {"label": "Direction", "before": "comes in", "after": "came in"}],
        "refused": "", "warnings": ["Another amount: 9,200.00 ETB of it is expected, the receipt is 8,800.00 ETB."],
        "planes": [{"name": name, "word": word, "tone": tone, "badge": badge, "says": says} for name, word, tone, badge, says in planes],
        "box": {"id": "", "title": "Identify", "href": "/bank/suspense/one/identify/", "key": "x", "says": "The whole receipt leaves suspense for this account, dated the day on which it is asked for.", "form": form, "verb": "Send for approval"},
    }  # fmt: skip


def receipt_unknown() -> dict[str, Any]:
    whole = receipt()
    return {**whole, "receipt": {**whole["receipt"], "reference": "", "href": "", "account_href": ""}, "payment": "pay_404", "unknown": True, "planes": [], "rows": [], "refused": "", "warnings": [], "payment_href": "", "box": None, "who": "A correction is requested by the role analyst or controller; a second person decides."}  # fmt: skip
