"""Accounting periods: the list, and the checklist of one; closed and re-opened by requests that others decide."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.links import links_for
from console.pages.periods import period_page, periods_page
from console.pages.proposal import sent_words
from console.pages.settings import box
from console.pages.written import text_of
from console.period_forms import AskClosing, AskReopening
from console.permitted import Signed, opens, writes
from console.views.settings import say_beside
from ledger.models import Period
from ledger.periods import open_from
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput, NotFound, ReasonMissing
from reconciliation.periods.period_pages import WholePeriod, period_lines, whole_period
from reconciliation.periods.request_closing import request_closing
from reconciliation.periods.request_reopening import request_reopening
from reconciliation.permissions import Permission, allowed

CLOSE_SAYS = (
    "The request freezes the checklist above; it is refused when anything on it changes before a second person decides."
)
OPEN_SAYS = "A second person decides. Each time is counted. What was closed stays on record with its checklist."


@opens(Permission.VIEW_LEDGER)
def periods(request: Signed) -> HttpResponse:
    """GET /periods/"""
    return render(request, "ledger/periods.html", periods_page(period_lines(at=request.at), open_from()))


@opens(Permission.VIEW_LEDGER)
def period(request: Signed, first_on: str) -> HttpResponse:
    """GET /periods/<first day>/"""
    return _page(request, whole_period(_day(first_on), at=request.at))


@writes(Permission.CLOSE_BOOKS)
def period_close(request: Signed, first_on: str) -> HttpResponse:
    """POST /periods/<first day>/close/: a request, which a second person decides."""
    form = AskClosing(request.POST)
    if not form.is_valid():
        return _page(request, whole_period(_day(first_on), at=request.at), form)
    try:
        made = request_closing(
            first_on=_day(first_on), note=form.cleaned_data["note"], seen=form.cleaned_data["seen"],
            idempotency_key=_key(request), actor=request.actor, at=request.at,
        )  # fmt: skip
    except (BadInput, ReasonMissing) as refusal:
        return _refused(request, first_on, form, refusal)
    return _sent(request, made)


@writes(Permission.CLOSE_BOOKS)
def period_reopen(request: Signed, first_on: str) -> HttpResponse:
    """POST /periods/<first day>/reopen/: a request, which a second person decides."""
    form = AskReopening(request.POST)
    if not form.is_valid():
        return _page(request, whole_period(_day(first_on), at=request.at), form)
    try:
        made = request_reopening(
            first_on=_day(first_on),
            **form.cleaned_data,
            idempotency_key=_key(request),
            actor=request.actor,
            at=request.at,
        )
    except (BadInput, ReasonMissing) as refusal:
        return _refused(request, first_on, form, refusal)
    return _sent(request, made)


def _page(request: Signed, found: WholePeriod, form: forms.Form | None = None) -> HttpResponse:
    page = period_page(found, links_for(request.actor))
    if allowed(request.actor, Permission.CLOSE_BOOKS) and found.waiting is None:
        page["box"] = _box(found, form)
    return render(request, "ledger/period.html", page, status=400 if form and form.errors else 200)


def _box(found: WholePeriod, form: forms.Form | None) -> dict[str, object] | None:
    """What may be asked for now: to close what nothing blocks, to open the last one that is closed."""
    stands, name = found.line.period, str(found.line.period)
    at = [stands.first_on.isoformat()]
    if stands.state == Period.State.CLOSED:
        if stands.until_on != found.open_from:
            return None
        shown = form if isinstance(form, AskReopening) else AskReopening()
        return box("period-reopen", shown, f"Re-open {name}", "Send for approval", OPEN_SAYS, args=at)
    if found.now.blocked_by:
        return None
    shown_close = form if isinstance(form, AskClosing) else AskClosing(initial={"seen": found.now.digest.hex()})
    return box("period-close", shown_close, f"Close {name}", "Send for approval", CLOSE_SAYS, args=at)


def _sent(request: Signed, made: Made) -> HttpResponse:
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("approval", made.number)


def _refused(request: Signed, first_on: str, form: forms.Form, refusal: BadInput | ReasonMissing) -> HttpResponse:
    say_beside(form, refusal if isinstance(refusal, BadInput) else BadInput(str(refusal), "note"))
    return _page(request, whole_period(_day(first_on), at=request.at), form)


def _key(request: Signed) -> str:
    key = text_of(request.POST, "key", 64)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    return key


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(f"no period begins on {text!r:.20}") from error
