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
from reconciliation.policies.request_override import frozen_by, liftable_moves, request_override

MONTH = timedelta(days=30)
ANY_MOVE = "posting.post"  # where nothing may be lifted, a window is told of all the same
Offered = tuple[tuple[str, str], str]


@opens(Permission.VIEW_POLICIES)
def overrides(request: Signed) -> HttpResponse:
    """GET /checkpoints/overrides/?key="""
    offered = _offered(request)
    choices = [one for one, frozen in offered if not frozen]
    return _overrides(request, AskOverride(choices=choices, initial={"what": text_of(request.GET, "key", 63)}), offered)


@writes(Permission.OVERRIDE)
def override_ask(request: Signed) -> HttpResponse:
    """POST /checkpoints/overrides/ask/: a request, which a second person decides."""
    offered = _offered(request)
    form = AskOverride(
        request.POST, choices=[one for one, _ in offered]
    )  # what is frozen is refused by name, and on record
    key = text_of(request.POST, "key", 64)
    if not form.is_valid():
        return _overrides(request, form, offered)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    try:
        made = request_override(**form.asked(), idempotency_key=key, actor=request.actor, at=request.at)
    except (BadInput, ReasonMissing) as refusal:
        say_beside(form, refusal if isinstance(refusal, BadInput) else BadInput(str(refusal), "note"))
        return _overrides(request, form, offered)
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


def _offered(request: Signed) -> list[Offered]:
    """What may be lifted as policy stands: "key move" with its words, and why it is frozen, "" where it is not."""
    found = [(x, move) for x in all_checkpoints(request.at) if x.active for move in liftable_moves(x.active)]
    frozen = frozen_by({move for _, move in found})
    return [
        ((f"{x.policy.key} {move}", f"{x.active.document['title']}: {VOCABULARY[move].words}"), frozen.get(move, ""))
        for x, move in found if x.active
    ]  # fmt: skip


def _overrides(request: Signed, form: forms.Form, offered: list[Offered]) -> HttpResponse:
    page = overrides_page(all_overrides(request.at), by_role(request.at - MONTH), request.actor, request.at)
    says = "A second person decides. What stands behind the checkpoint decides meanwhile; each use is counted."
    standing = [frozen for _, frozen in offered] if offered else frozen_by({ANY_MOVE}).values()
    page["frozen"] = list(dict.fromkeys(frozen for frozen in standing if frozen))
    page["none"] = not offered
    if allowed(request.actor, Permission.OVERRIDE) and (form.is_bound or not all(frozen for _, frozen in offered)):
        page["box"] = box("checkpoint-override-ask", form, "Lift a checkpoint for a time", "Send for approval", says)
    return render(request, "checkpoints/overrides.html", page, status=400 if form.errors else 200)
