"""The queue of exceptions: the list, a peek at one case, and acts on many."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.bulk import choose_context, done_context, one_at_a_time, preview_context
from console.pages.ends import classes_context
from console.pages.links import link, row_number
from console.pages.paging import place_of
from console.pages.queue import heat_context, peek_context, queue_context
from console.pages.words import cause_words, new_key
from console.pages.written import a_day, text_of
from console.permitted import Signed, opens, writes
from console.work_forms import AssignForm, NoteForm, SnoozeForm
from ledger.keyset import Place
from reconciliation.cases.bulk_act import bulk_act
from reconciliation.cases.case_page import case_numbered, cases_with
from reconciliation.cases.ended_counts import ended_counts
from reconciliation.cases.named import named_anywhere
from reconciliation.cases.queue import MOST_SHOWN, asked_of, ids_of, page_of
from reconciliation.cases.queue_counts import around, depth, matched, workers
from reconciliation.cases.select_cases import MOST, select_cases
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed


@opens(Permission.VIEW_CASES)
def exceptions(request: Signed) -> HttpResponse:
    """GET /exceptions/: what do I take next? Filters, pages and views by query; HTMX gets rows and counts alone."""
    if request.headers.get("HX-Target") == "rows":
        return rows(request)
    return render(request, "exceptions/list.html", _queue(request))


@opens(Permission.VIEW_CASES)
def rows(request: Signed) -> HttpResponse:
    """GET /exceptions/rows/: the rows, with the counts out of band."""
    return render(request, "exceptions/list.html#rows", {**_queue(request), "oob": True})


def _queue(request: Signed) -> dict[str, Any]:
    asked, me = asked_of(request.GET), request.actor.person_id
    frame, page = around(asked, me=me, at=request.at), page_of(asked, place_of(request.GET), me=me, at=request.at)
    few = not asked.q and frame.counts["all"] <= MOST_SHOWN
    return queue_context(
        asked, page, frame, matched(asked, me=me, at=request.at), depth(request.at) if few else None, at=request.at,
        first=row_number(request.GET), key=new_key() if allowed(request.actor, Permission.WORK_CASES) else None,
        outside=named_anywhere(asked.q) if asked.q and not page.rows else (),
    )  # fmt: skip


@opens(Permission.VIEW_CASES)
def depth_table(request: Signed) -> HttpResponse:
    """GET /exceptions/depth/: all open cases by class and age, asked for by itself where there are very many."""
    return render(request, "exceptions/list.html#heat", {"heat": heat_context(depth(request.at), asked_of({}))})


@opens(Permission.VIEW_CASES)
def classes(request: Signed) -> HttpResponse:
    """GET /exceptions/classes/: what each class asks for, and how its cases ended lately."""
    return render(request, "exceptions/classes.html", classes_context(ended_counts(at=request.at)))


@opens(Permission.VIEW_CASES)
def peek(request: Signed, number: int) -> HttpResponse:
    """GET /exceptions/<number>/peek/: one case beside the list."""
    case = case_numbered(number)
    cause = cause_words(case.cause, case.exception_class)
    return render(request, "exceptions/peek.html", peek_context(case, asked_of(request.GET), request.at, cause))


@opens(Permission.WORK_CASES)
def choose(request: Signed) -> HttpResponse:
    """GET /exceptions/bulk/choose/: all that match, and what can be done to them. Nothing is frozen yet."""
    asked, me = asked_of(request.GET), request.actor.person_id
    found = matched(asked, me=me, at=request.at)
    if not 0 < found.count <= MOST:
        raise BadInput(f"a selection holds 1 to {MOST:,} cases", "cases")
    page = page_of(asked, Place(), me=me, at=request.at, size=200)
    return render(request, "exceptions/choose.html", choose_context(asked, found, page.rows, new_key()))


@writes(Permission.WORK_CASES)
def bulk(request: Signed) -> HttpResponse:
    """POST /exceptions/bulk/: freeze the cases ticked, or all that match, and preview the act; then do it."""
    if "selection" in request.POST:
        return _do(request)
    asked, act = asked_of(request.GET), text_of(request.POST, "do")
    ids = [int(value) for value in request.POST.getlist("case") if value.isdecimal() and len(value) < 19]
    if "all" in request.POST:
        ids = ids_of(asked, me=request.actor.person_id, at=request.at)
    if act == "propose":
        return _propose(request, ids)
    selected = select_cases(case_ids=ids, act=act, actor=request.actor, at=request.at)
    fields = _fields(act, request)
    cases = cases_with([row.case_id for row in selected.rows])
    return render(request, "exceptions/bulk.html", preview_context(selected, cases, fields, asked=asked, key=new_key()))


def _fields(act: str, request: Signed) -> Form:
    """What the act still has to be told."""
    if act == "assign":
        return AssignForm(workers())
    return SnoozeForm(request.at) if act == "snooze" else NoteForm()


def _do(request: Signed) -> HttpResponse:
    given = request.POST
    to = text_of(given, "to")
    report = bulk_act(
        selection=text_of(given, "selection"), to=int(to) if to.isdecimal() and len(to) < 19 else None,
        until=a_day(given, "until"),
        text=given.get("text", ""), actor=request.actor, at=request.at,
    )  # fmt: skip
    cases = cases_with([row.case_id for row in report.rows])
    return render(request, "exceptions/bulk.html", done_context(report, cases, asked_of(request.GET)))


def _propose(request: Signed, ids: list[int]) -> HttpResponse:
    """Corrections are asked for on the page of their case, where the effect is shown."""
    found = cases_with(ids)
    if len(found) != 1:
        return render(request, "errors/page.html", one_at_a_time(asked_of(request.GET)), status=400)
    (case,) = found.values()
    return redirect(link("exception-case", case.number, **asked_of(request.GET).query) + "#prop")
