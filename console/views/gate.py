"""The release gate's own page: every day that was counted, what ended each run, and how many days it takes."""

from datetime import UTC, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.gate_form import AskDays
from console.pages.gate import gate_page
from console.pages.gate_days import days_context, would_context
from console.pages.links import links_for
from console.pages.proposal import sent_words
from console.pages.settings import box
from console.pages.written import a_day, a_number, text_of
from console.permitted import Signed, opens, writes
from console.views.settings import CHANGE, say_beside
from reconciliation.approvals.who_could import who_could_decide
from reconciliation.errors import BadInput, ReasonMissing
from reconciliation.oversight.gate_days.gate_pages import gate_requests
from reconciliation.oversight.gate_days.kind import gate_would
from reconciliation.oversight.gate_days.request_gate_days import request_gate_days
from reconciliation.oversight.gate_days.rules import FEWEST, MOST
from reconciliation.oversight.gate_days.versions import versions
from reconciliation.oversight.release_gate import whole_gate
from reconciliation.permissions import Permission, allowed


@opens(Permission.VIEW_DRIFT)
def gate(request: Signed) -> HttpResponse:
    """GET /gate/?as_of=: as it stands, or as it stood at the end of a day (UTC): checks are never rewritten."""
    return _page(request)


@opens(CHANGE)
def gate_would_say(request: Signed) -> HttpResponse:
    """GET /gate/would/?needed=: what another number of days would do today; nothing for what is no such number."""
    needed = a_number(request.GET, "needed")
    would = gate_would(needed, at=request.at) if needed is not None and FEWEST <= needed <= MOST else None
    return render(request, "gate/gate.html#would", {"would": would_context(would) if would else None})


@writes(CHANGE)
def gate_ask(request: Signed) -> HttpResponse:
    """POST /gate/days/: a request, which a second person decides."""
    form, key = AskDays(request.POST), text_of(request.POST, "key", 64)
    if not form.is_valid():
        return _page(request, form)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    try:
        made = request_gate_days(**form.cleaned_data, idempotency_key=key, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _page(request, form)
    except ReasonMissing as refusal:
        say_beside(form, BadInput(f"{refusal}", "note"))
        return _page(request, form)
    messages.info(request, sent_words(made, len(who_could_decide(made.id, at=request.at))))
    return redirect("approval", made.number)


def _page(request: Signed, failed: AskDays | None = None) -> HttpResponse:
    on, to = a_day(request.GET, "as_of"), links_for(request.actor)
    at = request.at if on is None else min(request.at, datetime.combine(on, time(0), UTC) + timedelta(days=1))
    page = gate_page(whole_gate(at=at), on.isoformat() if on else "", to) | {"at": at, "box": None, "would": None}
    setting = days_context(versions(at=at), gate_requests(waiting=on is None), to)
    if on is None and allowed(request.actor, CHANGE):
        form = failed or AskDays()
        page["box"] = box(
            "gate-ask", form, "Ask for another number", "Send for approval", "A controller other than you decides."
        )
    return render(request, "gate/gate.html", page | {"setting": setting}, status=400 if failed else 200)
