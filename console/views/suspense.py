"""Receipts in suspense and claims: which wait and how long, and giving one to its payment. A checker decides elsewhere."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.identify_form import IdentifyReceipt
from console.pages import suspense as pages
from console.pages.identified import beside_payment
from console.pages.links import links_for
from console.pages.proposal import sent_words
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.views.settings import say_beside
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.cases.available_actions import who_requests
from reconciliation.corrections.receipt import in_suspense, receipt_named, watched_accounts
from reconciliation.corrections.receipt_fits import counters_for
from reconciliation.corrections.request_identification import request_identification
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.lookup.read_payment import read_payment
from reconciliation.permissions import Permission
from reconciliation.settings_page import open_ledger_accounts

SEE = Permission.VIEW_LEDGER


@opens(SEE)
def suspense(request: Signed) -> HttpResponse:
    """GET /bank/suspense/"""
    return render(
        request,
        "bank/suspense.html",
        pages.suspense_page(in_suspense(), watched_accounts(), request.at, links_for(request.actor)),
    )


@opens(SEE)
def receipt(request: Signed, public_id: UUID) -> HttpResponse:
    """GET /bank/suspense/<id>/?payment=: the receipt, and the states of the payment that it may belong to"""
    return _receipt(request, public_id, text_of(request.GET, "payment", 200), None)


@writes(Permission.REQUEST_CORRECTION)
def receipt_identify(request: Signed, public_id: UUID) -> HttpResponse:
    """POST /bank/suspense/<id>/identify/: freeze it for a checker; the same form sent twice is one request."""
    payment = text_of(request.POST, "payment_id", 200)
    form = IdentifyReceipt(request.POST, counters=open_ledger_accounts())
    if not form.is_valid():
        return _receipt(request, public_id, payment, form)
    key = text_of(request.POST, "key", 64)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    try:  # what is refused here has written nothing, and comes back beside the field that it is about
        made = request_identification(
            receipt=str(public_id), **form.cleaned_data, idempotency_key=key, actor=request.actor, at=request.at
        )
    except (BadInput, ReasonMissing) as refusal:
        say_beside(form, refusal if isinstance(refusal, BadInput) else BadInput(f"{refusal}", "note"))
        return _receipt(request, public_id, payment, form)
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("suspense")


def _receipt(request: Signed, public_id: UUID, payment: str, sent: IdentifyReceipt | None) -> HttpResponse:
    found = receipt_named(str(public_id))
    facts = read_payment(payment) if payment else None
    known, who = facts is not None and facts.known, who_requests(request.actor)
    thread = facts.thread if facts and known else payment
    beside = beside_payment(found.amount_minor, found.currency, thread, facts, request.at) if facts and known else None
    form = sent
    if beside is not None and not beside.refused and not who:
        counters = counters_for(beside.expected, found)
        about: dict[str, Any] = {
            "expected": bool(beside.expected.receivables(found.currency)),
            "explained": beside.against,
        }
        if sent is None:
            form = IdentifyReceipt(counters=counters, initial={"payment_id": thread}, **about)
        else:
            sent.offer(counters, **about)
    page = pages.receipt_page(found, payment, beside, form, who, links_for(request.actor))
    return render(request, "bank/receipt.html", page, status=400 if sent and sent.errors else 200)
