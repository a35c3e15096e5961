"""The context of the queue of exceptions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from console.display import due, near_day, short_day
from console.pages.links import link
from console.pages.nets import nets_words
from console.pages.queue_empty import empty, not_found
from console.pages.queue_links import capped, case_href, here
from console.pages.words import plural
from console.pages.written import amount
from ledger.keyset import Page
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import MOST_COUNTED, MOST_SHOWN, PAIRS, SIZE, Asked
from reconciliation.cases.queue_counts import Around, Matched
from reconciliation.cases.queue_order import mark_of
from reconciliation.cases.resolutions import CODES
from reconciliation.cases.taxonomy import CAUSES, CLASSES
from reconciliation.oversight.routing.named import planes_words

AGES = ("under 1 day", "1 to 3 days", "3 to 7 days", "7 to 30 days", "over 30 days")
ENDED_BY = {"run": "", "rule": "By rule", "person": "By hand", "two": "As other"}
# Why this net and the heartbeat's are two figures.
BESIDE = " Open cases count here, also of days that still run; the heartbeat counts closed days, with cases that ended by hand."
LEVELS = (0, 0, 1, 2, 2)
STATES = {
    "open": "open", "assigned": "assigned", "waiting_approval": "waiting approval", "snoozed": "snoozed",
    "reopened": "reopened", "resolved": "resolved",
}  # fmt: skip
BULK = (
    {"value": "assign", "label": "Assign", "key": "a"},
    {"value": "snooze", "label": "Snooze", "key": "s"},
    {"value": "note", "label": "Note", "key": "c"},
    {"value": "propose", "label": "Propose correction", "key": "e", "primary": True, "one": True},
)


def queue_context(
    asked: Asked, page: Page[ExceptionCase], around: Around, found: Matched, depth: dict[str, list[int]] | None, *,
    at: datetime, first: int, key: str | None, outside: Sequence[ExceptionCase] = (),
) -> dict[str, Any]:  # fmt: skip
    """Everything templates/exceptions/list.html names. depth: None leaves the table to a request of its own; first: the
    number of the first row; key: of the bulk form, None for a reader who may not; outside: cases that the search names
    where the list holds none."""
    names = dict(around.owners)
    return {
        "sub": _sub_ended(found) if asked.ended else _sub(found, at, whole=not asked.query),
        "views": _views(asked, around),
        "rows_href": link("exceptions"),
        "chips": _chips(asked, around, names),
        "filters": _filters(asked, around),
        "kept": list(asked.query.items()),
        "search": {"q": asked.q, "kept": [(k, v) for k, v in asked.query.items() if k != "q"]},
        "heads": _heads(asked),
        "cases": [_row(case, asked, at) for case in page.rows],
        "page": _pager(asked, page, found, first),
        "bulk": None if asked.ended else _bulk(asked, found, key),
        "next": {"href": link("exception-case", around.next, **asked.query)}
        if around.next and key is not None and not asked.ended
        else None,
        "empty": None if page.rows else not_found(asked, outside) if asked.q else empty(asked, around),
        "heat": heat_context(depth, asked) if depth else None,
        "heat_href": link("exception-depth") if depth is None else "",
    }


def _sub(found: Matched, at: datetime, *, whole: bool) -> str:
    """`whole`: nothing is filtered, so that the figures stand beside the heartbeat's."""
    if not found.count:
        return "No case matches."
    if found.count > MOST_COUNTED:
        return f"More than {MOST_COUNTED:,} cases match. Nets are shown once filters leave fewer."
    said = [f"{plural(found.count, 'case')} {'match' if found.count > 1 else 'matches'}: {nets_words(found)}."]
    beside = BESIDE if whole and any(found.nets.values()) else ""
    overdue = f"{found.overdue} {'are' if found.overdue > 1 else 'is'} overdue" if found.overdue else "None is overdue"
    if found.next_due is None:
        return f"{said[0]} {overdue}.{beside}"
    left = due(found.next_due, at)
    return f"{said[0]} {overdue}, the next falls due {'on' if left[:1].isalpha() else 'in'} {left}.{beside}"


def _sub_ended(found: Matched) -> str:
    """Of cases that ended: their nets are of differences, whether these are gone or stand on."""
    if not found.count:
        return "No case that ended matches."
    if found.count > MOST_COUNTED:
        return f"More than {MOST_COUNTED:,} ended cases match, the newest first."
    return f"{plural(found.count, 'ended case')}, the newest first: {nets_words(found)} when they ended."


def _views(asked: Asked, around: Around) -> list[dict[str, Any]]:
    drift = f"Drift of {short_day(around.last_day)}" if around.last_day else "Drift of the last day"
    labels = {"all": "All open", "mine": "Assigned to me", "drift": drift, "week": "Due this week",
    "unassigned": "Unassigned",
              "waiting": "Waiting approval", "overdue": "Overdue", "snoozed": "Snoozed"}  # fmt: skip
    return [
        {
            "label": label,
            "href": here(Asked(view, q=asked.q)),
            "count": capped(around.counts[view], MOST_SHOWN),
            "current": asked.view == view and not asked.ended,
        }
        for view, label in labels.items()
    ]


def _chips(asked: Asked, around: Around, names: dict[int, str]) -> list[dict[str, str]]:
    owner = "none" if asked.owner == "none" else names.get(int(asked.owner or 0), "somebody who left")
    shown = {
        "exception_class": ("Class", CLASSES[asked.exception_class].words if asked.exception_class else ""),
        "account": ("Account", dict(around.accounts).get(asked.account, asked.account)),
        "owner": ("Owner", owner), "state": ("State", STATES.get(asked.state, asked.state)),
        "amount": ("Amount", f"at least {asked.amount}"), "age": ("Age", AGES[int(asked.age or 0)]),
        "day": ("Day", near_day(date.fromisoformat(asked.day)) if asked.day else ""), "q": ("Found by", asked.q),
        "code": ("Ended as", CODES[asked.code].words if asked.code else ""), "planes": ("Planes", planes_words(asked.planes)),
        "cause": ("Cause", CAUSES.get(int(asked.cause or 0), "")),
    }  # fmt: skip
    return [
        {"label": label, "value": value, "remove_href": here(replace(asked, **{name: ""}))}
        for name, (label, value) in shown.items()
        if getattr(asked, name)
    ]


def _filters(asked: Asked, around: Around) -> list[dict[str, Any]]:
    def one(name: str, label: str, options: list[tuple[Any, str]]) -> dict[str, Any]:
        return {"name": name, "label": label, "options": [{"value": v, "label": text} for v, text in options]}

    offered = {
        "class": one("class", "Class", [(name, c.words) for name, c in CLASSES.items()]),
        "account": one("account", "Account", list(around.accounts)),
        "owner": one("owner", "Owner", [("none", "none"), *around.owners]),
        "state": one("state", "State", list(STATES.items())),
        "amount": one("amount", "Amount, at least", []),
        "code": one("code", "Ended as", [(name, end.words) for name, end in CODES.items()]),
        "planes": one("planes", "Planes", [(pair, planes_words(pair)) for pair in PAIRS]),
        "cause": one("cause", "Cause", list(CAUSES.items())),
    }
    return [filter_ for name, filter_ in offered.items() if name not in asked.query]


def _heads(asked: Asked) -> list[dict[str, Any]]:
    up = asked.downwards is False
    instant = "Ended" if asked.ended else "Due in"
    sort = {"href": here(replace(asked, sort="-due" if asked.sort == "due" else "due")), "on": True, "up": up}
    return [
        {"label": "Case"}, {"label": "Class"}, {"label": "Payment"}, {"label": "Contribution", "number": True},
        {"label": "Age", "number": True}, {"label": instant, "number": True, "sort": sort}, {"label": "Owner"},
        {"label": "State"},
    ]  # fmt: skip


def _row(case: ExceptionCase, asked: Asked, at: datetime) -> dict[str, Any]:
    state, word = state_of(case, at)
    return {
        "ref": str(case), "id": case.id, "href": case_href(case, asked),
        "peek_href": link("exception-peek", case.number, **asked.query),
        "title": case.title, "severity": case.severity, "exception_class": case.exception_class,
        "payment_id": case.payment_id,
        "payment_href": payment_href(case.payment_id), "contribution": amount(case.contribution_minor, case.currency),
        "opened_at": case.opened_at, "due_at": case.due_at, "owner": case.owner.name if case.owner else "",
        "state": state, "state_word": word, "ended_at": case.resolved_at,
    }  # fmt: skip


def payment_href(payment_id: str) -> str:
    """Where a payment is looked up; "" while there is no such page or no payment."""
    return link("payments", q=payment_id) if payment_id else ""


PLANES = {
    "commerce-provider": "Commerce and provider", "provider-ledger": "Provider and ledger", "provider-log": "Provider and log",
}  # fmt: skip


def planes_of(case: ExceptionCase) -> str:
    """Where a case lies: its bank account's name, or the planes that differ."""
    return case.account.name if case.bank_account else PLANES[case.plane_pair]


def state_of(case: ExceptionCase, at: datetime) -> tuple[str, str]:
    """The badge's state and its word. A hold stands until its incident is released; a snooze that ended waits for a run."""
    if case.state != "resolved" and case.held:
        return "held", ""
    if case.state == "snoozed" and case.snoozed_until is not None:
        return (
            ("snoozed", f"Until {short_day(case.snoozed_until.date())}")
            if case.snoozed_until > at
            else ("open", "Snooze over")
        )
    if case.state == "resolved":
        return case.state, ENDED_BY[CODES[case.resolution].by]
    return case.state, "Approval" if case.state == "waiting_approval" else ""


def _pager(asked: Asked, page: Page[ExceptionCase], found: Matched, first: int) -> dict[str, Any]:
    last = first + len(page.rows) - 1
    previous = (
        {"before": mark_of(page.rows[0], asked.column), "n": max(1, first - SIZE)}
        if page.has_previous and page.rows
        else None
    )
    following = {"after": mark_of(page.rows[-1], asked.column), "n": last + 1} if page.has_next and page.rows else None
    return {
        "first": first, "last": last, "total": found.count if found.count <= MOST_COUNTED else None, "size": SIZE,
        "previous_href": here(asked, **previous) if previous else "", "next_href": here(asked,
        **following) if following else "",
    }  # fmt: skip


def _bulk(asked: Asked, found: Matched, key: str | None) -> dict[str, Any] | None:
    if key is None:
        return None
    some = 1 < found.count <= MOST_COUNTED
    return {
        "href": link("exception-bulk", **asked.query), "key": key, "total": found.count, "acts": BULK,
        "all_selected": False,
        "all_href": link("exception-choose", **asked.query) if some else "",
    }  # fmt: skip


def heat_context(depth: dict[str, list[int]], asked: Asked) -> dict[str, Any]:
    """Open cases by class and age; each number is a filter. depth: counts by class, youngest first."""
    ordered = sorted(depth.items(), key=lambda item: -sum(item[1]))
    rows = [
        {"label": CLASSES[name].words, "total": sum(counts), "href": here(Asked(exception_class=name)),
         "cells": [{"count": n, "href": here(Asked(exception_class=name, age=str(i))), "level": LEVELS[i]} for i,
         n in enumerate(counts)]}
        for name, counts in ordered
    ]  # fmt: skip
    totals = [sum(column) for column in zip(*(counts for _, counts in ordered), strict=True)]
    return {"columns": AGES, "rows": rows, "totals": totals, "total": sum(totals)}


def peek_context(case: ExceptionCase, asked: Asked, at: datetime, cause: str) -> dict[str, Any]:
    """What templates/exceptions/peek.html names."""
    return {"case": {**_row(case, asked, at), "account": planes_of(case), "day": case.day, "cause": cause,
                     "reference": case.reference}}  # fmt: skip


__all__ = ["heat_context", "peek_context", "queue_context", "state_of"]
