"""Contexts of notifications and of the settings of escalation."""
# ruff: noqa: E501 (data reads best one row to a line)

from datetime import timedelta
from typing import Any

from console.display import Amount
from tests.console.kit_control import PLACES, Example
from tests.console.kit_work import NOW

TOLD = [
    {"name": "security", "kind": "pagerduty", "host": "pagerduty.com", "tries": "1 try", "state": "sent", "word": "told", "at": NOW, "error": ""},
    {"name": "soc-mail", "kind": "mail", "host": "mail.meskelpay.example", "tries": "2 tries", "state": "waiting", "word": "not yet", "at": NOW, "error": "mail.meskelpay.example did not take it"},
    {"name": "finance", "kind": "webhook", "host": "hooks.meskelpay.example", "tries": "11 tries", "state": "dead", "word": "will not be told", "at": None, "error": "hooks.meskelpay.example answered 503"},
]  # fmt: skip


def _row(number: int, severity: str, tone: str, what: str, **more: Any) -> dict[str, Any]:
    return {
        "ref": f"N-{number}", "number": number, "href": "/exceptions/one/", "severity": severity, "tone": tone, "what": what,
        "account": "Dashen payout clearing", "code": "1042", "day": "2026-11-19", "account_href": "/drift/one/",
        "cases": [{"ref": "C-20418", "href": "/exceptions/one/"}], "all_cases": [{"ref": "C-20418", "href": "/exceptions/one/"}],
        "more_cases": 0, "drift": Amount(-48200, "ETB", 2), "since": NOW - timedelta(hours=30), "raised": NOW, "told": TOLD, "untold": [], "taken": None,
    } | more  # fmt: skip


def notifications() -> dict[str, Any]:
    tabs = [{"label": "Not acknowledged", "href": "/notifications/", "current": True}, {"label": "All", "href": "/notifications/?show=all", "current": False}]  # fmt: skip
    return {
        "sub": "What escalation rules have told.", "everything": False, "tabs": tabs,
        "rows": [
            _row(14, "page", "page", "The bank settled what we never initiated"),
            _row(13, "follow-up", "info", "A rejected payment to follow up", told=[], untold=["on-call"], more_cases=9),
            _row(12, "notify", "warn", "Drift broke the run of clean days", told=[], cases=[], account_href="", taken={"name": "Dawit Woldegiorgis", "at": NOW, "note": ""}),
        ],
        "page": {"first": 1, "last": 3, "total": None, "previous_href": "", "next_href": "", "size": 50},
    }  # fmt: skip


def notifications_empty() -> dict[str, Any]:
    return notifications() | {"rows": []}


def notification() -> dict[str, Any]:
    return _row(14, "page", "page", "The bank settled what we never initiated") | {
        "title": "The bank settled what we never initiated", "why": "Money left the bank account without an order of ours.", "rule": "cause-4", "rule_says": "version 2",
        "runs": "1 run", "count": 5, "days": ["2026-11-19", "2026-11-20"], "more_days": 3, "gross": Amount(48200, "ETB", 2),
        "act_href": "/notifications/14/acknowledge/", "why_not": "", "error": "A note has at most 2000 characters.", "note": "Called the bank.",
        "playbook": {"title": "The bank settled what we never initiated", "href": "/playbooks/uninitiated-debit/"},
    }  # fmt: skip


def notification_taken() -> dict[str, Any]:
    return notification() | {"act_href": "", "told": [], "untold": ["security"], "all_cases": [], "taken": {"name": "Dawit Woldegiorgis", "at": NOW, "note": "Called the bank.\nThey look."}, "error": ""}  # fmt: skip


def escalation() -> dict[str, Any]:
    box = {"id": "", "title": "Change cause-4", "says": "A controller other than you decides.", "href": "/settings/", "key": "s1", "form": Example(auto_id="r_%s"), "verb": "Send for approval"}  # fmt: skip
    rules = [
        {"key": "cause-4", "title": "The bank settled what we never initiated", "severity": "page", "tone": "page", "enabled": True, "signal": "cause 4: never initiated by us", "hours": "", "least": "", "receivers": [{"name": "security", "stands": True}], "version": "as shipped", "change_href": "/settings/"},
        {"key": "sustained-drift", "title": "Drift for more than a day", "severity": "page", "tone": "page", "enabled": False, "signal": "drift over several runs", "hours": "24 hours", "least": "1,000.00 ETB", "receivers": [{"name": "finance", "stands": False}], "version": "version 3", "change_href": "/settings/"},
    ]  # fmt: skip
    last = {"state": "dead", "word": "will not be told", "at": NOW, "error": "pagerduty.com answered 403"}
    receivers = [{"id": 3, "name": "security", "kind": "pagerduty", "host": "pagerduty.com", "added_at": NOW, "added_by": "paula@meskelpay.example", "last": last, "test_href": "/settings/", "end_href": "/settings/"}, {"id": 4, "name": "ops", "kind": "webhook", "host": "hooks.meskelpay.example", "added_at": NOW, "added_by": "set-up", "last": None, "test_href": "/settings/", "end_href": "/settings/"}]  # fmt: skip
    return {"title": "Escalation", "sub": "Who is told of which drift.", "places": PLACES, "rules": rules, "receivers": receivers, "issued": {"name": "ops", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "boxes": [box, box | {"id": "add-", "title": "Add a receiver", "form": Example(auto_id="a_%s")}]}  # fmt: skip
