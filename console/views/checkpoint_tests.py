"""What a version would have done, and what it says in the shadow: worked out, page by page."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.pages.checkpoint_effect import flip_row
from console.pages.shadow import shadow_page
from console.pages.words import plural
from console.pages.written import a_number, text_of
from console.permitted import Signed, opens, writes
from reconciliation.backtest.backtest_pages import flips_of, newest_backtest
from reconciliation.backtest.request_backtest import fits_a_request, request_backtest
from reconciliation.backtest.run_backtest import run_backtest
from reconciliation.backtest.shadow_report import END, differing_decisions, shadow_report
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission
from reconciliation.policies.versions import version_of

WINDOWS = {"28": 28, "90": 90, "365": 365}
DIRECTIONS = ("looser", "other people", "stricter")
TURNED = ("drift", "right", "not made")


@writes(Permission.VIEW_SETTINGS)
def checkpoint_backtest(request: Signed, key: str, number: int) -> HttpResponse:
    """POST /checkpoints/<key>/<number>/backtest/: works it out and keeps the result, or
    lets a worker do so where it takes longer than people wait."""
    version = version_of(key, number)
    days = WINDOWS.get(text_of(request.POST, "days", 4), 90)
    since, until = request.at - timedelta(days=days), request.at
    if not fits_a_request(version, since, until):
        request_backtest(version=version, since=since, until=until, actor=request.actor, at=request.at)
        messages.info(request, f"The moves of {days} days are many: the result stands here once a worker has it.")
        return redirect(reverse("checkpoint", args=[key, number]) + "#effect")
    made = run_backtest(
        document=version.document,
        since=since,
        until=until,
        actor=request.actor,
        at=request.at,
        number=version.number,
    )
    messages.info(
        request, f"{plural(made.replayed, 'move')} of {days} days held against {version}: {plural(made.flips, 'flip')}."
    )
    return redirect(reverse("checkpoint", args=[key, number]) + "#effect")


@opens(Permission.VIEW_POLICIES)
def checkpoint_flips(request: Signed, key: str, number: int) -> HttpResponse:
    """GET /checkpoints/<key>/<number>/flips/?direction=&turned=&after="""
    version = version_of(key, number)
    found = newest_backtest(bytes(version.document_sha256))
    if found is None:
        raise NotFound(f"{version} has no backtest")
    direction, turned = text_of(request.GET, "direction", 20), text_of(request.GET, "turned", 20)
    direction, turned = direction if direction in DIRECTIONS else "", turned if turned in TURNED else ""
    page = flips_of(found, after=a_number(request.GET, "after") or 0, direction=direction, turned=turned)
    here = reverse("checkpoint-flips", args=[key, number])
    asked = f"direction={direction.replace(' ', '+')}&turned={turned.replace(' ', '+')}"
    return render(
        request,
        "checkpoints/flips.html",
        {
            "title": str(version),
            "href": reverse("checkpoint", args=[key, number]),
            "here": here,
            "sub": f"{plural(found.flips, 'flip')} of {plural(found.replayed, 'move')}; {found.result['kept']} are listed, "
            "what becomes looser first.",
            "rows": [flip_row(f) for f in page.flips],
            "older": f"{here}?{asked}&after={page.after}" if page.after else "",
            "directions": [(d, d == direction) for d in DIRECTIONS],
            "turned": [(t, t == turned) for t in TURNED],
            "set": bool(direction or turned),
        },
    )


@opens(Permission.VIEW_POLICIES)
def checkpoint_shadow(request: Signed, key: str, number: int) -> HttpResponse:
    """GET /checkpoints/<key>/<number>/shadow/?before="""
    version = version_of(key, number)
    rows = differing_decisions(version, before=a_number(request.GET, "before") or END)
    return render(request, "checkpoints/shadow.html", shadow_page(version, shadow_report(version), rows))
