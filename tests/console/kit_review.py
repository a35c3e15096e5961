"""The operations review and one signal, with made-up figures."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from console.display import Amount

NAMES = (
    ("hand-edits", "States edited by hand", "3", "goal 0", "out"),
    ("explorer-notes", "Notes citing explorer links", "2.1 %", "below 3 %", "in"),
    ("auto-resolve", "Auto-resolve rate, tolerance unchanged", "unknown", "no rise of 2 points", "unknown"),
)
WORDS = {"in": "in range", "out": "out", "unknown": "nothing to say"}
SAID = {"in": "Thu 19 Nov", "out": "Fri 13 Nov, out on 1 of 7 days", "unknown": "no difference was judged"}
LINE = {"points": "M2 19 L11 19 L21 12", "x": 21, "y": 12}


def etb(minor: int | None) -> Amount:
    return Amount(minor, "ETB", 2)


def _signal(key: str, name: str, value: str, goal: str, state: str) -> dict[str, Any]:
    return {
        "key": key, "name": name, "value": value, "goal": goal, "state": state, "word": WORDS[state], "out": state == "out",
        "unknown": state == "unknown", "said": SAID[state], "href": f"/review/signals/{key}/",
        "says": f"{name}, 14 days, {WORDS[state]}, now {value}", "line": None if state == "unknown" else LINE,
    }  # fmt: skip


def review() -> dict[str, Any]:
    signals = [_signal(*row) for row in NAMES]
    moved = {"change": "+4", "worse": True}
    return {
        "title": "Operations review, Fri 13 to Thu 19 Nov 2026",
        "sub": "Meskel Pay S.C. Made Fri 20 Nov 2026 15:32:00 UTC from ledger row 1,204,418 and audit entry 88,190.",
        "verdict": ("The gate is shut.", "4 account-days drifted and 1 is unknown; all drift is explained.", "Out of range: two."),
        "figures": [
            {"label": "Clean account-days", "lines": ["30 of 35"], "tone": ""},
            {"label": "Unexplained", "lines": ["0.00 ETB", "0.00 USD"], "tone": "clean"},
            {"label": "Unmatched value", "lines": ["379,896.65 ETB"], "tone": ""},
            {"label": "Exceptions over 3 days", "lines": ["52"], "tone": "drift"},
            {"label": "Overrides per 1,000", "lines": ["1.16"], "tone": ""},
            {"label": "Re-opened after close", "lines": ["0.8 %"], "tone": ""},
        ],
        "accounts": [
            {"name": "Dashen payout clearing", "clean": 5, "drifted": 1, "timing": 0, "unknown": 0, "drift": etb(-48200), "gross": etb(478200), "unexplained": etb(0)},
            {"name": "Abay Union salary advances", "clean": 0, "drifted": 0, "timing": 0, "unknown": 7, "drift": etb(None), "gross": etb(None), "unexplained": etb(None)},
        ],
        "pairs": [{"pair": "commerce ↔ provider", "rows": "41", "value": etb(21248000), "worse": True, "better": False, "out": True, "change": etb(3810000), "line": LINE, "says": "commerce ↔ provider, 14 days"}],
        "ages": [{"age": "3 to 7 days", "cases": "41", "share": "13.1 %", **moved}], "open": "312", "known": True,
        "overrides": [{"role": "Support", "count": 7, "per": "0.62", **moved}], "payments": "11,204",
        "times": [{"words": "case open to resolved", "median": "1 d 3 h", "p95": "6 d 14 h", "goal": "5 d", "out": True, "of": "12", "was": "4 d"}],
        "stuck": [{"words": "paid, not confirmed", "limit": "2 h", "count": "3", "out": True, "since": "18 Nov 10:07"}, {"words": "asked for, not decided", "limit": "8 h", "count": "0", "out": False, "since": ""}],
        "early": signals, "operational": signals[:1], "read": "read 20 Nov 15:30 UTC",
        "before_word": "Week before", "before_href": "/review/?until=2026-11-12", "after_word": "Week after", "after_href": "/review/?until=2026-11-26",
        "csv_href": "/review/review.csv", "one": "week", "other_word": "By month", "other_href": "/review/?span=month",
        "waiting": [{"words": "Fee not modelled, Sun 1 to Sat 7 Nov 2026", "href": "/review/?until=2026-11-07#causes"}],
        "causes": [
            {"cause": "Confirmation failed", "count": 1, "gross": etb(247500), "said": [{"id": 1, "root": "No retry after a cut connection", "by": "Selamawit", "owner": "Engineering, ENG-5521, due Fri 27 Nov", "confirmed": "Dawit", "confirm": False}, {"id": 3, "root": "The partner closed the connection", "by": "Dawit", "owner": "Engineering, ENG-5600", "confirmed": "", "confirm": True}]},
            {"cause": "Rejected by the bank", "count": 2, "gross": etb(2055000), "said": [{"id": 2, "root": "Reverse webhook arrives late", "by": "Selamawit", "owner": "Finance, ENG-5498", "confirmed": "", "confirm": True}]},
            {"cause": "Fee not modelled", "count": 1, "gross": etb(15700), "said": []},
        ],
        "say": {"causes": [("5 missing_counterpart", "Confirmation failed")], "key": "k1", "until": "2026-11-19", "span": "week", "owners": [("finance", "Finance")], "href": "/review/causes/"},
        "confirm_href": "/review/causes/confirm/", "against": "against Fri 6 to Thu 12 Nov 2026", "asked": {"until": date(2026, 11, 19), "span": "week", "against": date(2026, 11, 12)},
    }  # fmt: skip


def signal() -> dict[str, Any]:
    at = datetime(2026, 11, 19, 10, 7, tzinfo=UTC)
    reading = SimpleNamespace(as_of=datetime(2026, 11, 20, tzinfo=UTC), state="out", said="")
    return {
        "name": "Posted before Confirmed", "definition": "Deposits and recognitions of a payment, POSTED before the provider's Confirmed.",
        "title": "Posted before Confirmed: 1 on Thu 19 Nov, out of range", "goal": "goal 0", "on": "Thu 19 Nov", "reading": reading,
        "value": "1", "raised_at": at, "counted": 1, "cut": False, "same": False, "so_far": False, "decided": [{"title": "Postings v1", "href": "/checkpoints/postings/"}, {"title": "Money in v2", "href": ""}], "hears": "It stands on the drift heartbeat of the roles analyst and controller.", "back_href": "/review/", "recover_href": "/recovery/?first_on=2026-11-19", "playbook": {"href": "/playbooks/settlement-drift/", "title": "Settlement drift"},
        "rows": [{"at": at, "what": "transaction", "name": "4f1c0000-0000-4000-8000-00000000a07e", "href": "/ledger/transactions/4f1c/", "words": "deposit of p-1, which the provider had not confirmed", "payment": "p-1", "payment_href": "/payments/p-1/"}],
        "trend_row": {"line": LINE, "out": True, "says": "Posted before Confirmed, 3 days, the same numbers in the table below"},
        "history": [
            {"day": "Thu 19 Nov", "href": "?day=2026-11-19", "value": "1", "state": "out", "word": "out", "counted": 1, "said": "", "goal": "goal 0", "raised": True},
            {"day": "Wed 18 Nov", "href": "?day=2026-11-18", "value": "unknown", "state": "unknown", "word": "nothing to say", "counted": 0, "said": "nothing was posted of a payment", "goal": "goal 0", "raised": False},
        ],
    }  # fmt: skip


def signal_unread() -> dict[str, Any]:
    return signal() | {
        "title": "Posted before Confirmed: not read on Fri 20 Nov", "reading": None, "rows": [], "history": [], "raised_at": None,
        "same": True, "counted": 0, "trend_row": {"line": None, "out": False, "says": "Posted before Confirmed, 0 days"},
    }  # fmt: skip
