"""Settings, Escalation: rules, which two people change, and receivers, which two people change as well."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.escalation_forms import AddReceiver, AskRule, EndReceiver
from console.pages import settings as pages
from console.pages.escalation import escalation_page, rule_initial
from console.pages.proposal import sent_words
from console.pages.written import a_number, text_of
from console.permitted import Signed, opens, writes
from console.secrets_shown import show_once, shown_once
from console.views.settings import CHANGE, SEE, done, say_beside
from reconciliation.approvals.made_before import Made
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.oversight.escalation.in_force import rules_in_force
from reconciliation.oversight.escalation.notification_pages import receivers
from reconciliation.oversight.escalation.request_receiver import request_receiver, request_receiver_end
from reconciliation.oversight.escalation.request_rule import request_rule
from reconciliation.oversight.escalation.try_receiver import try_receiver
from reconciliation.permissions import allowed

HERE = "settings-escalation"
Failed = dict[str, forms.Form]


@opens(SEE)
def escalation(request: Signed) -> HttpResponse:
    """GET /settings/escalation/; ?rule= fills the form with a rule, ?end= asks whether a receiver is to end"""
    return _page(request, {})


@writes(CHANGE)
def rule_ask(request: Signed) -> HttpResponse:
    """POST /settings/escalation/rule/: a request, which a second person decides."""
    form, key = AskRule(request.POST), text_of(request.POST, "key", 64)
    if not form.is_valid():
        return _page(request, {"escalation-ask": form})
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    try:
        made = request_rule(
            key=form.cleaned_data["rule"].strip(), said=form.document, note=form.cleaned_data["note"], idempotency_key=key,
            actor=request.actor, at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        say_beside(form, BadInput(f"{refusal}", "rule" if refusal.where == "key" else refusal.where))
        return _page(request, {"escalation-ask": form})
    except ReasonMissing as refusal:
        say_beside(form, BadInput(f"{refusal}", "note"))
        return _page(request, {"escalation-ask": form})
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("approval", made.number)


@writes(CHANGE)
def receiver_add(request: Signed) -> HttpResponse:
    """POST /settings/escalation/receivers/add/: a request, which a second person decides. The address is sealed and shown never
    again; a key made here is shown once, on the settings page."""
    form, key = AddReceiver(request.POST), _key(request)
    if not form.is_valid():
        return _page(request, {"receiver-add": form})
    try:
        asked = request_receiver(
            **form.cleaned_data, private=settings.NOTIFY_PRIVATE_HOSTS, idempotency_key=key, actor=request.actor,
            at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        say_beside(form, refusal)
        return _page(request, {"receiver-add": form})
    if asked.secret:
        show_once(request, HERE, form.cleaned_data["name"].strip(), asked.secret)
    return _sent(request, asked.made)


@writes(CHANGE)
def receiver_try(request: Signed) -> HttpResponse:
    """POST /settings/escalation/receivers/test/"""
    number = a_number(request.POST, "receiver")
    if number is None:
        raise BadInput("which receiver?", "receiver")
    asked = try_receiver(receiver_id=number, actor=request.actor, at=request.at)
    return done(request, f"A test goes to {asked.receiver.name}; what came of it stands beside it.", HERE)


@writes(CHANGE)
def receiver_end(request: Signed) -> HttpResponse:
    """POST /settings/escalation/receivers/end/: a request, which a second person decides."""
    form, key = EndReceiver(request.POST), _key(request)
    if not form.is_valid():
        if "receiver" in form.errors:
            raise BadInput("which receiver?", "receiver")
        return _page(request, {"receiver-end": form})
    said = form.cleaned_data
    made = request_receiver_end(
        receiver_id=said["receiver"], note=said["note"], idempotency_key=key, actor=request.actor, at=request.at
    )
    return _sent(request, made)


def _key(request: Signed) -> str:
    key = text_of(request.POST, "key", 64)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    return key


def _sent(request: Signed, made: Made) -> HttpResponse:
    """Back to the settings, where a key that was made waits to be read, with the number of the request."""
    return done(request, sent_words(made, len(who_could_decide(made.id, at=request.at))), HERE)


def _page(request: Signed, failed: Failed) -> HttpResponse:
    rules, standing, may = rules_in_force(at=request.at), receivers(), allowed(request.actor, CHANGE)
    chosen = next((r for r in rules if r.key == text_of(request.GET, "rule", 41)), None)
    ending = next((r for r, _ in standing if r.id == a_number(request.GET, "end")), None)
    boxes: list[dict[str, Any]] = []
    if may:
        rule = failed.get("escalation-ask") or AskRule(initial=rule_initial(chosen) if chosen else {})
        boxes.append(pages.box("escalation-ask", rule, f"Change {chosen.key}" if chosen else "Change or add a rule",
                               "Send for approval", "A controller other than you decides."))  # fmt: skip
        boxes.append(pages.box("receiver-add", failed.get("receiver-add") or AddReceiver(), "Add a receiver",
                               "Send for approval", "Its address is sealed, never shown again. A controller decides.",
                               "add-"))  # fmt: skip
        if ending or "receiver-end" in failed:
            end = failed.get("receiver-end") or EndReceiver(initial={"receiver": ending.id if ending else None})
            name = ending.name if ending else "the receiver"
            boxes.append(
                pages.box(
                    "receiver-end",
                    end,
                    f"End {name}",
                    "Send for approval",
                    "It is told until a controller other than you agrees.",
                    "end-",
                )
            )
    issued = shown_once(request, HERE) if request.method == "GET" else None
    page = escalation_page(rules, standing, may=may) | {
        "boxes": boxes, "issued": {"name": issued[0], "secret": issued[1]} if issued else None
    }  # fmt: skip
    frame = pages.frame(HERE, "Escalation", "Who is told of which drift, and where they are reached.", request.actor)
    return render(request, "settings/escalation.html", frame | page, status=400 if failed else 200)
