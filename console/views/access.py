"""Who may decide about what: restrictions and rights, asked for by an admin and agreed to by a controller, and the question
who could approve a move of so much on an account."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from console.access_forms import AskAccess, WhoCould
from console.pages import settings as pages
from console.pages.access import MOVES, TOUCHING, access_page, answer_page, facts_of
from console.pages.proposal import sent_words
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.views.settings import form_page, say_beside
from reconciliation import settings_page as found
from reconciliation.approvals import access as asked_for
from reconciliation.approvals.kinds import kind_named
from reconciliation.approvals.request_access import request_access
from reconciliation.approvals.who_could import who_could_approve, who_could_decide
from reconciliation.checkpoints.rules import Move
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.permissions import Permission

APPROVERS_SUB = (
    "For any account and amount: what policy asks, who would decide by which right, and why the others could not."
)


@opens(Permission.VIEW_SETTINGS)
def access(request: Signed) -> HttpResponse:
    """GET /settings/rights/; ?what=&change=&email= fill the form"""
    asked = {name: text_of(request.GET, name, 320) for name in ("what", "change", "email")}
    return _access(request, _form(initial={name: text for name, text in asked.items() if text}))


@writes(Permission.SET_UP)
def access_ask(request: Signed) -> HttpResponse:
    """POST /settings/rights/ask/: a request, which a controller decides."""
    form, key = _form(request.POST), text_of(request.POST, "key", 64)
    if not form.is_valid():
        return _access(request, form)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    said = form.cleaned_data
    on, _, name = said["what"].partition(":")
    try:
        made = request_access(
            change=said["change"], on=on, name=name, email=said["email"], note=said["note"],
            idempotency_key=key, actor=request.actor, at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        where = {"name": "what"}.get(refusal.where, refusal.where)
        say_beside(form, BadInput(f"{refusal}", where))
        return _access(request, form)
    except ReasonMissing as refusal:
        say_beside(form, BadInput(f"{refusal}", "note"))
        return _access(request, form)
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("approval", made.number)


@opens(Permission.VIEW_REQUESTS)
def approvers(request: Signed) -> HttpResponse:
    """GET /settings/approvers/?kind=&account=&amount=&maker=: who could approve this? Records nothing."""
    accounts, people = found.accounts(), asked_for.persons_here()
    form = WhoCould(request.GET or None, moves=MOVES, accounts=accounts, people=people)
    page = pages.frame_for_readers("settings-approvers", "Who could approve this?", APPROVERS_SUB, request.actor)
    answer = None
    if form.is_bound and form.is_valid():
        said, account = form.cleaned_data, form.accounts[form.cleaned_data["account"]]
        move = Move(kind_named(said["kind"]).move, facts_of(said, account))
        touched = [account.id] if said["kind"] in TOUCHING else []
        told = who_could_approve(move, accounts=touched, maker=int(said["maker"]), at=request.at)
        answer = answer_page(told, said, account, people)
    context = page | {"form": form, "answer": answer}
    return render(request, "settings/approvers.html", context, status=400 if form.errors else 200)


def _form(given: QueryDict | None = None, **named: Any) -> AskAccess:
    return AskAccess(
        given, accounts=found.accounts(), policies=asked_for.policies(), people=asked_for.deciders(), **named
    )


def _access(request: Signed, form: forms.Form) -> HttpResponse:
    says = "Where only some controllers decide. A request that touches a restricted account needs the right on it."
    frame = pages.frame("settings-rights", "Rights", says, request.actor)
    page = access_page(asked_for.restrictions(), asked_for.waiting_changes(request.at))
    box = pages.box(
        "access-ask", form, "Ask for a change", "Send for approval", "A controller decides whom it is not about."
    )
    return form_page(request, "settings/rights.html", frame | page, box, form)
