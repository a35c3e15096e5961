"""Contexts of approvals: one to decide, one of one's own."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from tests.console.kit_work import NOW, amount


def approvals() -> dict[str, Any]:
    def line(ref, title, value, maker, hours, press, tone="", current=False):
        return {
            "ref": ref,
            "href": f"/approvals/{ref}/",
            "title": title,
            "amount": value,
            "maker": maker,
            "made_at": NOW - timedelta(hours=hours),
            "press": press,
            "press_tone": tone,
            "current": current,
        }

    def written(n, act, ref, note, payment, debit, credit, minor):
        return {
            "n": n,
            "act": act,
            "ref": ref,
            "note": note,
            "payment_id": payment,
            "entries": [
                {"account": debit, "debit": amount(minor), "credit": None},
                {"account": credit, "debit": None, "credit": amount(minor)},
            ],
        }

    return {
        "sub": "7 requests wait for you, 1 expires within 2 h. 2 of your own requests wait for others and are not shown here.",
        "other_href": "?decided=1", "listed": 4,
        "inbox": [
            line("CR-1186", "Correct the drift of 19 Nov, Dashen", amount(478200), "Selamawit G.", 0.06, "expires in 23 h", current=True),
            line("CR-1183", "Reverse LT-88193020", amount(1874900), "Selamawit G.", 6, "changed since asked", "drift"),
            line("CR-1181", "Re-post 214 with wrong sign", amount(120433000), "Yonas B.", 26, "1 of 2 given"),
            line("CR-1177", "Dashen cut-over 06:00 to 06:30 UTC", None, "Rahel T.", 50, "from 1 Dec"),
        ],
        "req": {
            "ref": "CR-1186", "title": "Correct the drift of 19 Nov on Dashen payout clearing", "maker": "Selamawit Gebreyohannes", "made_at": NOW, "about": "cases C-20418, C-20415, C-20421",
            "expires_at": NOW + timedelta(hours=24), "state": "open", "next_href": "/approvals/CR-1183/",
            "figures": [
                {"label": "Net drift", "before": "−482.00", "after": "0.00", "tone_before": "t-drift", "tone_after": "t-clean", "asset": "ETB"},
                {"label": "Gross", "before": "4,782.00", "after": "0.00", "asset": "ETB"},
                {"label": "Differences", "before": "3", "after": "0", "note": "unexplained 0.00"}],
            "verdicts": {"label": "19 Nov becomes", "before": "DRIFTED", "after": "CLEAN"},
            "lines": [
                written(1, "Confirm", "LT-88213406", "Almaz Hailemariam Wolde-Gebriel", "pay_7Hd2kQ9wXr", "1310 Salary advances", "1042 Dashen payout clearing", 247500),
                written(2, "Reverse", "LT-88209112", "Wolde-Michael Haile-Giorgis & Sons Import-Export PLC", "pay_7Hd1zL4mTe", "1042 Dashen payout clearing", "1310 Salary advances", 215000),
                written(3, "Post bank fee", "new", "Service charge, line 4,180", "", "6120 Bank charges", "1042 Dashen payout clearing", 15700)],
            "asset": "ETB", "total_says": "All effective Thu 19 Nov 2026, period open. Originals stay POSTED.", "total_debit": amount(478200), "total_credit": amount(478200),
            "why_head": "Why it comes to you", "why": "a correction on a reconciled account needs 1 controller who did not ask for it; a reversal needs finance sign-off.", "policy": {"label": "Ledger corrections v6", "href": "/checkpoints/6/"},
            "maker_says": "Bank booked the advance, provider event verified; our confirmation was cut off at 08:03:41.", "checked_at": NOW, "checks_href": "/approvals/CR-1186/checks/",
            "checks": [{"ok": True, "text": "LT-88213406 is still PENDING, LT-88209112 is POSTED and not reversed"}, {"ok": True, "text": "The three bank lines and cases are unchanged since 15:41"}, {"ok": None, "text": "No freeze window is known"}],
            "given": [{"name": "Dawit Woldegiorgis", "verdict": "approve", "at": NOW, "reason": ""}], "digest": "9f3a" + "0" * 56 + "c4e1",
            "form": {"href": "/approvals/CR-1186/decision/", "key": "k7", "approve_label": "Approve 4,782.00 ETB", "step_up": "code", "errors": [], "why_not": ""},
        },
    }  # fmt: skip


def approvals_own() -> dict[str, Any]:
    whole = approvals()
    req = {**whole["req"], "form": {**whole["req"]["form"], "step_up": "password", "reauth_href": "/accounts/2fa/", "errors": ["The password is not right."], "why_not": "You asked for this; somebody else decides."},
           "withdraw": {"href": "/approvals/CR-1186/withdraw/", "key": "k8", "who": "Dawit Woldegiorgis and Rahel Teklemariam may. You may withdraw it."},
           "lines": [], "facts_change": True, "facts": [{"label": "Cut-over of Dashen", "before": "06:00 UTC", "after": "06:30 UTC"}], "figures": [], "verdicts": None}  # fmt: skip
    return {**whole, "req": req}
