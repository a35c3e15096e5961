"""Accounting periods as their pages and the API show them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from console.display import count, day, moment, money, plain, short_day
from console.pages.ledger import places
from console.pages.links import Link
from console.pages.words import plural
from ledger.assets import EXPONENTS
from ledger.models import PeriodMove
from reconciliation.checkpoints.rules import PAIR_WORDS
from reconciliation.periods.asked_period import REOPEN_REASONS
from reconciliation.periods.balances import CLOSING, ENDED, NEW, OPENING, Balance
from reconciliation.periods.checklist import Checklist, Item
from reconciliation.periods.period_pages import PeriodLine, WholePeriod

ONE = timedelta(days=1)


def periods_page(lines: Iterable[PeriodLine], open_from: date | None) -> dict[str, Any]:
    """templates/ledger/periods.html"""
    rows = [_row(x) for x in lines]
    return {
        "sub": _stand(open_from), "places": places("periods"), "rows": rows,
        "reopened": sum(r["times"] for r in rows),
    }  # fmt: skip


def period_page(found: WholePeriod, to: Link) -> dict[str, Any]:
    """templates/ledger/period.html"""
    line, period = found.line, found.line.period
    closed = line.closed_by
    shown = closed.checklist if closed else found.now.frozen()
    since = _changed(closed.checklist, found.now) if closed else []
    return {
        "period": _row(line), "sub": f"{day(period.first_on)} to {day(period.until_on - ONE)}. {_stand(found.open_from)}",
        "list_href": reverse("periods"), "items": [_item(i) for i in shown["items"]],
        "balances": [_balance(b) for b in shown["balances"]], "since": since,
        "as_of": f"as it was closed, {moment(closed.at)} UTC" if closed else "as it stands now",
        "moves": [_move(m) for m in reversed(line.moves)],
        "waiting": {"ref": str(found.waiting), "href": to("approval", found.waiting.number), "title": found.waiting.title}
        if found.waiting else None,
        "why_not": _why_not(found),
    }  # fmt: skip


def _stand(open_from: date | None) -> str:
    if open_from is None:
        return "Nothing is closed yet."
    return f"The books are closed through {day(open_from - ONE)}; the first open day is {day(open_from)}."


def _why_not(found: WholePeriod) -> str:
    """Why it cannot be closed now, "" when it can or is closed."""
    blocked = found.now.blocked_by
    if found.line.closed_by or not blocked:
        return ""
    more = f", and {plural(len(blocked) - 1, 'more item')}" if len(blocked) > 1 else ""
    return f"It cannot be closed yet: “{blocked[0].title}” does not hold{more}."


def _row(x: PeriodLine) -> dict[str, Any]:
    p, closed = x.period, x.closed_by
    return {
        "key": p.first_on.isoformat(), "name": str(p), "href": reverse("period", args=[p.first_on.isoformat()]),
        "days": f"{short_day(p.first_on)} to {short_day(p.until_on - ONE)}",
        "state": p.state if x.begun else "coming",
        "start": _totals(x.found, OPENING), "end": _totals(x.found, CLOSING), "counted": x.found is not None,
        "closed_by": closed.actor if closed else "", "asked_by": closed.asked_by if closed else "",
        "closed_at": closed.at if closed else None, "times": x.times_reopened,
    }  # fmt: skip


def _totals(found: Iterable[Balance] | None, which: int) -> list[str]:
    """By currency how many and how much, gross: "1,200.00 ETB in 3"; none, and nothing is open. Some move no money: "2"."""
    counts, gross = defaultdict[str, int](int), defaultdict[str, int](int)
    for b in found or ():
        counts[b.currency] += b.counts[which]
        gross[b.currency] += b.gross[which]
    return [counted(n, gross[c], c) for c, n in sorted(counts.items()) if n]


def counted(n: int, gross: int, currency: str) -> str:
    """How many, and how much where they are of a currency."""
    return f"{money(gross, EXPONENTS[currency])} {currency} in {count(n)}" if currency else count(n)


def _item(i: dict[str, Any]) -> dict[str, Any]:
    holds = not i["count"]
    listed = i["key"] != "exceptions"  # those are told by class, with their counts
    more = i["count"] - len(i["found"]) if listed else 0
    return {
        "title": i["title"], "holds": holds, "blocking": i["blocking"], "count": i["count"],
        "word": "holds" if holds else "blocks" if i["blocking"] else "carried over",
        "found": [*i["found"], *([f"{count(more)} more"] if more > 0 and i["found"] else [])],
    }  # fmt: skip


def _balance(b: dict[str, Any]) -> dict[str, Any]:
    exponent = EXPONENTS.get(b["currency"])
    parts = [
        {"count": count(b["counts"][n]), "gross": "" if exponent is None else money(int(b["gross"][n]), exponent)}
        for n in (OPENING, NEW, ENDED, CLOSING)
    ]
    return {
        "pair": PAIR_WORDS.get(b["plane_pair"], plain(b["plane_pair"])), "class": plain(b["class"]), "currency": b["currency"],
        "parts": parts,
    }  # fmt: skip


def _changed(frozen: dict[str, Any], now: Checklist) -> list[str]:
    """What its checklist says otherwise by now: late statements and cases found late, never written over what was closed."""
    was = {i["key"]: i["count"] for i in frozen["items"]}
    return [_since(i, was[i.key]) for i in now.items if i.key in was and was[i.key] != i.count]


def _since(i: Item, was: int) -> str:
    found = f": {i.found[0]}" if i.found else ""
    return f"{i.title}: {count(was)} against it then, {count(i.count)} now{found}"


def _move(m: PeriodMove) -> dict[str, Any]:
    code = REOPEN_REASONS.get(m.reason_code, "")
    return {
        "at": m.at, "to": m.to_state, "by": m.actor, "asked_by": m.asked_by, "policy": m.policy_version,
        "why": ": ".join(part for part in (code, m.reason) if part),
        "digest": bytes(m.checklist_sha256).hex()[:12] if m.checklist_sha256 else "",
    }  # fmt: skip


def periods_json(lines: Iterable[PeriodLine], open_from: date | None) -> dict[str, Any]:
    """As the API states it; amounts are text of integer minor units."""
    return {"open_from": open_from, "periods": [_json(x) for x in lines]}


def _json(x: PeriodLine) -> dict[str, Any]:
    p, closed = x.period, x.closed_by
    return {
        "first_on": p.first_on, "until_on": p.until_on, "state": p.state, "times_reopened": x.times_reopened,
        "closed_at": closed.at if closed else None, "balances": None if x.found is None else [_frozen(b) for b in x.found],
    }  # fmt: skip


def _frozen(b: Balance) -> dict[str, Any]:
    stated = b.frozen()
    return {"exception_class": stated.pop("class"), **stated}
