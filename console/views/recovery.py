"""Recovery runs: the list, one run with the work at hand, and the acts on it. Steps and classes come back as the
run's part alone."""

import json
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.pages.links import links_for
from console.pages.paging import part
from console.pages.proposal import sent_words
from console.pages.recovery import recovery_page, run_page
from console.pages.recovery_opening import proposed_run
from console.pages.written import a_number, text_of
from console.permitted import Signed, opens, writes
from console.recovery_forms import OpenRun, PlanRun, StopRun
from console.views.settings import say_beside
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.cases.taxonomy import CLASSES
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission
from reconciliation.recovery.runs.ask_evidence import ask_evidence
from reconciliation.recovery.runs.ask_export import ask_export
from reconciliation.recovery.runs.ask_rerun import ask_rerun
from reconciliation.recovery.runs.close_classes import close_classes
from reconciliation.recovery.runs.close_corrections import close_corrections
from reconciliation.recovery.runs.freeze_tools import freeze_tools
from reconciliation.recovery.runs.open_run import open_run
from reconciliation.recovery.runs.planned import runners
from reconciliation.recovery.runs.replan_run import replan_run
from reconciliation.recovery.runs.request_stop import request_stop
from reconciliation.recovery.runs.run_pages import all_runs, whole_run
from reconciliation.recovery.runs.set_class import set_class
from reconciliation.recovery.runs.standing import CLASSIFY, CORRECT, EXPORT, FREEZE, RERUN, standing_of
from reconciliation.recovery.runs.withdraw_run import withdraw_run

PLANNED = timedelta(days=10)
ACTS = {
    FREEZE: freeze_tools, EXPORT: ask_export, RERUN: ask_rerun, CLASSIFY: close_classes, CORRECT: close_corrections,
}  # fmt: skip
SAID = {
    FREEZE: "RR-{n} freezes the informal tools for everybody",
    EXPORT: "A worker exports the event log of RR-{n}",
    RERUN: "A worker re-runs the matcher of RR-{n}",
    CLASSIFY: "The classes of RR-{n} are closed",
    CORRECT: "The corrections of RR-{n} are closed",
}


@opens(Permission.VIEW_RECOVERY)
def recovery(request: Signed) -> HttpResponse:
    """GET /recovery/?title=&led_by=&first_on=&until_on=&plane=&payment=: the runs, and the form as a link proposes it."""
    proposed = proposed_run(request.GET, request.at.date())
    return _list(request, OpenRun(initial={"freeze_until": request.at + PLANNED} | proposed), proposed=bool(proposed))


@writes(Permission.RUN_RECOVERY)
def open_(request: Signed) -> HttpResponse:
    """POST /recovery/open/"""
    form = OpenRun(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    try:
        made = open_run(
            form.scope(), **form.asked(), key=text_of(request.POST, "key", 64), actor=request.actor, at=request.at
        )
    except BadInput as refusal:
        say_beside(form, refusal)
        return _list(request, form, status=400)
    messages.info(request, f"{made} is open. Nothing is frozen before its first step.")
    return redirect("recovery-run", made.number)


@opens(Permission.VIEW_RECOVERY)
def run(request: Signed, number: int) -> HttpResponse:
    """GET /recovery/<number>/?gap=&step=&all=&after=: the gap at hand, or a step that is done."""
    return _run(request, number, gap=a_number(request.GET, "gap") or 0, look=a_number(request.GET, "step") or 0)


@writes(Permission.RUN_RECOVERY)
def step(request: Signed, number: int, step: int) -> HttpResponse:
    """POST /recovery/<number>/steps/<step>/: done or asked of a worker; HTMX gets the steps and the work anew, `look` the step
    that was looked at."""
    act = ACTS.get(step)
    if act is None:
        raise BadInput("a step of a run is 1 to 5 here", "step")
    act(number=number, actor=request.actor, at=request.at)
    return answered(request, number, SAID[step].format(n=number), look=a_number(request.POST, "look") or 0)


@writes(Permission.CLASSIFY_GAPS)
def classify(request: Signed, number: int, gap: int) -> HttpResponse:
    """POST /recovery/<number>/gaps/<gap>/class/: exception_class, key. HTMX gets the next gap."""
    name = text_of(request.POST, "exception_class")
    set_class(
        number=number, gap=gap, exception_class=name, key=text_of(request.POST, "key", 64), actor=request.actor, at=request.at
    )  # fmt: skip
    return answered(request, number, f"G-{gap} is {CLASSES[name].words}")


@writes(Permission.DOWNLOAD_EVIDENCE)
def evidence(request: Signed, number: int) -> HttpResponse:
    """POST /recovery/<number>/evidence/: asked of a worker."""
    ask_evidence(number=number, actor=request.actor, at=request.at)
    return answered(request, number, f"A worker seals the evidence of RR-{number} so far")


@writes(Permission.RUN_RECOVERY)
def plan(request: Signed, number: int) -> HttpResponse:
    """POST /recovery/<number>/plan/: freeze_until, owner (a person's id), reason"""
    form = PlanRun(runners(), None, request.POST)
    if not form.is_valid():
        return run_again(request, number, "plan", form)
    try:
        made = replan_run(number=number, **form.asked(), actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return run_again(request, number, "plan", form)
    said = (
        f"RR-{number} is of {made.owner}, its freeze is planned anew" if made else f"RR-{number} is planned so already"
    )
    messages.info(request, said)
    return redirect("recovery-run", number)


@writes(Permission.RUN_RECOVERY)
def stop(request: Signed, number: int) -> HttpResponse:
    """POST /recovery/<number>/stop/: reason, key. Withdrawn while nothing is frozen, asked of a second person after that."""
    form = StopRun(request.POST)
    if not form.is_valid():
        return run_again(request, number, "stop", form)
    said = {"number": number, "reason": form.cleaned_data["reason"], "actor": request.actor, "at": request.at}
    if FREEZE in standing_of(number).steps:
        made = request_stop(**said, idempotency_key=text_of(request.POST, "key", 64))
        messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    else:
        withdraw_run(**said)
        messages.info(request, f"RR-{number} is withdrawn. Nothing was frozen.")
    return redirect("recovery-run", number)


def answered(request: Signed, number: int, told: str, gap: int = 0, look: int = 0) -> HttpResponse:
    """The run anew with what was done, `gap` at hand or the step `look` looked at; HTMX gets the run's part alone."""
    if request.headers.get("HX-Request"):
        response = _run(request, number, gap=gap, look=look)
        response.headers["HX-Trigger"] = json.dumps({"notice": {"text": told}})
        return response
    messages.info(request, told)
    address = reverse("recovery-run", args=[number])
    return redirect(f"{address}?gap={gap}" if gap else f"{address}?step={look}" if look else address)


def run_again(request: Signed, number: int, act: str, form: forms.Form) -> HttpResponse:
    """The page with a form as it was sent, and what was wrong with it."""
    return _run(request, number, sent={act: form}, status=400)


def _list(request: Signed, form: forms.Form, status: int = 200, *, proposed: bool = False) -> HttpResponse:
    page = recovery_page(all_runs(), form, request.actor, links_for(request.actor), proposed=proposed)
    return render(request, "recovery/list.html", page, status=status)


def _run(
    request: Signed,
    number: int,
    *,
    gap: int = 0,
    look: int = 0,
    sent: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    many = bool(a_number(request.GET, "all"))
    after = a_number(request.GET, "after") or 0
    found = whole_run(number, request.at, gap=gap, many=many, look=look, after=after)
    page = run_page(found, request.actor, links_for(request.actor), look=look, many=many, sent=sent or {})
    template = part(request, "recovery/run.html", "run")
    response = render(request, template, page | {"oob": "#" in template}, status=status)
    if request.GET.get("watch") and not page["work"].get("waits"):
        response.headers["HX-Refresh"] = "true"  # the worker is done: another step is due, with keys of its own
    return response
