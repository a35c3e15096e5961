"""Several requests approved at once: previewed as one set, proven once, done all or none."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.transaction import atomic
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.pages.batch import batch_page, done_words
from console.pages.words import as_sentence
from console.permitted import Signed, opens, writes
from console.step_up import asks_for, is_really
from reconciliation.approvals.approve_batch import approve_batch
from reconciliation.approvals.batch import BATCH, Chosen, preview_batch
from reconciliation.approvals.checkers import require_decider
from reconciliation.approvals.step_up import StepUp
from reconciliation.errors import BadInput, BatchRefused, ReauthenticationNeeded
from reconciliation.permissions import Permission

SEE = Permission.VIEW_REQUESTS
WRONG = {"code": "The code is not right or was used already.", "password": "The password is not right."}
MISSING = {"code": "Enter the code of your app.", "password": "Enter your password."}


@opens(SEE)
def batch(request: Signed) -> HttpResponse:
    """GET /approvals/batch/?request=12&request=13: what approving them would come to. Changes nothing."""
    if not request.GET.getlist("request"):
        return render(
            request, "approvals/batch.html", {"title": "No request is chosen", "back_href": reverse("approvals")}
        )
    return _page(request, [_number(text) for text in request.GET.getlist("request")])


@writes(SEE)
def batch_approve(request: Signed) -> HttpResponse:
    """POST /approvals/batch/approve/: row (number:digest) of each, digest over all, reason, and password or code"""
    require_decider(request.actor, request.at)
    chosen = [_chosen(text) for text in request.POST.getlist("row")]
    reason = request.POST.get("reason", "")[:1000]
    if not chosen:
        raise BadInput("no request is named", "row")
    wrong = ""
    try:
        proof, wrong = _proof(request)
        with atomic():  # taken back whole when one is refused; the page then says which
            decided = approve_batch(chosen=chosen, reason=reason, step_up=proof, actor=request.actor, at=request.at)
    except ReauthenticationNeeded as refusal:  # nothing was written; the form comes back with what was typed
        request.answered = ReauthenticationNeeded(wrong) if wrong else refusal
        return _page(request, [c.number for c in chosen], 403, (wrong or as_sentence(f"{refusal}"),), reason)
    except BatchRefused as refusal:
        request.answered = refusal
        return _page(request, [c.number for c in chosen], 409, reason=reason, refused=as_sentence(f"{refusal}"))
    messages.info(request, done_words(decided))
    return redirect("approvals")


def _proof(request: Signed) -> tuple[StepUp | None, str]:
    """The proof of who approves, or why there is none; a field left empty is no try."""
    asked, given = asks_for(request.user), request.POST
    if not given.get(asked, ""):
        return None, MISSING[asked]
    if not is_really(request.user, password=given.get("password", ""), code=given.get("code", "")):
        return None, WRONG[asked]
    return StepUp(request.at, BATCH, given.get("digest", "")), ""


def _page(
    request: Signed,
    numbers: Sequence[int],
    status: int = 200,
    errors: Sequence[str] = (),
    reason: str = "",
    refused: str = "",
) -> HttpResponse:
    found = preview_batch(numbers, request.actor, request.at)
    context = batch_page(found, asks_for(request.user), request.at) | {
        "errors": errors,
        "reason": reason,
        "refused": refused,
    }
    return render(request, "approvals/batch.html", context, status=status)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise BadInput("which requests?", "request")
    return int(text)


def _chosen(text: str) -> Chosen:
    number, _, sha = text.partition(":")
    return Chosen(_number(number), sha[:64])
