"""Addresses in a context. A page that is not there, or that the reader may not open, has none."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from ledger.actors import Actor
from reconciliation.permissions import Permission, allowed

Link = Callable[..., str]
NEEDS = {
    "event": Permission.VIEW_EVENTS, "events": Permission.VIEW_EVENTS, "event-gaps": Permission.VIEW_EVENTS,
    "delivery": Permission.VIEW_EVENTS,
    "order": Permission.VIEW_ORDERS, "payment": Permission.VIEW_PAYMENTS, "exception-case": Permission.VIEW_CASES,
    "case-runbook": Permission.VIEW_LEDGER, "settings-endpoints": Permission.VIEW_SETTINGS,
    "settings-banks": Permission.VIEW_SETTINGS,
    "ledger-transaction": Permission.VIEW_LEDGER, "bank-lines": Permission.VIEW_BANK,
    "approval": Permission.VIEW_REQUESTS, "approvals": Permission.VIEW_REQUESTS, "bank": Permission.VIEW_BANK,
    "bank-import": Permission.VIEW_BANK, "ledger": Permission.VIEW_LEDGER, "ledger-account": Permission.VIEW_LEDGER,
    "model-gaps": Permission.VIEW_BANK, "suspense": Permission.VIEW_LEDGER, "receipt": Permission.VIEW_LEDGER,
    "settings-rules": Permission.VIEW_SETTINGS, "settings-escalation": Permission.VIEW_SETTINGS,
    "ledger-transactions": Permission.VIEW_LEDGER, "matchers": Permission.VIEW_DRAFTS, "draft": Permission.VIEW_DRAFTS,
    "incidents": Permission.VIEW_INCIDENTS, "incident": Permission.VIEW_INCIDENTS,
    "recovery": Permission.VIEW_RECOVERY, "recovery-run": Permission.VIEW_RECOVERY,
    "playbook": Permission.VIEW_CASES, "playbooks": Permission.VIEW_CASES, "checkpoints": Permission.VIEW_POLICIES,
    "checkpoint-of": Permission.VIEW_POLICIES,
    "lifecycle": Permission.VIEW_POLICIES, "lifecycle-states": Permission.VIEW_POLICIES, "gate": Permission.VIEW_DRIFT,
    "lifecycle-signals": Permission.VIEW_POLICIES, "audit": Permission.VIEW_AUDIT, "bank-coverage": Permission.VIEW_BANK,
    "review": Permission.VIEW_REVIEW, "review-signal": Permission.VIEW_REVIEW, "review-csv": Permission.VIEW_REVIEW,
    "settings-macros": Permission.VIEW_SETTINGS,
    "notification": Permission.VIEW_NOTIFICATIONS, "notifications": Permission.VIEW_NOTIFICATIONS,
}  # fmt: skip


def links_for(actor: Actor) -> Link:
    """`link` as this reader may follow it: "" for the pages that would be none of theirs."""

    def to(name: str, *args: Any, **query: Any) -> str:
        needed = NEEDS.get(name)
        return link(name, *args, **query) if needed is None or allowed(actor, needed) else ""

    return to


def link(name: str, *args: Any, **query: Any) -> str:
    """The address of a route with its query, empty values left out; "" when the route does not exist."""
    try:
        address = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return with_query(address, **query)


def with_query(address: str, **query: Any) -> str:
    """The address with these parameters, in the order given; those that are empty or None are left out."""
    kept = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{address}?{urlencode(kept)}" if kept else address


def row_number(given: Any) -> int:
    """The number of a page's first row, which its address carries along so that no page counts the rows before it."""
    text = given.get("n", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
