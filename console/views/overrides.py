"""Overrides: what is lifted, until when, by whom; asked for here, decided under Approvals."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.override_form import AskOverride
from console.pages.checkpoints import overrides_page
from console.pages.proposal import sent_words
from console.pages.settings import box
from console.pages.written import a_number, text_of
from console.permitted import Signed, opens, writes
from console.views.settings import say_beside
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.checkpoints.vocabulary import VOCABULARY
from reconciliation.errors import BadInput, NotFound, ReasonMissing
from reconciliation.permissions import Permission, allowed
from reconciliation.policies.end_override import end_override
from reconciliation.policies.listing import all_checkpoints
from reconciliation.policies.overrides import all_overrides, by_role
from reconciliation.policies.request_override import liftable_moves, request_override

MONTH = timedelta(days=30)


@opens(Permission.VIEW_POLICIES)
def overrides(request: Signed) -> HttpResponse:
    """GET /checkpoints/overrides/?key="""
    return _overrides(
        request, AskOverride(choices=_choices(request), initial={"what": text_of(request.GET, "key", 63)})
    )


@writes(Permission.OVERRIDE)
def override_ask(request: Signed) -> HttpResponse:
    """POST /checkpoints/overrides/ask/: a request, which a second person decides."""
    form = AskOverride(request.POST, choices=_choices(request))
    key = text_of(request.POST, "key", 64)
    if not form.is_valid():
        return _overrides(request, form)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    try:
        made = request_override(**form.asked(), idempotency_key=key, actor=request.actor, at=request.at)
    except (BadInput, ReasonMissing) as refusal:
        say_beside(form, refusal if isinstance(refusal, BadInput) else BadInput(str(refusal), "note"))
        return _overrides(request, form)
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("approval", made.number)


@writes(Permission.OVERRIDE)
def override_end(request: Signed) -> HttpResponse:
    """POST /checkpoints/overrides/end/"""
    number = a_number(request.POST, "number")
    if number is None:
        raise NotFound("no override is named")
    made = end_override(number=number, actor=request.actor, at=request.at)
    messages.info(request, f"{made} has ended; the checkpoint decides again.")
    return redirect("checkpoint-overrides")


def _choices(request: Signed) -> list[tuple[str, str]]:
    return [
        (f"{x.policy.key} {move}", f"{x.active.document['title']}: {VOCABULARY[move].words}")
        for x in all_checkpoints(request.at) if x.active for move in liftable_moves(x.active)
    ]  # fmt: skip


def _overrides(request: Signed, form: forms.Form) -> HttpResponse:
    page = overrides_page(all_overrides(request.at), by_role(request.at - MONTH), request.actor, request.at)
    says = "A second person decides. What stands behind the checkpoint decides meanwhile; each use is counted."
    asking = box("checkpoint-override-ask", form, "Lift a checkpoint for a time", "Send for approval", says)
    if not allowed(request.actor, Permission.OVERRIDE) or not _choices(request):
        return render(request, "checkpoints/overrides.html", page, status=400 if form.errors else 200)
    return render(request, "checkpoints/overrides.html", page | {"box": asking}, status=400 if form.errors else 200)
