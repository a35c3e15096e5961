"""The ledger's pages. They read; what writes the book starts in the cases and the approvals."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from console.pages import ledger as pages
from console.pages.links import links_for
from console.pages.paging import part, place_of
from console.pages.verified import verified
from console.pages.written import a_day, text_of
from console.permitted import Signed, opens
from ledger import account_pages, transaction_pages
from ledger.record_verification import last_verification
from reconciliation.cases.ledger_page import banks_behind, behind, counted_days, names_of
from reconciliation.errors import NotFound
from reconciliation.permissions import Permission, allowed


@opens(Permission.VIEW_LEDGER)
def accounts(request: Signed) -> HttpResponse:
    """GET /ledger/"""
    may_set_up = allowed(request.actor, Permission.SET_UP)
    page = pages.accounts_page(account_pages.accounts(), banks_behind(), verified(last_verification()), may_set_up)
    return render(request, "ledger/accounts.html", page)


@opens(Permission.VIEW_LEDGER)
def account(request: Signed, code: str) -> HttpResponse:
    """GET /ledger/accounts/<code>/, and its rows alone for HTMX"""
    found = account_pages.account_named(code)
    if found is None:
        raise NotFound(f"no account has the code {code!r:.80}")
    asked = {name: text_of(request.GET, name) for name in ("status", "from", "until", "n")}
    rows = account_pages.entries(
        found, place_of(request.GET), status=asked["status"],
        first=a_day(request.GET, "from"), last=a_day(request.GET, "until"),
    )  # fmt: skip
    (line,) = account_pages.accounts(found.id)
    counted = counted_days(found.id, [e.transaction_id for e in rows.rows])
    page = pages.account_page(found, line, banks_behind().get(found.id), rows, counted, asked)
    return render(request, part(request, "ledger/account.html"), page)


@opens(Permission.VIEW_LEDGER)
def transactions(request: Signed) -> HttpResponse:
    """GET /ledger/transactions/, and its rows alone for HTMX"""
    asked = {name: text_of(request.GET, name) for name in ("q", "status", "n")}
    found = transaction_pages.transactions(place_of(request.GET), sought=asked["q"], status=asked["status"])
    page = pages.transactions_page(found, transaction_pages.moved(found.rows), asked)
    return render(request, part(request, "ledger/transactions.html"), page)


@opens(Permission.VIEW_LEDGER)
def transaction(request: Signed, public_id: UUID) -> HttpResponse:
    """GET /ledger/transactions/<id>/"""
    found = transaction_pages.whole(public_id)
    page = pages.transaction_page(found, behind(found.transaction), names_of(found.trail), links_for(request.actor))
    return render(request, "ledger/transaction.html", page)
