"""Settings: what a tenant needs before the first statement, and who may do what. Reading needs one right, changing
another; each change is one call of its use case, which writes its audit line."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from console import forms as typed
from console.pages import settings as pages
from console.pages.calendars import calendars_page
from console.pages.links import links_for
from console.pages.words import as_sentence
from console.permitted import Signed, opens, writes
from reconciliation import settings_page as found
from reconciliation.backtest.documents import CALENDAR
from reconciliation.backtest.draft_pages import origins_of, recent_drafts
from reconciliation.bank.booking_accounts import USE_CASES, accounts_in_force
from reconciliation.bank.open_bank_account import CalendarInput, open_bank_account
from reconciliation.bank.save_profile import save_profile
from reconciliation.bank.set_booking_account import set_booking_account
from reconciliation.errors import BadInput
from reconciliation.matching.set_matcher import set_matcher
from reconciliation.permissions import Permission, allowed
from reconciliation.postings.open_account import open_account

SEE, CHANGE = Permission.VIEW_SETTINGS, Permission.SET_UP


@opens(SEE)
def tenant(request: Signed) -> HttpResponse:
    """GET /settings/"""
    page = pages.tenant_page(request.tenant.name, request.tenant.slug, found.set_up())
    frame = pages.frame("settings", "Settings", "What stands before the first statement.", request.actor)
    return render(request, "settings/tenant.html", frame | page)


@opens(SEE)
def accounts(request: Signed) -> HttpResponse:
    """GET /settings/accounts/"""
    return _accounts(request, typed.OpenAccount(assets=found.assets()))


@writes(CHANGE)
def account_open(request: Signed) -> HttpResponse:
    """POST /settings/accounts/open/"""
    form = typed.OpenAccount(request.POST, assets=found.assets())
    if not form.is_valid():
        return _accounts(request, form)
    try:
        made = open_account(**form.cleaned_data, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _accounts(request, form)
    return done(request, f"Account {made} is open.", "settings-accounts")


def _accounts(request: Signed, form: forms.Form) -> HttpResponse:
    listed = found.accounts()
    frame = pages.frame("settings-accounts", "Ledger accounts", f"{len(listed)} in the book.", request.actor)
    page = pages.accounts_page(listed, found.banks())
    box = pages.box("account-open", form, "Open an account", "Open account")
    return form_page(request, "settings/accounts.html", frame | page, box, form)


@opens(SEE)
def banks(request: Signed) -> HttpResponse:
    """GET /settings/banks/"""
    return _banks(request)


@writes(CHANGE)
def bank_account_open(request: Signed) -> HttpResponse:
    """POST /settings/banks/open/"""
    form = typed.OpenBankAccount(request.POST, open_accounts=found.open_ledger_accounts())
    if not form.is_valid():
        return _banks(request, opening=form)
    said = form.cleaned_data
    calendar = CalendarInput(
        said["zone"], said["cutover"], said["closed"], said["holidays"], said["grace_days"], said["due_hours"]
    )
    made = open_bank_account(
        code=said["code"], name=said["name"], partner=said["partner"], number=said["number"],
        ledger_account=found.ledger_account(said["ledger_account"]), opened_on=said["opened_on"], calendar=calendar,
        actor=request.actor, at=request.at,
    )  # fmt: skip
    return done(request, f"Bank account {made} is set up; its days are cut.", "settings-banks")


@writes(CHANGE)
def booking_account_set(request: Signed) -> HttpResponse:
    """POST /settings/banks/booking/"""
    form = typed.SetBookingAccount(request.POST, banks=found.banks(), counters=found.open_ledger_accounts())
    if not form.is_valid():
        return _banks(request, booking=form)
    try:
        made = set_booking_account(**form.cleaned_data, actor=request.actor, at=request.at)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _banks(request, booking=form)
    what = USE_CASES[made.use_case]
    return done(request, f"From now on {what} of {made.bank_account} is booked on {made.counter}.", "settings-banks")


def _banks(
    request: Signed, opening: forms.Form | None = None, booking: forms.Form | None = None
) -> HttpResponse:  # fmt: skip
    listed, free = found.banks(), found.open_ledger_accounts()
    opening = opening or typed.OpenBankAccount(open_accounts=free)
    booking = booking or typed.SetBookingAccount(banks=listed, counters=free)
    partners = len({bank.partner for bank in listed})
    says = f"{len(listed)} at {partners} partner{'' if partners == 1 else 's'}."
    frame = pages.frame("settings-banks", "Bank accounts", says, request.actor)
    page = pages.banks_page(listed, found.calendars(), accounts_in_force())
    box = pages.box("bank-account-open", opening, "Set up a bank account", "Set up bank account")
    second = pages.box(
        "booking-account-set", booking, "Set an account for bookings", "Set account",
        "Where a case books what the bank alone shows.", "booking-",
    ) if listed and allowed(request.actor, CHANGE) else None  # fmt: skip
    form = booking if booking.errors else opening
    return form_page(request, "settings/banks.html", frame | page | {"booking_box": second}, box, form)


@opens(SEE)
def calendars(request: Signed) -> HttpResponse:
    """GET /settings/calendars/"""
    versions = found.calendars()
    link = links_for(request.actor)
    page = calendars_page(
        versions,
        origins_of({v.decision_id for v in versions}),
        recent_drafts(CALENDAR),
        request.actor,
        request.at,
        link,
    )
    says = "A day that has begun stays as it was cut. Another calendar takes effect on a day to come, by two people."
    frame = pages.frame("settings-calendars", "Calendars", says, request.actor)
    return render(request, "settings/calendars.html", frame | page)


@opens(SEE)
def matcher(request: Signed) -> HttpResponse:
    """GET /settings/matcher/"""
    return _matcher(request, None)


@writes(CHANGE)
def matcher_set(request: Signed) -> HttpResponse:
    """POST /settings/matcher/set/"""
    form = typed.SetMatcher(request.POST)
    if not form.is_valid():
        return _matcher(request, form)
    try:
        made = set_matcher(actor=request.actor, at=request.at, **form.cleaned_data)
    except BadInput as refusal:
        say_beside(form, refusal)
        return _matcher(request, form)
    return done(request, f"Matcher {made} is in force for runs from now on.", "settings-matcher")


def _matcher(request: Signed, form: typed.SetMatcher | None) -> HttpResponse:
    versions = found.matchers()
    form = form or typed.SetMatcher()
    page = pages.matcher_page(versions, found.decisions({v.decision_id for v in versions}))
    says = "Versions are appended; each run pins the one in force."
    frame = pages.frame("settings-matcher", "Matcher ledger–bank", says, request.actor)
    if versions:
        return render(
            request, "settings/matcher.html", frame | page | {"box": None}, status=400 if form.errors else 200
        )
    box = pages.box("matcher-set", form, "Set the first version", "Set version 1")
    return form_page(request, "settings/matcher.html", frame | page, box, form)


@opens(SEE)
def profiles(request: Signed) -> HttpResponse:
    """GET /settings/profiles/"""
    return _profiles(request, typed.SaveProfile())


@writes(CHANGE)
def profile_save(request: Signed) -> HttpResponse:
    """POST /settings/profiles/save/"""
    form = typed.SaveProfile(request.POST)
    if not form.is_valid():
        return _profiles(request, form)
    try:
        made = save_profile(**form.cleaned_data, actor=request.actor, at=request.at)
    except BadInput as refusal:  # raised before anything is written, and said beside the field that it is about
        form.add_error("name" if refusal.where == "name" else "mapping", f"{refusal.where}: {refusal}")
        return _profiles(request, form)
    return done(request, f"Profile {made} is saved.", "settings-profiles")


def _profiles(request: Signed, form: forms.Form) -> HttpResponse:
    says = "How each bank writes its CSV. A file is read only by a profile that fits its header row."
    frame = pages.frame("settings-profiles", "CSV profiles", says, request.actor)
    box = pages.box("profile-save", form, "Save a profile", "Save profile")
    return form_page(request, "settings/profiles.html", frame | pages.profiles_page(found.profiles()), box, form)


def say_beside(form: forms.Form, refusal: BadInput) -> None:
    """Put what was refused beside the field of the form that it is about. The use case has written nothing."""
    form.add_error(refusal.where if refusal.where in form.fields else None, as_sentence(f"{refusal}"))


def form_page(
    request: Signed, template: str, page: dict[str, Any], box: dict[str, Any], form: forms.Form
) -> HttpResponse:
    """The page with its form for those who may change it; a form that was not understood answers 400."""
    shown = box if allowed(request.actor, CHANGE) else None
    return render(request, template, page | {"box": shown}, status=400 if form.errors else 200)


def done(request: HttpRequest, what: str, place: str) -> HttpResponse:
    messages.info(request, what)
    return redirect(place)
