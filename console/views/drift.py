"""Drift checks: the page of one day of one account, and making checks again."""

import json
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.pages.check import VIEW_DIFFERENCES, At, check_context, view_of
from console.pages.heartbeat import shown_until
from console.pages.links import link, links_for, row_number
from console.pages.strip import strip_context
from console.pages.words import new_key, plural
from console.pages.written import a_day, text_of
from console.permitted import Signed, opens, writes
from reconciliation.bank.expected import expected_money
from reconciliation.drift.check_page import check_page, standing_of
from reconciliation.drift.check_rows import rows_of
from reconciliation.drift.heartbeat import strip
from reconciliation.drift.reconcile_account import reconcile_account
from reconciliation.drift.request_checks import progress_of, request_checks, request_day
from reconciliation.drift.standing import standings
from reconciliation.errors import BadInput
from reconciliation.permissions import Permission, allowed

MOST_ROWS_AT_ONCE = 20_000


@opens(Permission.VIEW_DRIFT)
def check(request: Signed, code: str, day: date) -> HttpResponse:
    """GET /drift/<account>/<day>/: one day explained to the last unit; ?check= shows an earlier check of it, ?rows=
    which
    rows, ?after= from where on."""
    page = check_page(code, day, text_of(request.GET, "check"))
    asked = {name: text_of(request.GET, name, 1000) for name in ("rows", "after", "trail")}
    at = At(view_of(page, asked["rows"]), asked["after"], tuple(asked["trail"].split()), row_number(request.GET))
    rows = rows_of(page, only_differences=at.view == VIEW_DIFFERENCES, after=at.after)
    key = new_key() if allowed(request.actor, Permission.RECONCILE) else None
    seen = page.reported and expected_money([page.account.id], page.check.day, page.until_on, at=request.at)
    days = seen.values() if seen else ()
    expected = (sum(n for n, _ in days), sum(total for _, total in days)) if days else None
    context = check_context(page, rows, at=at, key=key, to=links_for(request.actor), expected=expected)
    part = "#rows" if request.headers.get("HX-Target") == "rows" else ""
    return render(request, f"drift/check.html{part}", context)


@writes(Permission.RECONCILE)
def reconcile(request: Signed) -> HttpResponse:
    """POST /drift/checks/: every account's latest days by a worker; one day of one account at once unless it is
    large."""
    key = text_of(request.POST, "key", 64)
    if not key.isalnum():
        raise BadInput("the form carries no key", "key")
    if "account" in request.POST:
        return _one_day(request, key)
    accounts = request_checks(key=key, actor=request.actor, at=request.at)
    if not request.headers.get("HX-Request"):
        messages.success(request, _under_way(accounts))
        return redirect(link("home", run=key))
    done, total = progress_of(key)
    until = shown_until("", request.at)
    running = {"done": done, "total": total} if done < total else None
    context = strip_context(
        strip(until),
        standings(at=request.at),
        at=request.at,
        until=until,
        running=running,
        run=key,
        to=links_for(request.actor),
    )
    response = render(request, "home/home.html#strip", {"strip": context})
    response.headers["HX-Trigger"] = json.dumps({"notice": {"text": _under_way(accounts)}})
    return response


def _under_way(accounts: int) -> str:
    return f"{plural(accounts, 'account')} {'is' if accounts == 1 else 'are'} being reconciled."


def _one_day(request: Signed, key: str) -> HttpResponse:
    day = a_day(request.POST, "day")
    if day is None:
        raise BadInput("the day is a date like 2026-03-10", "day")
    standing = standing_of(text_of(request.POST, "account"), day, at=request.at)
    if standing.rows > MOST_ROWS_AT_ONCE:
        request_day(standing.account, day, standing.until, key=key, actor=request.actor, at=request.at)
        messages.success(
            request, f"{plural(standing.rows, 'row')} are being reconciled; the check appears here when it is made"
        )
    else:
        made = reconcile_account(
            standing.account, day, standing.until, actor=request.actor, at=request.at, unique_key=f"asked {key}"
        )
        messages.success(request, f"{standing.account.name} checked again by run MR-{made.run_number}")
    return redirect(link("drift-check", standing.account.code, day.isoformat()))
