"""The context of a payment's page: four statuses, the sentence, the timeline over all planes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from console.display import full_moment, moment, span
from console.pages.entry_lines import ACTS
from console.pages.lanes import lanes_context
from console.pages.links import Link
from console.pages.macros import macro_rows
from console.pages.payment_events import Happened, happened
from console.pages.words import plural
from console.pages.written import amount
from reconciliation.lookup.facts import PaymentFact, PaymentFacts
from reconciliation.lookup.models import Macro
from reconciliation.lookup.phrases import LANGUAGES, Language
from reconciliation.lookup.plane_status import PlaneStatus, main_payment
from reconciliation.lookup.sentences import Told, amount_of, names_of, values_of

NAMES = {
    "commerce": "Commerce: what was sold", "provider": "Provider: what was observed", "ledger": "Ledger: what was recognised",
    "bank": "Bank: what the money did",
}  # fmt: skip
MARKS = {"commerce": "lc", "provider": "lp", "ledger": "ll", "bank": "lb"}
ICONS = {"clean": "check", "info": "clock", "warn": "clock", "drift": "triangle-alert", "unknown": "question"}
SIBLING = {-1: "[", 1: "]"}
STATUS = {"confirmed": "clean", "paid": "info", "pending": "info", "expired": "unknown", "failed": "unknown"}


def payment_context(
    facts: PaymentFacts, told: Told, *, query: str, at: datetime, to: Link, language: Language, macros: Sequence[Macro]
) -> dict[str, Any]:
    """What templates/payments/payment.html names. query: what it was found by, "" when opened by its address; macros: those
    of the language."""
    events = happened(facts, at, to)
    return {
        "title": told.headline, "payment": _head(facts), "query": query,
        "planes": [_plane(status, at) for status in told.planes],
        "sentence": told.sentence, "unsaid": told.unsaid,
        "languages": [(code, name, code == language) for code, name in LANGUAGES.items()],
        "language": language, "language_href": to("sentence-language"),
        "macros": macro_rows(macros, values_of(facts, told.sentence, language)),
        "same": _same(facts, to), "cases": _cases(facts, to), "requests": _requests(facts, to),
        "timeline": _timeline(events, at), "lanes": lanes_context(facts, at) if events else None,
    }  # fmt: skip


def _head(facts: PaymentFacts) -> dict[str, Any]:
    minor, asset = amount_of(facts)
    order = next(iter(facts.orders), None)
    payment = main_payment(facts)
    many = "orders" if len(facts.orders) > 1 else "order"
    under = [f"{many} {names_of(facts.orders)}"] if order else []
    under += [f"merchant reference {order.merchant_reference}"] if order and order.merchant_reference else []
    under += [f"{payment.endpoint} ({payment.scheme})"] if payment else []
    return {
        "id": facts.thread, "amount": amount(minor, asset) if asset else None, "under": ", ".join(under),
        "place": _place(facts, payment),
    }  # fmt: skip


def _place(facts: PaymentFacts, payment: PaymentFact | None) -> str:
    if payment is None or len(facts.payments) < 2:
        return ""
    return f"{facts.payments.index(payment) + 1} of {len(facts.payments)} payments of the order"


def _plane(status: PlaneStatus, at: datetime) -> dict[str, Any]:
    since = f"since {moment(status.since)} UTC" if status.since and status.since <= at else ""
    due = f"due {moment(status.since)} UTC" if status.since and status.since > at else ""
    says = "" if status.says == "due then" else status.says
    return {
        "name": NAMES[status.plane], "mark": MARKS[status.plane], "word": status.word, "tone": status.tone,
        "icon": ICONS[status.tone], "badge": status.badge, "says": ", ".join(part for part in (since or due, says) if part),
    }  # fmt: skip


def _same(facts: PaymentFacts, to: Link) -> list[dict[str, Any]]:
    """The payments of the same order, this one among them."""
    here = main_payment(facts)
    at = facts.payments.index(here) if here else 0
    return [
        {
            "id": p.payment_ref, "href": "" if p is here else to("payment", p.payment_ref), "here": p is here,
            "key": SIBLING.get(place - at, ""),
            "tone": STATUS[p.status], "icon": ICONS[STATUS[p.status]], "word": ", ".join([p.status.capitalize(), *p.flags]),
            "received": amount(p.confirmed if p.confirmed is not None else p.detected or 0, p.asset) if p.asset else None,
        }
        for place, p in enumerate(facts.payments)
    ]  # fmt: skip


def _cases(facts: PaymentFacts, to: Link) -> list[dict[str, Any]]:
    return [
        {"ref": f"C-{c.number}", "href": to("exception-case", c.number), "title": c.title, "open": c.state != "resolved",
         "state": c.state.replace("_", " "), "contribution": amount(c.contribution, c.asset)}
        for c in facts.cases
    ]  # fmt: skip


def _requests(facts: PaymentFacts, to: Link) -> list[dict[str, Any]]:
    return [
        {
            "ref": f"CR-{r.number}",
            "href": to("approval", r.number),
            "state": r.state,
            "at": r.made_at,
            "kind": ACTS.get(r.kind, r.kind.replace("_", " ")),
        }
        for r in facts.requests
    ]


def _timeline(events: list[Happened], at: datetime) -> dict[str, Any]:
    """The rows in order of time, with the line of now where it falls."""
    rows: list[dict[str, Any]] = []
    last: datetime | None = None
    for event in (e for e in events if e.at <= at):
        rows.append(_row(event, last))
        last = event.at
    coming = [_row(event, None) for event in events if event.at > at]
    now = f"now, {span(at - last)} since {_last_word(events, at)}" if last else "now"
    return {
        "rows": rows,
        "now": {"at": at, "says": now},
        "coming": coming,
        "says": f"{plural(len(rows), 'event')}, times in UTC",
    }


def _row(event: Happened, last: datetime | None) -> dict[str, Any]:
    cells: list[dict[str, Any] | None] = [None, None, None, None]
    cells[tuple(NAMES).index(event.plane)] = {
        "title": event.title, "small": event.small, "href": event.href, "wait": event.wait, "mark": MARKS[event.plane][1]
    }  # fmt: skip
    return {
        "at": event.at,
        "full": full_moment(event.at),
        "gap": f"+ {_exact(event.at - last)}" if last else "",
        "cells": cells,
    }


def _last_word(events: list[Happened], at: datetime) -> str:
    return next((e.title for e in reversed(events) if e.at <= at), "")


def _exact(length: timedelta) -> str:
    """Seconds matter between events: "22 s", "1 min 29 s"; from an hour on as everywhere."""
    seconds = max(0, int(length.total_seconds()))
    if seconds >= 3600:
        return span(length)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
