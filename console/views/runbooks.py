"""The guided runbook of one case: what to look at, with what each look sees now, and what mitigates it."""

from django.http import HttpResponse
from django.shortcuts import render

from console.pages.links import links_for
from console.pages.next_steps import correction_of
from console.pages.queue_links import came_from
from console.pages.runbook import runbook_context
from console.pages.words import new_key
from console.permitted import Signed, opens
from reconciliation.cases.case_page import case_numbered
from reconciliation.cases.models import ExceptionCase
from reconciliation.cases.queue import asked_of, neighbours
from reconciliation.corrections.propose import held_back, propose
from reconciliation.drift.diagnosis import diagnose
from reconciliation.drift.read_facts import read_facts
from reconciliation.incidents.standing import incident_of
from reconciliation.oversight.runbook.read_runbook import read_runbook
from reconciliation.permissions import Permission, allowed


def _words(case: ExceptionCase) -> str:
    if not case.bank_account_id:
        return ""
    held, request = held_back(case)
    return correction_of(case, held=held, request=request)


def _proposed(request: Signed, case: ExceptionCase) -> bool:
    """Whether the case's page offers this reader a correction to ask for."""
    if case.state in ("resolved", "waiting_approval") or not allowed(request.actor, Permission.REQUEST_CORRECTION):
        return False
    return propose(case).kind is not None


@opens(Permission.VIEW_LEDGER)
def runbook(request: Signed, number: int) -> HttpResponse:
    """GET /exceptions/<number>/runbook/; asked by the page itself, its looks alone."""
    case, asked = case_numbered(number), asked_of(request.GET)
    causes = diagnose(read_facts(case)) if case.bank_account_id else None
    book = read_runbook(case, cause=causes.likely if causes else None, at=request.at)
    context = runbook_context(
        case, book, causes=causes, words=_words(case), asked=asked,
        near=neighbours(case, asked, me=request.actor.person_id, at=request.at),
        came=came_from(request.GET), at=request.at, to=links_for(request.actor),
        proposed=_proposed(request, case), incident=incident_of(case.id),
        reconcile_key=new_key() if allowed(request.actor, Permission.RECONCILE) else "",
    )  # fmt: skip
    part = "#looks" if request.headers.get("HX-Target") == "looks" else ""
    return render(request, f"exceptions/runbook.html{part}", context)
