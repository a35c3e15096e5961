"""The context of a case's page, apart from its sides, its diagnosis and its proposal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from console.display import due, short_day
from console.pages.links import Link, link
from console.pages.next_steps import HOLD
from console.pages.queue import payment_href, state_of
from console.pages.queue_links import capped, here
from console.pages.words import drift_words, event_words, in_major, plural
from console.pages.written import amount
from console.work_forms import snooze_days
from reconciliation.cases.case_page import CasePage
from reconciliation.cases.models import CaseEvent, ExceptionCase
from reconciliation.cases.queue import MOST_SHOWN, Asked, Neighbours
from reconciliation.cases.resolutions import BY_PEOPLE, CODES
from reconciliation.drift.signs import Facts
from reconciliation.incidents.models import Incident
from reconciliation.lookup.bare_notes import bare_notes
from reconciliation.lookup.offered import Leaning

VIEW_WORDS = {
    "all": "All open", "mine": "Assigned to me", "drift": "Drift of the last day", "week": "Due this week",
    "unassigned": "Unassigned", "waiting": "Waiting approval", "overdue": "Overdue", "snoozed": "Snoozed",
}  # fmt: skip
OPENING = ("opened", "reopened")


def case_context(
    page: CasePage,
    asked: Asked,
    near: Neighbours,
    *,
    at: datetime,
    cause: tuple[str, str],
    ended: dict[str, Any] | None,
    read_only: str,
    came: dict[str, str],
) -> dict[str, Any]:
    """The frame of templates/exceptions/case.html: crumb, neighbours, facts and banners. cause: headline of the
    diagnosis; ended: of a resolved case, as `ended_context` has it; came: where it was opened, as `came_from` has it."""
    case = page.case
    return {
        **around_case(asked, near, came), "case": _case(page, at, cause, ended),
        "changed": _changed(case, page.events, asked), "read_only": read_only,
    }  # fmt: skip


def around_case(asked: Asked, near: Neighbours, came: dict[str, str]) -> dict[str, Any]:
    """The way back and to the neighbours in the view it was opened from."""
    return {
        "crumb": _crumb(asked, near, came),
        "previous_href": link("exception-case", near.previous, **asked.query, **came) if near.previous else None,
        "next_href": link("exception-case", near.following, **asked.query, **came) if near.following else None,
    }


def common_facts(case: ExceptionCase, at: datetime, ended: dict[str, Any] | None) -> dict[str, Any]:
    """What is said of a case between any two planes."""
    state, _ = state_of(case, at)
    return {
        "ref": str(case), "title": case.title, "exception_class": case.exception_class, "state": state,
        "state_word": _state_word(case, at), "due_at": case.due_at, "opened_at": case.opened_at,
        "due_word": "Due on" if due(case.due_at, at)[:1].isalpha() else "Due in",
        "payment_id": case.payment_id, "payment_href": payment_href(case.payment_id),
        "resolution": ended["by"] if ended else "",
    }  # fmt: skip


def second_line_facts(page: CasePage, facts: Facts, to: Link) -> dict[str, Any]:
    """Of a line that came a second time: the payment that the first one settled, and where both lines stand; {} else."""
    if not facts.second_line or not page.lines:
        return {}
    day, line = page.case.day.isoformat(), page.lines[0]
    query = {"account": page.case.account.code, "q": line.reference, "from": day, "until": day}
    found = {
        "first_href": to("bank-lines", **query),
        "first_says": f"settled first by another line of {line.reference}",
    }
    payment = facts.settled_payment
    return found | ({"payment_id": payment, "payment_href": payment_href(payment)} if payment else {})


def also_context(numbers: Sequence[int], to: Link) -> list[dict[str, str]]:
    """The cases that say the same of this payment from the other side."""
    return [{"ref": f"C-{n}", "href": to("exception-case", n)} for n in numbers]


def _crumb(asked: Asked, near: Neighbours, came: dict[str, str]) -> dict[str, Any]:
    place = f"{near.place} of {capped(near.total, MOST_SHOWN)}" if near.place and near.place <= MOST_SHOWN else ""
    view = {"label": VIEW_WORDS[asked.view], "href": here(asked)} if asked.query else None
    up = ("home", "Drift heartbeat", "the heartbeat") if came else ("exceptions", "Exceptions", "the list, same row")
    return {"list_href": link(up[0]), "list_label": up[1], "back_to": up[2], "view": view, "place": place}


def _case(page: CasePage, at: datetime, cause: tuple[str, str], ended: dict[str, Any] | None) -> dict[str, Any]:
    case, account = page.case, page.case.account
    return common_facts(case, at, ended) | {
        "says": _seen(page),
        "contribution": amount(case.contribution_minor, case.currency), "side": _side(int(case.contribution_minor)),
        "account": account.name, "account_href": link("drift-check", account.code, case.day.isoformat()),
        "day": case.day, "day_says": _day_says(page),
        "payee": next((x.counterparty for x in page.lines if x.counterparty), ""),
        "cause": cause[0], "cause_says": ended["says"] if ended else cause[1],
    }  # fmt: skip


def _state_word(case: ExceptionCase, at: datetime) -> str:
    if case.state == "assigned" and case.owner is not None:
        return f"Assigned to {case.owner.name}"
    if case.state == "waiting_approval":
        return "Waiting approval"
    if case.state == "resolved" and case.resolution in BY_PEOPLE:
        return CODES[case.resolution].words.capitalize()
    return state_of(case, at)[1]


def _seen(page: CasePage) -> str:
    first = f", first MR-{page.figures.first_run}" if page.figures.first_run else ""
    matcher = f", matcher {page.figures.matcher}" if page.figures.matcher else ""
    return f"seen by {plural(page.case.run_count, 'run')}{first}{matcher}"


def _side(minor: int) -> str:
    return "bank heavier" if minor < 0 else "ledger heavier" if minor > 0 else ""


def _day_says(page: CasePage) -> str:
    figures = page.figures
    if figures.verdict is None or figures.drift is None:
        return "drift unknown"
    drift = drift_words(amount(figures.drift, page.case.currency))
    return f"drift {drift}, {plural(figures.open_count or 0, 'difference')}" if figures.open_count else "clean by now"


def _changed(case: ExceptionCase, events: Sequence[CaseEvent], asked: Asked) -> dict[str, str] | None:
    """The banner when a run changed the case after its correction was asked for. events: newest first."""
    if case.state != "waiting_approval":
        return None
    for event in events:
        if event.kind == "changed":
            return {
                "text": in_major(event.text, case.currency),
                "href": link("exception-case", case.number, **asked.query),
            }
        if event.kind == "asked":
            return None
    return None


def history_context(
    case: ExceptionCase, events: Sequence[CaseEvent], *, at: datetime, note_key: str | None, to: Link
) -> dict[str, Any]:
    """What templates/exceptions/parts/history.html names. events: newest first; note_key: of the note form, None for a
    reader who may not write; to: the links that the reader may follow. One query more where a note cites a block explorer."""
    bare = bare_notes([e.text for e in events if e.kind == "noted"], at=at)
    return {
        "events": [
            {"at": e.at, "tone": "r" if e.kind in OPENING else "k" if e.person_id else "",
            "actor": e.actor if e.person_id else "",
             "text": _said(e, case.currency), "leans": e.kind == "noted" and e.text in bare, "ref": _ref(e, to)}
            for e in events
        ],
        "note": {"href": link("case-note", case.number), "key": note_key, "payment": case.payment_id} if note_key else None,
    }  # fmt: skip


def leaning_words(leaning: Leaning | None) -> str:
    """Behind the line that says a note was added, where it leans on a block explorer: what to name instead."""
    if leaning is None:
        return ""
    named = f"; name {leaning.payment} instead" if leaning.payment else ""
    return f". It cites a block explorer and no payment_id of ours{named}"


def _said(event: CaseEvent, currency: str) -> str:
    """The event in words, and after it the reason that a person gave, as they wrote it."""
    why = event.detail.get("why", "")
    return event_words(event.kind, event.text, currency) + (f": {why}" if why else "")


def _ref(event: CaseEvent, to: Link) -> dict[str, str] | None:
    number = event.detail.get("request")
    href = to("approval", number) if number else ""
    return {"text": f"CR-{number}", "href": href} if href else None


def menus(
    case: ExceptionCase,
    people: Sequence[tuple[int, str]],
    actions: dict[str, str],
    *,
    me: int | None,
    at: datetime,
    key: str,
    kept: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The menus that assign and snooze, None where the act is not available. key: one for the forms of this page; kept: the
    list that the case was opened from, as its address carries it, to come back to."""
    first = [(i, f"me, {name}") for i, name in people if i == me] + [(i, name) for i, name in people if i != me]
    assign = {"href": link("case-assign", case.number, **kept), "key": f"{key}a", "seen": case.state,
    "mine": case.owner_id == me,
              "people": [{"value": i, "label": name} for i, name in first]}  # fmt: skip
    snooze = {"href": link("case-snooze", case.number, **kept), "key": f"{key}s", "seen": case.state,
              "days": [{"value": value, "label": label} for value, label in snooze_days(at)]}  # fmt: skip
    return {"assign": None if actions["assign"] else assign, "snooze": None if actions["snooze"] else snooze}


def security_context(
    case: ExceptionCase, holding: Sequence[int], incident: Incident | None, to: Link
) -> dict[str, Any]:
    """What templates/exceptions/parts/security.html names. holding: numbers of the cases that hold the account; incident: that the
    case itself is in, else theirs."""
    moved = drift_words(amount(abs(int(case.contribution_minor)), case.currency)).lstrip("+")
    own = case.cause == 4
    account = case.bank_account.name if case.bank_account else "an account of this posting"
    return {
        "proposed": HOLD,
        "title": "Stop. The bank settled something we never initiated." if own else "Held by another case of this account.",
        "text": f"{moved} on {short_day(case.day)}." if own else "",
        "facts": [
            f"Corrections on {account} are refused while this is open, for everybody",
            f"The evidence of {case} is kept as each run saw it",
            "What the bank reported cannot be edited or deleted here",
        ],
        "runbook_href": "",
        "holding": [{"ref": f"C-{n}", "href": link("exception-case", n)} for n in holding],
        "contact": "Keep the evidence and call security.",
        "incident": incident and {"ref": str(incident), "href": to("incident", incident.number), "since": incident.opened_at},
    }  # fmt: skip
