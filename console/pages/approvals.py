"""The approvals' pages as templates take them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from console.display import age, is_overdue, moment
from console.pages.paging import pager
from console.pages.words import plural
from console.pages.written import amount
from ledger.actors import Actor
from ledger.keyset import Page
from reconciliation.approvals.batch import one_by_one
from reconciliation.approvals.inbox import Waiting, state_now
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.permissions import Permission, allowed

SOON = timedelta(hours=2)
BAD = ("rejected", "stale")


def ordered(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Those that wait for the reader first, then those that wait for others."""
    return sorted(waiting, key=lambda w: not w.for_reader)


def inbox_page(waiting: Sequence[Waiting], current: int | None, actor: Actor, at: datetime) -> dict[str, Any]:
    """templates/approvals/list.html, of what waits. `current` is the number of the request shown beside it."""
    to_decide, listed = [w for w in waiting if w.for_reader], ordered(waiting)
    decides = bool(to_decide) or allowed(actor, Permission.DECIDE_REQUEST)
    return {
        "title": "Approvals", "sub": _sub_of_decider(to_decide, waiting, at) if decides else _sub_of_reader(waiting),
        "showing": "open",
        "other_href": f"{reverse('approvals')}?show=decided",
        "heading": "To decide" if decides else "Waiting", "listed": len(to_decide) if decides else len(listed),
        "inbox": [_line(w, current, at) for w in listed], "may_pick": sum(not one_by_one(w.request) for w in to_decide) > 1,
        "empty": {"title": "Nothing waits for a decision", "text": "What somebody asks for appears here at once."},
        "neighbours": _neighbours([w.request.number for w in listed], current),
    }  # fmt: skip


def decided_page(
    page: Page[ApprovalRequest], current: int | None, at: datetime, asked: Mapping[str, str]
) -> dict[str, Any]:
    """templates/approvals/list.html, of what has ended."""
    return {
        "title": "Approvals", "sub": "Requests that ended, the newest first.", "showing": "decided",
        "other_href": reverse("approvals"), "heading": "Decided",
        "listed": len(page.rows), "inbox": [_ended(r, current, at) for r in page.rows],
        "page": pager(page, [str(r.number) for r in page.rows], {**asked, "show": "decided"}),
        "empty": {"title": "No request has ended yet", "text": "Each one stays here with who decided it and why."},
        "neighbours": {},
    }  # fmt: skip


def _sub_of_decider(to_decide: Sequence[Waiting], waiting: Sequence[Waiting], at: datetime) -> str:
    """What waits for the reader, then what waits for others, each request told once."""
    soon = sum(is_overdue(w.request.expires_at - SOON, at) for w in to_decide)
    pressing = f", {soon} {'expires' if soon == 1 else 'expire'} within 2 h" if soon else ""
    own = sum(w.own for w in waiting)
    rest = len(waiting) - len(to_decide) - own
    said = [f"{_waits(len(to_decide), 'request')} for you{pressing}."]
    said += [f"{_of_yours(own)} for others."] * bool(own) + [f"{_waits(rest, 'other')} for others."] * bool(rest)
    return " ".join(said)


def _sub_of_reader(waiting: Sequence[Waiting]) -> str:
    own = sum(w.own for w in waiting)
    rest = len(waiting) - own
    if not waiting:
        return "No request waits for a decision."
    said = [f"{_of_yours(own)} for a decision."] * bool(own)
    return " ".join([*said, *[f"{_waits(rest, 'other' if own else 'request')} for a decision."] * bool(rest)])


def _waits(number: int, one: str) -> str:
    return f"{plural(number, one)} {'waits' if number == 1 else 'wait'}"


def _of_yours(number: int) -> str:
    return f"{number:,} of your requests {'waits' if number == 1 else 'wait'}"


def _line(w: Waiting, current: int | None, at: datetime) -> dict[str, Any]:
    press = f"expires in {age(at, w.request.expires_at)}"
    if not w.for_reader:
        press = "yours" if w.own else "you decided" if w.decided else press
    elif w.request.quorum > 1:
        press = f"{w.approvals} of {w.request.quorum} given"
    soon = is_overdue(w.request.expires_at - SOON, at) and w.for_reader
    if w.lender:
        press = f"for {w.lender}, {press}"
    pick = str(w.request.number) if w.for_reader and not one_by_one(w.request) else ""
    return _shown(w.request, current) | {
        "pick": pick,
        "alone": w.for_reader and not pick,
        "press": press,
        "press_tone": "drift" if soon else "",
        "state": "open",
    }


def _ended(r: ApprovalRequest, current: int | None, at: datetime) -> dict[str, Any]:
    state = state_now(r, at)
    word = "changed since asked" if state == "stale" else state
    return _shown(r, current) | {
        "press": f"{word} {moment(r.ended_at or r.expires_at)}", "press_tone": "drift" if state in BAD else "",
        "state": state,
    }  # fmt: skip


def _shown(r: ApprovalRequest, current: int | None) -> dict[str, Any]:
    return {
        "ref": str(r), "href": reverse("approval", args=[r.number]), "title": r.title,
        "amount": amount(r.amount_minor, r.currency) if r.currency else None, "maker": r.made_by_label, "made_at": r.made_at,
        "current": r.number == current,
    }  # fmt: skip


def _neighbours(numbers: Sequence[int], current: int | None) -> dict[str, str]:
    if current not in numbers:  # one that ended: the list goes on with its first
        return {"next_href": reverse("approval", args=[numbers[0]])} if numbers else {}
    at = numbers.index(current)
    near = {"previous_href": at - 1, "next_href": at + 1}
    return {name: reverse("approval", args=[numbers[n]]) for name, n in near.items() if 0 <= n < len(numbers)}
