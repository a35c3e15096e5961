"""Drafts of matcher terms and calendars: worded, tried over past days, sent for approval."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.draft_forms import draft_form
from console.pages.draft import draft_page, dry_part
from console.pages.links import links_for
from console.pages.proposal import sent_words
from console.pages.words import as_sentence
from console.pages.written import a_day, a_number, text_of
from console.permitted import Signed, opens, writes
from console.views.settings import say_beside
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.backtest.draft_pages import draft_shown, starting_point
from reconciliation.backtest.drop_draft import drop_draft
from reconciliation.backtest.edit_draft import edit_draft
from reconciliation.backtest.request_dry_run import request_dry_run
from reconciliation.backtest.send_draft import send_draft
from reconciliation.backtest.start_draft import start_draft
from reconciliation.errors import BadInput, CannotBe, NotFound, ReasonMissing
from reconciliation.permissions import Permission, allowed, require

SEE, CHANGE = Permission.VIEW_DRAFTS, Permission.SET_UP


@opens(SEE)
def draft(request: Signed, number: int) -> HttpResponse:
    """GET /matchers/drafts/<number>/?run=: the newest dry run, or the one named."""
    return _page(request, number)


@writes(CHANGE)
def draft_start(request: Signed) -> HttpResponse:
    """POST /matchers/drafts/: about, subject, and copy: the number of a draft to start from."""
    about, subject = text_of(request.POST, "about"), text_of(request.POST, "subject", 64)
    name, document = starting_point_of(request, about, subject)
    made = start_draft(about=about, subject=subject, name=name, document=document, actor=request.actor, at=request.at)
    messages.info(request, f"{made} is started from what stands. Nothing changes until it is approved.")
    return redirect("draft", made.number)


def starting_point_of(request: Signed, about: str, subject: str) -> tuple[str, dict[str, Any]]:
    """Raises BadInput when it is not said what the draft is about, NotFound."""
    if about not in ("matcher", "calendar") or not subject:
        raise BadInput("a draft of what?", "subject")
    try:
        return starting_point(about, subject, a_number(request.POST, "copy"), request.at.date())
    except KeyError as error:
        raise BadInput("no planes are named so", "subject") from error


@writes(CHANGE)
def draft_edit(request: Signed, number: int) -> HttpResponse:
    """POST /matchers/drafts/<number>/edit/"""
    refused = _save(request, number)
    if refused is not None:
        return refused
    messages.info(request, f"D-{number} is saved. A dry run made before is of other words if any changed.")
    return redirect("draft", number)


def _save(request: Signed, number: int) -> HttpResponse | None:
    """Save the form that was sent; the page with what is wrong in it, None when it is saved."""
    shown = draft_shown(number)
    form = draft_form(shown.draft.about, shown.draft.subject, shown.draft.document, shown.draft.name, request.POST)
    if not form.is_valid():
        return _page(request, number, form=form)
    try:
        edit_draft(
            number=number, name=form.cleaned_data["name"], document=form.document(), actor=request.actor, at=request.at
        )
    except CannotBe:
        raise
    except BadInput as refusal:
        say_beside(form, refusal)
        return _page(request, number, form=form)
    return None


@writes(CHANGE)
def draft_drop(request: Signed, number: int) -> HttpResponse:
    """POST /matchers/drafts/<number>/drop/"""
    made = drop_draft(number=number, actor=request.actor, at=request.at)
    messages.info(request, f"{made} is dropped; it stays on record.")
    return redirect("matchers" if made.about == "matcher" else "settings-calendars")


@writes(SEE)
def dry_run_ask(request: Signed, number: int) -> HttpResponse:
    """POST /matchers/drafts/<number>/dry-runs/: from and last, both days included. What was typed beside it is saved first."""
    if not allowed(request.actor, CHANGE):
        require(request.actor, Permission.RECONCILE)
    elif "name" in request.POST and (refused := _save(request, number)) is not None:
        return refused
    first, last = a_day(request.POST, "first"), a_day(request.POST, "last")
    try:
        made = request_dry_run(
            number=number, from_on=first, until_on=None if last is None else _after(last),
            key=text_of(request.POST, "key", 64), actor=request.actor, at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        return _page(request, number, not_tried=str(refusal))
    return redirect(f"/matchers/drafts/{number}/?run={made.number}")


@opens(SEE)
def dry_run_progress(request: Signed, number: int, run: int) -> HttpResponse:
    """GET /matchers/drafts/<number>/dry-runs/<run>/: the part of the page, asked for each second while it runs."""
    shown = draft_shown(number)
    found = next((r for r in shown.dry_runs if r.number == run), None)
    if found is None:
        raise NotFound(f"no dry run DR-{run} of {shown.draft}")
    answer = render(request, "matchers/parts/effect.html", {"dry": dry_part(found, shown.draft), "now": request.at})
    if found.finished_at is not None and request.headers.get("HX-Request"):
        answer.headers["HX-Refresh"] = "true"
    return answer


@writes(CHANGE)
def draft_send(request: Signed, number: int) -> HttpResponse:
    """POST /matchers/drafts/<number>/send/: a request, which a second person decides."""
    note, key, run = (
        text_of(request.POST, "note", 2001),
        text_of(request.POST, "key", 64),
        a_number(request.POST, "run"),
    )
    try:
        if not key.isalnum() or run is None:
            raise BadInput("the form carries no key, or names no dry run", "key")
        made = send_draft(
            number=number, dry_run=run, note=note, idempotency_key=key, actor=request.actor, at=request.at
        )
    except (BadInput, ReasonMissing) as refusal:
        return _page(request, number, run=run, note=note, refused=str(refusal))
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("approval", made.number)


def _after(day: Any) -> Any:
    return day.fromordinal(day.toordinal() + 1)


def _page(
    request: Signed, number: int, *, form: Any = None, run: int | None = None, note: str = "", refused: str = "",
    not_tried: str = "",
) -> HttpResponse:  # fmt: skip
    shown = draft_shown(number)
    d = shown.draft
    page = draft_page(
        shown, form or draft_form(d.about, d.subject, d.document, d.name), request.actor, request.at,
        links_for(request.actor), run=run or a_number(request.GET, "run"), note=note,
        errors=[as_sentence(refused)] if refused else [],
    )  # fmt: skip
    page["not_tried"] = as_sentence(not_tried)
    failed = refused or not_tried or (form is not None and form.errors)
    return render(request, "matchers/draft.html", page, status=400 if failed else 200)
