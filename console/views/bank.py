"""Statements: what is here, what is missing, and a file on its way in. Nothing counts before a person confirms it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from console.pages import bank as pages
from console.pages.coverage import calendar, month_of
from console.pages.paging import part, place_of
from console.pages.statement_import import preview, progress
from console.pages.words import plural
from console.pages.written import a_day, text_of
from console.permitted import Signed, opens, writes
from console.uploads import streamed
from reconciliation.bank import bank_page as found
from reconciliation.bank.confirm_import import confirm_import
from reconciliation.bank.discard_import import discard_import
from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.expected import fates
from reconciliation.bank.imports import find_import
from reconciliation.bank.models import BankAccount, BankImport
from reconciliation.bank.receive_statement import receive_statement
from reconciliation.cases.ledger_page import standing_of_lines
from reconciliation.errors import BadInput, NotFound
from reconciliation.permissions import Permission, allowed

SEE, IMPORT = Permission.VIEW_BANK, Permission.IMPORT_STATEMENT


@opens(SEE)
def bank(request: Signed) -> HttpResponse:
    """GET /bank/, with the newest file that waits; ?after= shows files that ended longer ago"""
    return _bank(request)


@opens(SEE)
def coverage(request: Signed) -> HttpResponse:
    """GET /bank/coverage/?m=2026-10, and the calendar alone for HTMX"""
    return _bank(request)


@opens(SEE)
def import_shown(request: Signed, public_id: UUID) -> HttpResponse:
    """GET /bank/imports/<id>/"""
    return _bank(request, first=public_id)


def _bank(request: Signed, *, first: UUID | None = None, errors: tuple[str, ...] = ()) -> HttpResponse:
    accounts, files = found.accounts(), found.files(first)
    month = _month(request, accounts, files)
    if request.headers.get("HX-Target") == "coverage":
        return render(request, "bank/parts/coverage.html", {"coverage": month})
    shown = files[0] if first else next((f for f in files if f.state in pages.WAITING), None)
    imp = _preview(request, shown, shown.shown) if shown else None  # type: ignore[attr-defined]
    chosen = request.POST.dict() or ({"account": files[0].bank_account.code} if first else {})
    ended = pages.ended_context(found.ended_files(place_of(request.GET)), text_of(request.GET, "n"))
    page = ended | pages.bank_page(accounts, files, found.profile_names(), month, imp, request.actor, errors, chosen)
    return render(request, "bank/bank.html", page, status=400 if errors else 200)


def _month(request: Signed, accounts: list[BankAccount], files: list[BankImport]) -> dict[str, Any]:
    """The calendar of the month that the query names."""
    begins, ends = month_of(request.GET.get("m", ""), request.at.date())
    days = found.covered(accounts, begins, ends, at=request.at)
    waiting = [f for f in files if f.state in pages.WAITING]
    return calendar(begins, accounts, days, waiting, request.at, allowed(request.actor, Permission.SET_UP))


def _preview(request: Signed, made: BankImport, shown: dict[str, Any]) -> dict[str, Any]:
    return preview(made, shown, allowed(request.actor, IMPORT), pages.who_imports(request.actor))


@streamed
@writes(IMPORT)
def import_new(request: Signed) -> HttpResponse:
    """POST /bank/imports/, multipart: file, account, format, profile"""
    file = request.FILES.get("file")
    if file is None:
        return _bank(request, errors=("Choose a file first.",))
    account = found.account_named(text_of(request.POST, "account"))
    try:
        received = receive_statement(
            account, file_name=file.name or "file", content=file.read(), actor=request.actor, at=request.at,
            file_format=text_of(request.POST, "format") or "auto", profile_name=text_of(request.POST, "profile"),
        )  # fmt: skip
    except (StatementRefused, BadInput) as refusal:  # nothing was kept, and the form is still at hand to try again
        return _bank(request, errors=(f"{refusal}",))
    made = received.bank_import
    if received.repeated:
        messages.info(request, pages.came_before(made))
    return redirect("bank-import", made.public_id)


@opens(SEE)
def import_progress(request: Signed, public_id: UUID) -> HttpResponse:
    """GET …/progress/: the four steps while a worker reads; then the whole preview, which ends the asking."""
    made = find_import(public_id)
    if made.state == BankImport.State.RECEIVED:
        return render(request, "bank/parts/progress.html", {"imp": progress(made)})
    answer = render(request, "bank/parts/preview.html", {"imp": _preview(request, made, made.preview)})
    accounts, files = found.accounts(), found.files()
    month = _month(request, accounts, files)
    title, sub = pages.heading(accounts, [f for f in files if f.state in pages.WAITING], month)
    along = {"coverage": month, "title": title, "sub": sub, "oob": True}
    answer.write(render_to_string("bank/parts/coverage.html", along, request))
    answer.write(render_to_string("bank/parts/head.html", along, request))
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#import", "outerHTML"
    return answer


@writes(IMPORT)
def import_confirm(request: Signed, public_id: UUID) -> HttpResponse:
    """POST …/confirm/"""
    made = find_import(public_id, lock=True)
    outcomes = confirm_import(made, actor=request.actor, at=request.at)
    new = sum(o.stored.new_lines for o in outcomes if o.stored)
    messages.info(request, f"{made.file_name}: {plural(new, 'line')} imported, the days they touch are checked again.")
    return redirect("bank-import", public_id)


@writes(IMPORT)
def import_discard(request: Signed, public_id: UUID) -> HttpResponse:
    """POST …/discard/"""
    made = find_import(public_id, lock=True)
    discard_import(made, actor=request.actor, at=request.at)
    messages.info(request, f"{made.file_name} discarded; nothing of it was imported.")
    return redirect("bank")


@opens(SEE)
def lines(request: Signed) -> HttpResponse:
    """GET /bank/lines/, and its rows alone for HTMX"""
    accounts = found.accounts()
    asked = {name: text_of(request.GET, name) for name in ("account", "q", "from", "until", "n")}
    account = next((a for a in accounts if asked["account"] in ("", a.code)), None)
    if account is None and asked["account"]:
        raise NotFound(f"no bank account has the code {asked['account']!r}")
    if account is None:
        return redirect("bank")
    rows = found.lines(
        account, place_of(request.GET), sought=asked["q"], first=a_day(request.GET, "from"),
        last=a_day(request.GET, "until"),
    )  # fmt: skip
    standing = standing_of_lines([x.id for x in rows.rows])
    seen = fates([x.id for x in rows.rows if not x.counts], at=request.at)
    page = pages.lines_page(accounts, account, rows, standing, asked, seen)
    return render(request, part(request, "bank/lines.html"), page)
