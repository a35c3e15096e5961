"""Approvals: what changes if I say yes? A decision needs its own proof of who decides; looking changes nothing."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.transaction import atomic
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from console.pages import approvals as pages
from console.pages.batch_correction import progress_part
from console.pages.deciding import Reader, shown_digest
from console.pages.decision import checks_part, decision
from console.pages.paging import place_of
from console.pages.words import as_sentence, plural
from console.pages.written import text_of
from console.permitted import Signed, opens, writes
from console.step_up import asks_for, proven
from reconciliation.approvals import inbox
from reconciliation.approvals.approving import lapsed
from reconciliation.approvals.checkers import require_decider
from reconciliation.approvals.checks import Check, checks_of
from reconciliation.approvals.decide_request import Verdict, decide_request
from reconciliation.approvals.decided import Decided
from reconciliation.approvals.ending import require_reason
from reconciliation.approvals.kinds import kind_named
from reconciliation.approvals.models import ApprovalRequest
from reconciliation.approvals.read_standing import frozen
from reconciliation.approvals.standing import ways_of
from reconciliation.approvals.step_up import StepUp
from reconciliation.approvals.who_could import everybody
from reconciliation.approvals.withdraw_request import withdraw_request
from reconciliation.corrections.batches.progress import progress_of
from reconciliation.corrections.carried_out import carried_out
from reconciliation.errors import (
    AlreadyDecided,
    ApprovalLapsed,
    BadInput,
    FiguresChanged,
    ReasonMissing,
    ReauthenticationNeeded,
    RequestNotOpen,
)
from reconciliation.permissions import Permission

SEE = Permission.VIEW_REQUESTS
PAGE = "approvals/list.html"
VERDICTS: dict[str, Verdict] = {"approve": "approve", "reject": "reject"}
MISSING = {
    "code": "Enter the code of your app; this decision needs it.",
    "password": "Enter your password; this decision needs it.",
}
WRONG = {"code": "The code is not right or was used already.", "password": "The password is not right."}


@opens(SEE)
def approvals(request: Signed) -> HttpResponse:
    """GET /approvals/, with the first request that waits; ?show=decided lists what has ended"""
    if request.GET.get("show") == "decided":
        asked = {name: text_of(request.GET, name) for name in ("n",)}
        ended = inbox.ended(place_of(request.GET), at=request.at)
        return render(request, PAGE, pages.decided_page(ended, None, request.at, asked))
    waiting = inbox.waiting(request.actor, at=request.at)
    first = next(iter(pages.ordered(waiting)), None)
    return _page(request, first.request if first else None, waiting)


@opens(SEE)
def approval(request: Signed, number: int) -> HttpResponse:
    """GET /approvals/<number>/"""
    shown = inbox.request_numbered(number)
    return _page(request, shown, inbox.waiting(request.actor, at=request.at))


@opens(SEE)
def approval_checks(request: Signed, number: int) -> HttpResponse:
    """GET …/checks/: what the request rests on, as it stands now"""
    r = inbox.request_numbered(number)
    state = inbox.state_now(r, request.at)
    return render(
        request,
        "approvals/parts/checks.html",
        {"req": checks_part(r, _checks(r, state, request.at), state, request.at)},
    )


@writes(SEE)
def approval_decide(request: Signed, number: int) -> HttpResponse:
    """POST …/decision/: decision, reason, digest, and password or code"""
    require_decider(request.actor, request.at)  # a role may be lent to one who holds none that decides
    r, reason = inbox.request_numbered(number), request.POST.get("reason", "")[:1000]
    verdict = VERDICTS.get(request.POST.get("decision", ""))
    if verdict is None:
        raise BadInput("a decision is approve or reject", "decision")
    wrong = ""
    try:
        _require_as_shown(request, r, verdict)
        require_reason(verdict, reason)  # before the proof: a code is good for one try, and this one could only fail
        proof, wrong = _proof(request, r)
        with atomic():  # a key that refuses ends what was begun here, and the page can still be read
            decided = decide_request(
                request_id=r.id, verdict=verdict, reason=reason, step_up=proof, actor=request.actor, at=request.at
            )
    except ReauthenticationNeeded as refusal:  # nothing was written; the form comes back with what was typed
        request.answered = ReauthenticationNeeded(wrong) if wrong else refusal
        return _again(request, r, 403, errors=(wrong or as_sentence(f"{refusal}"),), reason=reason)
    except FiguresChanged as refusal:  # as they stand now, they are on the page that comes back
        request.answered = refusal
        return _again(request, r, 409, errors=(as_sentence(f"{refusal}"),), reason=reason)
    except ReasonMissing as refusal:
        request.answered = refusal
        return _again(request, r, 400, reason_error=as_sentence(f"{refusal}"))
    except (
        RequestNotOpen,
        AlreadyDecided,
        ApprovalLapsed,
    ) as refusal:  # somebody was faster: the page as it stands by now
        request.answered = refusal
        return _again(request, inbox.request_numbered(number), 409, refused=as_sentence(f"{refusal}"))
    return _decided(request, decided)


def _require_as_shown(request: Signed, r: ApprovalRequest, verdict: str) -> None:
    """Raise FiguresChanged when days or entries stand otherwise than on the page that the decision was sent from."""
    seen = request.POST.get("shown", "")
    if verdict != "approve" or not seen or inbox.state_now(r, request.at) != "open":
        return
    if shown_digest(kind_named(r.kind).preview(r.payload, request.at)) != seen:
        raise FiguresChanged(f"the figures of {r} have changed since you looked; look again before you approve")


def _proof(request: Signed, r: ApprovalRequest) -> tuple[StepUp | None, str]:
    """The proof of who decides, or why there is none; a field left empty is no try."""
    asked, given = asks_for(request.user), request.POST
    if not given.get(asked, ""):
        return None, MISSING[asked]
    proof = proven(
        request.user, password=given.get("password", ""), code=given.get("code", ""), request_id=r.id,
        digest=given.get("digest", ""), at=request.at,
    )  # fmt: skip
    return proof, "" if proof else WRONG[asked]


@writes(SEE)
def approval_withdraw(request: Signed, number: int) -> HttpResponse:
    """POST …/withdraw/"""
    withdraw_request(request_id=inbox.request_numbered(number).id, actor=request.actor, at=request.at)
    messages.info(request, f"CR-{number} withdrawn; nothing was written.")
    return redirect("approval", number)


def _page(
    request: Signed, shown: ApprovalRequest | None, waiting: list[inbox.Waiting], status: int = 200, **more: Any
) -> HttpResponse:
    """The whole page, or the decision alone for HTMX."""
    context = pages.inbox_page(waiting, shown.number if shown else None, request.actor, request.at)
    if shown:
        context["req"] = _request(request, shown, **more) | context["neighbours"]
    template = f"{PAGE}#decision" if request.headers.get("HX-Target") == "decision" else PAGE
    answer = render(request, template, context, status=status)
    if status >= 400:
        answer.headers["HX-Retarget"] = "#decision"
    if request.method == "POST" and template != PAGE:
        # The request may have left the list: its counts, the list and the keys are answered at once.
        answer.write(render_to_string(f"{PAGE}#around", context | {"oob": True}, request))
    return answer


def _request(request: Signed, r: ApprovalRequest, **typed: Any) -> dict[str, Any]:
    state, said = inbox.state_now(r, request.at), inbox.said_on(r)
    reader = Reader(request.actor, asks_for(request.user), **typed)
    if state == "open":
        standing = inbox.standing_of(request.actor, request.at)
        asked = frozen(
            r, [d.decided_by_id for d in said.decisions], [d.on_behalf_of_id or d.decided_by_id for d in said.decisions]
        )
        own = ways_of(request.actor.person_id or 0, asked, standing).best
        lapses = lapsed(said.decisions, asked, standing)
        reader = replace(reader, everybody=everybody(asked, standing), way=own, lapsed=lapses)
    shown = kind_named(r.kind).preview(r.payload, request.at) if state == "open" else carried_out(r, said.written)
    page = decision(r, said, _checks(r, state, request.at), shown, reader, request.at)
    progress = progress_of(r) if r.kind == "correction.batch" and state == "executed" else None
    return page | (progress_part(progress) if progress else {})


def _checks(r: ApprovalRequest, state: str, at: datetime) -> list[Check]:
    return checks_of(r, at) if state == "open" else []


def _again(request: Signed, r: ApprovalRequest, status: int, **typed: Any) -> HttpResponse:
    """The form once more, with what was wrong beside its field."""
    waiting = inbox.waiting(request.actor, at=request.at)
    return _page(request, r, waiting, status=status, **typed)


def _decided(request: Signed, decided: Decided) -> HttpResponse:
    """The page after the decision; a request that changed meanwhile is shown as refused."""
    said = {
        "executed": f"CR-{decided.number} executed"
        + (f", {plural(len(decided.transaction_ids), 'transaction')} written." if decided.transaction_ids else "."),
        "open": f"CR-{decided.number} approved, {decided.approvals} of {decided.quorum} given.",
        "rejected": f"CR-{decided.number} rejected; nothing was written.",
        "stale": f"CR-{decided.number} changed since asked; nothing was executed.",
    }[decided.state]
    if request.headers.get("HX-Request") or decided.state == "stale":
        r = inbox.request_numbered(decided.number)
        waiting = inbox.waiting(request.actor, at=request.at)
        answer = _page(request, r, waiting, status=409 if decided.state == "stale" else 200)
        answer.headers["HX-Trigger"] = json.dumps({"notice": {"text": said}})
        return answer
    messages.info(request, said)
    return redirect("approval", decided.number)
