"""The drift heartbeat and its strip."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render

from console.pages.gate import gate_box
from console.pages.heartbeat import checks_told, home_context, shown_until
from console.pages.links import links_for
from console.pages.signal_rows import home_rows
from console.pages.strip import strip_context
from console.pages.words import new_key
from console.permitted import Signed, opens
from reconciliation.drift.heartbeat import named_differences, strip, waiting_for
from reconciliation.drift.request_checks import progress_of
from reconciliation.drift.standing import standings
from reconciliation.oversight.release_gate import release_gate
from reconciliation.oversight.signals.signal_pages import trends
from reconciliation.permissions import Permission, allowed

DEMO = "demo.progress"
VIEW_REVIEW = Permission.VIEW_REVIEW


@opens(Permission.VIEW_DRIFT)
def home(request: Signed) -> HttpResponse:
    """GET /: is the money in agreement, and if not, why? ?until= shows earlier days, ?run= follows an asked run."""
    until = shown_until(request.GET.get("until", ""), request.at)
    accounts, standing, to = strip(until), standings(at=request.at), links_for(request.actor)
    demo = cache.get(DEMO)
    context = home_context(
        accounts, standing, named_differences(checks_told(standing)), waiting_for(request.actor, at=request.at),
        at=request.at, until=until, key=new_key(), running=_running(request), run=request.GET.get("run", ""),
        to=to, loading=demo is not None, may={
            "reconcile": allowed(request.actor, Permission.RECONCILE),
            "works": allowed(request.actor, Permission.WORK_CASES),
            "upload": allowed(request.actor, Permission.IMPORT_STATEMENT),
        },
    )  # fmt: skip
    gate = gate_box(release_gate(at=request.at), to) if context["summary"] else None
    found = trends(until=request.at.date(), days=8) if allowed(request.actor, VIEW_REVIEW) else []
    shown = {
        "gate": gate, "demo": demo, "signals": home_rows(found, to), "signals_href": to("review"),
        "signals_read": max((r.read_at for trend in found for r in trend.readings), default=None),
    }  # fmt: skip
    return render(request, "home/home.html", context | shown)


@opens(Permission.VIEW_DRIFT)
def home_strip(request: Signed) -> HttpResponse:
    """GET /strip/: the strip alone, polled while runs are under way and once a minute after. The poll that finds a followed
    run ended reloads the page: its headline and figures are of the checks before."""
    until = shown_until(request.GET.get("until", ""), request.at)
    run, running = request.GET.get("run", ""), _running(request)
    context = strip_context(
        strip(until),
        standings(at=request.at),
        at=request.at,
        until=until,
        running=running,
        run=run,
        to=links_for(request.actor),
    )
    response = render(request, "home/home.html#strip", {"strip": context, "demo": cache.get(DEMO)})
    if run and running is None:
        messages.info(request, "Every account is checked anew.")  # said by the page that comes back
        response.headers["HX-Refresh"] = "true"
    return response


@opens(Permission.VIEW_DRIFT)
def demo_progress(request: Signed) -> HttpResponse:
    """GET /demo/: how far the demo is loaded. Ends its own polling with a reload of the page when it is."""
    progress: dict[str, Any] | None = cache.get(DEMO)
    response = render(request, "home/home.html#demo", {"demo": progress})
    if progress is None or progress["done"] >= progress["total"]:
        response.headers["HX-Refresh"] = "true"
    return response


def _running(request: Signed) -> dict[str, int] | None:
    """Progress of the run that ?run= names, None when none is followed or all of it has ended."""
    key = request.GET.get("run", "")
    if not key:
        return None
    done, total = progress_of(key)
    return {"done": done, "total": total} if done < total else None
