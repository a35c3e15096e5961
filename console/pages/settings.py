"""The settings pages as their templates take them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from console.display import DAYS, day
from console.pages.token_rows import token_row
from console.pages.words import new_key, plural
from console.pages.written import amount
from ledger.actors import Actor
from ledger.models import Account
from reconciliation.bank.booking_accounts import USE_CASES
from reconciliation.bank.models import BankAccount, BankCalendar, BookingAccount, CsvProfile
from reconciliation.checkpoints.models import CheckpointDecision
from reconciliation.matching.models import MatcherVersion
from reconciliation.people.models import ApiToken
from reconciliation.permissions import Permission, allowed, holders
from reconciliation.settings_page import SetUp

PLACES = (
    ("Organisation", "settings"), ("Accounts", "settings-accounts"), ("Bank accounts", "settings-banks"),
    ("Calendars", "settings-calendars"), ("First matcher", "settings-matcher"),
    ("Posting rules", "settings-rules"),
    ("CSV profiles", "settings-profiles"), ("Endpoints", "settings-endpoints"), ("Escalation", "settings-escalation"),
    ("Macros", "settings-macros"),
    ("People", "settings-people"), ("Rights", "settings-rights"),
    ("Who could approve", "settings-approvers"), ("Delegations", "settings-delegations"), ("Tokens", "settings-tokens"),
)  # fmt: skip
SEEN_BY = {"settings-delegations": Permission.VIEW_REQUESTS, "settings-approvers": Permission.VIEW_REQUESTS}
"""Pages that others than those who see the settings may open, and who."""


def frame(here: str, title: str, sub: str, actor: Actor) -> dict[str, Any]:
    """What templates/settings/page.html takes on every page."""
    may = allowed(actor, Permission.SET_UP)
    who = ", ".join(role.replace("_", " ") for role in holders(Permission.SET_UP))
    return {
        "title": title,
        "sub": sub,
        "places": [
            {"label": label, "name": name, "href": reverse(name), "current": name == here}
            for label, name in PLACES
            if allowed(actor, SEEN_BY.get(name, Permission.VIEW_SETTINGS))
        ],
        "why_not": "" if may else f"Changing it needs the role {who}; you act as {actor.role.replace('_', ' ')}.",
    }


def frame_for_readers(here: str, title: str, sub: str, actor: Actor) -> dict[str, Any]:
    """The frame of a page of the settings that others read too: they get no way to pages that are none of theirs, and it
    says nothing of changing."""
    page = frame(here, title, sub, actor) | {"why_not": ""}
    return (
        page
        if allowed(actor, Permission.VIEW_SETTINGS)
        else page | {"places": [p for p in page["places"] if p["name"] in SEEN_BY]}
    )


def box(
    act: str, form: forms.Form, title: str, verb: str, says: str = "", box_id: str = "", args: Sequence[str] = ()
) -> dict[str, Any]:
    """A form in its box; `act` is the route that it is posted to, `box_id` tells a second box of a page apart."""
    return {
        "id": box_id,
        "title": title,
        "says": says,
        "href": reverse(act, args=args),
        "key": new_key(),
        "form": form,
        "verb": verb,
    }


def tenant_page(name: str, slug: str, found: SetUp) -> dict[str, Any]:
    """templates/settings/tenant.html"""
    since = [("First act on record", day(found.since.date()))] if found.since else []
    return {"facts": [("Name", name), ("Short name", slug), *since], "steps": steps(found), "box": None}


def steps(found: SetUp) -> list[dict[str, Any]]:
    """What is left to set up: the first step not done is the current one, those behind it are locked."""
    told = [
        (found.accounts >= 2, "Ledger accounts", f"{plural(found.accounts, 'account')} open.", "settings-accounts"),
        (
            found.banks >= 1,
            "Bank accounts",
            f"{plural(found.banks, 'bank account')} set up, days cut.",
            "settings-banks",
        ),
        (found.matchers >= 1, "Matcher", f"{plural(found.matchers, 'version')} so far.", "settings-matcher"),
        (
            found.controllers >= 2,
            "People",
            f"{plural(found.controllers, 'controller')}; two are needed.",
            "settings-people",
        ),
        (found.statements >= 1, "First statement", f"{plural(found.statements, 'statement')} imported.", "bank"),
    ]
    current = next((n for n, step in enumerate(told) if not step[0]), None)
    return [
        {"done": done, "current": n == current, "text": text, "says": says, "href": reverse(name), "label": "Open"}
        for n, (done, text, says, name) in enumerate(told)
    ]


def accounts_page(found: Sequence[Account], banks: Sequence[BankAccount]) -> dict[str, Any]:
    """templates/settings/accounts.html"""
    bank_of = {bank.ledger_account_id: bank.name for bank in banks}
    rows = [
        {"code": a.code, "name": a.name, "kind": a.kind, "normal_side": a.normal_side, "asset": a.asset_id,
         "bank": bank_of.get(a.id)}
        for a in found
    ]  # fmt: skip
    return {"accounts": rows}


def banks_page(
    found: Sequence[BankAccount], versions: Sequence[BankCalendar], booked: Sequence[BookingAccount]
) -> dict[str, Any]:  # fmt: skip
    """templates/settings/banks.html"""
    newest = {calendar.bank_account_id: calendar for calendar in reversed(versions)}
    rows = [
        {"code": b.code, "name": b.name, "partner": b.partner, "number": b.number, "currency": b.currency,
         "account": str(b.ledger_account), "opened_on": b.opened_on, "calendar": _calendar(newest.get(b.id))}
        for b in found
    ]  # fmt: skip
    bookings = [
        {"bank": r.bank_account.name, "use_case": USE_CASES[r.use_case], "code": r.bank_code, "counter": str(r.counter),
         "true_up": f"{r.true_up}" if r.true_up else "", "since": r.active_from,
         "by": r.set_by}
        for r in booked
    ]  # fmt: skip
    return {"banks": rows, "bookings": bookings}


def _calendar(version: BankCalendar | None) -> str:
    if version is None:
        return "none"
    closed = ", ".join(DAYS[n - 1] for n in version.closed_weekdays)
    grace = plural(version.grace_days, "day")
    return f"{version.cutover:%H:%M} {version.zone}, {grace} of grace{f', closed {closed}' if closed else ''}"


def _decision(decision: CheckpointDecision | None) -> str:
    return f"{decision.policy} v{decision.policy_version}, {decision.outcome}" if decision else ""


def matcher_page(versions: Sequence[MatcherVersion], decisions: Mapping[int, CheckpointDecision]) -> dict[str, Any]:
    """templates/settings/matcher.html"""
    rows = [
        {"number": v.number, "active_from": v.active_from, "window": plural(v.value_date_days, "day"),
         "reference_form": v.reference_form.replace("_", " "), "pattern": v.narrative_pattern,
         "tolerances": [amount(minor, asset) for asset, minor in sorted(v.amount_tolerance.items())],
         "decision": _decision(decisions.get(v.decision_id)), "current": n == 0}
        for n, v in enumerate(versions)
    ]  # fmt: skip
    return {"versions": rows}


def profiles_page(found: Sequence[CsvProfile]) -> dict[str, Any]:
    """templates/settings/profiles.html"""
    return {
        "editor_href": reverse("bank-profiles"), "profiles": [
            {"name": p.name, "version": p.version, "saved_at": p.saved_at,
             "columns": str(p.mapping.get("delimiter", ",")).join(str(h) for h in p.mapping.get("header", [])),
             "says": _dialect(p.mapping)}
            for p in found
        ]
    }  # fmt: skip


MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
SIGNS = {
    "signed": "one amount with its sign",
    "columns": "debit and credit in columns of their own",
    "indicator": "an amount and a word that says debit or credit",
}


def _dialect(mapping: Mapping[str, Any]) -> str:
    """How the bank writes its file, in words; what a profile leaves out is as usual."""
    mark = str(mapping.get("delimiter", ","))
    dates, rule = str(mapping.get("date_format", "YYYY-MM-DD")), str(mapping.get("sign_rule", "signed"))
    said = (f"Columns apart by {MARKS.get(mark, mark)}", f"dates as {dates}", SIGNS.get(rule, rule))
    return f"{', '.join(said)}, encoded as {mapping.get('encoding', 'utf-8')}."


def tokens_page(
    found: Sequence[ApiToken], actor: Actor, at: datetime, issued: tuple[str, str] | None = None
) -> dict[str, Any]:
    """templates/settings/tokens.html. `issued`: name and secret of the token made just now. An integration's is ended
    here; a person's is theirs."""
    rows = [token_row(t, at) | {"acts_as": t.user.person.name if t.user else "integration"} for t in found]
    in_use = [(t.id, t.name) for t, row in zip(found, rows, strict=True) if t.user is None and row["in_use"]]
    may = allowed(actor, Permission.SET_UP)
    return {
        "tokens": rows, "ending": {"href": reverse("token-end"), "choices": in_use} if may and in_use else None,
        "issued": {"name": issued[0], "secret": issued[1]} if issued else None,
    }  # fmt: skip
