"""One case: what exactly differs, why, and what fixes it; and the acts on it."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.transaction import atomic
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.came_of import leading_back
from console.pages.case import (
    also_context,
    case_context,
    history_context,
    leaning_words,
    menus,
    second_line_facts,
    security_context,
)
from console.pages.diagnosis import diagnosis_context, headline
from console.pages.ended import ended_context
from console.pages.ends import meaning_context, resolve_menu
from console.pages.links import Link, link, links_for
from console.pages.plane_case import plane_context, plane_sides
from console.pages.playbooks import playbook_beside
from console.pages.proposal import awaited_context, awaited_headline, proposal_context, sent_words
from console.pages.queue_links import came_from
from console.pages.sides import sides_context
from console.pages.words import new_key
from console.pages.written import a_day, text_of
from console.permitted import Signed, opens, writes
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.cases.acts import LONGEST_TEXT
from reconciliation.cases.add_note import add_note
from reconciliation.cases.assign_case import assign_case
from reconciliation.cases.available_actions import available_actions, who_may, who_requests
from reconciliation.cases.case_ending import case_ending
from reconciliation.cases.case_page import case_numbered, case_page, history
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.plane_names import postings_named, same_payment
from reconciliation.cases.queue import asked_of, neighbours
from reconciliation.cases.queue_counts import workers
from reconciliation.cases.request_other import request_other
from reconciliation.cases.request_resolution import request_resolution
from reconciliation.cases.resolutions import CODES, OTHER
from reconciliation.cases.resolve_case import resolve_case
from reconciliation.cases.snooze_case import snooze_case
from reconciliation.corrections.check_awaited import check_awaited
from reconciliation.corrections.offer import offer
from reconciliation.drift.diagnosis import diagnose
from reconciliation.drift.read_facts import read_facts
from reconciliation.errors import BadInput, NeedsApproval
from reconciliation.incidents.standing import incident_of
from reconciliation.lookup.offered import leaning_on
from reconciliation.permissions import Permission, allowed

MOST_ROWS_AT_ONCE = 20_000
ONLY_LOOKS = "Working on it and requesting its correction need"


@opens(Permission.VIEW_CASES)
def case(request: Signed, number: int) -> HttpResponse:
    """GET /exceptions/<number>/: the case, with the view it was opened from in the query."""
    found, asked, me = case_numbered(number), asked_of(request.GET), request.actor.person_id
    if found.bank_account is None:
        return plane_case(request, found)
    page, actions = case_page(found), available_actions(found, request.actor)
    facts, to, ending = read_facts(found), links_for(request.actor), case_ending(found)
    causes = diagnose(facts)
    works, ended = allowed(request.actor, Permission.WORK_CASES), ended_context(found, ending, to) if ending else None
    done = None if ended else check_awaited(found)
    # A correction moved the rows that the causes are read from: what they say now is not why the case was opened.
    moved = done is not None or any(c["written"] for c in (ended or {}).get("corrections", ()))
    context = {
        **case_context(
            page, asked, neighbours(found, asked, me=me, at=request.at), at=request.at,
            cause=awaited_headline(done) if done else headline(found, causes),
            came=came_from(request.GET), ended=ended,
            read_only="" if works else who_may(Permission.WORK_CASES, request.actor, ONLY_LOOKS),
        ),
        **menus(found, workers() if works else [], actions, me=me, at=request.at, key=new_key(), kept=_kept(request)),
        **history_context(found, page.events, at=request.at, note_key=None if actions["note"] else new_key(), to=to),
        **_ends(request, found, actions["resolve"], to),
        "also": also_context(same_payment(found), to), "runbook_href": to("case-runbook", number),
        "sides": sides_context(page, to), "diagnosis": None if moved else diagnosis_context(causes), "ended": ended,
        **({} if ended else {"proposal": awaited_context(done, to)} if done else _offered(
            request, found, actions["propose"], to, effect=page.figures.rows <= MOST_ROWS_AT_ONCE
        )),
    }  # fmt: skip
    context["case"] |= {"awaited": done is not None, **second_line_facts(page, facts, to)}
    return render(request, "exceptions/case.html", context)


def plane_case(request: Signed, found: ExceptionCase) -> HttpResponse:
    """The same page for a case between commerce, provider and ledger."""
    asked, me, to = asked_of(request.GET), request.actor.person_id, links_for(request.actor)
    actions, ending = available_actions(found, request.actor), case_ending(found)
    works = allowed(request.actor, Permission.WORK_CASES)
    near = neighbours(found, asked, me=me, at=request.at)
    context = {
        **plane_context(found, asked, near, at=request.at, came=came_from(request.GET),
                        ended=ended_context(found, ending, to) if ending else None,
                        read_only="" if works else who_may(Permission.WORK_CASES, request.actor, ONLY_LOOKS)),
        **menus(found, workers() if works else [], actions, me=me, at=request.at, key=new_key(), kept=_kept(request)),
        **history_context(found, history(found), at=request.at, note_key=None if actions["note"] else new_key(), to=to),
        **_ends(request, found, actions["resolve"], to), "sides": plane_sides(found, to, postings_named(found)),
        "also": also_context(same_payment(found), to), "runbook_href": to("case-runbook", found.number),
        **({} if ending or found.plane_pair != "provider-ledger" else _offered(
            request, found, actions["propose"], to, effect=True, most_rows=MOST_ROWS_AT_ONCE
        )),
    }  # fmt: skip
    return render(request, "exceptions/case.html", context)


def _ends(request: Signed, found: ExceptionCase, why_not: str, to: Link) -> dict[str, Any]:
    """How the case may end: the menu for whoever may say so, and what its class asks for."""
    query = {**asked_of(request.GET).query, **came_from(request.GET)}
    return {
        "resolve": resolve_menu(found, request.actor, why_not, to, key=new_key(), query=query),
        **meaning_context(found, to),
        **playbook_beside(found, leading_back(to, {"of": str(found), **query})),
    }


def _offered(
    request: Signed, case: ExceptionCase, why_not: str, to: Link, *, effect: bool = False, most_rows: int | None = None
) -> dict[str, Any]:
    """What would correct an open case, or why nothing may. effect: whether it is worked out at once, or by itself after."""
    offered = offer(case, at=request.at, effect=effect, most_rows=most_rows)
    if offered.proposal.security:
        incident = incident_of(case.id, *offered.proposal.held_by)
        return {
            "security": security_context(case, offered.proposal.holding, incident, to)
            | {"runbook_href": to("case-runbook", case.number)}
        }
    who = who_requests(request.actor)
    return {"proposal": proposal_context(case, offered, key=new_key(), why_not=why_not, who=who, to=to)}


@writes(Permission.WORK_CASES)
def assign(request: Signed, number: int) -> HttpResponse:
    """POST /exceptions/<number>/assign/"""
    to = text_of(request.POST, "owner")
    if not to.isdecimal() or len(to) > 18:
        raise BadInput("to whom?", "owner")
    seen = text_of(request.POST, "seen") or None
    assign_case(number=number, to=int(to), seen_state=seen, actor=request.actor, at=request.at)
    return _back(request, number, f"C-{number} assigned")


@writes(Permission.WORK_CASES)
def snooze(request: Signed, number: int) -> HttpResponse:
    """POST /exceptions/<number>/snooze/"""
    until = a_day(request.POST, "until")
    if until is None:
        raise BadInput("until which day?", "until")
    snooze_case(
        number=number, until=until, reason=request.POST.get("reason", ""), seen_state=text_of(request.POST,
        "seen") or None,
        actor=request.actor, at=request.at,
    )  # fmt: skip
    return _back(request, number, f"C-{number} snoozed until {until}")


@writes(Permission.WORK_CASES)
def resolve(request: Signed, number: int) -> HttpResponse:
    """POST /exceptions/<number>/resolve/: end the case with a code of its class; as other, or where policy lets
    nobody end it alone, a second person is asked."""
    given, code = request.POST, text_of(request.POST, "code")
    note, key, seen = given.get("note", ""), text_of(given, "key", 64), text_of(given, "seen") or None
    same: dict[str, Any] = {
        "number": number, "note": note, "seen_state": seen, "actor": request.actor, "at": request.at,
    }  # fmt: skip
    if code == OTHER:
        made = request_other(idempotency_key=key, **same)
    else:
        try:
            with atomic():
                resolve_case(code=code, key=key, **same)
            return _back(request, number, f"C-{number} resolved: {CODES[code].words}")
        except NeedsApproval:
            made = request_resolution(code=code, idempotency_key=key, **same)
    others = who_could_decide(made.id, at=request.at)
    return _back(request, number, sent_words(made, len(others)))


@writes(Permission.NOTE_CASES)
def note(request: Signed, number: int) -> HttpResponse:
    """POST /exceptions/<number>/notes/: the whole history comes back."""
    key, text = text_of(request.POST, "key"), request.POST.get("text", "")
    add_note(number=number, text=text, key=key, actor=request.actor, at=request.at)
    leaning = leaning_on(text[:LONGEST_TEXT], payment_id=case_numbered(number).payment_id, today=request.at.date())

    def part() -> HttpResponse:
        found = case_numbered(number)
        context = history_context(found, history(found), at=request.at, note_key=new_key(), to=links_for(request.actor))
        return render(request, "exceptions/parts/history.html", context)

    return _back(request, number, f"Note added to C-{number}{leaning_words(leaning)}", part)


def _back(request: Signed, number: int, said: str, part: Callable[[], HttpResponse] | None = None) -> HttpResponse:
    """To HTMX the new fragment and one line for the live region, else the case's page with that line."""
    if part is not None and request.headers.get("HX-Request"):
        response = part()
        response.headers["HX-Trigger"] = json.dumps({"notice": {"text": said}})
        return response
    messages.success(request, said)
    return redirect(link("exception-case", number, **_kept(request)))


def _kept(request: Signed) -> dict[str, str]:
    """The list that the case was opened from."""
    return asked_of(request.GET).query | came_from(request.GET)
