"""The last step of a recovery run: checkpoints drafted against the ways that drift came by, the planes compared, the close
asked for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from console.pages.proposal import sent_words
from console.pages.written import a_number, text_of
from console.permitted import Signed, writes
from console.recovery_forms import CloseRun
from console.views.recovery import answered, run_again
from console.views.settings import say_beside
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission
from reconciliation.policies.save_draft import save_draft
from reconciliation.recovery.runs.ask_comparison import ask_comparison
from reconciliation.recovery.runs.paths import proposed
from reconciliation.recovery.runs.request_close import request_close
from reconciliation.recovery.runs.tie_draft import tie_draft


@writes(Permission.SET_UP)
def draft(request: Signed, number: int, path: str) -> HttpResponse:
    """POST /recovery/<number>/paths/<path>/draft/: the checkpoint that closes it, saved as a draft like any other, and
    measured by a worker."""
    document = proposed(number, path)
    made = save_draft(document=document, seen_edits=None, actor=request.actor, at=request.at)
    tie_draft(
        number=number, path=path, key=document["key"], version=made.number, actor=request.actor, at=request.at
    )  # fmt: skip
    return answered(request, number, f"{made} is drafted; a worker holds it against the period")


@writes(Permission.SET_UP)
def measure(request: Signed, number: int) -> HttpResponse:
    """POST /recovery/<number>/measure/: path, name (the checkpoint's key), version: again, where it says something else by now"""
    version = a_number(request.POST, "version")
    if not version:
        raise BadInput("which version?", "version")
    tie_draft(
        number=number, path=text_of(request.POST, "path", 12), key=text_of(request.POST, "name", 63), version=version,
        actor=request.actor, at=request.at,
    )  # fmt: skip
    return answered(request, number, "A worker holds the draft against the period")


@writes(Permission.RUN_RECOVERY)
def compare(request: Signed, number: int) -> HttpResponse:
    """POST /recovery/<number>/comparison/: asked of a worker"""
    ask_comparison(number=number, actor=request.actor, at=request.at)
    return answered(request, number, f"A worker compares the planes of RR-{number}")


@writes(Permission.RUN_RECOVERY)
def close(request: Signed, number: int) -> HttpResponse:
    """POST /recovery/<number>/close/: summary, untightened, explanation, key"""
    form = CloseRun(request.POST)
    if not form.is_valid():
        return run_again(request, number, "close", form)
    try:
        made = request_close(
            number=number, **form.cleaned_data, idempotency_key=text_of(request.POST, "key", 64), actor=request.actor,
            at=request.at,
        )  # fmt: skip
    except BadInput as refusal:
        say_beside(form, refusal)
        return run_again(request, number, "close", form)
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("recovery-run", number)
