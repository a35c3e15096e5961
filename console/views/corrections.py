"""Corrections of a case: what one would do, and asking for it. A checker decides elsewhere."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from console.pages.links import link, links_for
from console.pages.proposal import proposal_context, sent_words
from console.pages.queue_links import came_from
from console.pages.words import new_key
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.cases.available_actions import available_actions, who_requests
from reconciliation.cases.case_page import case_numbered
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import asked_of
from reconciliation.corrections.batches.request_batch import request_batch
from reconciliation.corrections.offer import offer
from reconciliation.corrections.request_booking import request_booking
from reconciliation.corrections.request_confirmation import request_confirmation
from reconciliation.corrections.request_joining import request_joining
from reconciliation.corrections.request_repost import request_repost
from reconciliation.corrections.request_reversal import request_reversal
from reconciliation.errors import BadInput, SecurityHold
from reconciliation.permissions import Permission

OF_A_TRANSACTION: dict[str, Callable[..., Made]] = {
    "reverse": request_reversal,
    "confirm": request_confirmation,
    "repost": request_repost,
    "join": partial(request_joining, kind="join"),
    "apart": partial(request_joining, kind="apart"),
}


@opens(Permission.VIEW_CASES)
def preview(request: Signed) -> HttpResponse:
    """GET /corrections/preview/?case=&kind=&transaction=: the proposal with its effect. Changes no row."""
    case = case_numbered(_number(text_of(request.GET, "case")))
    return _proposal(request, case, kind=text_of(request.GET, "kind"), transaction=text_of(request.GET, "transaction"))


@writes(Permission.REQUEST_CORRECTION)
def ask(request: Signed) -> HttpResponse:
    """POST /corrections/: freeze the correction for a checker; the same form sent twice is one request."""
    given, number = request.POST, _number(text_of(request.POST, "case"))
    kind, key = text_of(given, "kind"), text_of(given, "key", 64)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    if kind not in (*OF_A_TRANSACTION, "book", "correction.batch"):
        raise BadInput("a correction here reverses, confirms, re-posts, books, joins or corrects a batch", "kind")
    same: dict[str, Any] = {
        "case": number, "reason_code": text_of(given, "reason_code"), "note": given.get("reason", ""),
        "idempotency_key": key, "actor": request.actor, "at": request.at,
    }  # fmt: skip
    made: Made
    if kind == "book":
        made = request_booking(**same)
    elif kind == "correction.batch":
        made = request_batch(**same)
    else:
        made = OF_A_TRANSACTION[kind](transaction=text_of(given, "transaction"), **same)
    others = who_could_decide(made.id, at=request.at)
    messages.info(request, sent_words(made, len(others)))
    if not request.headers.get("HX-Request"):
        return redirect(link("exception-case", number))
    # The state, the history, the acts and the counts of the page have changed with it: it is opened anew.
    seen = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    return HttpResponse(
        headers={"HX-Redirect": link("exception-case", number, **asked_of(seen.dict()).query, **came_from(seen))}
    )


def _proposal(request: Signed, case: ExceptionCase, *, kind: str = "", transaction: str = "") -> HttpResponse:
    offered = offer(case, at=request.at, kind=kind, transaction=transaction)
    if offered.proposal.security:
        raise SecurityHold(offered.proposal.sentence)
    why_not = available_actions(case, request.actor)["propose"]
    context = proposal_context(
        case, offered, key=new_key(), why_not=why_not, who=who_requests(request.actor), to=links_for(request.actor)
    )
    page = "exceptions/parts/proposal.html" if request.headers.get("HX-Request") else "exceptions/preview.html"
    return render(
        request, page, {"proposal": context, "case_ref": str(case), "case_href": link("exception-case", case.number)}
    )


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise BadInput("which case?", "case")
    return int(text)
